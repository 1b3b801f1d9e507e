"""The reference page is the checks' own text; each text says what a reviewer needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from o16n.readiness.checklist import checks, described
from o16n.readiness.reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "checks.md"
WRITE = 'python -c "from o16n.readiness.reference import reference as r; print(r(), end=str())"'


def test_the_page_is_what_the_checks_say():
    assert PAGE.read_text() == reference(), f"write it again: {WRITE} > docs/reference/checks.md"


@pytest.mark.parametrize("module", checks(), ids=lambda one: one.CODE)
def test_a_checks_text_says_what_is_asked_why_how_and_how_to_mend(module):
    title, text = described(module)
    assert title
    assert "\n" not in title
    places = [text.index(f"{word}:") for word in ("Asked", "Why", "How", "To mend")]
    assert places == sorted(places)


@pytest.mark.parametrize("module", checks(), ids=lambda one: one.CODE)
def test_a_checks_file_is_called_by_its_code(module):
    name = module.__name__.rpartition(".")[2]
    assert name.startswith(module.CODE.lower().replace("-", "_") + "_")
    assert f"## {module.CODE} " in reference()
