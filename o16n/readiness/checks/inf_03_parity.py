"""The bundle answers as the notebook did.

What is deployed must be what was evaluated. Up to 200 held-out rows are answered by the notebook's
own model and by the bundle, loaded as operations load it, in bulk, with shuffled columns and one by
one. To mend: a difference is a fault of packaging; do not deploy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity
from o16n.scoring.answers import answers

if TYPE_CHECKING:
    import pandas as pd

    from o16n.readiness.subject import Subject

CODE = "INF-03"
SECTION: Section = "Infrastructure"
SEVERITY: Severity = "blocker"
ROWS, ALONE, TOLERANCE = 200, 20, 1e-9


def check(subject: Subject) -> Outcome:
    """Compare answers of model and bundle."""
    import pandas as pd

    part = subject.candidate.held_out
    rows = subject.rows(part).head(ROWS)
    own = answers(subject.candidate.model, part.X[: len(rows)], subject.schema.outputs)
    named = subject.schema.named
    shuffled = rows[rows.columns[::-1]] if named else rows
    alone = pd.concat(
        [subject.answer(rows.iloc[[place]]) for place in range(min(ALONE, len(rows)))]
    )
    trials = [subject.answer(rows), subject.answer(shuffled), alone]
    refused = int((trials[0]["problem"] != "").sum())
    worst = max(_difference(own.head(len(one)), one) for one in trials)
    evidence = Evidence(
        statement=f"largest difference {worst:.1g} over {len(rows)} rows in bulk, with shuffled columns, and {len(alone)} alone; {refused} refused",
        value=worst,
        threshold=TOLERANCE,
        n=len(rows),
        method="notebook's model against the loaded bundle",
    )
    if refused == 0 and len(rows) and worst <= TOLERANCE:
        return Passed(evidence=evidence)
    return Failed(
        severity="blocker",
        evidence=evidence,
        reason=f"the bundle answers differently from the notebook's model, or refuses {refused} of its rows",
        remedy="do not deploy; report the difference",
    )


def _difference(own: pd.DataFrame, other: pd.DataFrame) -> float:
    answered = (other["problem"] == "").to_numpy()
    worst = 0.0
    for name in own.columns:
        one, two = own[name].to_numpy()[answered], other[name].to_numpy()[answered]
        worst = max(worst, _gap(one, two))
    return worst


def _gap(one: Any, two: Any) -> float:
    """Return the largest relative difference, infinite where an answer is missing."""
    import numpy as np

    if len(one) == 0:
        return 0.0
    if one.dtype.kind in "iuf":
        gap = np.abs(one - two.astype("float64")).max() / max(1.0, float(np.abs(one).max()))
        return float(gap) if np.isfinite(gap) else float("inf")
    return 0.0 if (one == two).all() else 1.0
