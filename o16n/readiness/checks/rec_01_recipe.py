"""Raw rows can be scored.

Operations has raw rows, not the notebook's matrices. The way from one to the other must be known and
proven by replay on the notebook's own rows. To mend: move the preparation into a Pipeline that is
fitted with the model.
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
    if recipe.state == "proven" and proof is not None:
        return Passed(
            evidence=Evidence(
                statement=proof.statement,
                value=proof.largest_difference,
                n=proof.matched,
                method="replay, in bulk and alone",
            )
        )
    rows = tuple((f"cell {one.cell}", one.line, one.text) for one in recipe.preparation)
    evidence = Evidence(
        statement=recipe.reason,
        n=len(rows),
        method="backward over the names that the model's input needs",
        tables=(
            Table(
                header=("cell", "line", "statement"),
                rows=rows,
                caption="what prepares the data outside the model",
            ),
        )
        if rows
        else (),
    )
    return Failed(
        severity="blocker",
        evidence=evidence,
        reason=recipe.reason,
        remedy="move these steps into a Pipeline that is fitted with the model"
        if rows
        else "read the raw rows from a file that the notebook names",
    )
