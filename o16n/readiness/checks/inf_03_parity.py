"""The bundle answers as the notebook did.

Asked: does what is deployed answer as what was evaluated?

Why: a model that was saved, loaded and fed by other code than the notebook's is another model until
it is shown to be the same.

How: up to 200 held-out rows are answered by the notebook's own model and by the bundle, loaded as
operations load it: in bulk, with the columns in reverse order, and 20 of them one by one. Labels must
be equal and numbers equal to 1e-9 of the largest. Rows that the schema refuses are counted and left
to DAT-01; if nothing is answered, this check fails. A model that the notebook saved and never
measured, or saved before it was fitted, is minor: the file it wrote is not what is packaged here.

To mend: a difference is a fault of packaging; do not deploy, report it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n import metrics
from o16n.errors import O16nError
from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity, Table
from o16n.readiness.noticed import with_noticed
from o16n.readiness.subject import taken

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.readiness.subject import Sample, Subject

CODE = "INF-03"
SECTION: Section = "Infrastructure"
SEVERITY: Severity = "blocker"
ANOTHER = ("saved-not-evaluated", "saved-unfitted", "refitted-after-save")
ROWS, ALONE, THRESHOLD = 200, 20, 1e-9


def check(subject: Subject) -> Outcome:
    """Compare answers of model and bundle."""
    return with_noticed(_compared(subject), subject, ANOTHER)


def _compared(subject: Subject) -> Outcome:
    part, limit = subject.candidate.held_out, subject.threshold(CODE, THRESHOLD)
    sample = subject.sample(part, ROWS)
    own = _own(subject, sample)
    try:
        trials = _trials(subject, sample.frame)
    except O16nError as error:
        return _failed(
            Evidence(statement=str(error), n=len(sample.frame), method="answering held-out rows"),
            f"the bundle cannot answer: {error}",
        )
    rows = tuple(
        (kind, len(lines), int((lines["problem"] != "").sum()), _difference(own, lines))
        for kind, lines in trials
    )
    worst, answered = max(row[3] for row in rows), len(sample.frame) - rows[0][2]
    evidence = Evidence(
        statement=f"largest difference {worst:.1g} over {answered} rows; {rows[0][2]} refused by the schema",
        value=worst,
        threshold=limit,
        n=answered,
        seed=subject.seed,
        method=f"notebook's model against the loaded bundle, {sample} of {part.name}",
        tables=(Table(header=("trial", "rows", "refused", "largest difference"), rows=rows),),
    )
    if answered and worst <= limit:
        return Passed(evidence=evidence)
    return _failed(
        evidence,
        f"the bundle answers differently from the notebook's model, by {worst:.1g}"
        if answered
        else "the bundle refuses every one of the notebook's own rows",
    )


def _failed(evidence: Evidence, reason: str) -> Failed:
    return Failed(
        severity="blocker",
        evidence=evidence,
        reason=reason,
        remedy="do not deploy; report the difference",
    )


def _trials(subject: Subject, rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    import pandas as pd

    alone = [subject.answer(rows.iloc[[place]]) for place in range(min(ALONE, len(rows)))]
    trials = [("in bulk", subject.answer(rows)), ("one by one", pd.concat(alone))]
    if subject.schema.named:
        trials.append(("columns reversed", subject.answer(rows.iloc[:, ::-1])))
    return trials


def _own(subject: Subject, sample: Sample) -> dict[str, np.ndarray[Any, Any]]:
    """Return what the notebook's own model says, by the names that the bundle uses."""
    candidate = subject.candidate
    found = metrics.outputs_of(
        candidate.model, taken(candidate.held_out.X, sample.places), candidate.task
    )
    own = {"prediction": found.labels}
    if subject.schema.outputs.probabilities and found.probabilities is not None:
        for place, label in enumerate(subject.schema.outputs.classes):
            own[f"p_{label}"] = found.probabilities[:, place]
    return own


def _difference(own: dict[str, np.ndarray[Any, Any]], lines: pd.DataFrame) -> float:
    """Return the largest difference over the first len(lines) rows; infinite for a missing answer."""
    answered = (lines["problem"] == "").to_numpy()
    worst = 0.0
    for name, values in own.items():
        if name not in lines.columns:
            return float("inf")
        worst = max(worst, _gap(values[: len(lines)][answered], lines[name].to_numpy()[answered]))
    return worst


def _gap(one: np.ndarray[Any, Any], two: np.ndarray[Any, Any]) -> float:
    import numpy as np

    if len(one) == 0:
        return 0.0
    if one.dtype.kind in "iuf":
        gap = np.abs(one - two.astype("float64")).max() / max(1.0, float(np.abs(one).max()))
        return float(gap) if np.isfinite(gap) else float("inf")
    return 0.0 if all(str(a) == str(b) for a, b in zip(one, two, strict=True)) else 1.0
