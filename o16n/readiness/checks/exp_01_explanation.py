"""An explanation is attached and adds up.

A reviewer must see what drives the model. Contributions must add up to the model's own output on
every explained row. To mend: where shap refuses, permutation importance stands in and says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject

CODE = "EXP-01"
SECTION: Section = "Explainability"
SEVERITY: Severity = "minor"


def check(subject: Subject) -> Outcome:
    """Look at the additivity of the explanation."""
    told = subject.explanation
    if told.additivity is not None and told.additivity.holds:
        error = told.additivity
        return Passed(
            evidence=Evidence(
                statement=f"contributions add up to the model's output within {error.largest_error:.1g} of its spread on {error.rows} rows",
                value=error.largest_error,
                threshold=error.tolerance,
                n=error.rows,
                seed=told.seed,
                method=told.method,
            )
        )
    return Failed(
        severity="minor",
        reason=f"permutation importance only: {told.refusal}",
        remedy="a model of a family that shap explains rightly",
        evidence=Evidence(
            statement=told.refusal, n=told.explained, seed=told.seed, method=told.method
        ),
    )
