"""Intervals, paired differences and calibration, each with its source."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np

    Array = np.ndarray[Any, Any]

REPEATS = 1000
FEWEST_REPEATS = 60
WORK = 5_000_000  # rows times repeats, above which the bootstrap draws fewer times
Z = 1.959963984540054  # two-sided 95 %
EDGE = 1e-6  # probabilities are kept this far from 0 and 1 before a logarithm


def resamples(
    n: int, *, strata: Any | None = None, repeats: int | None = None, seed: int = 0
) -> Iterator[Array]:
    """Yield bootstrap rows, `repeats` times (n,) indices, drawn within `strata` (n,) where given.

    Without `repeats` it is 1,000 times, fewer where n is large (never below 60).
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    times = repeats if repeats is not None else repeats_for(n)
    groups = [np.arange(n)]
    if strata is not None:
        labels = np.unique(np.asarray(strata), return_inverse=True)[1]
        groups = [np.flatnonzero(labels == one) for one in range(labels.max(initial=-1) + 1)]
    for _ in range(times):
        rows = np.empty(n, dtype=np.int64)
        for places in groups:
            rows[places] = places[rng.integers(0, len(places), len(places))]
        yield rows


def repeats_for(n: int) -> int:
    """Return how often n rows are resampled: 1,000 times, fewer above 5,000 rows, at least 60."""
    return int(min(REPEATS, max(FEWEST_REPEATS, WORK // max(n, 1))))


def bootstrap_interval(
    statistic: Callable[[Array], float], n: int, *, strata: Any | None = None, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of `statistic(rows)` over n rows.

    The percentile interval (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter
    13); where n is so large that fewer than 1,000 resamples are drawn, the normal one from their
    standard error (ibid., chapter 6), since far percentiles of few values are noise. Resamples on
    which the statistic is not defined are left out; NaN where it never is.
    """
    import numpy as np

    values = []
    for rows in resamples(n, strata=strata, seed=seed):
        try:
            values.append(statistic(rows))
        except ValueError:  # such as AUC on a resample with one class
            continue
    found = np.asarray([one for one in values if math.isfinite(one)])
    if not len(found):
        return math.nan, math.nan
    if repeats_for(n) == REPEATS:
        low, high = np.quantile(found, [0.025, 0.975])
        return float(low), float(high)
    half = Z * float(found.std(ddof=1))
    middle = statistic(np.arange(n))
    return middle - half, middle + half


def wilson(successes: float, n: float, *, z: float = Z) -> tuple[float, float]:
    """Return the Wilson score interval of a share (Wilson, JASA 1927); NaN of no rows."""
    if n <= 0:
        return math.nan, math.nan
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    low, high = middle - half, middle + half
    return 0.0 if successes == 0 else max(0.0, low), 1.0 if successes == n else min(1.0, high)


def auc_placements(truth: Any, scores: Any) -> tuple[float, Array, Array]:
    """Return AUC, the placements of positives (n1,) and of negatives (n0,).

    A placement is the share of the other class that a row is ranked above (a tie counts half), in
    the direction that makes the mean of either the AUC: Sun and Xu, IEEE Signal Processing Letters
    2014, equations 6 and 7, by mid-ranks in O(n log n).

    Raises:
        ValueError: one of the classes is absent.
    """
    import numpy as np
    from scipy.stats import rankdata

    positive = np.asarray(truth, dtype=bool)
    values = np.asarray(scores, dtype="float64")
    ones, noughts = int(positive.sum()), int((~positive).sum())
    if not ones or not noughts:
        raise ValueError("AUC needs rows of both classes")
    every = rankdata(values)
    above = (every[positive] - rankdata(values[positive])) / noughts
    below = 1 - (every[~positive] - rankdata(values[~positive])) / ones
    return float(above.mean()), above, below


def delong(truth: Any, scores: Any, other: Any | None = None) -> tuple[float, float, float]:
    """Return AUC, or AUC(scores) − AUC(other) on the same rows, with its 95 % interval.

    DeLong, DeLong and Clarke-Pearson, Biometrics 1988. `truth` (n,) is true for the positive class.
    An AUC of exactly 0 or 1 has no variance there; it gets Wilson's interval of a share over the
    smaller class, as if each of its rows were one trial.

    Raises:
        ValueError: one of the classes is absent.
    """
    import numpy as np

    value, above, below = auc_placements(truth, scores)
    ends = (0.0, 1.0)
    if other is not None:
        second, above_too, below_too = auc_placements(truth, other)
        value, above, below = value - second, above - above_too, below - below_too
        ends = (-1.0, 1.0)
    elif value in ends:
        fewest = min(len(above), len(below))
        low, high = wilson(round(value) * fewest, fewest)
        return value, low, high
    variance = sum(
        float(one.var(ddof=1)) / len(one) if len(one) > 1 else 0.25 for one in (above, below)
    )
    half = Z * float(np.sqrt(variance))
    return value, max(ends[0], value - half), min(ends[1], value + half)


def benjamini_hochberg(p_values: Any, *, q: float = 0.05) -> Array:
    """Return which of the m hypotheses are rejected at false discovery rate `q` (JRSS B 1995)."""
    import numpy as np

    p = np.asarray(p_values, dtype="float64")
    order = np.argsort(p)
    passed = np.flatnonzero(p[order] <= q * np.arange(1, len(p) + 1) / max(len(p), 1))
    rejected = np.zeros(len(p), dtype=bool)
    if len(passed):
        rejected[order[: passed[-1] + 1]] = True
    return rejected


def mean_gap(one: Any, other: Any) -> tuple[float, float]:
    """Return mean(one) − mean(other) and its standard error, each group with its own variance.

    Shares (values 0 and 1 only) get Agresti and Caffo's one added success and failure in the
    variance (American Statistician 2000), so that a group that is always right has some.
    """
    import numpy as np

    groups = [np.asarray(one, dtype="float64"), np.asarray(other, dtype="float64")]
    variance = 0.0
    for values in groups:
        n = len(values)
        if np.isin(values, (0.0, 1.0)).all():
            share = (values.sum() + 1) / (n + 2)
            variance += share * (1 - share) / (n + 2)
        elif n > 1:
            variance += float(values.var(ddof=1)) / n
    return float(groups[0].mean() - groups[1].mean()), math.sqrt(variance)


def equal_mass(shares: Any, bins: int) -> tuple[Array, Array]:
    """Return the order of `shares` (n,) and where each of at most `bins` equal parts begins in it.

    Parts differ by one row at most, the larger ones first, as numpy.array_split.
    """
    import numpy as np

    order = np.argsort(np.asarray(shares, dtype="float64"), kind="stable")
    few = max(min(bins, len(order)), 1)
    size, more = divmod(len(order), few)
    starts = np.arange(few) * size + np.minimum(np.arange(few), more)
    return order, starts


def expected_calibration_error(shares: Any, truth: Any, *, bins: int = 15) -> float:
    """Return the ECE of probabilities (n,) against 0/1 `truth` (n,) in equal-mass bins.

    Naeini, Cooper and Hauskrecht, AAAI 2015; equal mass as Nguyen and O'Connor, EMNLP 2015.
    """
    import numpy as np

    order, starts = equal_mass(shares, bins)
    gaps = np.asarray(shares, dtype="float64") - np.asarray(truth, dtype="float64")
    return float(np.abs(np.add.reduceat(gaps[order], starts)).sum() / len(order))


def calibration_excess(
    shares: Any, truth: Any, *, bins: int = 15, repeats: int = 200, seed: int = 0
) -> tuple[float, float, float]:
    """Return (ECE, its mean, its 95th percentile) where the latter two are for perfect calibration.

    The null is simulated: truths are drawn from the probabilities themselves, since a perfectly
    calibrated model has a positive ECE on a finite sample.
    """
    import numpy as np

    shares = np.asarray(shares, dtype="float64")
    rng = np.random.default_rng(seed)
    order, starts = equal_mass(shares, bins)
    sorted_shares = shares[order]
    null = [
        np.abs(
            np.add.reduceat(sorted_shares - (rng.random(len(shares)) < sorted_shares), starts)
        ).sum()
        / len(shares)
        for _ in range(min(repeats, repeats_for(len(shares))))
    ]
    return (
        expected_calibration_error(shares, truth, bins=bins),
        float(np.mean(null)),
        float(np.quantile(null, 0.95)),
    )


def calibration_slope(shares: Any, truth: Any) -> tuple[float, float, float]:
    """Return the slope of a logistic regression of `truth` on logit(shares), with its 95 % interval.

    1 is perfect, below 1 probabilities are too extreme, above 1 too timid (Cox, Biometrika 1958).
    NaN where it has no finite answer: one class, constant shares, or shares that separate.
    """
    import numpy as np

    p = np.clip(np.asarray(shares, dtype="float64"), EDGE, 1 - EDGE)
    y = np.asarray(truth, dtype="float64")
    rows = np.column_stack([np.ones(len(p)), np.log(p / (1 - p))])
    nothing = (math.nan, math.nan, math.nan)
    if len(np.unique(y)) < 2 or np.ptp(rows[:, 1]) == 0:  # noqa: PLR2004 - two classes
        return nothing
    weights = np.array([0.0, 1.0])
    for _ in range(50):
        fitted = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        information = rows.T @ (rows * (fitted * (1 - fitted))[:, None])
        if not np.isfinite(information).all() or np.linalg.cond(information) > 1 / EDGE**2:
            return nothing
        step = np.linalg.solve(information, rows.T @ (y - fitted))
        weights = weights + step
        if np.abs(step).max() < EDGE:
            half = Z * float(np.sqrt(np.linalg.inv(information)[1, 1]))
            return float(weights[1]), float(weights[1]) - half, float(weights[1]) + half
    return nothing


def mean_interval(values: Any, population: int, *, z: float = Z) -> tuple[float, float]:
    """Return the normal interval of the mean of n values out of `population`, finite-corrected.

    Cochran, Sampling Techniques, 3rd ed., equation 2.21.
    """
    import numpy as np

    values = np.asarray(values, dtype="float64")
    n = len(values)
    if n < 2 or n >= population:  # noqa: PLR2004 - no spread is known, or nothing is left out
        return float(values.mean()), float(values.mean())
    half = z * values.std(ddof=1) / n**0.5 * ((population - n) / (population - 1)) ** 0.5
    return float(values.mean() - half), float(values.mean() + half)
