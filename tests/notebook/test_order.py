"""Execution counts and stored outputs tell how a notebook was last run."""

from __future__ import annotations

import pytest

from o16n.notebook import order


def told(written, counts, texts=None):
    texts = texts or ["x"] * len(counts)
    cells = [(text, {"execution_count": n}) for text, n in zip(texts, counts, strict=True)]
    return [(one.slug, one.place.cell, one.message) for one in order.findings(written(*cells))]


@pytest.mark.parametrize("counts", [[1, 2, 3], [4, 7, 9], [None, None], []])
def test_run_from_the_top_once_or_cleared_is_no_finding(written, counts):
    assert told(written, counts) == []


def test_a_cell_never_run_among_others_that_were(written):
    assert told(written, [1, None, 2, None]) == [
        ("never-run", 2, "cells 2 and 4 were never run, though others did")
    ]


def test_an_empty_cell_need_not_run(written):
    assert told(written, [1, None, 2], ["x", "  \n", "y"]) == []


@pytest.mark.parametrize(
    ("counts", "where", "message"),
    [
        ([2, 1], 2, "was run before a cell above ([1] in cell 2)"),
        ([5, 2, 6, 3], 2, "cells 2 and 4 were run before a cell above ([2] in cell 2)"),
        (
            [9, 1, 2, 3, 4, 5],
            2,
            "cells 2, 3, 4 and 2 more were run before a cell above ([1] in cell 2)",
        ),
    ],
)
def test_cells_run_before_a_cell_above_them(written, counts, where, message):
    assert told(written, counts) == [("out-of-order", where, message)]


def test_a_stored_error_is_told_by_its_name(written):
    cell = ("1/0", {"outputs": [{"output_type": "error", "ename": "ZeroDivisionError"}]})
    (found,) = order.findings(written("x", cell))
    assert (found.slug, found.place.cell) == ("stored-error", 2)
    assert "ZeroDivisionError" in found.message
