"""Raw rows of frames are found by index and value, and a recipe is proven by the notebook's own predictions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from o16n.recipe.match import raw_rows, same, selection
from o16n.recipe.program import Site
from o16n.recipe.proof import Use
from o16n.recipe.prove import prove
from o16n.recipe.replay import apply
from tests.bundle import models

RAW = pd.DataFrame(
    {"a": [1, 2, 3, 4], "b": [0.5, None, 2.5, 3.5], "t": list("xyxz"), 7: [9, 8, 7, 6]}
)
SITE = Site(cell=1, line=1)


def as_read(raw, found):
    return selection(raw, found.columns, matrix=found.matrix, site=SITE, reason="as read")


@pytest.mark.parametrize("names", [["a", "b"], [7, "a"], [7], ["t", 7, "b", "a"]], ids=str)
def test_a_shuffled_part_of_a_frame_is_found_by_its_index(names):
    part = RAW[names].sample(3, random_state=0)
    found = raw_rows(RAW, part)
    assert RAW.index[found.places].tolist() == part.index.tolist()
    played = apply(as_read(RAW, found), RAW.loc[part.index])
    pd.testing.assert_frame_equal(
        played.value, part.reset_index(drop=True), check_column_type=False
    )
    assert played.rows.tolist() == [0, 1, 2]


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
    found = raw_rows(frame, np.array([[3.0, 30.0], [1.0, 10.0]]))
    assert frame["a"].iloc[found.places].tolist() == [3.0, 1.0]
    assert found.columns == ("a", 7)
    assert (apply(as_read(frame, found), frame).value == frame.to_numpy()).all()


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [([1.0, None], [1.0, None], True), ([1.0, None], [None, 1.0], False), ([1, 2], [1.0, 2.0], True),
     ([1, 2], ["1", "2"], False), (["a", None], ["a", None], True)],
    ids=range(5),
)  # fmt: skip
def test_columns_are_the_same_by_value_and_by_where_they_miss(one, other, equal):
    assert same(pd.Series(one), pd.Series(other)) is equal


@pytest.fixture
def fitted():
    frame = pd.DataFrame(models.X, columns=["a", 7])
    train, _, y, _ = train_test_split(frame, models.TARGET, random_state=0)
    model = LogisticRegression().fit(train.to_numpy(), y)
    found = raw_rows(frame, train.to_numpy())
    return frame, as_read(frame, found), Use(matrix=train.to_numpy(), places=found.places), model


def test_a_recipe_is_proven_by_the_notebooks_own_predictions_in_bulk_and_alone(fitted):
    frame, recipe, use, model = fitted
    proven, proof = prove(recipe, frame, [use], model)
    assert proven.state == "proven"
    assert proof.predictions_equal
    assert proof.matched == proof.bit_equal == proof.compared == len(use.places)
    assert f"{len(use.places)} of {len(use.places)} rows" in proof.statement
    assert proof.alone == proof.alone_tried == min(120, len(use.places))
    assert proof.unseen == proof.unseen_answered > 0
    assert proof.injected == proof.injected_same > 0
    assert proof.required == ("a", "7")


def test_other_inputs_or_another_models_predictions_are_not_proven(fitted):
    frame, recipe, use, model = fitted
    refused, proof = prove(recipe, frame, [replace(use, matrix=use.matrix + 1)], model)
    assert refused.state == "refused"
    assert "not the notebook's own" in refused.reason
    assert "largest difference is 1" in proof.failed
    assert not proof.predictions_equal
    assert proof.matched == 0


class Moody:
    """Answers otherwise each time it is asked."""

    asked = 0

    def predict(self, inputs):
        self.asked += 1
        return np.full(len(inputs), float(self.asked))


def test_predictions_that_do_not_repeat_are_not_proven(fitted):
    frame, recipe, use, _ = fitted
    refused, proof = prove(recipe, frame, [use], Moody())
    assert refused.state == "refused"
    assert "predictions are not the notebook's own, though the inputs are" in refused.reason
    assert proof.bit_equal == proof.compared
