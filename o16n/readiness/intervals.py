"""How sure a metric, or a difference of two models on the same rows, is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n import metrics, statistics

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from o16n.metrics import Metric, Outputs

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A number with its 95 % interval and the method that gave it."""

    value: float
    low: float
    high: float
    method: str

    def __str__(self) -> str:
        return f"{self.value:.3f} (95 % {self.low:.3f} to {self.high:.3f})"


def measure(metric: Metric, truth: Array, outputs: Outputs, *, seed: int) -> Measured:
    """Return `metric` of `outputs` on `truth` (n,) with its interval.

    DeLong for AUC, Wilson for a share, the bootstrap for the rest.

    Raises:
        ValueError: the metric is not defined on these rows.
    """
    value = metrics.score(metric, truth, outputs)
    if metric.name == "roc_auc" and len(outputs.classes) == 2:  # noqa: PLR2004 - two classes
        _, low, high = statistics.delong(*_ranked(truth, outputs))
        return Measured(value=value, low=low, high=high, method="DeLong")
    if metric.name == "accuracy":
        low, high = statistics.wilson(value * len(truth), len(truth))
        return Measured(value=value, low=low, high=high, method="Wilson")
    low, high = statistics.bootstrap_interval(
        _on_rows(metric, truth, outputs),
        len(truth),
        strata=truth if outputs.classes else None,
        seed=seed,
    )
    return Measured(value=value, low=low, high=high, method=_bootstrap(len(truth)))


def gain(metric: Metric, truth: Array, outputs: Outputs, other: Outputs, *, seed: int) -> Measured:
    """Return how much better `outputs` are than `other` on the same rows; above 0 is better.

    Raises:
        ValueError: the metric is not defined on these rows.
    """
    sign = 1 if metric.higher_is_better else -1
    value = sign * (metrics.score(metric, truth, outputs) - metrics.score(metric, truth, other))
    if metric.name == "roc_auc" and len(outputs.classes) == 2:  # noqa: PLR2004 - two classes
        low, high = _auc_gain(truth, outputs, other)
        return Measured(value=value, low=low, high=high, method="DeLong, paired")
    if metric.name == "accuracy":
        low, high = _accuracy_gain(truth, outputs, other)
        return Measured(value=value, low=low, high=high, method="exact McNemar")
    ours, theirs = _on_rows(metric, truth, outputs), _on_rows(metric, truth, other)
    low, high = statistics.bootstrap_interval(
        lambda rows: sign * (ours(rows) - theirs(rows)),
        len(truth),
        strata=truth if outputs.classes else None,
        seed=seed,
    )
    return Measured(value=value, low=low, high=high, method=f"paired {_bootstrap(len(truth))}")


def _on_rows(metric: Metric, truth: Array, outputs: Outputs) -> Callable[[Array], float]:
    """Return the metric as a function of resampled rows.

    Balanced accuracy is a sum over rows here, since rows are resampled within classes.
    """
    import numpy as np

    if metric.name == "balanced_accuracy":
        _, inverse, counts = np.unique(truth, return_inverse=True, return_counts=True)
        shares = (outputs.labels == truth) / counts[inverse] / len(counts)
        return lambda rows: float(shares[rows].sum())
    return lambda rows: metrics.score(metric, truth[rows], outputs.take(rows))


def _auc_gain(truth: Array, outputs: Outputs, other: Outputs) -> tuple[float, float]:
    import numpy as np

    positive, scores = _ranked(truth, outputs)
    _, second = _ranked(truth, other)
    if np.ptp(second) == 0:  # a constant ranks nothing: AUC 0.5 without any error
        _, low, high = statistics.delong(positive, scores)
        return low - 0.5, high - 0.5
    _, low, high = statistics.delong(positive, scores, second)
    return low, high


def _accuracy_gain(truth: Array, outputs: Outputs, other: Outputs) -> tuple[float, float]:
    """Return the interval of the difference of two shares on the same rows.

    Given that one model is right and the other wrong, which of them is right is a coin under no
    difference (McNemar, Psychometrika 1947); its share has the exact interval of Clopper and
    Pearson (Biometrika 1934).
    """
    from scipy.stats import beta

    right, right_too = outputs.labels == truth, other.labels == truth
    better, worse = int((right & ~right_too).sum()), int((~right & right_too).sum())
    apart = better + worse
    if not apart:
        return 0.0, 0.0
    low = float(beta.ppf(0.025, better, worse + 1)) if better else 0.0
    high = float(beta.ppf(0.975, better + 1, worse)) if worse else 1.0
    scale = apart / len(truth)
    return (2 * low - 1) * scale, (2 * high - 1) * scale


def _ranked(truth: Array, outputs: Outputs) -> tuple[Array, Array]:
    assert outputs.probabilities is not None
    return truth == outputs.classes[1], outputs.probabilities[:, 1]


def _bootstrap(n: int) -> str:
    return f"bootstrap, {statistics.repeats_for(n):,} resamples"
