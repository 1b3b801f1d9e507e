"""DAT-02: rows on both sides of the split are counted exactly, and chance is told from copies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from o16n.readiness.check import Failed, NotApplicable, Passed
from o16n.readiness.checks import dat_02_duplicates as dat_02


def split(build, frame, target, at):
    return build.split(DecisionTreeClassifier(max_depth=3), frame, target, at)


def test_fresh_rows_pass(clean):
    outcome = dat_02.check(clean)
    assert isinstance(outcome, Passed)
    assert outcome.evidence.value == 0
    assert outcome.evidence.n == 400


@pytest.mark.parametrize(
    ("copied", "severity"), [(2, None), (12, "major"), (21, "blocker"), (200, "blocker")]
)
def test_copies_of_training_rows_are_counted_and_weighed(build, copied, severity):
    frame = build.frame(1200)
    frame.iloc[800 : 800 + copied] = frame.iloc[:copied].to_numpy()
    outcome = dat_02.check(split(build, frame, build.classes(frame), 800))
    assert outcome.evidence.value == copied / 400
    assert (outcome.severity if isinstance(outcome, Failed) else None) == severity
    pairs = outcome.evidence.tables[0].rows
    assert pairs[0] == ("800", "0")
    assert len(pairs) == min(copied, 5)


def test_a_row_is_the_same_however_its_numbers_are_stored(build):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.integers(0, 10**6, 600), "b": rng.integers(0, 10**6, 600)})
    frame.iloc[400:500] = frame.iloc[:100].to_numpy()
    target = pd.Series(rng.integers(0, 2, 600))
    model = LogisticRegression().fit(frame[:400], target[:400])
    train, test = build.cut(frame, target, 400)
    subject = build.subject(model, train, (test[0].astype("float64"), test[1]))
    assert dat_02.check(subject).evidence.value == 0.5


def test_rows_of_few_values_may_repeat_by_chance(build):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({name: rng.choice(["x", "y"], 900) for name in "abc"})
    frame = pd.DataFrame({name: (frame[name] == "x").astype(int) for name in frame})
    target = pd.Series(rng.integers(0, 2, 900))
    outcome = dat_02.check(split(build, frame, target, 600))
    assert outcome.evidence.value == 1.0
    assert isinstance(outcome, Passed)


def test_correlated_rows_of_few_values_may_repeat_as_often_as_in_training(build):
    rng = np.random.default_rng(0)
    kinds = rng.integers(0, 30, 900)  # thirty kinds of customers, each with its own six values
    frame = pd.DataFrame({f"c{n}": (kinds * (n + 3)) % 7 for n in range(6)})
    outcome = dat_02.check(split(build, frame, pd.Series(rng.integers(0, 2, 900)), 600))
    assert isinstance(outcome, Passed)


def test_records_that_stood_twice_before_the_split_are_found(build):
    frame = build.frame(600)
    twice = pd.concat([frame, frame[:200]], ignore_index=True)
    mixed = twice.sample(frac=1, random_state=0).reset_index(drop=True)
    outcome = dat_02.check(split(build, mixed, build.classes(mixed), 600))
    rows = [tuple(row) for row in mixed.to_numpy()]
    by_hand = sum(row in set(rows[:600]) for row in rows[600:]) / 200
    assert outcome.evidence.value == by_hand > 0.1
    assert isinstance(outcome, Failed)
    assert outcome.severity == "major"


def test_nothing_held_back_cannot_be_a_duplicate(build):
    frame = build.frame(100)
    target = build.classes(frame)
    subject = build.subject(LogisticRegression().fit(frame, target), (frame, target))
    assert isinstance(dat_02.check(subject), NotApplicable)
