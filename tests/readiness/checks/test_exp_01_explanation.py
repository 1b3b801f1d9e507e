"""EXP-01: contributions that add up pass with their error; what does not add up is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sklearn.linear_model import LogisticRegression

from o16n.explain.explanation import Additivity
from o16n.readiness.check import Failed, Passed
from o16n.readiness.checks import exp_01_explanation as exp_01


def test_a_real_explanation_of_a_linear_model_adds_up_on_the_rows_it_names(build):
    frame = build.frame(400)
    model = LogisticRegression()
    subject = build.split(model, frame, build.classes(frame), 300, explanation="real")
    outcome = exp_01.check(subject)
    assert isinstance(outcome, Passed)
    assert outcome.evidence.n == 100
    assert "100 of 100 held-out rows, seed 0" in outcome.evidence.statement
    assert outcome.evidence.value <= outcome.evidence.threshold == 1e-6


@pytest.mark.parametrize(
    "additivity",
    [
        None,
        Additivity(rows=9, largest_error=0.2, tolerance=1e-6, holds=False),
        Additivity(rows=9, largest_error=0.2, tolerance=1e-6, holds=True),  # says so, is not so
    ],
)
def test_what_does_not_add_up_fails_whatever_it_says_of_itself(clean, additivity):
    told = replace(clean.explanation, additivity=additivity)
    outcome = exp_01.check(replace(clean, explanation=told))
    assert isinstance(outcome, Failed)
    assert outcome.severity == "minor"
    assert outcome.evidence.value == (0.2 if additivity else None)


def test_permutation_importance_fails_with_the_reason_why_shap_is_not_shown(clean):
    told = replace(
        clean.explanation,
        kind="permutation importance",
        additivity=None,
        refusal="shap refused: TypeError: no",
    )
    outcome = exp_01.check(replace(clean, explanation=told))
    assert isinstance(outcome, Failed)
    assert outcome.reason == "permutation importance only: shap refused: TypeError: no"
