"""A model of few columns is explained by enumerating every coalition."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.impute import KNNImputer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

from o16n.explain.explain import explain
from o16n.explain.explainers import exact
from tests.explain.conftest import candidate_of, levels_of, marginal_game, shapley

METHOD = "SHAP by every coalition of the input columns"


def yes(score):
    return (score > 0).astype(int)


@pytest.mark.parametrize("truth_of", [yes, levels_of])
def test_contributions_are_the_shapley_values_of_the_whole_model_on_its_raw_columns(
    mixed, truth_of
):
    train, score, test, more = mixed
    numbers = make_pipeline(KNNImputer(), GaussianNB())
    blocks = ColumnTransformer(
        [
            ("texts", OneHotEncoder(sparse_output=False), ["housing", "sex"]),
            ("n", "passthrough", ["age", "amount", "months"]),
        ]
    )
    model = make_pipeline(blocks, *[step for _, step in numbers.steps]).fit(train, truth_of(score))
    found = explain(candidate_of(model, train, truth_of(score), test, truth_of(more)))
    assert found.method == METHOD
    assert found.unit == "probability"
    assert f"{found.background_rows} training rows" in found.background
    case = found.cases[0]
    rng = np.random.default_rng(0)
    background = train.iloc[np.sort(rng.permutation(len(train))[: found.background_rows])]
    game = marginal_game(model.predict_proba, test.loc[[int(case.row)]], background)
    which = list(map(str, model.classes_)).index(case.output.removeprefix("target = "))
    values = shapley(game, 5)[0][:, which]
    told = {one.column: one.amount for one in case.contributions}
    assert [told[name] for name in train.columns] == pytest.approx(values.tolist(), abs=1e-9)


@pytest.mark.parametrize("width", [1, 2, 5])
def test_the_weights_are_those_of_the_definition(width):
    inside, weights = exact.coalitions(width)
    rng = np.random.default_rng(width)
    worth = {frozenset(np.flatnonzero(row)): rng.normal() for row in inside}
    table = np.array([[worth[frozenset(np.flatnonzero(row))]] for row in inside])
    expected = shapley(lambda group: np.array([worth[group]]), width)[0]
    assert (weights @ table)[:, 0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("model", "unit"),
    [
        (SVC(), "decision value"),
        (KNeighborsClassifier(), "probability"),
        (MLPClassifier((4,), max_iter=400, random_state=0), "probability"),
        (CalibratedClassifierCV(DecisionTreeClassifier(max_depth=3)), "probability"),
        (BaggingClassifier(SVC(), n_estimators=3), "probability"),
        (
            VotingClassifier([("a", GaussianNB()), ("b", LogisticRegression())], voting="soft"),
            "probability",
        ),
        (StackingClassifier([("a", GaussianNB()), ("b", LogisticRegression())]), "probability"),
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_models_that_no_family_explainer_reads_add_up_to_their_own_output(numbers, model, unit):
    train, score, test, more = numbers
    model = make_pipeline(model).fit(train, yes(score))
    found = explain(candidate_of(model, train, yes(score), test[:40], yes(more)[:40]))
    assert (found.method, found.unit) == (METHOD, unit)
    assert found.additivity.holds
    assert found.explained == 40


def test_a_regression_of_any_kind_is_explained_in_the_targets_unit(numbers):
    train, score, test, more = numbers
    model = SVR().fit(train, score)
    found = explain(candidate_of(model, train, score, test[:30], more[:30]))
    assert (found.method, found.unit) == (METHOD, "target unit")
    assert found.additivity.holds


def test_more_than_twelve_columns_are_not_enumerated():
    rng = np.random.default_rng(0)
    rows, truth = rng.normal(size=(80, 13)), rng.integers(0, 2, 80)
    model = GaussianNB().fit(rows, truth)
    found = explain(candidate_of(model, rows, truth, rows[:20], truth[:20]))
    assert "13 columns are too many to enumerate" in found.passed_over
    assert found.drivers[0].column.startswith("column ")
