"""The model beats a trivial baseline.

A model that is no better than always giving the same answer has no use. The same rows are answered
by the training prior (or mean); the difference is bootstrapped in pairs and its lower end must be
above zero. To mend: look for signal, or do without a model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n import metrics
from o16n.metrics import Outputs
from o16n.readiness.check import Evidence, Failed, NotApplicable, Outcome, Passed, Section, Severity
from o16n.statistics import bootstrap_interval

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject

CODE = "MOD-01"
SECTION: Section = "Model"
SEVERITY: Severity = "blocker"


def check(subject: Subject) -> Outcome:
    """Bootstrap the difference to the trivial baseline on the same rows."""
    candidate = subject.candidate
    if candidate.task == "anomaly" or candidate.held_out.y is None or candidate.train.y is None:
        return NotApplicable(reason="there is no target to be better at")
    import numpy as np
    from sklearn.dummy import DummyClassifier, DummyRegressor

    trivial = (
        DummyRegressor() if candidate.task == "regression" else DummyClassifier(strategy="prior")
    )
    trivial.fit(np.zeros((len(candidate.train.y), 1)), np.asarray(candidate.train.y))
    base = metrics.outputs_of(trivial, np.zeros((len(subject.truth), 1)), candidate.task)
    metric, sign = subject.metric, 1 if subject.metric.higher_is_better else -1

    def difference(rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
        return sign * (_score(subject, subject.outputs, rows) - _score(subject, base, rows))

    low, high = bootstrap_interval(difference, subject.resamples)
    every = np.arange(len(subject.truth))
    gain = difference(every)
    evidence = Evidence(
        statement=f"{metric.title} {_score(subject, subject.outputs, every):.3f} against {_score(subject, base, every):.3f} of always the same answer",
        value=gain,
        threshold=0.0,
        interval=(low, high),
        n=len(every),
        seed=subject.seed,
        method="paired bootstrap, 1,000 resamples",
    )
    if low > 0:
        return Passed(evidence=evidence)
    return Failed(
        severity="blocker",
        evidence=evidence,
        reason="the model is not surely better than always giving the same answer",
        remedy="look for signal in the data, take more rows for the test, or do without a model",
    )


def _score(subject: Subject, outputs: Outputs, rows: object) -> float:
    import numpy as np

    taken = np.asarray(rows)
    return metrics.score(subject.metric, subject.truth[taken], outputs.take(taken))
