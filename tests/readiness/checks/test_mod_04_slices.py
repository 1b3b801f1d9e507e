"""MOD-04: the group that is served badly is found, a hard border is not taken for one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from o16n.candidate.candidate import RawData
from o16n.readiness.check import Failed, NotApplicable, NotAssessed, Passed
from o16n.readiness.checks import mod_04_slices as mod_04
from o16n.readiness.slices import slices
from o16n.settings import Settings


def reversed_group(build, *, share=0.2, n=3000, **known):
    """A model that does not know `group`, in which the law is the other way round."""
    frame = build.frame(n).assign(group=0)
    rng = np.random.default_rng(4)
    frame["group"] = (rng.random(n) < share).astype(int)
    target = build.classes(frame)
    target = target.where(frame["group"] == 0, 1 - target)
    return build.split(LogisticRegression(), frame, target, n // 2, **known)


def shown(outcome):
    return {row[0]: row[1:] for row in outcome.evidence.tables[0].rows}


def test_a_group_in_which_the_law_is_reversed_is_named_with_its_numbers(build):
    subject = reversed_group(build)
    outcome = mod_04.check(subject)
    assert isinstance(outcome, Failed)
    assert outcome.severity == "major"
    assert "group = 1" in outcome.reason
    part = subject.candidate.test
    right = subject.candidate.model.predict(part.X) == part.y
    inside = part.X["group"] == 1
    n, mean, said, gap, low, high, words = shown(outcome)["group = 1"]
    assert n == inside.sum()
    assert mean == pytest.approx(right[inside].mean(), abs=5e-4)
    assert gap == pytest.approx(right[~inside].mean() - right[inside].mean(), abs=1e-3)
    assert low < gap < high
    assert said > mean + 0.05
    assert words == "weak"


def test_rows_near_the_border_are_harder_and_no_fault_of_the_model(build):
    frame = build.frame(6000)
    rng = np.random.default_rng(0)
    target = pd.Series((rng.random(6000) < 1 / (1 + np.exp(-2 * frame.c0 - 1.5))).astype(int))
    subject = build.split(LogisticRegression(), frame, target, 2000)
    outcome = mod_04.check(subject)
    assert isinstance(outcome, Passed)
    hardest = max(outcome.evidence.tables[0].rows, key=lambda row: row[4])
    assert hardest[4] > 0.1  # it is much weaker there, and says so
    assert hardest[3] == pytest.approx(hardest[2], abs=0.06)


def test_a_sensitive_column_is_always_shown_also_where_nothing_is_wrong(build):
    frame = build.frame(1200, 12)
    frame["sex"] = np.random.default_rng(0).integers(0, 2, 1200)
    settings = Settings(sensitive=("sex",))
    subject = build.split(LogisticRegression(), frame, build.classes(frame), 600, settings=settings)
    outcome = mod_04.check(subject)
    assert isinstance(outcome, Passed)
    rows = outcome.evidence.tables[0].rows
    assert {row[0] for row in rows[:2]} == {"sex = 0", "sex = 1"}
    assert all("sensitive" in row[-1] for row in rows[:2])


def test_for_a_sensitive_column_a_harder_task_is_no_excuse(build):
    rng = np.random.default_rng(0)
    frame = build.frame(4000)
    frame["sex"] = rng.integers(0, 2, 4000)
    strength = np.where(frame["sex"] == 1, 4.0, 0.3)
    frame["c3"] = frame["c0"] * strength  # the model can know how sure it may be
    target = pd.Series((rng.random(4000) < 1 / (1 + np.exp(-frame["c3"]))).astype(int))
    told = build.split(LogisticRegression(C=100), frame, target, 2000)
    assert isinstance(mod_04.check(told), Passed)
    sensitive = replace(told, settings=Settings(sensitive=("sex",)))
    outcome = mod_04.check(sensitive)
    assert isinstance(outcome, Failed)
    assert "sex = 0" in outcome.reason


def test_a_sensitive_column_the_model_does_not_use_is_taken_from_the_rows_as_read(build):
    subject = reversed_group(build, settings=Settings(sensitive=("group",)))
    without = [name for name in subject.candidate.test.X if name != "group"]
    parts = {
        name: replace(part, X=part.X[without], raw=part.X[without])
        for name, part in (("train", subject.candidate.train), ("test", subject.candidate.test))
    }
    model = LogisticRegression().fit(parts["train"].X, parts["train"].y)
    read = pd.concat([subject.candidate.train.X, subject.candidate.test.X])
    raw = RawData(frame=read, call="read_csv", location="a.csv", digest="")
    candidate = replace(subject.candidate, model=model, raw=raw, **parts)
    outcome = mod_04.check(replace(subject, candidate=candidate))
    assert isinstance(outcome, Failed)
    assert "group = 1" in outcome.reason
    assert shown(outcome)["group = 1"][-1] == "sensitive, weak"


def test_a_sensitive_column_that_is_nowhere_fails_by_name(build):
    frame = build.frame(600)
    settings = Settings(sensitive=("religion",))
    subject = build.split(LogisticRegression(), frame, build.classes(frame), 300, settings=settings)
    outcome = mod_04.check(subject)
    assert isinstance(outcome, Failed)
    assert outcome.severity == "major"
    assert outcome.reason.startswith("religion is declared sensitive")


def test_encoded_columns_of_a_sensitive_one_are_sensitive(build):
    frame = build.frame(600).assign(sex_female=np.arange(600) % 2)
    settings = Settings(sensitive=("sex",))
    subject = build.split(LogisticRegression(), frame, build.classes(frame), 300, settings=settings)
    assert shown(mod_04.check(subject))["sex_female = 1"][-1] == "sensitive"


def test_a_sensitive_group_too_small_to_judge_is_shown_and_says_so(build):
    frame = build.frame(600).assign(sex=0)
    frame.loc[590:, "sex"] = 1
    settings = Settings(sensitive=("sex",))
    subject = build.split(LogisticRegression(), frame, build.classes(frame), 300, settings=settings)
    row = shown(mod_04.check(subject))["sex = 1"]
    assert row[0] == 10
    assert row[-1] == "sensitive, too few to judge"


def test_a_regression_with_a_group_of_large_errors_is_found(build):
    frame = build.frame(2000).assign(region=np.arange(2000) % 4)
    noise = np.random.default_rng(0).normal(size=2000) * np.where(frame["region"] == 3, 3.0, 0.3)
    outcome = mod_04.check(build.split(LinearRegression(), frame, frame["c0"] + noise, 1000))
    assert isinstance(outcome, Failed)
    assert "region = 3" in outcome.reason


def test_few_rows_have_no_slices_and_no_target_leaves_it_open(build):
    frame = build.frame(150)
    target = build.classes(frame)
    assert isinstance(
        mod_04.check(build.split(LogisticRegression(), frame, target, 100)), NotApplicable
    )
    model = LogisticRegression().fit(frame, target)
    without = build.subject(model, (frame, target), (frame, None))
    assert isinstance(mod_04.check(without), NotAssessed)


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ([0.1 + 0.2, 1 / 3, -2.0], ["x = 0.3", "x = 0.3333", "x = -2"]),
        ([0.1 + 0.2, 0.3, np.nan], ["x = 0.30000000000000004", "x = 0.3", "x = missing"]),
        ([1, 2_000_000, 3], ["x = 1", "x = 2000000", "x = 3"]),
        (["0.30000000000000004", "b" * 50, "c"], ["x = 0.30000000000000004", "x = " + "b" * 40, "x = c"]),
    ],
)  # fmt: skip
def test_levels_are_named_as_short_as_keeps_them_apart(values, names):
    found = list(slices(pd.DataFrame({"x": values * 2})))
    assert [one.name for one in found] == names
    assert [one.inside.sum() for one in found] == [2, 2, 2]
