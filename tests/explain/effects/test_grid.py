"""Tried values were seen, differ, stand in their order, and leave outliers out."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.explain.effects.grid import grid


def taken(column, most, **how):
    return column.iloc[grid(column, most, **how)].tolist()


def test_one_far_outlier_is_not_drawn_unless_asked_for():
    column = pd.Series([*range(1000), 10**9])
    assert max(taken(column, 16)) < 1000
    assert max(taken(column, 16, tail=0.0)) == 10**9


def test_levels_are_the_commonest_in_their_own_order():
    kinds = pd.CategoricalDtype(["s", "m", "l"], ordered=True)
    assert taken(pd.Series(["l", "s", "m", "l"], dtype=kinds), 9) == ["s", "m", "l"]
    assert taken(pd.Series(["b"] * 5 + ["a"] * 3 + ["c"]), 2) == ["a", "b"]


def test_a_missing_value_is_one_more_level_and_all_may_be_missing():
    column = pd.Series(["a", None, "b", None])
    assert column.iloc[grid(column, 5)].isna().tolist() == [False, False, True]
    assert grid(pd.Series([None, None], dtype="float64"), 5).tolist() == [0]


def test_values_of_several_types_have_an_order_too():
    assert sorted(map(str, taken(pd.Series(["a", 1, "b", 2], dtype=object), 9))) == list("12ab")


@pytest.mark.parametrize("tail", [0.0, 0.01])
@given(values=st.lists(st.floats(-1e6, 1e6) | st.none(), min_size=1, max_size=80))
def test_of_any_numbers_the_tried_ones_rise_and_are_seen(tail, values):
    column = pd.Series(values, dtype="float64")
    found = column.iloc[grid(column, 12, tail=tail)]
    known = found.dropna().tolist()
    assert known == sorted(set(known))
    assert set(known) <= set(column.dropna())
    assert found.isna().sum() == min(column.isna().sum(), 1)
