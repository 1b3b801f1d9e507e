"""Probabilities mean what they say.

Asked: of the rows given 70 %, do 70 % come true?

Why: decisions by cost, and abstaining, rest on probabilities; a model can rank well and still be
sure where it should doubt.

How: the expected calibration error in 15 bins of equal size is held against what a perfectly
calibrated model would show on as many rows (simulated). More than 0.03 beyond its mean, and beyond
its 95th percentile, is major. The slope of truth on the log-odds (1 is right, below 1 too sure,
above 1 too timid) is told with its interval; one that is surely outside 0.8 to 1.25 is minor. For
more than two classes both are those of the most probable class.

To mend: CalibratedClassifierCV on held-out rows, or use the ranks only.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

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
from o16n.statistics import calibration_excess, calibration_slope

if TYPE_CHECKING:
    import numpy as np

    from o16n.readiness.subject import Subject

    Array = np.ndarray[Any, Any]

CODE = "MOD-03"
SECTION: Section = "Model"
SEVERITY: Severity = "major"
THRESHOLD = 0.03
BINS, SHOWN_BINS = 15, 10
SLOPES = (0.8, 1.25)


def check(subject: Subject) -> Outcome:
    """Compare the calibration error with its null expectation, and the slope with 1."""
    if subject.unmeasurable:
        return subject.without_target(SEVERITY)
    if subject.outputs.probabilities is None:
        return NotApplicable(reason="the model gives no probabilities")
    given, right = _given_and_right(subject)
    error, mean, worst = calibration_excess(given, right, bins=BINS, seed=subject.seed)
    slope, low, high = calibration_slope(given, right)
    bins, limit = _bins(given, right), subject.threshold(CODE, THRESHOLD)
    slope_told = (
        f"slope {slope:.2f} (95 % {low:.2f} to {high:.2f})"
        if math.isfinite(slope)
        else "the slope has no finite value"
    )
    evidence = Evidence(
        statement=f"calibration error {error:.3f}; a perfectly calibrated model would show {mean:.3f} (up to {worst:.3f}) on as many rows; {slope_told}",
        value=error - mean,
        threshold=limit,
        n=len(given),
        seed=subject.seed,
        method=f"ECE, {BINS} equal-mass bins, minus its simulated null; {subject.tested_told}",
        tables=(
            Table(
                header=("rows", "mean probability", "share that came true"),
                rows=bins,
                caption=f"calibration in {len(bins)} equal bins",
            ),
        ),
        figures=("calibration",),
        data={"bins": [list(row) for row in bins]},
    )
    remedy = "calibrate on held-out rows (CalibratedClassifierCV), or use the ranks only"
    if error - mean > limit and error > worst:
        reason = f"probabilities are off by {error - mean:.3f} beyond chance"
        return Failed(severity="major", evidence=evidence, reason=reason, remedy=remedy)
    if low > SLOPES[1] or high < SLOPES[0]:
        way = "too timid" if low > 1 else "too sure"
        reason = f"probabilities are {way}: {slope_told}"
        return Failed(severity="minor", evidence=evidence, reason=reason, remedy=remedy)
    return Passed(evidence=evidence)


def _given_and_right(subject: Subject) -> tuple[Array, Array]:
    """Return the probability of the second of two classes, else of the likeliest, and its truth."""
    import numpy as np

    shares, classes = subject.outputs.probabilities, subject.outputs.classes
    assert shares is not None
    if len(classes) == 2:  # noqa: PLR2004 - two classes
        return shares[:, 1], np.asarray(subject.truth == classes[1])
    likeliest = np.asarray(classes)[shares.argmax(axis=1)]
    return shares.max(axis=1), np.asarray(subject.truth == likeliest)


def _bins(given: Array, right: Array) -> tuple[tuple[int, float, float], ...]:
    import numpy as np

    parts = np.array_split(np.argsort(given, kind="stable"), SHOWN_BINS)
    return tuple(
        (len(part), round(float(given[part].mean()), 3), round(float(right[part].mean()), 3))
        for part in parts
        if len(part)
    )
