"""Few raw rows are read as the same rows that pandas reads, or are left to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from o16n.recipe.columns.forms import Away, plain
from o16n.recipe.columns.read import read
from o16n.recipe.raw_rows import enforce
from o16n.recipe.recipe import Levels
from tests.recipe.alike import alike
from tests.recipe.columns.rows import frames
from tests.recipe.programs import Program

RAW = pd.DataFrame({"f": [1.5], "i": [2], "t": ["a"], "o": ["b"]}).astype(
    {"t": "str", "o": "object"}
)


def recipe(frame=RAW, **more):
    p = Program(frame)
    return p.recipe(p.source, **more)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(frame=frames())
def test_rows_of_the_types_of_training(frame):
    told = recipe(frame)
    assert alike(plain(read(told, frame)), enforce(told, frame).frame)


@pytest.mark.parametrize(
    "given_rows",
    [
        {"f": [1], "i": [2], "t": ["a"], "o": ["b"]},
        {"o": ["b"], "more": [1], "t": pd.Series(["a"], dtype="object"), "i": [2], "f": [1.5]},
        {"f": [np.nan], "i": [2], "t": pd.Series([None], dtype="object"), "o": pd.Series([None], dtype="object")},
        {"f": [1.5], "i": [2], "t": pd.Series([np.nan ], dtype="object"), "o": pd.Series(["b"], dtype="str")},
        {"f": [1.5], "t": ["a"], "o": ["b"]},
        {"i": [2], "o": ["b"], "f": [1.5]},
    ],
    ids=range(6),
)  # fmt: skip
def test_rows_as_a_caller_gives_them(given_rows):
    told, frame = recipe(optional={"i": 7, "t": "x"}), pd.DataFrame(given_rows, index=[5])
    assert alike(plain(read(told, frame)), enforce(told, frame).frame)


@pytest.mark.parametrize(
    "changed",
    [
        {"f": ["1.5"]}, {"i": [2.0]}, {"i": [None]}, {"t": [5]}, {"t": pd.Series([5], dtype="object")},
        {"o": [5]}, {"t": pd.Series(["a"], dtype="string")}, {"f": pd.array([1], dtype="Int64")},
    ],
    ids=range(8),
)  # fmt: skip
def test_what_must_be_read_by_its_content_is_left_to_pandas(changed):
    with pytest.raises(Away):
        read(recipe(), RAW.assign(**changed))


def test_a_missing_column_and_a_doubled_one_are_left_to_pandas():
    with pytest.raises(Away):
        read(recipe(), RAW.drop(columns="f"))
    with pytest.raises(Away):
        read(recipe(), pd.concat([RAW, RAW], axis=1))


@pytest.mark.parametrize("policy", ["missing", "as trained"])
def test_a_level_that_training_never_had_is_read_by_its_policy(policy):
    told = recipe(unseen={one: Levels(policy=policy, known=("a", "b")) for one in "to"})
    frame = RAW.assign(t=["new"], o=["new"]).astype({"t": "str", "o": "object"})
    for kind in ("str", "object"):
        made = plain(read(told, frame.astype({"t": kind, "o": kind})))
        assert alike(made, enforce(told, frame).frame)
        assert made["t"].isna().tolist() == made["o"].isna().tolist() == [policy == "missing"]
