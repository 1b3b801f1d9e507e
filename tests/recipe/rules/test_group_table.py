"""What a group was worth in training is looked up for a row, alone as among all."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.recipe.rules.group_part.replay import replay as part_of
from o16n.recipe.rules.group_table.replay import replay
from o16n.recipe.rules.in_order.replay import replay as in_order

ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.integers(-9, 9)),
    min_size=1,
    max_size=12,
)


def frame(rows):
    cells = pd.DataFrame(rows, columns=["kind", "side", "n"])
    return cells.set_axis([f"row {place}" for place in range(len(cells))])


@pytest.mark.parametrize("keys", ["kind", ["kind", "side"]], ids=str)
@pytest.mark.parametrize("how", ["mean", "max", "count"])
@settings(deadline=None, max_examples=8)
@given(rows=ROWS)
def test_a_look_up_gives_what_transform_gave(keys, how, rows):
    told = frame(rows)
    grouped = told.groupby(keys)["n"]
    trained, table = grouped.transform(how), grouped.agg(how)
    again = replay(told.groupby(keys)["n"], table)
    assert again.index.tolist() == told.index.tolist()
    assert again.tolist() == trained.tolist()
    for place in range(len(told)):
        alone = replay(told.iloc[[place]].groupby(keys)["n"], table)
        assert alone.tolist() == [trained.iloc[place]]


def test_a_group_that_training_never_had_is_worth_nothing_known():
    table = pd.Series({"a": 1.5, "b": 2.5})
    new = pd.DataFrame({"kind": ["b", "z", None], "n": [1, 2, 3]})
    found = replay(new.groupby("kind")["n"], table).tolist()
    assert found[0] == 2.5
    assert all(map(math.isnan, found[1:]))


def test_a_batch_in_which_every_key_is_missing_has_no_values():
    new = pd.DataFrame({"kind": pd.Series([None, None], dtype=object), "n": [1, 2]})
    found = replay(new.groupby("kind")["n"], pd.Series({"a": 1.0}))
    assert found.isna().tolist() == [True, True]


def test_one_group_s_rows_are_chosen_and_none_where_the_batch_has_none():
    told = frame([("a", "x", 1), ("b", "x", 2), ("a", "y", 3)])
    assert part_of(told.groupby("kind"), "a")["n"].tolist() == [1, 3]
    assert part_of(told.groupby("kind"), "z").shape == (0, 3)
    assert list(part_of(told.groupby("kind"), "z").columns) == ["kind", "side", "n"]


@settings(deadline=None, max_examples=8)
@given(ROWS)
def test_rows_stacked_by_group_return_to_their_order(rows):
    told = frame(rows)
    grouped = told.groupby("kind")
    stacked = pd.concat([one for _, one in grouped])
    pd.testing.assert_frame_equal(in_order(stacked, grouped), told)
