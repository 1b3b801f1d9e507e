"""get_dummies gives what pandas gave in training, for one row as for many, and refuses levels it never had."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.recipe.refusal import RowsOut
from o16n.recipe.rules.get_dummies.replay import replay

REFUSE = lambda _: "refuse"  # noqa: E731 - a policy
MISSING = lambda _: "missing"  # noqa: E731 - a policy
FRAME = pd.DataFrame(
    {"n": [1.5, 2.5, 3.5, 4.5], "g": ["x", "y", None, "x"], "h": ["a", "b", "a", "c"]}
)
OPTIONS = [
    {}, {"drop_first": True}, {"dtype": int}, {"prefix_sep": "="}, {"dummy_na": True}, {"prefix": ["p", "q"]},
    {"prefix": {"g": "p", "h": "q"}}, {"prefix": "same"}, {"dtype": float, "drop_first": True},
]  # fmt: skip


def levels_of(frame, names):
    return {name: list(pd.Categorical(frame[name]).categories) for name in names}


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("names", [["g", "h"], ["h", "g"], ["h"]], ids=str)
def test_all_rows_and_each_alone_are_what_pandas_made_of_them(options, names):
    if isinstance(options.get("prefix"), (list, dict)) and len(names) == 1:
        options = {**options, "prefix": "q"}
    trained = pd.get_dummies(FRAME, columns=names, **options)
    if not trained.columns.is_unique:
        return  # pandas itself cannot tell these columns apart
    frozen = {"levels": levels_of(FRAME, names), "columns": list(trained.columns), "policy": REFUSE}
    pd.testing.assert_frame_equal(replay(FRAME, **frozen, **options), trained)
    for at in range(len(FRAME)):
        alone = replay(FRAME.iloc[[at]], **frozen, **options)
        pd.testing.assert_frame_equal(alone, trained.iloc[[at]])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(["x", "y", "x_y", None]), min_size=1, max_size=6), st.booleans())
def test_any_column_is_encoded_as_pandas_does(cells, first):
    frame = pd.DataFrame({"n": range(len(cells)), "g": pd.Series(cells, dtype=object)})
    trained = pd.get_dummies(frame, columns=["g"], drop_first=first)
    found = replay(
        frame,
        levels=levels_of(frame, ["g"]),
        columns=list(trained.columns),
        policy=REFUSE,
        drop_first=first,
    )
    pd.testing.assert_frame_equal(found, trained)


def test_one_column_by_itself_is_encoded_too():
    trained = pd.get_dummies(FRAME["h"], prefix="h")
    found = replay(
        FRAME["h"].iloc[[1]],
        levels=["a", "b", "c"],
        columns=list(trained.columns),
        policy=REFUSE,
        prefix="h",
    )
    pd.testing.assert_frame_equal(found, trained.iloc[[1]])


@pytest.mark.parametrize(
    "data",
    [FRAME.assign(h=["a", "new", "a", "c"]), pd.Series(["a", "new"], name="h")],
    ids=["frame", "column"],
)
def test_an_unseen_level_is_refused_by_row_or_no_level_by_policy(data):
    frame = isinstance(data, pd.DataFrame)
    frozen = {
        "levels": {"h": ["a", "b", "c"]} if frame else ["a", "b", "c"],
        "columns": ["n", "g", "h_a", "h_b", "h_c"] if frame else ["a", "b", "c"],
    }
    with pytest.raises(RowsOut) as caught:
        replay(data, **frozen, policy=REFUSE)
    assert caught.value.reasons == {1: "column 'h' holds 'new', which training never had"}
    assert replay(data, **frozen, policy=MISSING).iloc[1, -3:].sum() == 0
