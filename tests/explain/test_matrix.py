"""Models of every shape behind a mixed-type Pipeline are explained in raw columns, and it adds up."""

from __future__ import annotations

import importlib

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, TunedThresholdClassifierCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from o16n.explain.explain import explain
from o16n.explain.explainers import average, exact, linear, native, tree
from tests.explain import recipes
from tests.explain.conftest import candidate_of, levels_of

NUMBERS, TEXTS = ["age", "amount", "months"], ["housing", "sex"]


def yes(score):
    return (score > 0).astype(int)


def same(score):
    return score


def booster(library, name, **options):
    def made():
        pytest.importorskip(library)
        return getattr(importlib.import_module(library), name)(n_estimators=20, **options)

    return made


def soft():
    pair = [("a", RandomForestClassifier(5)), ("b", ExtraTreesClassifier(5))]
    return VotingClassifier(pair, voting="soft")


def stacked():
    pair = [("a", DecisionTreeClassifier(max_depth=3)), ("b", LogisticRegression())]
    return StackingClassifier(pair, cv=2)


SHAPES = [
    ("logistic", LogisticRegression, yes, linear),
    ("ridge", Ridge, same, linear),
    ("forest", lambda: RandomForestClassifier(15, random_state=0), yes, tree),
    ("regularised", lambda: RandomForestClassifier(15, min_samples_leaf=9), levels_of, tree),
    ("extra trees", lambda: ExtraTreesClassifier(15, random_state=0), yes, tree),
    ("boosted", lambda: GradientBoostingClassifier(n_estimators=15), yes, tree),
    ("boosted classes", lambda: GradientBoostingClassifier(n_estimators=9), levels_of, tree),
    ("binned", lambda: HistGradientBoostingClassifier(max_iter=15), yes, tree),
    ("binned classes", lambda: HistGradientBoostingClassifier(max_iter=9), levels_of, tree),
    ("xgboost", booster("xgboost", "XGBClassifier"), yes, native),
    ("lightgbm", booster("lightgbm", "LGBMClassifier", verbose=-1), yes, native),
    ("bagged", lambda: BaggingClassifier(DecisionTreeClassifier(max_depth=4), 5), yes, average),
    ("voting", soft, yes, average),
    ("calibrated", lambda: CalibratedClassifierCV(RandomForestClassifier(5), cv=2), yes, exact),
    ("stacking", stacked, yes, exact),
    ("mlp", lambda: MLPClassifier((5,), max_iter=40, random_state=0), yes, exact),
    ("svc", SVC, yes, exact),
]


def prepared(model):
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    texts = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return make_pipeline(ColumnTransformer([("n", numbers, NUMBERS), ("t", texts, TEXTS)]), model)


def right(found, module):
    assert found.method == module.METHOD
    assert found.columns == "raw columns"
    assert found.additivity.holds
    assert found.additivity.largest_error <= 1e-6
    assert found.truth.exact
    assert found.truth.halves > 0.5
    assert found.truth.deletion.better
    assert found.sampling.stopped == "all rows"
    assert {one.column for one in found.reference} == {one.column for one in found.drivers}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(("name", "make", "truth_of", "module"), SHAPES, ids=[s[0] for s in SHAPES])
def test_a_shape_is_explained_in_raw_columns_by_the_explainer_that_is_right(
    mixed, name, make, truth_of, module
):
    train, score, test, more = (one[:40] if at > 1 else one for at, one in enumerate(mixed))
    model = prepared(make()).fit(train, truth_of(score))
    found = explain(candidate_of(model, train, truth_of(score), test, truth_of(more)))
    right(found, module)
    assert {one.column for one in found.drivers} == set(train.columns), name


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda one: GridSearchCV(one, {"randomforestclassifier__max_depth": [2, 4]}, cv=2),
        lambda one: TunedThresholdClassifierCV(one, cv=2),
    ],
    ids=["search", "threshold"],
)
def test_wrappers_around_the_pipeline_change_nothing(mixed, wrapped):
    train, score, test, more = mixed
    model = wrapped(prepared(RandomForestClassifier(9, random_state=0))).fit(train, yes(score))
    right(explain(candidate_of(model, train, yes(score), test, yes(more))), tree)


def test_native_categories_with_gaps_need_no_pipeline(mixed):
    train, score, test, more = mixed
    kinds = {name: pd.CategoricalDtype(sorted(set(train[name]))) for name in TEXTS}
    train, test = train.astype(kinds), test.astype(kinds)
    assert train["amount"].isna().any()
    model = HistGradientBoostingClassifier(max_iter=15).fit(train, yes(score))
    right(explain(candidate_of(model, train, yes(score), test, yes(more))), tree)


@pytest.mark.parametrize(
    ("cells", "module"),
    [
        ((recipes.DUMMIES, recipes.SPLIT, recipes.FOREST), tree),
        ((recipes.CODES, recipes.SPLIT, recipes.LOGISTIC), linear),
        ((recipes.RATIO, recipes.SPLIT, recipes.FOREST), exact),
    ],
    ids=["dummies", "codes and a scaler", "a ratio"],
)
def test_three_recipes_are_explained_in_raw_columns(tmp_path, cells, module):
    right(explain(recipes.prepared(tmp_path, *cells)), module)


def test_a_second_run_writes_the_same_bytes_but_for_its_times(mixed):
    from dataclasses import replace

    from o16n.explain.explanation_file import to_json
    from o16n.files import canonical_json

    train, score, test, more = mixed
    model = prepared(RandomForestClassifier(9, random_state=0)).fit(train, yes(score))
    candidate = candidate_of(model, train, yes(score), test, yes(more))
    runs = [replace(explain(candidate, seed=3), seconds=0.0, forecast=0.0) for _ in range(2)]
    one, other = (canonical_json(to_json(run)) for run in runs)
    assert one == other


def test_a_named_row_is_among_the_cases_and_an_unknown_one_is_refused(mixed):
    from o16n.errors import UnknownName

    train, score, test, more = mixed
    model = prepared(LogisticRegression()).fit(train, yes(score))
    candidate = candidate_of(model, train, yes(score), test, yes(more))
    name = test.index[7]
    case = next(one for one in explain(candidate, rows=[name]).cases if "named" in one.kind)
    assert case.row == str(name)
    told = {one.column: one.value for one in case.contributions}
    assert told["housing"] == test.loc[name, "housing"]
    with pytest.raises(UnknownName, match="held-out rows"):
        explain(candidate, rows=["no such row"])


def test_many_rows_are_explained_as_far_as_the_ranking_needs():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(24_000, 6))
    truth = rows @ np.array([3.0, 2.0, 1.5, 1.0, 0.7, 0.4])
    model = Ridge().fit(rows[:4000], truth[:4000])
    found = explain(candidate_of(model, rows[:4000], truth[:4000], rows[4000:], truth[4000:]))
    assert found.sampling.stopped == "resolved"
    assert found.explained < found.population == 20_000
    assert {one.state for one in found.ranking} == {"resolved"}
    assert found.forecast > 0
    assert all(one.low < one.strength < one.high for one in found.drivers)
