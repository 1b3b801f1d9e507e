"""What kind of answer a model gives is told by scikit-learn's own tags and by its classes."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.cluster import KMeans
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import IsolationForest, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM

from o16n.candidate.task import task_of
from o16n.errors import UnsupportedModel

ROWS = np.random.default_rng(0).normal(size=(40, 2))
TWO, THREE = np.arange(40) % 2, np.array(list("abc"))[np.arange(40) % 3]


@pytest.mark.parametrize(
    ("model", "target", "task"),
    [
        (LogisticRegression(), TWO, "binary"),
        (LogisticRegression(), THREE, "multiclass"),
        (make_pipeline(StandardScaler(), LogisticRegression()), TWO, "binary"),
        (GridSearchCV(DummyClassifier(), {}), THREE, "multiclass"),
        (DummyClassifier(), np.zeros(40), "multiclass"),
        (LinearRegression(), ROWS[:, 0], "regression"),
        (make_pipeline(StandardScaler(), RandomForestRegressor(3)), ROWS[:, 0], "regression"),
        (KMeans(2), None, "clustering"),
        (IsolationForest(n_estimators=3), None, "anomaly"),
        (make_pipeline(StandardScaler(), OneClassSVM()), None, "anomaly"),
    ],
    ids=str,
)  # fmt: skip
def test_a_fitted_model_has_a_task(model, target, task):
    assert task_of(model.fit(ROWS, target)) == task


def test_a_class_that_says_nothing_of_itself_is_told_by_its_classes():
    class Plain:
        classes_ = np.array(["no", "yes"])

    class Descended(BaseEstimator):
        classes_ = np.array([1, 2, 3])

    assert task_of(Plain()) == "binary"
    assert task_of(Descended()) == "multiclass"
    del Plain.classes_
    assert task_of(Plain()) == "regression"


@pytest.mark.parametrize(
    "model", [RandomForestClassifier(3), MultiOutputClassifier(DummyClassifier())], ids=str
)
def test_a_model_of_several_targets_is_refused_in_words(model):
    model.fit(ROWS, np.column_stack([TWO, TWO]))
    with pytest.raises(UnsupportedModel, match="predicts 2 targets at once; package one model"):
        task_of(model)
