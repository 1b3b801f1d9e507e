"""Linear models are explained in closed form, exactly, in raw-column names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    LinearRegression,
    LogisticRegression,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

from o16n.explain.explain import explain
from tests.explain.conftest import candidate_of, levels_of, marginal_game, shapley


def prepared(model):
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return make_pipeline(
        ColumnTransformer(
            [
                ("texts", OneHotEncoder(handle_unknown="ignore"), ["housing", "sex"]),
                ("numbers", numbers, ["age", "amount", "months"]),
            ]
        ),
        model,
    )


def explained(model, mixed, truth_of):
    train, score, test, more = mixed
    model = prepared(model).fit(train, truth_of(score))
    return model, explain(candidate_of(model, train, truth_of(score), test, truth_of(more)))


@pytest.mark.parametrize("model", [LinearRegression(), Ridge(alpha=3.0)])
def test_a_regression_gives_the_shapley_values_of_its_raw_columns(mixed, model):
    train, _, test, _ = mixed
    fitted, found = explained(model, mixed, lambda score: score)
    assert found.kind == "shap"
    assert found.unit == "target unit"
    assert found.additivity.holds
    assert found.explained == found.population == len(test)
    case = found.cases[0]
    row = test.loc[[int(case.row)]]
    exact = shapley(marginal_game(fitted.predict, row, train), 5)[0]
    told = {one.column: one.amount for one in case.contributions}
    assert [told[name] for name in train.columns] == pytest.approx(exact.tolist(), abs=1e-9)
    assert case.base == pytest.approx(fitted.predict(train).mean())


@pytest.mark.parametrize("positive", [0, 1])
def test_of_two_classes_the_positive_one_is_explained_in_log_odds(mixed, positive):
    train, score, test, more = mixed
    truth = (score > 0).astype(int)
    model = prepared(LogisticRegression()).fit(train, truth)
    found = explain(
        candidate_of(model, train, truth, test, (more > 0).astype(int), positive=positive)
    )
    assert found.unit == "log-odds"
    assert found.output == f"target = {positive}"
    strongest = next(case for case in found.cases if "strongest yes" in case.kind)
    share = model.predict_proba(test.loc[[int(strongest.row)]])[0, positive]
    assert share == pytest.approx(1 / (1 + np.exp(-strongest.answer)))
    assert share > 0.8
    sign = 1 if positive else -1
    exact = shapley(
        marginal_game(
            lambda rows: sign * model.decision_function(rows),
            test.loc[[int(strongest.row)]],
            train.sample(80, random_state=0),
        ),
        5,
    )
    told = [one.amount for one in strongest.contributions]
    assert np.corrcoef(sorted(exact[0]), sorted(told))[0, 1] > 0.98


def test_of_three_classes_each_has_its_own_contributions(mixed):
    train, _, test, _ = mixed
    model, found = explained(LogisticRegression(), mixed, levels_of)
    assert found.unit == "log-score"
    assert len(found.outputs) == len(found.bases) == 3
    case = next(one for one in found.cases if one.kind.startswith("surest good"))
    row = test.loc[[int(case.row)]]
    exact = shapley(marginal_game(model.decision_function, row, train), 5)[0]
    told = {one.column: one.amount for one in case.contributions}
    which = list(model.classes_).index("good")
    assert case.output == "target = good"
    assert case.said == "good"
    assert [told[name] for name in train.columns] == pytest.approx(exact[:, which].tolist())
    driver = found.drivers[0]
    assert driver.strength == pytest.approx(np.mean(driver.by_output))
    assert len(driver.by_output) == 3


@pytest.mark.parametrize(
    ("model", "unit"),
    [
        (LinearDiscriminantAnalysis(), "log-odds"),
        (LinearSVC(), "decision value"),
        (RidgeClassifier(), "decision value"),
        (SGDClassifier(loss="modified_huber", random_state=0), "decision value"),
        (SGDClassifier(loss="log_loss", random_state=0), "log-odds"),
    ],
)
def test_log_odds_are_only_said_where_the_probabilities_agree(mixed, model, unit):
    _, found = explained(model, mixed, lambda score: (score > 0).astype(int))
    assert found.unit == unit
    assert found.additivity.holds


def test_a_mixed_column_is_not_explained_in_closed_form(numbers):
    from sklearn.decomposition import PCA

    train, score, test, more = numbers
    model = make_pipeline(StandardScaler(), PCA(2), Ridge()).fit(train, score)
    found = explain(candidate_of(model, train, score, test, more))
    assert "columns are mixed on their way to the model" in found.passed_over
    assert "every coalition" in found.method
    assert found.additivity.holds


def test_a_class_of_the_notebook_named_like_scikit_learns_is_not_taken_for_it(numbers):
    train, score, test, more = numbers

    class Ridge(LinearRegression):
        def predict(self, rows):
            return super().predict(rows) ** 2

    model = Ridge().fit(train, score)
    found = explain(candidate_of(model, train, score, test, more))
    assert found.passed_over[0] == "Ridge is not a linear model"
    assert found.additivity.holds


def test_sparse_inputs_are_explained_without_making_the_background_dense():
    from scipy.sparse import random as sparse

    rows = sparse(600, 3000, density=0.01, format="csr", random_state=0)
    truth = (np.asarray(rows[:, :50].sum(axis=1)).ravel() > 0.2).astype(int)
    model = LogisticRegression().fit(rows[:500], truth[:500])
    found = explain(candidate_of(model, rows[:500], truth[:500], rows[500:], truth[500:]))
    assert found.additivity.holds
    assert len(found.drivers) == 100
    assert "The 100 strongest of 3000 columns are listed." in found.limits
    case = found.cases[0]
    assert case.contributions[-1].column == "2970 other columns"
    assert case.base + sum(one.amount for one in case.contributions) == pytest.approx(case.answer)


def test_texts_are_explained_as_one_column_each():
    from sklearn.feature_extraction.text import TfidfVectorizer

    frame = pd.DataFrame(
        {
            "note": ["late again", "paid in time", "late and rude", "in time, kind"] * 20,
            "age": [20.0, 50, 25, 60] * 20,
        }
    )
    truth = np.array([0, 1, 0, 1] * 20)
    blocks = ColumnTransformer([("t", TfidfVectorizer(), "note"), ("n", "passthrough", ["age"])])
    model = make_pipeline(blocks, LogisticRegression(max_iter=2000)).fit(frame, truth)
    found = explain(candidate_of(model, frame[:60], truth[:60], frame[60:], truth[60:]))
    assert {one.column for one in found.drivers} == {"note", "age"}
    assert found.additivity.holds
