"""The metric is told with its interval, on held-out rows.

Asked: how good is the model on rows it has not seen, how sure is that number, and does the model
remember more than it has learned?

Why: one number from one split is a guess with a spread. Metrics on training rows say nothing.

How: the metric on held-out rows with its 95 % interval (DeLong for AUC, Wilson for accuracy, the
bootstrap otherwise). Where the policy declares a minimum, the interval's worse end must keep it:
else a blocker. Without held-out rows it is major. A test part that leaves more than 0.1 open on
either side is too small (minor; the rows needed are told). A metric that is surely worse than on
training by more than 0.03, and by more than a tenth of the training value, is minor; so is what was
noticed while the notebook ran and flatters the number: a scaler or encoder fitted before the split or
on the test rows, a matrix the model was not trained for, a metric taken on training rows only.

To mend: hold rows back; take more of them; regularise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from o16n import metrics
from o16n.readiness.check import (
    Evidence,
    Failed,
    NotAssessed,
    Outcome,
    Passed,
    Section,
    Severity,
    Table,
)
from o16n.readiness.drawn import drawn
from o16n.readiness.intervals import Measured, measure
from o16n.readiness.noticed import with_noticed
from o16n.readiness.subject import chosen, flat, labelled, part_of

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject

CODE = "MOD-02"
SECTION: Section = "Model"
SEVERITY: Severity = "blocker"
THRESHOLD = None  # the policy may declare a minimum
WIDE = 0.1
FLATTERING = ("fitted-before-split", "refitted-on-test", "other-matrix", "training-rows-only")
GAP, GAP_SHARE = 0.03, 0.1
ROWS = 20_000


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong: how bad, why, what to do."""

    severity: Severity
    reason: str
    remedy: str


def check(subject: Subject) -> Outcome:
    """Measure on the held-out part and hold it against a declared minimum and training."""
    return with_noticed(_measured(subject), subject, FLATTERING)


def _measured(subject: Subject) -> Outcome:
    if subject.unmeasurable:
        return subject.without_target(SEVERITY)
    metric, n = subject.metric, len(subject.truth)
    try:
        found = measure(metric, subject.truth, subject.outputs, seed=subject.seed)
    except ValueError as error:
        return NotAssessed(reason=str(error), severity=SEVERITY)
    trained, rows_seen = _on_training(subject)
    half = (found.high - found.low) / 2
    pictures = drawn(subject.outputs, subject.truth)
    known = metrics.measured(subject.candidate.task, subject.truth, subject.outputs)
    evidence = Evidence(
        statement=f"{metric.title} {found} on {subject.tested_told}; "
        + (f"{trained:.3f} on {rows_seen} training rows" if trained is not None else "no training"),
        value=found.value,
        threshold=subject.settings.threshold.get(CODE),
        interval=(found.low, found.high),
        n=n,
        seed=subject.seed,
        method=found.method,
        tables=(
            Table(
                header=("metric", "value"),
                rows=tuple((metrics.METRICS[name].title, round(v, 4)) for name, v in known.items()),
                caption=f"half-width {half:.3f}; ±0.03 would take about {_needed(n, half):,} rows",
            ),
        ),
        figures=tuple(pictures),
        data={"metric": metric.title, "trained": trained, **pictures},
    )
    faults = _faults(subject, found, trained)
    if not faults:
        return Passed(evidence=evidence)
    worst = faults[0]
    return Failed(
        severity=worst.severity,
        evidence=evidence,
        reason="; ".join(one.reason for one in faults),
        remedy=worst.remedy,
    )


def _faults(subject: Subject, found: Measured, trained: float | None) -> list[Fault]:
    """Return what is wrong, the worst first."""
    declared, sign = subject.settings.threshold.get(CODE), _sign(subject)
    worse, better = sorted((sign * found.low, sign * found.high))
    faults = []
    if declared is not None and worse < sign * declared:
        faults.append(
            Fault(
                severity="blocker",
                reason=f"the interval does not keep the declared {declared}",
                remedy="improve the model, or take more test rows if the interval is wide",
            )
        )
    if subject.candidate.test is None:
        return [
            *faults,
            Fault(
                severity="major",
                reason="the notebook held no rows back: this is the metric on training rows",
                remedy="split the rows before fitting, and evaluate on the part that was kept",
            ),
        ]
    half = (found.high - found.low) / 2
    if half > WIDE:
        faults.append(
            Fault(
                severity="minor",
                reason=f"{len(subject.truth)} rows leave ±{half:.2f} open",
                remedy=f"take more test rows: about {_needed(len(subject.truth), half):,} for ±0.03",
            )
        )
    if trained is not None and better < sign * trained - max(GAP, GAP_SHARE * abs(trained)):
        faults.append(
            Fault(
                severity="minor",
                reason=f"{trained:.3f} on training against {found.value:.3f}: the model remembers",
                remedy="regularise the model, or give it more rows",
            )
        )
    return faults


def _on_training(subject: Subject) -> tuple[float | None, str]:
    """Return the metric on training rows (a sample of those with a target), and how many."""
    train = subject.candidate.train
    places = labelled(train)
    kept = places[chosen(len(places), min(ROWS, max(len(subject.truth), 1000)), subject.seed)]
    if not len(kept):
        return None, "0"
    part = part_of(train, kept)
    outputs = metrics.outputs_of(subject.candidate.model, part.X, subject.candidate.task)
    found = metrics.measured(subject.candidate.task, flat(part.y), outputs)
    return found.get(subject.metric.name), f"{len(kept):,} of {len(places):,}"


def _needed(n: int, half: float) -> int:
    """Return how many rows would bring the half-width to 0.03, by the square-root law."""
    return max(round(n * (half / 0.03) ** 2), 1)


def _sign(subject: Subject) -> int:
    return 1 if subject.metric.higher_is_better else -1
