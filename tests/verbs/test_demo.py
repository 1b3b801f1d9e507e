"""`o16n demo` goes the whole way on a copy of an example and ends on the report's path."""

from __future__ import annotations

import hashlib
import json

import pytest

from o16n.errors import UsageError
from o16n.grammar import Face
from o16n.verbs import demo, verify

QUIET = Face(say=lambda _: None)


def digests(folder):
    return {
        str(one.relative_to(folder)): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


@pytest.mark.parametrize("name", demo.NAMES)
def test_every_example_is_there_with_the_data_it_reads(name):
    told = json.loads((demo.examples() / f"{name}.ipynb").read_text())
    source = "".join("".join(cell["source"]) for cell in told["cells"])
    beside = {one.name for one in (demo.examples() / "data").iterdir()}
    named = {one for one in beside if one in source}
    assert named or "load_" in source


def test_the_copy_is_the_example_and_the_example_stays_as_it_was(diabetes):
    folder = diabetes.bundle.parents[1]
    source = demo.examples()
    assert (folder / "diabetes.ipynb").read_bytes() == (source / "diabetes.ipynb").read_bytes()
    assert digests(folder / "data") == digests(source / "data")
    assert not (source / "bundles").exists()
    assert not (source / "runs").exists()


def test_the_bundle_verifies_and_the_last_line_is_the_report(diabetes):
    shown = demo.Shown(packaged=diabetes, scored="score: 5 of 5 sample rows answered")
    lines = str(shown).splitlines()
    assert lines[-2:] == ["score: 5 of 5 sample rows answered", f"report: {diabetes.report}"]
    assert diabetes.report.is_file()
    found = verify.run(verify.Options(bundle=diabetes.bundle), QUIET)
    assert found.exit_code == 0
    assert shown.as_json() == {**diabetes.as_json(), "scored": shown.scored}
    assert shown._repr_html_() == diabetes._repr_html_()


def test_its_sample_rows_are_all_answered(diabetes):
    told = demo._score(diabetes, QUIET)
    count = len((diabetes.bundle / "sample.csv").read_text().splitlines()) - 1
    assert told == f"score: {count} of {count} sample rows answered"


def test_missing_examples_are_told_with_the_place_they_were_looked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "examples", lambda: tmp_path / "gone")
    with pytest.raises(UsageError, match=r"gone: the example notebooks are missing"):
        demo.run(demo.Options(name="credit", out=tmp_path / "out"), QUIET)
    assert not (tmp_path / "out").exists()
