"""Permutation importance stands in, bounded in time, with its reason and unit."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeClassifier

from o16n.explain.importance import _affordable, permutation_importance
from o16n.explain.inputs import read_inputs
from tests.explain.conftest import candidate_of


def important(model, truth_of, rows, *, known=True, seconds=5.0):
    truth = truth_of(rows)
    candidate = candidate_of(
        model.fit(rows[:200], truth[:200]),
        rows[:200],
        truth[:200],
        rows[200:],
        truth[200:] if known else None,
    )
    return permutation_importance(
        candidate, read_inputs(rows[200:]), seed=0, passed_over=("shap said no",), seconds=seconds
    )


@pytest.fixture(scope="module")
def rows():
    return np.random.default_rng(0).normal(size=(300, 3))


def test_the_column_that_decides_comes_first_with_an_interval(rows):
    tree = DecisionTreeClassifier(max_depth=2, random_state=0)
    found = important(tree, lambda one: (one[:, 1] > 0).astype(int), rows)
    first = found.drivers[0]
    assert first.column == "column 2"
    assert first.low < first.strength < first.high
    assert (found.unit, found.base) == ("drop of Accuracy", 0.99)
    assert found.refusal == "shap said no"
    assert found.drivers[1].strength == 0


def test_without_truth_the_models_own_answers_are_compared(rows):
    found = important(LinearRegression(), lambda one: one[:, 0], rows, known=False)
    assert found.unit == "drop of R² against its own answers"
    assert found.drivers[0].column == "column 1"


def test_where_the_truth_never_varies_errors_are_counted(rows):
    found = important(LinearRegression(), lambda one: one[:, 0] * 0 + 4, rows)
    assert found.unit == "rise of MAE"


def test_rows_and_shuffles_are_given_up_before_columns():
    assert _affordable(1e-6, 10, 10) == (500, 5, 10)
    assert _affordable(1e-2, 10, 50) == (100, 3, 10)
    assert _affordable(1e-2, 400, 50) == (50, 2, 50)
    assert _affordable(9.0, 400, 1) == (50, 2, 1)


def test_too_many_columns_for_the_time_are_said(rows):
    found = important(LinearRegression(), lambda one: one[:, 0], rows, seconds=1e-4)
    assert len(found.drivers) < 3
    assert f"The {len(found.drivers)} columns that vary most were shuffled." in found.limits
