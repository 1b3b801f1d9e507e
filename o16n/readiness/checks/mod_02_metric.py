"""The metric is told with its interval, on held-out rows.

One number from one split is a guess with a spread. The metric is bootstrapped on rows the model has
not seen; a large gap to training says that it remembers. To mend: hold rows back; take more of
them; regularise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n import metrics
from o16n.readiness.check import (
    Evidence,
    Failed,
    NotApplicable,
    Outcome,
    Passed,
    Section,
    Severity,
    Table,
)
from o16n.statistics import bootstrap_interval

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject

CODE = "MOD-02"
SECTION: Section = "Model"
SEVERITY: Severity = "blocker"


def check(subject: Subject) -> Outcome:
    """Bootstrap the metric on the held-out part and hold it against a declared minimum."""
    candidate = subject.candidate
    if candidate.held_out.y is None or candidate.task == "anomaly":
        return NotApplicable(reason="there is no target to measure against")
    metric = subject.metric
    value = metrics.score(metric, subject.truth, subject.outputs)
    low, high = bootstrap_interval(
        lambda rows: metrics.score(metric, subject.truth[rows], subject.outputs.take(rows)),
        subject.resamples,
    )
    seen = metrics.outputs_of(candidate.model, candidate.train.X, candidate.task)
    trained = metrics.score(metric, candidate.train.y, seen)
    declared = subject.settings.threshold.get(CODE)
    others = [
        (one.title, round(metrics.score(one, subject.truth, subject.outputs), 4))
        for one in metrics.METRICS.values()
        if candidate.task in one.tasks and metrics.possible(one, subject.outputs)
    ]
    evidence = Evidence(
        statement=f"{metric.title} {value:.3f} (95 % {low:.3f} to {high:.3f}) on {len(subject.truth)} rows; {trained:.3f} on training",
        value=value,
        threshold=declared,
        interval=(low, high),
        n=len(subject.truth),
        seed=subject.seed,
        method="bootstrap, 1,000 resamples",
        tables=(Table(header=("metric", "value"), rows=tuple(others)),),
        data={"metric": metric.title},
    )
    if candidate.test is None:
        return Failed(
            severity="major",
            evidence=evidence,
            reason="the notebook held no rows back: this is the metric on training rows",
            remedy="split the rows before fitting, and evaluate on the part that was kept",
        )
    if declared is not None and (low if metric.higher_is_better else -high) < (
        declared if metric.higher_is_better else -declared
    ):
        return Failed(
            severity="blocker",
            evidence=evidence,
            reason=f"the interval does not keep the declared {declared}",
            remedy="improve the model, or take more test rows if the interval is wide",
        )
    return Passed(evidence=evidence)
