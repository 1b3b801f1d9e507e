"""Raw rows of frames are found by index and value, and a recipe is proven by the notebook's own predictions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from o16n.recipe.match import raw_rows, same
from o16n.recipe.prove import prove
from o16n.recipe.recipe import Recipe
from o16n.recipe.replay import apply
from tests.bundle import models

RAW = pd.DataFrame(
    {"a": [1, 2, 3, 4], "b": [0.5, None, 2.5, 3.5], "t": list("xyxz"), 7: [9, 8, 7, 6]}
)


@pytest.mark.parametrize("names", [["a", "b"], [7, "a"], [7], ["t", 7, "b", "a"]], ids=str)
def test_a_shuffled_part_of_a_frame_is_found_by_its_index(names):
    part = RAW[names].sample(3, random_state=0)
    rows, operations = raw_rows(RAW, part)
    assert rows.index.tolist() == part.index.tolist()
    recipe = Recipe(state="proven", reason="", operations=operations)
    pd.testing.assert_frame_equal(apply(recipe, RAW.loc[part.index]), part)


@pytest.mark.parametrize(
    "inputs",
    [
        RAW[["a"]] + 1,
        RAW[["a"]].astype(str),
        RAW[["b"]].fillna(0),
        RAW[["a"]].set_axis([10, 11, 12, 13]),
        RAW.rename(columns={"a": "z"})[["z"]],
        RAW[["b"]].rename(columns={"b": "a"}),
        np.array([[1.0, 99.0]]),
        np.array([["x"]]),
        np.zeros((2, 2, 2)),
        None,
    ],
    ids=range(10),
)
def test_what_was_changed_on_the_way_is_not_found(inputs):
    assert raw_rows(RAW, inputs) is None


def test_a_matrix_is_found_by_its_contents_where_that_is_unambiguous():
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], 7: [10.0, 20.0, 30.0]})
    rows, operations = raw_rows(frame, np.array([[3.0, 30.0], [1.0, 10.0]]))
    assert rows["a"].tolist() == [3.0, 1.0]
    assert operations[0].arguments == {"columns": ["a", 7]}


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [([1.0, None], [1.0, None], True), ([1.0, None], [None, 1.0], False), ([1, 2], [1.0, 2.0], True),
     ([1, 2], ["1", "2"], False), (["a", None], ["a", None], True)],
    ids=range(5),
)  # fmt: skip
def test_columns_are_the_same_by_value_and_by_where_they_miss(one, other, equal):
    assert same(pd.Series(one), pd.Series(other)) is equal


def test_a_recipe_is_proven_by_the_notebooks_own_predictions_in_bulk_and_alone():
    frame = pd.DataFrame(models.X, columns=["a", 7])
    train, _, y, _ = train_test_split(frame, models.TARGET, random_state=0)
    model = LogisticRegression().fit(train.to_numpy(), y)
    rows, operations = raw_rows(frame, train.to_numpy())
    recipe = Recipe(state="proven", reason="", operations=operations)
    proof = prove(recipe, model, frame, [(rows, train.to_numpy())])
    assert proof.predictions_equal
    assert proof.matched == len(train)
    assert f"{len(train)} of {len(train)} rows" in proof.statement
    other = prove(recipe, model, frame, [(rows, train.to_numpy() + 1)])
    assert not other.predictions_equal
