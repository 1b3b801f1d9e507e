"""Partial dependence of the served answer on its strongest columns (Friedman, 2001, section 8.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.explain.effects.grid import grid
from o16n.explain.effects.scene import cell, is_number
from o16n.statistics import mean_interval

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.effects.scene import Scene

    Array = np.ndarray[Any, Any]

POINTS = 16
LEVELS = 10
STEADY = 0.02  # of the curve's own span: less than that against the way is no turn


@dataclass(frozen=True, kw_only=True)
class Point:
    """The mean answer with its 95 % interval where a column is set to `value` in each row.

    `at` is the value as a number, None for a level; `low` and `high` bound the mean, `least` and
    `most` hold the central 80 % of the rows' own answers.
    """

    value: str
    at: float | None
    mean: float
    low: float
    high: float
    least: float
    most: float


@dataclass(frozen=True, kw_only=True)
class Curve:
    """How the answer goes with one column, all others staying; `n` of `population` rows were set.

    `left_out` rows have a value outside the 1st to 99th percentile, which is not drawn. `shape` is
    `rises`, `falls`, `turns`, `flat` or `levels`.
    """

    column: str
    kind: str
    n: int
    population: int
    left_out: int
    shape: str
    span: float
    points: tuple[Point, ...]


def curve(scene: Scene, column: int, most: int) -> Curve:
    """Return the dependence on one column, on a seeded sample of `most` rows."""
    import numpy as np

    values = scene.rows.iloc[:, column]
    number = is_number(values)
    places = grid(values, POINTS if number else LEVELS)
    base = scene.sample(most)
    asked = scene.mixed(np.tile(base, len(places)), {column: np.repeat(places, len(base))})
    answers = scene.answers(asked).reshape(len(places), len(base))
    points = [
        point
        for place, row in zip(places.tolist(), answers, strict=True)
        if (point := _point(values.iloc[place], row, len(scene.rows), number=number)) is not None
    ]
    means = [one.mean for one in points if not number or one.at is not None]
    return Curve(
        column=scene.name(column),
        kind="number" if number else "levels",
        n=len(base),
        population=len(scene.rows),
        left_out=_left_out(scene, column, places) if number else 0,
        shape=_shape(means) if number else "levels",
        span=float(np.ptp(means)) if means else 0.0,
        points=tuple(points),
    )


def _point(value: Any, answers: Array, population: int, *, number: bool) -> Point | None:
    """Return one point, None where the scorer refuses every row with this value."""
    import numpy as np
    import pandas as pd

    given = answers[~np.isnan(answers)]
    if not len(given):
        return None
    low, high = mean_interval(given, population)
    least, most = np.quantile(given, (0.1, 0.9))
    at = float(pd.to_numeric(value)) if number and not pd.isna(value) else None
    return Point(
        value=cell(value),
        at=at,
        mean=float(given.mean()),
        low=low,
        high=high,
        least=float(least),
        most=float(most),
    )


def _left_out(scene: Scene, column: int, places: Array) -> int:
    values = scene.rows.iloc[:, column].dropna()
    drawn = scene.rows.iloc[places, column].dropna()
    return int(((values < drawn.min()) | (values > drawn.max())).sum()) if len(drawn) else 0


def _shape(means: list[float]) -> str:
    import numpy as np

    steps = np.diff(means)
    span = float(np.ptp(means)) if means else 0.0
    if span == 0.0:
        return "flat"
    up = bool((np.where(steps > 0, steps, 0).sum()) > STEADY * span)
    down = bool((np.where(steps < 0, -steps, 0).sum()) > STEADY * span)
    return "turns" if up and down else "rises" if up else "falls"
