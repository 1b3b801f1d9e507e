"""Trees are explained by shap where it is right, and only there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from o16n.explain.explain import explain
from o16n.explain.explainers.tree import GROUPED
from tests.explain.conftest import candidate_of, levels_of, path_game, shapley


def explained(model, data, truth_of):
    train, score, test, more = data
    model = model.fit(train, truth_of(score))
    return model, explain(candidate_of(model, train, truth_of(score), test, truth_of(more)))


def yes(score):
    return (score > 0).astype(int)


@pytest.mark.parametrize("gaps", [False, True])
def test_a_regression_tree_gives_the_shapley_values_of_its_covers(numbers, gaps):
    train, score, test, more = numbers
    if gaps:
        train, test = (one.mask(one > one.quantile(0.8)) for one in (train, test))
    model, found = explained(
        DecisionTreeRegressor(max_depth=4, random_state=0), (train, score, test, more), lambda y: y
    )
    case = found.cases[0]
    row = test.loc[[int(case.row)]]
    exact = shapley(path_game(model.tree_, row, [0, 1, 2]), 3)[0, :, 0]
    told = {one.column: one.amount for one in case.contributions}
    assert [told[name] for name in train.columns] == pytest.approx(exact.tolist(), abs=1e-9)


def test_a_forest_gives_the_mean_of_its_trees_in_probability(numbers):
    _, _, test, _ = numbers
    forest = RandomForestClassifier(8, max_depth=4, random_state=0)
    model, found = explained(forest, numbers, levels_of)
    assert found.unit == "probability"
    for case in found.cases:
        row = test.loc[[int(case.row)]]
        games = [shapley(path_game(one.tree_, row, [0, 1, 2]), 3)[0] for one in model.estimators_]
        which = list(model.classes_).index(case.said)
        exact = np.mean(games, axis=0)[:, which]
        told = {one.column: one.amount for one in case.contributions}
        assert [told[name] for name in test.columns] == pytest.approx(exact.tolist(), abs=1e-9)


def test_encoded_columns_of_a_tree_are_summed_near_the_exact_grouped_game(mixed):
    train, score, test, more = mixed
    names = ["age", "housing", "sex", "months"]
    encoder = ColumnTransformer(
        [("t", OneHotEncoder(), ["housing", "sex"]), ("n", "passthrough", ["age", "months"])]
    )
    model = make_pipeline(encoder, DecisionTreeRegressor(max_depth=5, random_state=0))
    model, found = explained(model, (train[names], score, test[names], more), lambda y: y)
    assert GROUPED in found.limits
    owner = [1] * 4 + [2] * 2 + [0, 3]
    picked = test.loc[[int(case.row) for case in found.cases], names]
    encoded = model[:-1].transform(picked)
    exact = shapley(path_game(model[-1].tree_, encoded, owner), 4)[:, :, 0]
    told = [
        [next(c.amount for c in case.contributions if c.column == name) for name in names]
        for case in found.cases
    ]
    gap = np.abs(np.array(told) - exact).sum() / np.abs(exact).sum()
    assert gap < 0.15
    assert np.array(told).sum(axis=1) == pytest.approx(exact.sum(axis=1))


@pytest.mark.parametrize(
    ("model", "truth_of", "unit", "outputs"),
    [
        (DecisionTreeClassifier(max_depth=6), yes, "probability", 1),
        (RandomForestClassifier(30), levels_of, "probability", 3),
        (RandomForestRegressor(30), lambda y: y, "target unit", 1),
        (ExtraTreesClassifier(30), yes, "probability", 1),
        (GradientBoostingClassifier(n_estimators=20), yes, "log-odds", 1),
        (GradientBoostingRegressor(n_estimators=20), lambda y: y, "target unit", 1),
        (HistGradientBoostingClassifier(max_iter=20), yes, "log-odds", 1),
        (HistGradientBoostingClassifier(max_iter=20), levels_of, "log-score", 3),
        (HistGradientBoostingRegressor(max_iter=20), lambda y: y, "target unit", 1),
    ],
)
def test_each_family_adds_up_to_its_own_output_in_its_own_unit(
    numbers, model, truth_of, unit, outputs
):
    _, found = explained(model, numbers, truth_of)
    assert (found.method, found.unit) == ("shap TreeExplainer, path-dependent", unit)
    assert found.additivity.holds
    assert found.additivity.rows == found.explained == 150
    assert len(found.outputs) == outputs


@pytest.mark.parametrize("positive", [0, 1])
@pytest.mark.parametrize(
    "model", [RandomForestClassifier(20), HistGradientBoostingClassifier(max_iter=10)]
)
def test_the_positive_class_may_be_the_first_one(numbers, model, positive):
    train, score, test, more = numbers
    model = model.fit(train, yes(score))
    found = explain(candidate_of(model, train, yes(score), test, yes(more), positive=positive))
    case = next(one for one in found.cases if "strongest yes" in one.kind)
    assert case.said == str(positive)
    assert found.output == f"target = {positive}"


def test_native_categoricals_are_passed_over_and_still_explained_rightly(mixed):
    train, score, test, more = mixed
    known = {name: sorted(set(train[name])) for name in ("housing", "sex")}
    both = [
        one.assign(**{name: pd.Categorical(one[name], levels) for name, levels in known.items()})
        for one in (train, test)
    ]
    model = HistGradientBoostingClassifier(max_iter=15)
    _, found = explained(model, (both[0], score, both[1], more), yes)
    assert any("issue 3436" in one for one in found.passed_over)
    assert found.additivity.holds
    assert found.unit == "probability"


def test_a_link_that_shap_overlooks_is_caught_by_the_models_own_output(numbers):
    model = HistGradientBoostingRegressor(loss="poisson", max_iter=10)
    _, found = explained(model, numbers, lambda y: np.abs(y) + 0.1)
    assert any("TreeExplainer, path-dependent miss" in one for one in found.passed_over)
    assert "every coalition" in found.method
    assert found.additivity.holds


def test_gradient_boosting_of_three_classes_is_passed_over_by_name(numbers):
    _, found = explained(GradientBoostingClassifier(n_estimators=5), numbers, levels_of)
    assert "shap does not know gradient boosting of several classes" in found.passed_over
    assert found.additivity.holds


def test_an_ordinal_encoding_keeps_columns_apart(mixed):
    train, score, test, more = mixed
    model = make_pipeline(
        ColumnTransformer(
            [("t", OrdinalEncoder(), ["housing", "sex"]), ("n", "passthrough", ["age", "months"])]
        ),
        RandomForestClassifier(20, random_state=0),
    )
    _, found = explained(model, (train, score, test, more), yes)
    assert GROUPED not in found.limits
    unused = next(one for one in found.drivers if one.column == "amount")
    assert unused.strength == 0
    assert unused.direction is None
