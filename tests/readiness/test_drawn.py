"""Figures of the answers are sums over rows that agree with what scikit-learn counts."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import auc, confusion_matrix, roc_auc_score
from sklearn.preprocessing import scale
from sklearn.svm import LinearSVC

from o16n.metrics import outputs_of
from o16n.readiness.drawn import POINTS, drawn


def answered(load, model, task):
    rows, truth = load(return_X_y=True)
    rows = scale(rows)
    return outputs_of(model.fit(rows, truth), rows, task), truth


def test_the_curve_of_two_classes_encloses_the_auc_that_is_reported():
    outputs, truth = answered(load_breast_cancer, LogisticRegression(C=1e-4), "binary")
    curve = drawn(outputs, truth)["roc"]
    assert len(curve) <= POINTS + 1
    assert curve[0] == [0.0, 0.0]
    assert curve[-1] == [1.0, 1.0]
    area = auc(*np.transpose(curve))
    assert area == pytest.approx(roc_auc_score(truth, outputs.probabilities[:, 1]), abs=0.005)


def test_the_matrix_counts_as_scikit_learn_does():
    outputs, truth = answered(load_iris, LogisticRegression(), "multiclass")
    found = drawn(outputs, truth)
    assert found["confusion"]["counts"] == confusion_matrix(truth, outputs.labels).tolist()
    assert found["confusion"]["labels"] == ["0", "1", "2"]
    assert "roc" not in found


def test_a_model_without_probabilities_has_a_matrix_and_no_curve():
    outputs, truth = answered(load_breast_cancer, LinearSVC(), "binary")
    assert list(drawn(outputs, truth)) == ["confusion"]


def test_errors_are_told_by_tenths_of_the_prediction_and_no_row_stands_alone():
    outputs, truth = answered(load_diabetes, LinearRegression(), "regression")
    bins = drawn(outputs, truth)["residuals"]
    assert len(bins) == 10
    assert [one[0] for one in bins] == sorted(one[0] for one in bins)
    assert all(low <= middle <= high for _, low, middle, high in bins)
    one = outputs.take(np.arange(30))
    assert drawn(one, truth[:30]) == {}


def test_one_class_in_the_truth_has_no_curve_to_draw():
    outputs, truth = answered(load_breast_cancer, LogisticRegression(), "binary")
    only = np.flatnonzero(truth == 1)
    assert not drawn(outputs.take(only), truth[only]).get("roc")
