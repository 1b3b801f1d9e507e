"""`o16n report` draws the page of a bundle again, from what the bundle itself says."""

from __future__ import annotations

import json
import shutil

import pytest

from o16n.bundle import write
from o16n.cli import main
from o16n.errors import IntegrityError
from o16n.grammar import Face
from o16n.verbs import report


def said(capfd, *words):
    code = main(["report", *map(str, words)])
    return code, *capfd.readouterr()


def drawn(bundle, page):
    return report.run(report.Options(bundle=bundle, out=page), Face(say=lambda _: None))


def test_the_page_is_the_one_that_was_drawn_when_it_was_packaged(diabetes, tmp_path):
    found = drawn(diabetes.bundle, tmp_path / "again.html")
    again = (tmp_path / "again.html").read_text()
    assert again == (diabetes.bundle / "evidence" / "readiness.html").read_text()
    assert found.content.identity == diabetes.content.identity


def test_a_zip_gives_the_same_page(diabetes, tmp_path):
    packed = write.zip_bundle(diabetes.bundle, tmp_path / "m.zip")
    pages = [
        drawn(one, tmp_path / f"{n}.html").page for n, one in enumerate((diabetes.bundle, packed))
    ]
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_the_line_and_the_json_tell_verdict_and_place(diabetes, tmp_path, capfd):
    page = tmp_path / "page.html"
    code, out, _ = said(capfd, diabetes.bundle, "--out", page)
    verdict = diabetes.verdict
    assert code == 0
    assert out.strip() == f"{diabetes.content.name}: {verdict}; report: {page}"
    told = json.loads(said(capfd, diabetes.bundle, "--out", page, "--json")[1])
    assert told == {"report": str(page), "verdict": verdict, "identity": diabetes.content.identity}


def test_without_a_place_it_goes_beside_the_person_under_the_bundle_s_name(
    diabetes, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    found = drawn(diabetes.bundle, None)
    assert str(found.page) == f"{diabetes.content.name}-readiness.html"
    assert (tmp_path / found.page).is_file()


def test_in_a_notebook_it_is_a_card_without_markup_of_the_bundle_s(diabetes, tmp_path):
    html = drawn(diabetes.bundle, tmp_path / "<b>.html")._repr_html_()
    assert diabetes.verdict in html
    assert "<b>" not in html
    assert "&lt;b&gt;.html" in html


def test_a_bundle_that_does_not_verify_is_not_drawn(diabetes, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(diabetes.bundle, broken)
    path = broken / "evidence" / "readiness.json"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(IntegrityError, match=r"readiness\.json"):
        drawn(broken, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_a_place_that_cannot_be_written_is_told_in_one_line(diabetes, tmp_path, capfd):
    code, _, err = said(capfd, diabetes.bundle, "--out", tmp_path / "no" / "such" / "page.html")
    assert code != 0
    assert "Traceback" not in err
    assert "page.html" in err
