"""Which rows a filter kept is told by position, whatever their labels are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.recipe.kept import kept_places, passing

LABELS = {"numbers": range(6), "texts": list("fedcba"), "doubled": [0, 0, 1, 1, 2, 2]}
MASKS = st.lists(st.booleans(), min_size=6, max_size=6)


def frame(labels="numbers"):
    """Return six rows that know their own position, which is the independent answer."""
    cells = {"n": range(6), "a": [1.0, None, 3.0, None, 5.0, 6.0], "b": list("xyxyxx")}
    return pd.DataFrame(cells, index=list(LABELS[labels]))


@pytest.mark.parametrize("labels", LABELS)
@settings(deadline=None, max_examples=25)
@given(mask=MASKS)
def test_a_mask_keeps_the_rows_where_it_is_true(labels, mask):
    owner = frame(labels)
    for function, key, made in (
        ("getitem", np.array(mask), owner[np.array(mask)]),
        ("getitem", pd.Series(mask, index=owner.index), owner[np.array(mask)]),
        ("loc", (np.array(mask), "n"), owner.loc[np.array(mask), "n"]),
        ("loc", mask, owner.loc[mask]),
    ):
        found = kept_places(function, [owner, key], {}, made)
        assert found.tolist() == (made if made.ndim == 1 else made["n"]).tolist()


@settings(deadline=None, max_examples=25)
@given(MASKS, st.permutations(range(6)))
def test_a_mask_in_another_order_is_put_in_the_owner_s_as_pandas_does(mask, order):
    owner = frame("texts")
    shuffled = pd.Series(mask, index=owner.index).iloc[list(order)]
    made = owner.loc[shuffled]
    assert kept_places("loc", [owner, shuffled], {}, made).tolist() == made["n"].tolist()


CALLS = {
    "dropna": lambda owner: (("dropna",), {}, owner.dropna()),
    "dropna of a column": lambda owner: (
        ("dropna",),
        {"subset": ["a"]},
        owner.dropna(subset=["a"]),
    ),
    "query": lambda owner: (("query", "n > 2"), {}, owner.query("n > 2")),
    "nothing taken out": lambda owner: (("dropna",), {"how": "all"}, owner.dropna(how="all")),
    "everything": lambda owner: (("query", "n > 9"), {}, owner.query("n > 9")),
}


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("call", CALLS)
def test_a_filter_by_content_is_told_also_where_labels_are_doubled(call, labels):
    owner = frame(labels)
    words, options, made = CALLS[call](owner)
    found = kept_places("method", [owner, *words], options, made)
    assert found.tolist() == made["n"].tolist()


def test_new_numbers_for_the_rows_that_are_left_do_not_hide_them():
    owner = frame("doubled")
    made = owner.dropna(ignore_index=True)
    found = kept_places("method", [owner, "dropna"], {"ignore_index": True}, made)
    assert found.tolist() == made["n"].tolist()


@pytest.mark.parametrize("positions", [[4, 1], [0], [], [5, 4, 3, 2, 1, 0]])
def test_rows_chosen_by_label_are_told_in_the_order_of_the_result(positions):
    owner = frame("texts")
    made = owner.iloc[positions]
    found = kept_places("loc", [owner, list(made.index)], {}, made)
    assert found.tolist() == positions


@pytest.mark.parametrize("labels", ["doubled"])
def test_what_doubled_labels_do_not_tell_is_not_told(labels):
    owner = frame(labels)
    assert kept_places("method", [owner, "head", 3], {}, owner.head(3)) is None


def test_a_table_without_labels_is_told_by_masks_alone():
    values = np.arange(12).reshape(6, 2)
    mask = values[:, 0] > 4
    assert kept_places("getitem", [values, mask], {}, values[mask]).tolist() == [3, 4, 5]
    assert kept_places("getitem", [values, slice(1, 3)], {}, values[1:3]) is None
    assert kept_places("method", [3, "head"], {}, values) is None


@pytest.mark.parametrize("labels", LABELS)
def test_where_all_rows_pass_the_chosen_columns_are_left(labels):
    owner = frame(labels)
    mask = (owner["n"] > 3).to_numpy()
    pd.testing.assert_frame_equal(passing("getitem", [owner, mask]), owner)
    pd.testing.assert_frame_equal(passing("loc", [owner, (mask, ["a", "b"])]), owner[["a", "b"]])
    pd.testing.assert_series_equal(passing("loc", [owner, (mask, "a")]), owner["a"])
    pd.testing.assert_frame_equal(passing("loc", [owner, (mask, slice(None))]), owner)
    pd.testing.assert_series_equal(passing("iloc", [owner, (mask, 1)]), owner["a"])
