"""MOD-01: a model is held against a constant, which decides, and a simple model, which does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from o16n.readiness.check import Failed, NotApplicable, NotAssessed, Passed
from o16n.readiness.checks import mod_01_baseline as mod_01


def against(outcome):
    return {row[0].partition(" (")[0]: row[1:] for row in outcome.evidence.tables[0].rows}


def test_a_model_that_learned_something_passes_and_a_logistic_regression_is_told_beside_it(clean):
    outcome = mod_01.check(clean)
    assert isinstance(outcome, Passed)
    part = clean.candidate.test
    auc = roc_auc_score(part.y, clean.candidate.model.predict_proba(part.X)[:, 1])
    assert outcome.evidence.value == pytest.approx(auc - 0.5)
    assert outcome.evidence.interval[0] > 0
    told = against(outcome)
    assert told["always the same answer"][0] == 0.5
    simple = told["a logistic regression on the same columns"]
    assert simple[0] == pytest.approx(auc, abs=0.01)
    assert simple[2] <= 0 <= simple[3]  # the same kind of model is no better
    assert "0.500 of always the same answer" in outcome.evidence.statement


def test_a_model_of_noise_is_a_blocker(build):
    frame = build.frame(600)
    noise = pd.Series(np.random.default_rng(9).integers(0, 2, 600))
    outcome = mod_01.check(build.split(DecisionTreeClassifier(max_depth=3), frame, noise, 400))
    assert isinstance(outcome, Failed)
    assert outcome.severity == "blocker"
    assert outcome.evidence.interval[0] <= 0


def test_a_constant_is_not_better_than_itself(build):
    frame = build.frame(300)
    outcome = mod_01.check(build.split(DummyClassifier(), frame, build.classes(frame), 200))
    assert isinstance(outcome, Failed)
    assert outcome.evidence.value == 0


def test_a_simple_model_that_is_better_is_told_and_does_not_decide(build):
    frame = build.frame(2000)
    model = DecisionTreeClassifier(max_depth=1)
    outcome = mod_01.check(build.split(model, frame, build.classes(frame), 1000))
    assert isinstance(outcome, Passed)
    better_by = against(outcome)["a logistic regression on the same columns"][1:]
    assert better_by[2] < 0  # surely worse than the simple model


def test_three_perfect_rows_prove_nothing(build):
    frame = build.frame(203)
    target = (frame["c0"] > 0).astype(int)
    target[200:] = [0, 1, 1]
    frame.loc[200:, "c0"] = [-2.0, 2.0, 2.0]
    outcome = mod_01.check(build.split(LogisticRegression(), frame, target, 200))
    assert isinstance(outcome, Failed)
    assert "3 held-out rows are too few" in outcome.reason


def test_accuracy_is_compared_row_by_row_as_mcnemar_does(build):
    frame = build.frame(400)
    target = pd.Series(np.where(frame.c0 > 0.5, "hi", np.where(frame.c1 > 0, "mid", "lo")))
    subject = build.split(DecisionTreeClassifier(max_depth=3), frame, target, 300)
    outcome = mod_01.check(subject)
    labels = subject.candidate.model.predict(frame[300:])
    commonest = target[:300].mode()[0]
    ours, theirs = labels == target[300:], commonest == target[300:]
    better, worse = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    low = stats.binomtest(better, better + worse).proportion_ci(method="exact").low
    assert outcome.evidence.interval[0] == pytest.approx((2 * low - 1) * (better + worse) / 100)
    assert isinstance(outcome, Passed)


def test_a_regression_is_held_against_the_training_mean(build):
    frame = build.frame(400)
    target = frame["c0"] + np.random.default_rng(0).normal(size=400)
    subject = build.split(LinearRegression(), frame, target, 300)
    outcome = mod_01.check(subject)
    own = r2_score(target[300:], subject.candidate.model.predict(frame[300:]))
    constant = r2_score(target[300:], np.full(100, target[:300].mean()))
    assert isinstance(outcome, Passed)
    assert outcome.evidence.value == pytest.approx(own - constant)


def test_labels_alone_are_compared_by_balanced_accuracy(build):
    frame = build.frame(600)
    outcome = mod_01.check(build.split(LinearSVC(), frame, build.classes(frame), 400))
    assert isinstance(outcome, Passed)
    assert outcome.evidence.statement.startswith("Balanced accuracy 0.")


def test_free_text_has_no_simple_model(build):
    rng = np.random.default_rng(0)
    words = [" ".join(rng.choice(["good", "bad", "fine", "poor"], 5)) for _ in range(300)]
    target = np.array(["good" in one for one in words]).astype(int)
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(CountVectorizer(), LogisticRegression())
    outcome = mod_01.check(build.split(model, words, target, 200))
    assert isinstance(outcome, Passed)
    assert list(against(outcome)) == ["always the same answer"]


def test_one_class_in_the_test_part_leaves_the_question_open(build):
    frame = build.frame(300)
    target = build.classes(frame)
    target[200:] = 1
    outcome = mod_01.check(build.split(LogisticRegression(), frame, target, 200))
    assert isinstance(outcome, NotAssessed)
    assert outcome.severity == "blocker"


def test_an_outlier_detector_has_nothing_to_be_better_at(build):
    from sklearn.ensemble import IsolationForest

    frame = build.frame(200)
    model = IsolationForest(n_estimators=5, random_state=0).fit(frame[:150])
    subject = build.subject(model, (frame[:150], None), (frame[150:], None))
    assert isinstance(mod_01.check(subject), NotApplicable)
