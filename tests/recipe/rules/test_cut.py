"""A row falls into the bin that it fell into in training, alone as among all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.recipe.rules.cut.replay import replay

NUMBERS = st.lists(st.integers(-50, 50), min_size=5, max_size=20, unique=True)


@pytest.mark.parametrize("cut", [pd.cut, pd.qcut])
@pytest.mark.parametrize("labels", [None, False, ["low", "middle", "high"]])
@settings(deadline=None, max_examples=8)
@given(values=NUMBERS)
def test_the_bins_of_training_are_kept(cut, labels, values):
    column = pd.Series(values, dtype=float)
    trained, edges = cut(column, 3, labels=labels, retbins=True)
    lowest = {"include_lowest": True} if cut is pd.qcut else {}
    again = replay(column, edges, labels=labels, **lowest)
    if labels is None:  # pandas names the bins of qcut by the rounded edges, as it does here
        assert again.cat.codes.tolist() == trained.cat.codes.tolist()
    else:
        assert again.tolist() == trained.tolist()
    for place in range(len(column)):
        alone = replay(column.iloc[[place]], edges, labels=labels, **lowest)
        assert str(alone.iloc[0]) == str(again.iloc[place])


def test_beyond_the_edges_there_is_no_bin_and_a_missing_number_has_none():
    made = replay(pd.Series([-9.0, 0.5, 9.0, np.nan]), np.array([0.0, 1.0, 2.0]), labels=False)
    assert made.isna().tolist() == [True, False, True, True]
    assert made.iloc[1] == 0


def test_the_edges_come_back_where_the_notebook_asked_for_them():
    edges = np.array([0.0, 1.0])
    made, again = replay(pd.Series([0.5]), edges, retbins=True)
    assert again is edges
    assert made.cat.codes.tolist() == [0]
