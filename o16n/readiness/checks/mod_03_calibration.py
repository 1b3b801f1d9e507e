"""Probabilities mean what they say.

Of the rows given 70 %, 70 % should be positive; decisions by cost rest on it. The expected
calibration error in equal-mass bins is held against what a perfectly calibrated model would show on
as many rows. To mend: CalibratedClassifierCV, or compare ranks only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from o16n.statistics import calibration_excess

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject

CODE = "MOD-03"
SECTION: Section = "Model"
SEVERITY: Severity = "major"
EXCESS = 0.03
BINS = 10


def check(subject: Subject) -> Outcome:
    """Compare the calibration error with its null expectation."""
    import numpy as np

    shares, classes = subject.outputs.probabilities, subject.candidate.classes
    if shares is None or subject.candidate.held_out.y is None:
        return NotApplicable(reason="the model gives no probabilities")
    if len(classes) == 2:  # noqa: PLR2004 - two classes
        given, right = shares[:, 1], subject.truth == classes[1]
    else:
        given, right = (
            shares.max(axis=1),
            subject.truth == np.asarray(classes)[shares.argmax(axis=1)],
        )
    error, mean, worst = calibration_excess(given, right, seed=subject.seed)
    bins = [part for part in np.array_split(np.argsort(given, kind="stable"), BINS) if len(part)]
    table = tuple(
        (len(part), round(float(given[part].mean()), 3), round(float(right[part].mean()), 3))
        for part in bins
    )
    limit = subject.threshold(CODE, EXCESS)
    evidence = Evidence(
        statement=f"calibration error {error:.3f}; a perfectly calibrated model would show {mean:.3f} (up to {worst:.3f}) on as many rows",
        value=error - mean,
        threshold=limit,
        n=len(given),
        seed=subject.seed,
        method="ECE, 15 equal-mass bins, minus its simulated null",
        tables=(
            Table(
                header=("rows", "mean probability", "share that came true"),
                rows=table,
                caption="calibration in ten equal bins",
            ),
        ),
        figures=("calibration",),
        data={"bins": [list(row) for row in table]},
    )
    if error - mean <= limit or error <= worst:
        return Passed(evidence=evidence)
    return Failed(
        severity="major",
        evidence=evidence,
        reason=f"probabilities are off by {error - mean:.3f} beyond chance",
        remedy="calibrate on held-out rows (CalibratedClassifierCV), or use the ranks only",
    )
