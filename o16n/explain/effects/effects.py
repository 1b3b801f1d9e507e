"""All that is measured around an explanation, within a time; what did not fit says so."""

from __future__ import annotations

import contextlib
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from o16n.explain.effects import goodness as goodnesses
from o16n.explain.effects import outcomes
from o16n.explain.effects.dependence import LEVELS, POINTS, Curve, curve
from o16n.explain.effects.interaction import CELLS, COLUMNS, Interaction, strongest
from o16n.explain.effects.nearest_change import (
    DISTANCE,
    ONE_COLUMNS,
    VALUES,
    NearestChange,
    nearest_change,
)
from o16n.explain.effects.together import Together, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from o16n.explain.effects.goodness import Goodness
    from o16n.explain.effects.outcomes import Calibration, Thresholds
    from o16n.explain.effects.scene import Scene

    Array = np.ndarray[Any, Any]

FORMAT = 1
CURVES = 5
EFFORTS = ((200, 60), (80, 30), (30, 15))  # rows of a curve, rows of a pair
MOST_SCORED = 20_000
NO_TRUTH = "the truth of these rows is not known"


@dataclass(frozen=True, kw_only=True)
class Effects:
    """What the served scorer does around the explained rows: `rows` of `population`, which are `part`.

    `unit` is that of every answer here, which need not be the explanation's. `left_out` has
    (section, why) of what was not measured. `seconds` is all that a second run may change.
    """

    part: str
    rows: int
    population: int
    refused: int
    output: str
    unit: str
    seed: int
    curves: tuple[Curve, ...]
    interaction: Interaction | None
    changes: tuple[NearestChange, ...]
    distance: str
    calibration: Calibration | None
    thresholds: Thresholds | None
    goodness: Goodness | None
    together: tuple[Together, ...]
    left_out: tuple[tuple[str, str], ...]
    digest: str
    versions: tuple[tuple[str, str], ...]
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for: rows to look at alone, prices of a wrong yes and a wrong no, the band.

    `amounts` (n, d) are contributions of the rows, `digest` the sha256 of the file they are of, `most` how
    many rows a curve is measured on at most.
    """

    part: str
    cases: tuple[str, ...] = ()
    costs: tuple[float, float] | None = None
    band: tuple[float, float] | None = None
    amounts: Any = None
    digest: str = ""
    most: int = EFFORTS[0][0]


def effects_of(scene: Scene, wanted: Wanted, *, seconds: float) -> Effects:
    """Return the effects; fewer rows are asked, then parts left out, where `seconds` are too few."""
    import numpy as np

    clock = time.monotonic()
    whole = scene.ask(scene.rows)
    effort, reason = _effort(scene, wanted, seconds)
    left_out = [("the effect of single columns and pairs", reason)] if effort is None else []
    curves: tuple[Curve, ...] = ()
    pair, changes = None, []
    if effort is not None:
        curves = tuple(curve(scene, one, effort[0]) for one in scene.drivers[:CURVES])
        pair = strongest(scene, effort[1])
        changes = _changes(scene, wanted.cases)
    if not scene.classes:
        left_out.append(("the nearest change of decision", "a regression decides nothing"))
    left_out += _silent(scene)
    return Effects(
        part=wanted.part,
        rows=len(scene.rows),
        population=len(scene.rows),
        refused=int(sum(one is None for one in whole.labels)),
        output=scene.output,
        unit=scene.unit,
        seed=scene.seed,
        curves=curves,
        interaction=pair,
        changes=tuple(changes),
        distance=DISTANCE,
        calibration=outcomes.calibration(scene, whole),
        thresholds=outcomes.thresholds(scene, whole, costs=wanted.costs, band=wanted.band),
        goodness=goodnesses.goodness(scene, whole, wanted.amounts),
        together=together(scene) if len(scene.rows) > 1 else (),
        left_out=tuple(left_out),
        digest=wanted.digest,
        versions=_versions(),
        seconds=round(float(np.float64(time.monotonic() - clock)), 3),
    )


def _changes(scene: Scene, cases: Sequence[str]) -> list[NearestChange]:
    place = {name: at for at, name in reversed(list(enumerate(scene.names)))}
    known = [place[one] for one in cases if one in place] if scene.classes else []
    return [nearest_change(scene, one) for one in dict.fromkeys(known)]


def _effort(scene: Scene, wanted: Wanted, seconds: float) -> tuple[tuple[int, int] | None, str]:
    """Return the largest effort whose forecast fits, None and why where not even the smallest does."""
    drivers = len(scene.drivers)
    singles = (
        len(wanted.cases) * min(scene.rows.shape[1], ONE_COLUMNS) * VALUES if scene.classes else 0
    )
    pairs = min(drivers, COLUMNS) * (min(drivers, COLUMNS) + 1) // 2
    pace, least = scene.pace(), 0.0
    for rows, square in EFFORTS:
        if rows > wanted.most:
            continue
        curves = min(drivers, CURVES) * max(POINTS, LEVELS) * rows
        least = pace * (curves + pairs * square**2 + CELLS**2 * square + singles)
        if least <= seconds:
            return (rows, square), ""
    return None, f"it would take about {least:.0f} s, over the {seconds:.0f} s allowed"


def _versions() -> tuple[tuple[str, str], ...]:
    """Return what computed it: o16n and what it asked."""
    from importlib import metadata
    from platform import python_version

    found = [("python", python_version())]
    for name in ("o16n", "scikit-learn", "pandas", "numpy"):
        with contextlib.suppress(metadata.PackageNotFoundError):  # a checkout used as it lies
            found.append((name, metadata.version(name)))
    return tuple(found)


def _silent(scene: Scene) -> list[tuple[str, str]]:
    if scene.truth is None:
        return [("calibration, thresholds and errors", NO_TRUTH)]
    if scene.unit != "probability":
        what = (
            "the model gives no probabilities" if scene.classes else "a number has no probability"
        )
        return [("calibration and thresholds", what)]
    if len(scene.classes) > outcomes.TWO:
        return [("thresholds", "more than two classes have no one threshold")]
    return []


def to_json(effects: Effects) -> dict[str, Any]:
    """Return `effects` as the document effects.json."""
    return {"format": FORMAT, **asdict(effects)}
