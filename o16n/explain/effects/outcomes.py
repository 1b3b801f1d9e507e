"""Probabilities against what came true: calibration, and what each threshold finds and costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.statistics import equal_mass, expected_calibration_error, wilson

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.effects.scene import Asked, Scene

    Array = np.ndarray[Any, Any]

BINS = 10
THRESHOLDS = 99
TWO = 2


@dataclass(frozen=True, kw_only=True)
class CalibrationBin:
    """Rows of like probability: their mean, and the share that came true with its Wilson interval."""

    n: int
    said: float
    came_true: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Of `n` rows: `of` says whose probability, `error` is the ECE over the bins (equal mass)."""

    of: str
    n: int
    error: float
    bins: tuple[CalibrationBin, ...]


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """What saying yes from `at` on would do: shares of rows, and the cost of a row."""

    at: float
    alarms: float
    found: float
    right: float | None
    cost: float


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """`false_yes` and `false_no` are what either error costs; `stated` where o16n.toml says so.

    `served` is the threshold in service, `best` the cheapest; `band` the interval in which nobody
    is answered, as its two ends, where there is one.
    """

    yes: str
    n: int
    positives: int
    false_yes: float
    false_no: float
    stated: bool
    served: float
    best: float
    cost_served: float
    cost_best: float
    band: tuple[float, float] | None
    points: tuple[Threshold, ...]


def calibration(scene: Scene, asked: Asked) -> Calibration | None:
    """Return how far probabilities can be taken at their word, None without them or the truth.

    With more than two classes it is the probability of the class that is said.
    """
    import numpy as np

    if scene.truth is None or scene.unit != "probability":
        return None
    if len(scene.classes) == TWO:
        shares, true = asked.numbers[:, scene.place], scene.truth == scene.classes[scene.place]
    else:
        shares, true = asked.numbers.max(axis=1), asked.labels == scene.truth
    known = np.isfinite(shares)
    shares, hit = shares[known], np.asarray(true, dtype="float64")[known]
    if not len(shares):
        return None
    order, starts = equal_mass(shares, BINS)
    bins = []
    for part in np.split(order, starts[1:]):
        low, high = wilson(float(hit[part].sum()), len(part))
        bins.append(
            CalibrationBin(
                n=len(part),
                said=float(shares[part].mean()),
                came_true=float(hit[part].mean()),
                low=low,
                high=high,
            )
        )
    return Calibration(
        of=scene.output if len(scene.classes) == TWO else "the class that is said",
        n=len(shares),
        error=expected_calibration_error(shares, hit, bins=BINS),
        bins=tuple(bins),
    )


def thresholds(
    scene: Scene,
    asked: Asked,
    *,
    costs: tuple[float, float] | None = None,
    band: tuple[float, float] | None = None,
) -> Thresholds | None:
    """Return the curve over thresholds of two classes, None where it has no meaning.

    `costs` are those of a wrong yes and of a wrong no, 1 to 1 where None.
    """
    import numpy as np

    if scene.truth is None or scene.unit != "probability" or len(scene.classes) != TWO:
        return None
    shares = asked.numbers[:, scene.place]
    known = np.isfinite(shares)
    shares, true = shares[known], (scene.truth == scene.classes[scene.place])[known]
    if not true.any() or true.all():
        return None
    prices = costs if costs is not None else (1.0, 1.0)
    every = np.arange(1, THRESHOLDS + 1) / (THRESHOLDS + 1)
    points = [_threshold(float(at), shares, true.astype(bool), prices) for at in every]
    best = min(points, key=lambda one: (one.cost, abs(one.at - 0.5)))
    served = _served(shares, asked.labels[known], scene.classes[scene.place])
    return Thresholds(
        yes=scene.output,
        n=len(shares),
        positives=int(true.sum()),
        false_yes=prices[0],
        false_no=prices[1],
        stated=costs is not None,
        served=served,
        best=best.at,
        cost_served=_threshold(served, shares, true.astype(bool), prices).cost,
        cost_best=best.cost,
        band=band,
        points=tuple(points),
    )


def _served(shares: Array, labels: Array, yes: Any) -> float:
    """Return the threshold that the scorer uses: half, or the least probability that it says yes to."""
    import numpy as np

    said = np.array([one == yes for one in labels], dtype=bool)
    if np.array_equal(said, shares >= 0.5) or np.array_equal(said, shares > 0.5):  # noqa: PLR2004 - the usual threshold
        return 0.5
    return float(shares[said].min()) if said.any() else 1.0


def _threshold(at: float, shares: Array, true: Array, prices: tuple[float, float]) -> Threshold:
    import numpy as np

    yes = shares >= at
    hits = int(np.sum(yes & true))
    wrong_yes, wrong_no = int(yes.sum()) - hits, int(true.sum()) - hits
    return Threshold(
        at=at,
        alarms=float(yes.mean()),
        found=hits / int(true.sum()),
        right=hits / int(yes.sum()) if yes.any() else None,
        cost=(prices[0] * wrong_yes + prices[1] * wrong_no) / len(true),
    )
