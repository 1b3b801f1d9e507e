"""Two values are compared on the rows they share: how many differ, the first of them, and by how much."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from o16n.recipe.compare import agreement, differs, shared


def of(new, old, new_rows=None, old_rows=None):
    def rows(value, told):
        count = value.shape[0] if hasattr(value, "shape") else len(value)
        return np.arange(count) if told is None else np.array(told)

    return differs(new, rows(new, new_rows), old, rows(old, old_rows))


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (np.array([1.0, np.nan]), np.array([1.0, np.nan])), (np.array([1.0]), np.array([1.0 + 1e-12])),
        (["a", None], ["a", np.nan]), ([1, 2], [1.0, 2.0]), (sparse.eye(2).tocsr(), sparse.eye(2).tocsr()),
        (pd.DataFrame({"a": [1], "t": ["x"]}), pd.DataFrame({"a": [1.0], "t": ["x"]})), (np.array([np.inf]), np.array([np.inf])),
        (pd.Series(pd.to_datetime(["2020"])), pd.Series(pd.to_datetime(["2020"]))), (np.ones((0, 3)), np.ones((0, 3))),
        (np.array([True]), np.array([1])), ([[1, 2]], [[1, 2]]),
    ],
    ids=range(11),
)  # fmt: skip
def test_equal_values_do_not_differ(new, old):
    assert of(new, old) is None


@pytest.mark.parametrize(
    ("new", "old", "text"),
    [
        (np.array([1.0, 2.0, 5.0]), np.array([1.0, 3.0, 9.0]), "2 of 3 rows differ, the first is 2.0 instead of 3.0, the largest difference is 4"),
        (np.array([np.nan]), np.array([1.0]), "1 of 1 rows differ, the first is nan instead of 1.0, the largest difference is inf"),
        (["a", "b"], ["a", "c"], "1 of 2 rows differ, the first is 'b' instead of 'c'"),
        (pd.DataFrame({"a": [1], "b": [2]}), pd.DataFrame({"a": [1], "b": [3]}), "column 'b': 1 of 1 rows differ"),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1], "b": [3]}), "columns differ (1 and 2, such as 'b')"),
        (pd.DataFrame({"a": [1], "b": [3]}), pd.DataFrame({"b": [3], "a": [1]}), "columns differ (2 and 2, in another order)"),
        (np.ones((1, 2)), np.ones((1, 3)), "shape (1, 2) instead of (1, 3)"),
        (["x" * 99], ["y"], "…"),
    ],
    ids=range(8),
)  # fmt: skip
def test_a_difference_is_told_in_one_line(new, old, text):
    found = of(new, old)
    assert text in str(found)
    assert "\n" not in str(found)


def test_only_shared_rows_are_compared_by_their_identity():
    old = np.array([10.0, 20.0, 30.0])
    assert of(np.array([30.0, 10.0]), old, [2, 0], [0, 1, 2]) is None
    assert of(np.array([30.0, 99.0]), old, [2, 7], [0, 1, 2]) is None
    found = of(np.array([31.0]), old, [2], [0, 1, 2])
    assert (found.rows, found.of, found.largest) == (1, 1, 1.0)
    assert of(np.array([1.0]), np.array([2.0]), [5], [6]) is None


@given(st.lists(st.integers(0, 20), unique=True), st.lists(st.integers(0, 20), unique=True))
def test_shared_rows_are_those_in_both(one, other):
    here, there = shared(np.array(one, dtype=int), np.array(other, dtype=int))
    assert {one[k] for k in here} == set(one) & set(other)
    assert [one[k] for k in here] == [other[k] for k in there]


def test_agreement_is_told_by_row_to_the_bit_and_to_the_tolerance():
    found = agreement(
        np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 3.0]]),
        np.array([[1.0, 2.0], [1.0, 2.0 + 1e-12], [1.0, 2.0]]),
    )
    assert found.equal.tolist() == [True, False, False]
    assert found.close.tolist() == [True, True, False]
    assert found.distance[2] == 1.0
    assert agreement(np.ones((2, 1)), np.ones((2, 2))) is None
    assert agreement(pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})) is None
