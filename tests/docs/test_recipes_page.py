"""The page of constructs has a line for each, as its own test finds it. O16N_UPDATE=1 writes it again."""

from __future__ import annotations

import os

import pytest

from tests.recipe import constructs, known_constructs, page
from tests.recipe.lifted import lifted, traced_construct
from tests.recipe.outcomes import outcome_of
from tests.recipe.test_constructs import lifted_row, refusal
from tests.recipe.test_known_constructs import known_row


def write(tmp_path):
    """Run every construct and write the page."""
    constructs.raw_rows().to_csv(tmp_path / "rows.csv", index=False)
    known_constructs.raw_rows().to_csv(tmp_path / "known.csv", index=False)
    head = known_constructs.HEAD.format(path=str(tmp_path / "known.csv"))
    rows = [
        known_row(name, outcome_of([head, code, known_constructs.TAIL]))
        for name, (code, _) in known_constructs.KNOWN.items()
    ]
    for one in constructs.CONSTRUCTS:
        if one.expected == "proven":
            rows.append(lifted_row(one, lifted(traced_construct(one, tmp_path / "rows.csv"))))
        else:
            why = refusal(one, tmp_path / "rows.csv")
            rows.append(page.row(one.name, one.code, refused=why))
    page.PAGE.write_text(page.page(rows))
    page.written.cache_clear()


@pytest.mark.filterwarnings("ignore")
def test_the_page_has_a_line_for_each_construct_in_their_order(tmp_path):
    if "O16N_UPDATE" in os.environ:
        write(tmp_path)
    assert list(page.written()) == page.words()
    assert page.PAGE.read_text() == page.page(list(page.written().values()))


def test_nothing_on_the_page_is_a_place_on_this_machine():
    assert "/tmp" not in page.PAGE.read_text()
