"""`o16n verify` says what a bundle is, and no in one line."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from o16n.bundle import write
from o16n.cli import main
from tests.scoring.bundles import bundle_of
from tests.scoring.test_scorer import FRAME, PIPE


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return bundle_of(tmp_path_factory.mktemp("verify"), PIPE, FRAME)


def _said(capfd, *words):
    code = main(["verify", *map(str, words)])
    return code, *capfd.readouterr()


def test_a_bundle_verifies_as_directory_and_zip(place, tmp_path, capfd):
    packed = write.zip_bundle(place, tmp_path / "m.zip")
    one, two = (json.loads(_said(capfd, path, "--json")[1]) for path in (place, packed))
    assert one == two
    assert one["verified"] is True
    assert one["golden"] is None


def test_the_golden_rows_are_counted(place, capfd):
    code, out, _ = _said(capfd, place, "--golden")
    assert code == 0
    assert "8 answered as packaged" in out
    assert json.loads(_said(capfd, place, "--golden", "--json")[1])["golden"] == 8


def test_a_changed_bundle_is_a_no_in_one_line(place, tmp_path, capfd):
    packed = write.zip_bundle(place, tmp_path / "m.zip")
    packed.write_bytes(packed.read_bytes()[:-1])
    code, out, err = _said(capfd, packed)
    assert code == 1
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("IntegrityError: m.zip")


def test_no_bundle_is_a_no_in_one_line(tmp_path, capfd):
    code, _, err = _said(capfd, tmp_path / "nowhere")
    assert code == 1
    assert "no bundle is there" in err


def test_verifying_from_the_shell_imports_nothing_that_could_load_a_model(place):
    code = (
        "import sys; from o16n.cli import main; code = main(sys.argv[1:]);"
        "print([m for m in ('sklearn','skops','pandas','numpy','scipy','joblib') if m in sys.modules]);"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "verify", str(place)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"
