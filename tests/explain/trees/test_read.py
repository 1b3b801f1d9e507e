"""scikit-learn's trees are read as they answer: base plus leaves is the model's own output."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.tree import DecisionTreeClassifier, ExtraTreeRegressor

from o16n.explain.trees.forest import Work
from o16n.explain.trees.read import read, scaled
from tests.explain.trees.conftest import rows_of


def adds_up(model, given, output):
    forest = read(model)
    found = Work(forest, np.arange(model.n_features_in_), model.n_features_in_).amounts(given)
    told = np.asarray(output).reshape(given.shape[0], -1)
    assert np.abs(found.sum(axis=1) + forest.expected() - told).max() < 1e-10


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        (DecisionTreeClassifier(random_state=0), "predict_proba"),
        (ExtraTreesClassifier(9, class_weight="balanced", bootstrap=True), "predict_proba"),
        (
            GradientBoostingClassifier(n_estimators=5, loss="log_loss", init="zero"),
            "decision_function",
        ),
        (GradientBoostingClassifier(n_estimators=5, subsample=0.5), "decision_function"),
        (HistGradientBoostingClassifier(max_iter=7), "decision_function"),
        (
            HistGradientBoostingClassifier(max_iter=5, categorical_features=[4, 0]),
            "decision_function",
        ),
    ],
)
@pytest.mark.parametrize("classes", [2, 3])
def test_classifiers_of_two_and_three_classes(model, asked, classes):
    rows, score = rows_of(250)
    rows = np.nan_to_num(rows)
    model.fit(rows, np.digitize(score, [0.4, 1.6][: classes - 1]))
    adds_up(model, rows, getattr(model, asked)(rows))


@pytest.mark.parametrize(
    "model",
    [
        RandomForestRegressor(9),
        ExtraTreesRegressor(9),
        ExtraTreeRegressor(),
        GradientBoostingRegressor(n_estimators=9, loss="huber"),
        HistGradientBoostingRegressor(max_iter=9),
        HistGradientBoostingRegressor(max_iter=9, loss="quantile", quantile=0.7),
    ],
)
def test_regressors(model):
    rows, score = rows_of(250)
    rows = np.nan_to_num(rows)
    model.fit(rows, score)
    adds_up(model, rows, model.predict(rows))


def test_a_frame_with_texts_as_categories_keeps_its_columns_apart():
    rows, score = rows_of(400)
    frame = pd.DataFrame(rows, columns=list("abcde"))
    frame["e"] = pd.Categorical([f"level {int(one)}" for one in frame["e"]])
    frame["c"] = pd.Categorical(np.where(frame["c"] > 0, "high", "low"))
    model = HistGradientBoostingClassifier(max_iter=20).fit(frame, score > 0.5)
    forest = read(model)
    assert forest.columns == (2, 4, 0, 1, 3)
    adds_up(model, frame, model.decision_function(frame))
    unseen = frame.head(5).assign(e=pd.Categorical(["never seen"] * 5))
    adds_up(model, unseen, model.decision_function(unseen))
    still = Work(forest, np.arange(5), 5).amounts(frame)
    moved = Work(forest, np.arange(5), 5).amounts(frame.assign(a=frame["a"].to_numpy()[::-1]))
    changed = np.abs(still - moved).max(axis=(0, 2))
    assert changed[0] > 0.1


def test_sparse_rows_are_those_of_the_dense_matrix():
    rows, score = rows_of(200)
    rows = np.nan_to_num(rows)
    model = RandomForestRegressor(5).fit(rows, score)
    adds_up(model, csr_matrix(rows), model.predict(rows))


def test_weights_of_zero_leave_branches_without_weight_and_still_add_up():
    rows, score = rows_of(200)
    weight = (np.arange(200) % 3 > 0).astype(float)
    model = RandomForestRegressor(5, bootstrap=False, max_features=1).fit(
        rows, score, sample_weight=weight
    )
    adds_up(model, rows, model.predict(rows))


def test_rows_are_rounded_as_the_forest_rounds_them():
    rows = np.array([[0.1], [0.1 + 1e-9], [0.30000001]] * 20)
    model = RandomForestRegressor(3).fit(rows, np.arange(60.0) % 3)
    adds_up(model, rows, model.predict(rows))


def test_a_tree_that_is_one_leaf_adds_nothing():
    rows, _ = rows_of(50)
    model = HistGradientBoostingRegressor(max_iter=3).fit(rows, np.full(50, 3.0))
    forest = read(model)
    assert forest.expected() == pytest.approx([3.0])
    assert Work(forest, np.arange(5), 5).amounts(rows).max() == 0


def test_what_no_tree_tells_is_not_read():
    rows, score = rows_of(100)
    rows = np.nan_to_num(rows)
    own = GradientBoostingClassifier(n_estimators=2, init=LogisticRegression())
    assert read(own.fit(rows, score > 0)) is None
    assert read(LinearRegression().fit(rows, score)) is None
    assert read(RandomForestRegressor(2).fit(rows, np.column_stack([score, score]))) is None

    class RandomForestClassifier:
        """Not scikit-learn's."""

    assert read(RandomForestClassifier()) is None


def test_half_of_a_forest_answers_half():
    rows, score = rows_of(100)
    forest = read(RandomForestRegressor(3, random_state=0).fit(rows, score))
    half = scaled(forest, 0.5)
    assert half.expected() == pytest.approx(forest.expected() / 2)
