"""MOD-02: the metric comes with its interval, its minimum, and its distance to training."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier

from o16n.readiness.check import Failed, NotAssessed, Passed
from o16n.readiness.checks import mod_02_metric as mod_02
from o16n.settings import Settings
from o16n.statistics import delong


def test_the_metric_its_interval_and_training_are_told(clean):
    outcome = mod_02.check(clean)
    assert isinstance(outcome, Passed)
    part, model = clean.candidate.test, clean.candidate.model
    shares = model.predict_proba(part.X)[:, 1]
    assert outcome.evidence.value == pytest.approx(roc_auc_score(part.y, shares))
    assert outcome.evidence.interval == pytest.approx(delong(part.y == 1, shares)[1:])
    train = clean.candidate.train
    trained = roc_auc_score(train.y, model.predict_proba(train.X)[:, 1])
    assert outcome.evidence.data["trained"] == pytest.approx(trained)
    assert f"{trained:.3f} on 800 of 800 training rows" in outcome.evidence.statement
    assert "on 400 rows" in outcome.evidence.statement


def test_the_rows_needed_follow_the_square_root_law(clean):
    outcome = mod_02.check(clean)
    low, high = outcome.evidence.interval
    needed = round(400 * ((high - low) / 2 / 0.03) ** 2)
    assert f"about {needed:,} rows" in outcome.evidence.tables[0].caption


@pytest.mark.parametrize(("minimum", "kept"), [(0.6, True), (0.95, False)])
def test_the_worse_end_of_the_interval_must_keep_a_declared_minimum(build, minimum, kept):
    frame = build.frame(1200)
    settings = Settings(threshold={"MOD-02": minimum})
    outcome = mod_02.check(
        build.split(LogisticRegression(), frame, build.classes(frame), 800, settings=settings)
    )
    assert outcome.evidence.threshold == minimum
    assert isinstance(outcome, Passed if kept else Failed)
    if not kept:
        assert outcome.severity == "blocker"


def test_a_minimum_between_value_and_lower_end_is_not_kept(build):
    frame = build.frame(1200)
    target = build.classes(frame)
    first = mod_02.check(build.split(LogisticRegression(), frame, target, 800))
    between = (first.evidence.value + first.evidence.interval[0]) / 2
    settings = Settings(threshold={"MOD-02": between})
    outcome = mod_02.check(build.split(LogisticRegression(), frame, target, 800, settings=settings))
    assert isinstance(outcome, Failed)
    assert outcome.severity == "blocker"


def test_a_tree_that_learned_its_rows_by_heart_is_found(build):
    frame = build.frame(1200)
    outcome = mod_02.check(
        build.split(DecisionTreeClassifier(random_state=0), frame, build.classes(frame), 800)
    )
    assert isinstance(outcome, Failed)
    assert outcome.severity == "minor"
    assert outcome.reason.startswith("1.000 on training against 0.")


def test_no_rows_held_back_is_major(build):
    frame = build.frame(300)
    target = build.classes(frame)
    subject = build.subject(LogisticRegression().fit(frame, target), (frame, target))
    outcome = mod_02.check(subject)
    assert isinstance(outcome, Failed)
    assert (outcome.severity, "held no rows back" in outcome.reason) == ("major", True)


def test_a_small_test_part_is_minor_and_says_how_many_rows_it_takes(build):
    frame = build.frame(330)
    target = frame["c0"] + np.random.default_rng(0).normal(size=330) * 2
    outcome = mod_02.check(build.split(LinearRegression(), frame, target, 300))
    assert isinstance(outcome, Failed)
    assert outcome.severity == "minor"
    assert "30 rows leave ±" in outcome.reason
    assert "take more test rows: about" in outcome.remedy


def test_rows_without_a_target_are_left_out_and_counted(build):
    frame = build.frame(1200)
    target = build.classes(frame).astype(float)
    target[800:850] = np.nan
    train = frame[:800], target[:800].astype(int)
    model = LogisticRegression().fit(*train)
    outcome = mod_02.check(build.subject(model, train, (frame[800:], target[800:])))
    shares = model.predict_proba(frame[850:])[:, 1]
    assert outcome.evidence.n == 350
    assert outcome.evidence.value == pytest.approx(roc_auc_score(target[850:], shares))
    assert "350 rows, 50 more have no target" in outcome.evidence.statement


@pytest.mark.parametrize("y", [None, pd.Series([np.nan] * 100)])
def test_a_predictor_without_any_target_stays_open_and_stops_the_release(build, y):
    frame = build.frame(300)
    target = build.classes(frame)
    model = LogisticRegression().fit(frame[:200], target[:200])
    outcome = mod_02.check(build.subject(model, (frame[:200], target[:200]), (frame[200:], y)))
    assert isinstance(outcome, NotAssessed)
    assert outcome.severity == "blocker"


def test_other_metrics_are_told_beside_the_first(clean):
    names = {row[0] for row in mod_02.check(clean).evidence.tables[0].rows}
    assert names == {"ROC AUC", "Accuracy", "Balanced accuracy", "F1", "Log loss", "Brier score"}
