"""An explanation is attached and adds up.

Asked: can a reviewer see what drives the model, and is what is shown the model's own doing?

Why: contributions that do not add up to the answer explain another model.

How: base and contributions of every explained row are summed and held against the model's own
output; the largest error must stay within 1e-6 of the output's standard deviation. Where no
explainer is right, permutation importance stands in and this check fails (minor) with the reason.

To mend: a model that gives numbers and not labels only, and answers fast enough; or accept permutation importance.
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
    told, sums = subject.explanation, subject.explanation.additivity
    rows = f"{told.explained} of {told.population} {told.part}, seed {told.seed}"
    if sums is not None and sums.holds and sums.largest_error <= sums.tolerance:
        return Passed(
            evidence=Evidence(
                statement=f"contributions add up to the model's output within {sums.largest_error:.1g} of its spread on {rows}",
                value=sums.largest_error,
                threshold=sums.tolerance,
                n=told.explained,
                seed=told.seed,
                method=told.method,
            )
        )
    reason = told.refusal or "the contributions do not add up to the model's output"
    return Failed(
        severity="minor",
        reason=f"{told.kind} only: {reason}",
        remedy="a model that gives numbers and answers fast enough, or accept permutation importance",
        evidence=Evidence(
            statement=f"{told.kind} on {rows}: {reason}",
            value=sums.largest_error if sums is not None else None,
            threshold=sums.tolerance if sums is not None else None,
            n=told.explained,
            seed=told.seed,
            method=told.method,
        ),
    )
