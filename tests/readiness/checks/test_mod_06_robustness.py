"""MOD-06: each corruption is counted; a crash and an answer of NaN are blockers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from o16n.readiness.check import Failed, Passed
from o16n.readiness.checks import mod_06_robustness as mod_06


def counts(outcome):
    return {row[0]: row[1:] for row in outcome.evidence.tables[0].rows}


def test_every_corruption_of_every_column_is_tried_and_none_crashes(clean):
    outcome = mod_06.check(clean)
    assert isinstance(outcome, Passed)
    assert outcome.evidence.n == 4 * 7 + 2
    assert "4 of 4 columns spoiled" in outcome.evidence.statement
    told = counts(outcome)
    assert told["missing"] == (0, 4, 0)
    assert told["text"] == (0, 4, 0)
    assert told["infinite"] == (0, 4, 0)
    assert told["far value"] == (4, 0, 0)
    assert told["column absent"] == (0, 4, 0)
    assert told["column too many"] == (1, 0, 0)
    assert told["no rows"] == (1, 0, 0)


def test_levels_nobody_has_seen_are_refused(build):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"town": rng.choice(["a", "b"], 200)})
    model = make_pipeline(OneHotEncoder(), LogisticRegression())
    outcome = mod_06.check(build.split(model, frame, pd.Series(rng.integers(0, 2, 200)), 150))
    assert isinstance(outcome, Passed)
    assert counts(outcome)["unseen level"] == (0, 1, 0)


def with_answers(subject, answer):
    """Return the subject with a scorer that answers by `answer(rows, scorer)`."""
    from types import SimpleNamespace

    own = subject.scorer
    changed = replace(subject)
    changed.__dict__["scorer"] = SimpleNamespace(answer=lambda rows: answer(rows, own))
    return changed


def test_an_exception_of_the_library_is_a_crash_and_told_with_its_column(clean):
    def answer(rows, own):
        if "c2" in rows and (rows["c2"] == 1e12).any():
            raise ZeroDivisionError("by nothing")
        return own.answer(rows)

    outcome = mod_06.check(with_answers(clean, answer))
    assert isinstance(outcome, Failed)
    assert outcome.severity == "blocker"
    assert outcome.evidence.value == 1
    assert outcome.reason == "scoring crashes: far value in c2: ZeroDivisionError: by nothing"
    assert counts(outcome)["far value"] == (3, 0, 1)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_answer_that_is_no_number_counts_as_a_crash(clean, value):
    def answer(rows, own):
        lines = own.answer(rows)
        if len(lines) and (lines["problem"] == "").all():
            lines["p_1"] = value
        return lines

    outcome = mod_06.check(with_answers(clean, answer))
    assert isinstance(outcome, Failed)
    assert "p_1 is not finite" in outcome.reason


def test_of_many_columns_a_sample_is_spoiled_and_said(build):
    frame = build.frame(200, 60)
    outcome = mod_06.check(build.split(LogisticRegression(), frame, build.classes(frame), 150))
    told = outcome.evidence.statement.rpartition("; ")[2]
    spoiled = int(told.split()[0])
    assert told == f"{spoiled} of 60 columns spoiled (seed 0)"
    assert 3 <= spoiled <= 40
    assert outcome.evidence.n == spoiled * 7 + 2
