"""The simple model is the one scikit-learn's own pipeline gives, and learns nothing of the tested rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from o16n.readiness.simple import LEVELS, _encoded, simple_outputs


def rows(n, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "x": rng.normal(3, 2, n),
            "when": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 99, n), "D"),
            "kind": rng.choice(["a", "b", "c"], n),
            "free": [f"text {number}" for number in range(n)],
            "same": 1.0,
        }
    )


def test_its_answers_are_those_of_a_pipeline_of_scikit_learn(build):
    frame = rows(600)[["x", "kind"]]
    rng = np.random.default_rng(1)
    target = pd.Series(((frame["x"] > 3) ^ (rng.random(600) < 0.2)).astype(int), name="y")
    train, test = build.cut(frame, target, 400)
    encode = ColumnTransformer([("n", StandardScaler(), ["x"]), ("k", OneHotEncoder(), ["kind"])])
    model = make_pipeline(encode, DecisionTreeClassifier(max_depth=2)).fit(*train)
    told, outputs = simple_outputs(build.subject(model, train, test))
    theirs = make_pipeline(encode, LogisticRegression(max_iter=200)).fit(*train)
    assert told == "a logistic regression on the same columns (400 rows)"
    assert outputs.probabilities == pytest.approx(theirs.predict_proba(test[0]), abs=1e-3)
    assert outputs.classes == (0, 1)


def test_a_regression_is_compared_with_a_ridge(build):
    frame = build.frame(300)
    target = pd.Series(2 * frame["c0"] - frame["c3"] + 5, name="y")
    train, test = build.cut(frame, target, 200)
    subject = build.subject(DummyRegressor().fit(*train), train, test)
    told, outputs = simple_outputs(subject)
    theirs = make_pipeline(StandardScaler(), Ridge()).fit(*train)
    assert told.startswith("a ridge regression on the same columns")
    assert outputs.numbers == pytest.approx(theirs.predict(test[0]))


def test_a_target_of_one_value_leaves_nothing_to_tell_apart(build):
    frame = build.frame(60)
    train, test = build.cut(frame, pd.Series([2.0] * 60), 40)
    assert simple_outputs(build.subject(DummyRegressor().fit(*train), train, test)) is None


def test_columns_that_say_nothing_are_left_out():
    frame = rows(200)
    one, other = _encoded(frame[:170], frame[170:])
    assert one.shape == (170, 5)  # x, when and three kinds; free text and the constant are gone
    assert other.shape == (30, 5)
    empty, empty_too = _encoded(frame[["free", "same"]][:170], frame[["free", "same"]][170:])
    assert (empty.shape, empty_too.shape) == ((170, 0), (30, 0))


def test_numbers_are_standardised_by_the_training_rows_alone():
    train, test = pd.DataFrame({"x": [1.0, 3.0, 5.0]}), pd.DataFrame({"x": [3.0, 300.0]})
    one, other = _encoded(train, test)
    scaler = StandardScaler().fit(train)
    assert one == pytest.approx(scaler.transform(train))
    assert other == pytest.approx(scaler.transform(test))


def test_what_is_missing_or_infinite_is_the_median_of_the_training_rows():
    train = pd.DataFrame({"x": [0.0, 0.0, 1.0, 11.0, np.nan, np.inf]})
    one, other = _encoded(train, pd.DataFrame({"x": [np.nan, 0.5, -np.inf]}))
    assert one[4] == one[5] == other[0] == other[1] == other[2]


def test_levels_that_only_the_tested_rows_have_are_none_of_the_columns():
    one, other = _encoded(pd.DataFrame({"k": list("aab")}), pd.DataFrame({"k": ["z", "a", None]}))
    assert one.tolist() == [[1, 0], [1, 0], [0, 1]]
    assert other.tolist() == [[0, 0], [1, 0], [0, 0]]


def test_no_more_than_the_commonest_levels_become_columns():
    values = [f"v{n}" for n in range(40) for _ in range(40 - n)]
    one, _ = _encoded(pd.DataFrame({"k": values}), pd.DataFrame({"k": values}))
    assert one.shape[1] == LEVELS
    assert one.sum(axis=0).tolist() == [40 - n for n in range(LEVELS)]


def test_a_column_that_is_text_in_one_part_and_numbers_in_the_other_is_levels():
    one, other = _encoded(pd.DataFrame({"k": [1, 2]}), pd.DataFrame({"k": ["1", "x"]}))
    assert one.tolist() == [[1, 0], [0, 1]]
    assert other.tolist() == [[1, 0], [0, 0]]
