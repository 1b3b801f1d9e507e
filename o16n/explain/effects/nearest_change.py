"""The smallest change of one raw column, else of two, by which the served scorer decides otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from o16n.explain.effects.grid import grid
from o16n.explain.effects.scene import cell, is_number

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.effects.scene import Scene

    Array = np.ndarray[Any, Any]

ONE_COLUMNS = 30  # strongest first
VALUES = 40
TWO_COLUMNS = 6
TWO_VALUES = 8
OF_LEVEL = 0.5  # what another level counts, beside the share of rows that a number passes
DISTANCE = "the share of seen rows that a number passes; another level counts 0.5"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One column from the row's own value to another seen one."""

    column: str
    value: str
    instead: str


@dataclass(frozen=True, kw_only=True)
class NearestChange:
    """Of the row `row`: what the scorer says now and would say after `moves`, none where none does.

    `before` and `after` are the explained number; `distance` as DISTANCE says, summed. `tried` rows
    were asked, with values seen in `population` rows.
    """

    row: str
    said: str
    before: float | None
    moves: tuple[Move, ...]
    would_say: str
    after: float | None
    distance: float | None
    tried: int
    columns: int
    population: int


@dataclass(frozen=True, kw_only=True)
class _Tried:
    """Changes (m,) of one row: places that columns are taken from, and how far each is."""

    columns: tuple[int, ...]
    places: Array
    distance: Array


def nearest_change(scene: Scene, row: int) -> NearestChange:
    """Return the nearest change of decision for the row at a place; a regression decides nothing.

    Raises:
        ValueError: the scorer has no classes to decide between.
    """
    import numpy as np

    if not scene.classes:
        raise ValueError("a regression decides nothing")
    now = scene.ask(scene.rows.iloc[[row]])
    free = [one for one in _columns(scene) if one not in scene.fixed]
    tried, best = 0, None
    singles = [_single(scene, row, one) for one in free[:ONE_COLUMNS]]
    asked, best = _flipped(scene, row, now.labels[0], singles)
    tried += asked
    if best is not None:
        closer = [_closer(scene, row, best)]
        asked, nearer = _flipped(scene, row, now.labels[0], closer)
        tried, best = tried + asked, nearer if nearer is not None else best
    else:
        pairs = [_double(scene, row, pair) for pair in combinations(free[:TWO_COLUMNS], 2)]
        asked, best = _flipped(scene, row, now.labels[0], pairs)
        tried += asked
    number = now.numbers[0, scene.place]
    return NearestChange(
        row=scene.names[row],
        said=cell(now.labels[0]),
        before=float(number) if np.isfinite(number) else None,
        tried=tried,
        columns=len(free[:ONE_COLUMNS]),
        population=len(scene.rows),
        **_told(scene, row, best),
    )


def _columns(scene: Scene) -> list[int]:
    rest = [one for one in range(scene.rows.shape[1]) if one not in scene.drivers]
    return [*scene.drivers, *rest]


def _single(scene: Scene, row: int, column: int) -> _Tried:
    values = scene.rows.iloc[:, column]
    return _away(scene, row, column, grid(values, VALUES, tail=0.0))


def _away(scene: Scene, row: int, column: int, places: Array) -> _Tried:
    distance = _distance(scene, column, row, places)
    return _Tried(
        columns=(column,), places=places[distance > 0][:, None], distance=distance[distance > 0]
    )


def _double(scene: Scene, row: int, pair: tuple[int, int]) -> _Tried:
    import numpy as np

    one, other = (
        _away(scene, row, at, grid(scene.rows.iloc[:, at], TWO_VALUES, tail=0.0)) for at in pair
    )
    first = np.repeat(one.places[:, 0], len(other.places))
    second = np.tile(other.places[:, 0], len(one.places))
    distance = np.add.outer(one.distance, other.distance).reshape(-1)
    return _Tried(columns=pair, places=np.column_stack([first, second]), distance=distance)


