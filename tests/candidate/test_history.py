"""Cells in the order in which they ran, which is not the file's."""

from __future__ import annotations

from o16n.candidate.history import as_run
from o16n.notebook.notebook import Cell, Notebook


def notebook(*sources):
    cells = [Cell(number=n, id=None, kind="code", source=one) for n, one in enumerate(sources, 1)]
    return Notebook(path=None, cells=tuple(cells))


def order(cells, *history):
    return [cell.number for cell in as_run(cells, history).code]


def test_cells_stand_as_they_ran_and_as_often():
    three = notebook("a = 1", "b = 2", "c = 3")
    assert order(three, "b = 2", "a = 1", "c = 3", "b = 2") == [2, 1, 3, 2]
    assert order(three, "", "a = 1\n", "  ", "b = 2") == [1, 2]


def test_of_two_cells_with_one_text_the_next_one_ran():
    assert order(notebook("a += 1", "b = 2", "a += 1"), "a += 1", "b = 2", "a += 1") == [1, 2, 3]


def test_a_text_that_the_file_no_longer_holds_has_no_number():
    assert order(notebook("a = 1", "b = 3"), "a = 1", "b = 2", "b = 3") == [1, 0, 2]


def test_where_most_of_the_file_never_ran_here_its_own_order_stays():
    three = notebook("a = 1", "b = 2", "c = 3")
    assert as_run(three, ["c = 3"]) is three
    assert as_run(three, []) is three
