"""Rows are counted, taken and kept alike in every kind of table that notebooks prepare."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from o16n.recipe.aligned import (
    index_of,
    is_mask,
    is_sparse,
    is_whole,
    keep,
    length,
    row_part,
    take,
)

VALUES = np.arange(8).reshape(4, 2)
TABLES = {
    "a frame": pd.DataFrame(VALUES, columns=["a", "b"], index=list("wxyz")),
    "a series": pd.Series(VALUES[:, 0], index=list("wxyz")),
    "an index": pd.Index(VALUES[:, 0]),
    "an array": VALUES,
    "a list": VALUES[:, 0].tolist(),
    "a category": pd.Categorical(list("abab")),
    "a masked array": pd.array([1, None, 3, 4]),
    "a sparse matrix": sparse.csr_matrix(VALUES),
    "a sparse array by columns": sparse.csc_array(VALUES),
}


def plain(value):
    return np.asarray(value.toarray() if is_sparse(value) else value, dtype=object).tolist()


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@given(places=st.lists(st.integers(0, 3), max_size=6))
def test_rows_are_taken_by_position_in_any_order(table, places):
    found = take(table, np.array(places, dtype=int))
    assert length(found) == len(places)
    assert plain(found) == [plain(table)[place] for place in places]
    assert type(found) is type(table) or is_sparse(table)


@pytest.mark.parametrize(
    "value", [3, "text", None, np.array(3.0), {"a": [1]}, (1, 2), {1, 2}], ids=repr
)
def test_what_has_no_rows_has_no_length(value):
    assert length(value) is None


def test_only_frames_and_series_have_an_index():
    assert index_of(TABLES["a frame"]).tolist() == list("wxyz")
    assert index_of(TABLES["a series"]).tolist() == list("wxyz")
    assert index_of(VALUES) is index_of([1]) is index_of(pd.Index([1])) is None


def change(table):
    if isinstance(table, pd.DataFrame):
        table.iloc[0, 0] = 99
    elif isinstance(table, pd.Series):
        table.iloc[0] = 99
    else:
        table[0] = 99


@pytest.mark.parametrize("kind", ["a frame", "a series", "an array", "a list"])
def test_what_is_kept_is_not_reached_by_later_changes(kind):
    table = TABLES[kind]
    table = list(table) if isinstance(table, list) else table.copy()
    kept = keep(table)
    change(table)
    assert plain(kept) == plain(TABLES[kind])
    assert plain(table) != plain(kept)


@pytest.mark.parametrize(
    ("key", "part", "whole"),
    [
        (slice(None), slice(None), True),
        (..., ..., True),
        ((slice(None), "a"), slice(None), True),
        ((slice(1), "a"), slice(1), False),
        ("a", "a", False),
        ((), (), False),
        (slice(0, None), slice(0, None), False),
    ],
    ids=repr,
)
def test_the_row_part_of_a_subscript_is_its_first(key, part, whole):
    assert row_part(key) == part
    assert is_whole(row_part(key)) is whole


@pytest.mark.parametrize(
    ("part", "mask"),
    [
        ([True, False, True, True], True),
        (np.array([1, 0, 1, 1], dtype=bool), True),
        (pd.Series([True, False, True, None], dtype="boolean"), True),
        (pd.Series([True, False, True, True], dtype=object), True),
        (np.array([True, None, True, True], dtype=object), False),
        ([1, 0, 1, 1], False),
        ([True, False], False),
        (pd.Series(list("abcd")), False),
        (slice(None), False),
    ],
    ids=str,
)
def test_one_truth_value_for_each_row_is_a_mask(part, mask):
    assert is_mask(part, 4) is mask
