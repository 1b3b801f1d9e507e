"""Places read as a person says them, and what is printed of a notebook keeps to its line."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.notebook.notebook import Cell, Notebook, Place, printable


def test_a_place_is_said_as_jupyter_counts():
    assert str(Place(cell=3, line=2)) == "cell 3 line 2"
    assert str(Place(cell=3)) == "cell 3"


def test_only_code_cells_are_code_in_their_order():
    kinds = ["markdown", "code", "raw", "code"]
    cells = tuple(Cell(number=n, id=None, kind=kind, source=kind) for n, kind in enumerate(kinds))
    assert [one.number for one in Notebook(path=None, cells=cells).code] == [1, 3]


def test_a_notebook_is_not_changed_and_two_of_the_same_cells_are_equal():
    one = Notebook(path=None, cells=(), metadata={"kernelspec": {}})
    with pytest.raises(FrozenInstanceError):
        one.cells = ()
    assert hash(one) == hash(Notebook(path=None, cells=(), metadata={"kernelspec": {}}))


@given(st.text())
def test_what_is_printable_takes_one_line_and_keeps_its_length(text):
    shown = printable(text)
    assert len(shown) == len(text)
    assert len(shown.splitlines()) <= 1
    assert shown.isprintable()
    assert all(new in (old, " ") for new, old in zip(shown, text, strict=True))


@pytest.mark.parametrize("sign", ["\n", "\r", "\t", "\x1b", "\x00", "\u2028", "\u202e", "\ud800"])
def test_signs_that_would_disturb_a_terminal_are_spaces(sign):
    assert printable(f"a{sign}b") == "a b"


def test_letters_of_every_script_are_kept():
    assert printable("données – 数据 ✓") == "données – 数据 ✓"
