"""DAT-04: the column that gives the target away is named, in whatever form it comes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from o16n.readiness.check import Failed, NotApplicable, NotAssessed, Passed
from o16n.readiness.checks import dat_04_leakage as dat_04


def subject_of(build, frame, target, *, model=None):
    text = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    encode = ColumnTransformer([("codes", codes, text)], remainder="passthrough")
    whole = make_pipeline(encode, model or DecisionTreeClassifier(max_depth=6, min_samples_leaf=9))
    return build.split(whole, frame, target, 2 * len(frame) // 3)


def test_columns_that_only_help_pass_and_the_strongest_is_named(clean):
    outcome = dat_04.check(clean)
    assert isinstance(outcome, Passed)
    assert outcome.evidence.tables[0].rows[0][0] in ("c0", "c1")
    assert 0.6 < outcome.evidence.value < 0.9


LEAKS = {
    "a copy": lambda y, rng: y + rng.normal(size=len(y)) * 0.01,
    "missing where the answer is no": lambda y, rng: np.where(
        y == 1, rng.normal(size=len(y)), np.nan
    ),
    "a text of three levels": lambda y, rng: np.where(
        y == 1, rng.choice(["paid", "settled"], len(y)), "open"
    ),
    "a text of forty levels in no order": lambda y, rng: np.array(
        [f"s{2 * k + one}" for one, k in zip(y, rng.integers(0, 20, len(y)), strict=True)]
    ),
    "a band in the middle": lambda y, rng: np.where(
        y == 1, rng.uniform(0.4, 0.6, len(y)), rng.choice([0.1, 0.2, 0.8, 0.9], len(y))
    ),
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_a_leak_is_a_blocker_and_named(build, leak):
    frame = build.frame(900)
    target = build.classes(frame)
    frame["closed"] = leak(target.to_numpy(), np.random.default_rng(2))
    outcome = dat_04.check(subject_of(build, frame, target))
    assert isinstance(outcome, Failed)
    assert outcome.severity == "blocker"
    assert outcome.reason.startswith("closed alone")
    assert outcome.evidence.tables[0].rows[0][0] == "closed"
    assert outcome.evidence.value >= 0.99


def test_the_number_is_the_auc_of_a_tree_on_that_column(build):
    frame = build.frame(3000)
    target = build.classes(frame)
    outcome = dat_04.check(subject_of(build, frame, target))
    name, shown = outcome.evidence.tables[0].rows[0]
    tree = DecisionTreeClassifier(max_depth=3).fit(frame[[name]][:1000], target[:1000])
    unseen = roc_auc_score(target[1000:], tree.predict_proba(frame[[name]][1000:])[:, 1])
    assert shown == pytest.approx(unseen, abs=0.02)


def test_a_strong_column_of_a_clearly_better_model_is_only_minor(build):
    rng = np.random.default_rng(0)
    score, other = rng.normal(size=3000), rng.normal(size=3000)
    frame = pd.DataFrame({"score": score, "other": other})
    target = pd.Series(((score * 3 + other) > 0).astype(int))
    outcome = dat_04.check(subject_of(build, frame, target))
    assert isinstance(outcome, Failed)
    assert outcome.severity == "minor"
    assert 0.95 <= outcome.evidence.value < 0.98


def test_a_leak_of_a_regression_is_found_by_r2(build):
    frame = build.frame(900)
    target = frame["c0"] + np.random.default_rng(1).normal(size=900)
    frame["after"] = target + np.random.default_rng(2).normal(size=900) * 0.01
    model = DecisionTreeRegressor(min_samples_leaf=3)
    outcome = dat_04.check(subject_of(build, frame, target, model=model))
    assert isinstance(outcome, Failed)
    assert outcome.reason.startswith("after alone predicts the target (R²")
    assert outcome.severity in ("major", "blocker")
    clean = frame.drop(columns="after")
    assert isinstance(dat_04.check(subject_of(build, clean, target, model=model)), Passed)


def test_a_code_of_fifteen_classes_is_found_though_a_tree_of_depth_3_has_eight_leaves(build):
    frame = build.frame(1500)
    target = pd.Series(np.random.default_rng(0).integers(0, 15, 1500))
    frame["code"] = target + np.random.default_rng(1).normal(size=1500) * 0.01
    outcome = dat_04.check(subject_of(build, frame, target, model=DecisionTreeClassifier()))
    assert isinstance(outcome, Failed)
    assert outcome.reason.startswith("code alone")


def test_an_identifier_does_not_predict_rows_it_has_not_seen(build):
    frame = build.frame(900)
    target = build.classes(frame)
    names = pd.Series([f"k{number}" for number in range(900)])
    alone = dat_04._alone(names, target.to_numpy()[:, None] * 1.0, subject_of(build, frame, target))
    assert alone == pytest.approx(0.5, abs=0.05)


def test_sorted_rows_are_drawn_from_the_whole_file(build):
    frame = build.frame(9000)
    target = build.classes(frame).sort_values(kind="stable")
    rows = frame.loc[target.index].reset_index(drop=True)
    test = rows.iloc[::10], target.reset_index(drop=True)[::10]
    train = rows, target.reset_index(drop=True)
    model = DecisionTreeClassifier(max_depth=3).fit(*train)
    outcome = dat_04.check(build.subject(model, train, test))
    assert isinstance(outcome, Passed)
    assert "5,000 of 9,000 rows (seed 0)" in outcome.evidence.method


def test_the_control_on_shuffled_targets_finds_nothing(build):
    frame = build.frame(900)
    target = build.classes(frame)
    frame["closed"] = target
    said = dat_04.check(subject_of(build, frame, target)).evidence.statement
    assert float(said.rpartition(" ")[2]) == pytest.approx(0.5, abs=0.1)


def test_without_a_target_the_question_stays_open_and_without_variation_it_has_no_meaning(build):
    frame = build.frame(100)
    target = build.classes(frame)
    model = DecisionTreeClassifier(max_depth=2).fit(frame, target)
    without = build.subject(model, (frame, target), (frame, None))
    outcome = dat_04.check(without)
    assert isinstance(outcome, NotAssessed)
    assert outcome.severity == "blocker"
    same = target * 0
    model = DecisionTreeClassifier().fit(frame, same)
    assert isinstance(
        dat_04.check(build.subject(model, (frame, same), (frame, same))), NotApplicable
    )
