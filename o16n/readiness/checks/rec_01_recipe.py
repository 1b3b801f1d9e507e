"""Raw rows can be scored.

Asked: is the way from a row as it was read to a row that the model takes known and proven?

Why: operations has raw rows, not the notebook's matrices. Preparation that stands outside the model
has to be written again by somebody, and differs.

How: the recipe is replayed on the notebook's own rows, in bulk and up to 50 of them alone; model
inputs and predictions must be the notebook's own. Where there is no recipe, the statements between
the reading and the fit are named.

To mend: move the preparation into a Pipeline that is fitted with the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity, Table

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject

CODE = "REC-01"
SECTION: Section = "Model"
SEVERITY: Severity = "blocker"


def check(subject: Subject) -> Outcome:
    """Look at the recipe's state and proof."""
    recipe, proof = subject.candidate.recipe, subject.candidate.proof
    if recipe.state != "proven" or proof is None:
        return _without(subject)
    evidence = Evidence(
        statement=proof.statement,
        value=proof.largest_difference,
        n=proof.matched,
        method="replay, in bulk and alone",
    )
    if proof.predictions_equal and proof.matched:
        return Passed(evidence=evidence)
    return Failed(
        severity="blocker",
        evidence=evidence,
        reason="the replayed recipe does not give the notebook's own inputs and predictions",
        remedy="move the preparation into a Pipeline that is fitted with the model",
    )


def _without(subject: Subject) -> Failed:
    recipe = subject.candidate.recipe
    rows = tuple((f"cell {one.cell}", one.line, one.text) for one in recipe.preparation)
    header, caption = ("cell", "line", "statement"), "what prepares the data outside the model"
    return Failed(
        severity="blocker",
        evidence=Evidence(
            statement=recipe.reason,
            n=len(rows),
            method="backward over the names that the model's input needs",
            tables=(Table(header=header, rows=rows, caption=caption),) if rows else (),
        ),
        reason=recipe.reason,
        remedy="move these steps into a Pipeline that is fitted with the model"
        if rows
        else "read the raw rows from a file that the notebook names",
    )
