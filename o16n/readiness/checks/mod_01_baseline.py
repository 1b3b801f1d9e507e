"""The model beats a trivial baseline.

Asked: is the model surely better than always giving the same answer, and how does it stand against
a simple model?

Why: a model that is no better than a constant has no use; one that is no better than two minutes of
logistic regression costs more than it gives.

How: the same held-out rows are answered by the training prior (or mean) and by a linear model on the
same columns. The difference to the constant is computed in pairs (DeLong for AUC, exact McNemar for
accuracy, the bootstrap otherwise); the lower end of its 95 % interval must be above 0, on ten rows at
least. The simple model is evidence and does not decide.

To mend: look for signal, take more rows for the test, or do without a model.
"""

from __future__ import annotations

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
from o16n.readiness.intervals import Measured, gain
from o16n.readiness.simple import simple_outputs
from o16n.readiness.subject import flat, labelled, part_of

if TYPE_CHECKING:
    from o16n.metrics import Outputs
    from o16n.readiness.subject import Subject

CODE = "MOD-01"
SECTION: Section = "Model"
SEVERITY: Severity = "blocker"
THRESHOLD = 0.0
FEWEST = 10


def check(subject: Subject) -> Outcome:
    """Compare the model with a constant and with a linear model on the same rows."""
    if subject.unmeasurable:
        return subject.without_target(SEVERITY)
    if not len(labelled(subject.candidate.train)):
        return NotAssessed(reason="no training row has a target", severity=SEVERITY)
    try:
        value = metrics.score(subject.metric, subject.truth, subject.outputs)
        over, row = _against(subject, "always the same answer", _trivial(subject))
    except ValueError as error:
        return NotAssessed(reason=str(error), severity=SEVERITY)
    simple = simple_outputs(subject)
    rows = [row] if simple is None else [row, _against(subject, *simple)[1]]
    title, n, limit = subject.metric.title, len(subject.truth), subject.threshold(CODE, THRESHOLD)
    against = ", ".join(f"{theirs:.3f} of {name}" for name, theirs, *_ in rows)
    evidence = Evidence(
        statement=f"{title} {value:.3f} against {against}",
        value=over.value,
        threshold=limit,
        interval=(over.low, over.high),
        n=n,
        seed=subject.seed,
        method=f"{over.method}, {subject.tested_told} of {subject.tested.name}",
        tables=(
            Table(
                header=("against", title, "better by", "from", "to"),
                rows=tuple(rows),
                caption="95 % intervals of the difference on the same rows",
            ),
        ),
    )
    if over.low > limit and n >= FEWEST:
        return Passed(evidence=evidence)
    return Failed(
        severity="blocker",
        evidence=evidence,
        reason=f"{n} held-out rows are too few to be better than always giving the same answer"
        if n < FEWEST
        else "the model is not surely better than always giving the same answer",
        remedy="look for signal in the data, take more rows for the test, or do without a model",
    )


def _against(
    subject: Subject, name: str, other: Outputs
) -> tuple[Measured, tuple[str, float, float, float, float]]:
    over = gain(subject.metric, subject.truth, subject.outputs, other, seed=subject.seed)
    theirs = metrics.score(subject.metric, subject.truth, other)
    numbers = (theirs, over.value, over.low, over.high)
    theirs, better, low, high = (round(one, 3) + 0.0 for one in numbers)  # no -0.0
    return over, (name, theirs, better, low, high)


def _trivial(subject: Subject) -> Outputs:
    """Return what the training prior, or the training mean, says of the tested rows."""
    import numpy as np
    from sklearn.dummy import DummyClassifier, DummyRegressor

    regression = subject.candidate.task == "regression"
    train = subject.candidate.train
    target = flat(part_of(train, labelled(train)).y)
    model = DummyRegressor() if regression else DummyClassifier(strategy="prior")
    model.fit(np.zeros((len(target), 1)), target)
    return metrics.outputs_of(model, np.zeros((len(subject.truth), 1)), subject.candidate.task)
