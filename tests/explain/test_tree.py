"""Trees are explained exactly, a raw column being one player, also where shap is wrong."""

from __future__ import annotations

import warnings

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

from o16n.explain.explain import check_additivity, explain
from o16n.explain.explainers import tree
from o16n.explain.question import Attributed
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


def test_encoded_columns_of_a_tree_are_one_player_exactly(mixed):
    train, score, test, more = mixed
    names = ["age", "housing", "sex", "months"]
    encoder = ColumnTransformer(
        [("t", OneHotEncoder(), ["housing", "sex"]), ("n", "passthrough", ["age", "months"])]
    )
    model = make_pipeline(encoder, DecisionTreeRegressor(max_depth=5, random_state=0))
    model, found = explained(model, (train[names], score, test[names], more), lambda y: y)
    owner = [1] * 4 + [2] * 2 + [0, 3]
    picked = test.loc[[int(case.row) for case in found.cases], names]
    encoded = model[:-1].transform(picked)
    exact = shapley(path_game(model[-1].tree_, encoded, owner), 4)[:, :, 0]
    told = [
        [next(c.amount for c in case.contributions if c.column == name) for name in names]
        for case in found.cases
    ]
    assert np.abs(np.array(told) - exact).max() < 1e-9
    assert found.truth.exact
    assert "training covers" in found.game


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
        (GradientBoostingClassifier(n_estimators=8), levels_of, "log-score", 3),
        (
            GradientBoostingClassifier(n_estimators=8, loss="exponential"),
            yes,
            "decision value",
            1,
        ),
        (
            HistGradientBoostingRegressor(loss="poisson", max_iter=10),
            lambda y: np.abs(y) + 0.1,
            "log of the target unit",
            1,
        ),
        (HistGradientBoostingRegressor(max_iter=20), lambda y: y, "target unit", 1),
    ],
)
def test_each_family_adds_up_to_its_own_output_in_its_own_unit(
    numbers, model, truth_of, unit, outputs
):
    _, found = explained(model, numbers, truth_of)
    assert (found.method, found.unit) == (tree.METHOD, unit)
    assert found.additivity.holds
    assert found.explained == 150
    assert found.additivity.rows == found.explained + len(found.cases)
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


def test_native_categoricals_and_gaps_are_explained_exactly_where_shap_is_wrong(mixed):
    train, score, test, more = mixed
    known = {name: sorted(set(train[name])) for name in ("housing", "sex")}
    both = [
        one.assign(**{name: pd.Categorical(one[name], levels) for name, levels in known.items()})
        for one in (train, test)
    ]
    model = HistGradientBoostingClassifier(max_iter=15, categorical_features="from_dtype")
    model, found = explained(model, (both[0], score, both[1], more), yes)
    assert (found.method, found.unit) == (tree.METHOD, "log-odds")
    assert found.additivity.largest_error < 1e-12
    assert found.columns == "raw columns"
    levels = [one.level for one in found.groups if one.column == "housing"]
    assert set(levels) <= {"boat", "free", "own", "rent"}
    assert levels == sorted(levels)


def test_shaps_own_answer_for_native_categoricals_fails_the_same_badge(mixed):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap

    train, score, _, _ = mixed
    codes = train.assign(housing=train["housing"].astype("category").cat.codes * 1.0)
    codes = codes[["age", "amount", "months", "housing"]]
    model = HistGradientBoostingClassifier(max_iter=30, categorical_features=[3], random_state=0)
    model.fit(codes.to_numpy(), yes(score))
    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    amounts = explainer.shap_values(codes.to_numpy(), check_additivity=False)
    told = Attributed(
        amounts=np.asarray(amounts)[:, :, None],
        base=np.asarray(explainer.expected_value).reshape(-1),
        output=model.decision_function(codes.to_numpy())[:, None],
        unit="log-odds",
        background="",
    )
    assert not check_additivity(told).holds
    assert check_additivity(told).largest_error > 0.1


def test_an_ordinal_encoding_keeps_columns_apart(mixed):
    train, score, test, more = mixed
    model = make_pipeline(
        ColumnTransformer(
            [("t", OrdinalEncoder(), ["housing", "sex"]), ("n", "passthrough", ["age", "months"])]
        ),
        RandomForestClassifier(20, random_state=0),
    )
    _, found = explained(model, (train, score, test, more), yes)
    unused = next(one for one in found.drivers if one.column == "amount")
    assert unused.strength == 0
    assert unused.direction is None


def test_a_model_that_starts_from_another_model_is_passed_over_by_name(numbers):
    model = GradientBoostingClassifier(n_estimators=3, init=DecisionTreeClassifier(max_depth=2))
    _, found = explained(model, numbers, yes)
    assert "GradientBoostingClassifier is no sum of trees that are read" in found.passed_over
    assert found.additivity.holds
