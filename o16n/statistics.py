"""Intervals, paired differences and calibration, each with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

REPEATS = 1000


def resamples(
    n: int, *, strata: Any | None = None, repeats: int = REPEATS, seed: int = 0
) -> np.ndarray[Any, Any]:
    """Return bootstrap row indices (repeats, n), drawn within `strata` (n,) where given."""
    import numpy as np

    rng = np.random.default_rng(seed)
    if strata is None:
        return rng.integers(0, n, (repeats, n))
    groups = np.asarray(strata)
    rows = np.empty((repeats, n), dtype=np.int64)
    for label in np.unique(groups):
        places = np.flatnonzero(groups == label)
        rows[:, places] = places[rng.integers(0, len(places), (repeats, len(places)))]
    return rows


def bootstrap_interval(
    statistic: Callable[[np.ndarray[Any, Any]], float],
    rows: np.ndarray[Any, Any],
    *,
    level: float = 0.95,
) -> tuple[float, float]:
    """Return the percentile interval of `statistic(indices)` over `rows` (repeats, n).

    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13. Resamples on which the
    statistic is not defined are left out.
    """
    import numpy as np

    values = []
    for one in rows:
        try:
            values.append(statistic(one))
        except ValueError:  # such as AUC on a resample with one class
            continue
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail]) if values else (np.nan, np.nan)
    return float(low), float(high)


def wilson(successes: int, n: int, *, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return the Wilson score interval of a share (Wilson, JASA 1927)."""
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return middle - half, middle + half


def benjamini_hochberg(p_values: Any, *, q: float = 0.05) -> np.ndarray[Any, Any]:
    """Return which of the m hypotheses are rejected at false discovery rate `q` (JRSS B 1995)."""
    import numpy as np

    p = np.asarray(p_values, dtype="float64")
    order = np.argsort(p)
    passed = np.flatnonzero(p[order] <= q * np.arange(1, len(p) + 1) / max(len(p), 1))
    rejected = np.zeros(len(p), dtype=bool)
    if len(passed):
        rejected[order[: passed[-1] + 1]] = True
    return rejected


def expected_calibration_error(shares: Any, truth: Any, *, bins: int = 15) -> float:
    """Return the ECE of probabilities (n,) against 0/1 `truth` (n,) in equal-mass bins.

    Naeini, Cooper and Hauskrecht, AAAI 2015; equal mass as Nguyen and O'Connor, EMNLP 2015.
    """
    import numpy as np

    shares, truth = np.asarray(shares, dtype="float64"), np.asarray(truth, dtype="float64")
    order = np.argsort(shares, kind="stable")
    parts = [part for part in np.array_split(order, min(bins, len(order))) if len(part)]
    gaps = [abs(shares[part].mean() - truth[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(order))


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
    null = [
        expected_calibration_error(shares, rng.random(len(shares)) < shares, bins=bins)
        for _ in range(repeats)
    ]
    return (
        expected_calibration_error(shares, truth, bins=bins),
        float(np.mean(null)),
        float(np.quantile(null, 0.95)),
    )


def mean_interval(
    values: Any, population: int, *, z: float = 1.959963984540054
) -> tuple[float, float]:
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