def _closer(scene: Scene, row: int, found: _Tried) -> _Tried:
    """Return seen values between the found one and the tried one before it, VALUES at most."""
    import numpy as np

    column = found.columns[0]
    values = scene.rows.iloc[:, column]
    if not is_number(values) or values.isna().iloc[row] or values.isna().iloc[found.places[0, 0]]:
        return _Tried(columns=(column,), places=np.empty((0, 1), int), distance=np.empty(0))
    ends = sorted([values.iloc[row], values.iloc[found.places[0, 0]]])
    between = np.flatnonzero(((values > ends[0]) & (values < ends[1])).to_numpy())
    between = between[~values.iloc[between].duplicated().to_numpy()]
    distance = _distance(scene, column, row, between)
    last = distance > found.distance[0] - 1.5 / VALUES  # beyond the tried value before
    near = between[last][np.argsort(distance[last], kind="stable")]
    step = max(1, -(-len(near) // VALUES))
    return _away(scene, row, column, near[::step])


def _distance(scene: Scene, column: int, row: int, places: Array) -> Array:
    """Return how far the values at `places` (m,) are from the row's own; 0 where equal."""
    import numpy as np

    values = scene.rows.iloc[:, column]
    own, others = values.iloc[row], values.iloc[places]
    gone = others.isna().to_numpy()
    if not is_number(values):
        import pandas as pd

        same = gone if pd.isna(own) else (others == own).fillna(False).to_numpy(dtype=bool)  # noqa: FBT003
        return np.where(same, 0.0, OF_LEVEL)
    known = np.sort(values.dropna().to_numpy())
    if values.isna().iloc[row]:
        return np.where(gone, 0.0, OF_LEVEL)
    filled = others.where(~others.isna(), own).to_numpy()
    passed = np.abs(_rank(known, filled) - _rank(known, np.array([own], dtype=known.dtype))[0])
    moved = np.where(filled != own, np.maximum(passed, 1 / len(known)), 0.0)
    return np.where(gone, OF_LEVEL, moved)


def _rank(known: Array, values: Array) -> Array:
    import numpy as np

    left, right = (np.searchsorted(known, values, side=side) for side in ("left", "right"))
    return np.asarray((left + right) / (2 * len(known)))


def _flipped(scene: Scene, row: int, said: Any, tried: list[_Tried]) -> tuple[int, _Tried | None]:
    """Ask about all changes in one call; return how many, and the nearest that flips the decision."""
    import numpy as np
    import pandas as pd

    some = [one for one in tried if len(one.places)]
    if not some or said is None:
        return 0, None
    frames = []
    for one in some:
        changes = {column: one.places[:, at] for at, column in enumerate(one.columns)}
        frames.append(scene.mixed(np.full(len(one.places), row), changes))
    labels = scene.ask(pd.concat(frames, ignore_index=True)).labels
    best, first = None, 0
    for one in some:
        mine = labels[first : first + len(one.places)]
        first += len(one.places)
        other = np.array([label is not None and label != said for label in mine], dtype=bool)
        if other.any():
            at = int(np.where(other, one.distance, np.inf).argmin())
            if best is None or one.distance[at] < best.distance[0]:
                best = _Tried(
                    columns=one.columns,
                    places=one.places[at : at + 1],
                    distance=one.distance[at : at + 1],
                )
    return first, best


def _told(scene: Scene, row: int, best: _Tried | None) -> dict[str, Any]:
    import numpy as np

    if best is None:
        return {"moves": (), "would_say": "", "after": None, "distance": None}
    changes = {column: best.places[:, at] for at, column in enumerate(best.columns)}
    then = scene.ask(scene.mixed(np.array([row]), changes))
    moves = tuple(
        Move(
            column=scene.name(column),
            value=cell(scene.rows.iloc[row, column]),
            instead=cell(scene.rows.iloc[best.places[0, at], column]),
        )
        for at, column in enumerate(best.columns)
    )
    return {
        "moves": moves,
        "would_say": cell(then.labels[0]),
        "after": float(then.numbers[0, scene.place]),
        "distance": float(best.distance[0]),
    }
