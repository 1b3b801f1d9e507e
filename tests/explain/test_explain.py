"""Whatever the model and the data: shap that adds up, or a sentence why not; always an end."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import IsolationForest, RandomForestClassifier, VotingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, TunedThresholdClassifierCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from o16n.explain import explain as explaining
from o16n.explain.explain import check_additivity, explain
from o16n.explain.question import Attributed
from tests.explain.conftest import candidate_of, levels_of


def yes(score):
    return (score > 0).astype(int)


def prepared(model):
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    blocks = ColumnTransformer(
        [
            ("n", numbers, ["age", "amount", "months"]),
            ("t", OneHotEncoder(handle_unknown="ignore"), ["housing", "sex"]),
        ]
    )
    return make_pipeline(blocks, model)


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda model: GridSearchCV(model, {"logisticregression__C": [0.1, 1.0]}, cv=2),
        lambda model: TunedThresholdClassifierCV(model, cv=2),
        lambda model: make_pipeline("passthrough", model),
    ],
    ids=["search", "threshold", "pipeline"],
)
def test_a_search_and_a_threshold_around_a_pipeline_are_seen_through(mixed, wrapped):
    train, score, test, more = mixed
    model = wrapped(prepared(LogisticRegression())).fit(train, yes(score))
    found = explain(candidate_of(model, train, yes(score), test, yes(more)))
    assert found.method == "linear in closed form"
    assert {one.column for one in found.drivers} == set(train.columns)
    assert found.drivers[0].column == "age"


def test_a_model_of_labels_only_gets_permutation_importance_and_the_reason(mixed):
    train, score, test, more = mixed
    model = prepared(VotingClassifier([("a", GaussianNB()), ("b", LogisticRegression())]))
    model = model.fit(train, yes(score))
    found = explain(candidate_of(model, train, yes(score), test, yes(more)))
    assert found.kind == "permutation importance"
    assert found.refusal == "the model gives labels only, no number to add up"
    assert found.unit == "drop of Accuracy"
    assert found.drivers[0].column in ("age", "housing")


def test_a_transformed_target_is_explained_in_its_own_unit(mixed):
    train, score, test, more = mixed
    inner = prepared(Ridge())
    model = TransformedTargetRegressor(inner, func=np.log1p, inverse_func=np.expm1)
    model.fit(train, np.exp(score))
    found = explain(candidate_of(model, train, np.exp(score), test, np.exp(more)))
    assert found.unit == "target unit"
    assert found.additivity.holds
    assert "coalition" in found.method


def test_an_anomaly_detector_is_explained_by_its_decision_value(numbers):
    train, _, test, _ = numbers
    model = IsolationForest(n_estimators=10, random_state=0).fit(train)
    found = explain(candidate_of(model, train, None, test, None, task="anomaly"))
    assert found.unit == "decision value"
    assert found.additivity.holds
    assert [one.kind for one in found.cases][:2] == ["highest", "lowest"]


@pytest.mark.parametrize("rows", [1, 2])
def test_one_or_two_rows_are_enough_for_an_explanation(mixed, rows):
    train, score, test, more = mixed
    model = prepared(LogisticRegression()).fit(train, yes(score))
    found = explain(candidate_of(model, train, yes(score), test[:rows], yes(more)[:rows]))
    assert found.explained == rows
    assert found.drivers[0].low == found.drivers[0].high == found.drivers[0].strength
    assert any("," in one.kind for one in found.cases)


@pytest.mark.filterwarnings("ignore:Skipping features without any observed values")
def test_constant_and_empty_columns_contribute_nothing(mixed):
    train, score, test, more = mixed
    both = [one.assign(same=3.0, empty=np.nan, word="x") for one in (train, test)]
    blocks = ColumnTransformer(
        [
            ("n", make_pipeline(SimpleImputer(), StandardScaler()), ["age", "same", "empty"]),
            ("t", OneHotEncoder(), ["word", "sex"]),
        ]
    )
    model = make_pipeline(blocks, LogisticRegression()).fit(both[0], yes(score))
    found = explain(candidate_of(model, both[0], yes(score), both[1], yes(more)))
    still = [one for one in found.drivers if one.column in ("same", "empty", "word", "months")]
    assert len(still) == 4
    assert all(one.strength == 0 and one.direction is None for one in still)


@pytest.mark.parametrize("model", [LogisticRegression(), GaussianNB(), RandomForestClassifier(5)])
def test_a_single_column_carries_everything(numbers, model):
    train, score, test, more = (one[["age"]] if hasattr(one, "columns") else one for one in numbers)
    found = explain(candidate_of(model.fit(train, yes(score)), train, yes(score), test, yes(more)))
    assert found.additivity.holds
    case = found.cases[0]
    assert case.base + case.contributions[0].amount == pytest.approx(case.answer)


def test_a_model_that_always_says_the_same_still_adds_up(numbers):
    train, _, test, _ = numbers
    model = Ridge().fit(train, np.full(len(train), 7.0))
    found = explain(candidate_of(model, train, np.full(len(train), 7.0), test, None))
    assert found.additivity.holds
    assert max(one.strength for one in found.drivers) < 1e-6


def test_columns_of_a_matrix_are_numbered_from_one(numbers):
    train, score, test, _ = numbers
    train, test = train.to_numpy(), test.to_numpy()
    model = GaussianNB().fit(train, yes(score))
    found = explain(candidate_of(model, train, yes(score), test, None))
    assert found.drivers[0].column == "column 1"


def test_a_slow_model_ends_in_time_and_says_how_many_rows_were_explained(numbers):
    class Slow(GaussianNB):
        def predict_proba(self, rows):
            time.sleep(1e-4 * len(rows))
            return super().predict_proba(rows)

    train, score, test, more = numbers
    model = Slow().fit(train, yes(score))
    found = explain(candidate_of(model, train, yes(score), test, yes(more)), seconds=1.0)
    assert 10 <= found.explained < found.population == 150
    assert found.sampling.stopped == "budget"
    assert found.drivers[0].low < found.drivers[0].high


def test_a_model_too_slow_for_ten_rows_gets_permutation_importance_and_the_forecast():
    rng = np.random.default_rng(0)
    rows, truth = rng.normal(size=(3000, 60)), rng.integers(0, 2, 3000)
    model = KNeighborsClassifier(algorithm="brute").fit(rows, truth)
    found = explain(candidate_of(model, rows, truth, rows[:80], truth[:80]), seconds=0.05)
    assert found.kind == "permutation importance"
    assert "10 rows would take about" in found.refusal


def test_answers_that_are_not_numbers_are_named(numbers):
    train, score, test, more = numbers
    broken = TransformedTargetRegressor(Ridge(), func=np.exp, inverse_func=np.log)
    with np.errstate(invalid="ignore"):
        broken.fit(train, score)
        found = explain(candidate_of(broken, train, score, test, more))
    assert found.refusal == "the model's answers are not all finite numbers"
    assert any("not defined on these rows" in one for one in found.limits)


def test_what_does_not_add_up_is_never_shown_as_exact(numbers, monkeypatch):
    from o16n.explain.explainers import linear

    train, score, test, more = numbers
    right = linear.prepare

    def wrong(question):
        found = right(question)
        return replace(found, base=found.base + 0.01)

    monkeypatch.setattr(linear, "prepare", wrong)
    model = Ridge().fit(train, score)
    found = explain(candidate_of(model, train, score, test, more))
    assert found.method != linear.METHOD
    assert "miss the model's own output by" in found.passed_over[0]
    assert found.additivity.holds


def test_an_error_is_relative_to_the_spread_of_the_output():
    base = {"amounts": np.zeros((3, 2, 1)), "unit": "target unit", "background": ""}
    output = np.array([[1.0], [2.0], [3.0]])
    found = check_additivity(Attributed(base=np.zeros(1), output=output, **base))
    assert found.largest_error == pytest.approx(3 / np.std([1, 2, 3]))
    assert not found.holds
    nothing = Attributed(base=np.zeros(1), output=np.array([[np.nan]] * 3), **base)
    assert not check_additivity(nothing).holds


def test_the_persons_random_state_is_left_as_it_was(numbers):
    train, score, test, more = numbers
    model = GaussianNB().fit(train, yes(score))
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002 - the legacy state is what is watched
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    explain(candidate_of(model, train, yes(score), test[:20], yes(more)[:20]))
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # noqa: NPY002


def test_explainers_are_asked_from_the_most_exact_to_the_most_general():
    names = [module.__name__.rpartition(".")[2] for module in explaining.explainers()]
    assert names == ["linear", "tree", "native", "average", "exact", "permutation"]


def test_model_inputs_are_named_as_such_where_no_recipe_is_proven(numbers):
    train, score, test, more = numbers
    model = RandomForestClassifier(5, random_state=0).fit(train, levels_of(score))
    found = explain(
        candidate_of(model, train, levels_of(score), test, levels_of(more), proven=False)
    )
    assert found.columns == "model inputs"
    assert any("prepared outside the model" in one for one in found.limits)


def test_a_frame_with_categories_and_gaps_keeps_its_types():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "kind": pd.Categorical(rng.choice(["a", "b"], 120)),
            "count": pd.array(rng.integers(0, 9, 120), dtype="Int64"),
            "flag": rng.random(120) < 0.5,
            "text": pd.Series(rng.choice(["x", None], 120), dtype="str"),
        }
    )
    frame.loc[3, "count"] = pd.NA
    truth = (frame["kind"] == "a").to_numpy().astype(int)

    class Typed(LogisticRegression):
        def fit(self, rows, truth):
            self.dtypes = dict(rows.dtypes)
            return super().fit(self.encoded(rows), truth)

        def encoded(self, rows):
            assert dict(rows.dtypes) == self.dtypes
            return np.column_stack(
                [
                    rows["kind"] == "a",
                    rows["count"].fillna(0).astype(float),
                    rows["flag"],
                    rows["text"].isna(),
                ]
            )

        def predict(self, rows):
            return super().predict(self.encoded(rows))

        def predict_proba(self, rows):
            return 1 - super().predict_proba(self.encoded(rows))[:, ::-1]

        def decision_function(self, rows):
            return super().decision_function(rows)

    model = Typed().fit(frame[:90], truth[:90])
    found = explain(candidate_of(model, frame[:90], truth[:90], frame[90:], truth[90:]))
    assert "coalition" in found.method
    assert found.additivity.holds
    assert found.drivers[0].column == "kind"
