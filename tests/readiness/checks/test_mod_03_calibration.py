"""MOD-03: probabilities that exaggerate are found, with the error computed by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from o16n.readiness.check import Failed, NotApplicable, Passed
from o16n.readiness.checks import mod_03_calibration as mod_03
from o16n.settings import Settings


class Exaggerates(ClassifierMixin, BaseEstimator):
    """A logistic regression whose log-odds are multiplied."""

    def __init__(self, times=1.0):
        self.times = times

    def fit(self, rows, y):
        self.model_ = LogisticRegression().fit(rows, y)
        self.classes_ = self.model_.classes_
        return self

    def predict_proba(self, rows):
        share = 1 / (1 + np.exp(-self.times * self.model_.decision_function(rows)))
        return np.column_stack([1 - share, share])

    def predict(self, rows):
        return self.classes_[self.predict_proba(rows).argmax(axis=1)]


def subject_of(build, times, *, n=3000):
    """Return a subject whose model is replaced after packaging: only its answers are looked at."""
    frame = build.frame(n)
    subject = build.split(LogisticRegression(), frame, build.classes(frame), n // 2)
    model = Exaggerates(times).fit(frame[: n // 2], subject.candidate.train.y)
    return replace(subject, candidate=replace(subject.candidate, model=model))


def by_hand(subject, bins):
    part = subject.candidate.test
    share = subject.candidate.model.predict_proba(part.X)[:, 1]
    order = np.argsort(share, kind="stable")
    truth = part.y.to_numpy()
    return sum(
        len(rows) / len(share) * abs(share[rows].mean() - truth[rows].mean())
        for rows in np.array_split(order, bins)
    )


def test_a_calibrated_model_passes_with_its_error_and_slope(clean):
    outcome = mod_03.check(clean)
    assert isinstance(outcome, Passed)
    assert f"calibration error {by_hand(clean, 15):.3f}" in outcome.evidence.statement
    assert "slope 1." in outcome.evidence.statement or "slope 0.9" in outcome.evidence.statement


@pytest.mark.parametrize("times", [6.0, 0.1])
def test_a_model_that_is_far_too_sure_or_too_timid_is_major(build, times):
    subject = subject_of(build, times)
    outcome = mod_03.check(subject)
    assert isinstance(outcome, Failed)
    assert outcome.severity == "major"
    assert f"calibration error {by_hand(subject, 15):.3f}" in outcome.evidence.statement
    assert outcome.evidence.value == pytest.approx(by_hand(subject, 15), abs=0.05)
    assert outcome.evidence.value > outcome.evidence.threshold == 0.03


def test_a_model_that_is_a_little_too_sure_is_found_by_its_slope(build):
    lax = Settings(threshold={"MOD-03": 0.2})
    outcome = mod_03.check(replace(subject_of(build, 1.6), settings=lax))
    assert isinstance(outcome, Failed)
    assert outcome.severity == "minor"
    assert "too sure: slope 0." in outcome.reason


def test_the_bins_shown_hold_every_row_once_in_order(clean):
    rows = mod_03.check(clean).evidence.data["bins"]
    assert len(rows) == 10
    assert sum(row[0] for row in rows) == 400
    shares = [row[1] for row in rows]
    assert shares == sorted(shares)
    truth = clean.candidate.test.y.mean()
    assert sum(row[0] * row[2] for row in rows) / 400 == pytest.approx(truth, abs=1e-3)


def test_labels_alone_have_no_calibration(build):
    frame = build.frame(300)
    outcome = mod_03.check(build.split(LinearSVC(), frame, build.classes(frame), 200))
    assert isinstance(outcome, NotApplicable)


def test_of_many_classes_the_likeliest_is_judged(build):
    frame = build.frame(1500)
    rng = np.random.default_rng(0)
    scores = np.column_stack([frame.c0, frame.c1, frame.c2]) * 1.5
    target = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    names = np.array(["a", "b", "c"])[target]
    subject = build.split(LogisticRegression(), frame, names, 700)
    outcome = mod_03.check(subject)
    assert isinstance(outcome, Passed)
    shares = subject.candidate.model.predict_proba(frame[700:])
    right = np.array(["a", "b", "c"])[shares.argmax(axis=1)] == names[700:]
    told = outcome.evidence.data["bins"]
    assert sum(row[0] * row[2] for row in told) == pytest.approx(right.sum(), abs=0.5)
