"""The pair of columns whose effects depend most on each other: Friedman's H (Friedman and Popescu, 2008)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from o16n.explain.effects.grid import grid
from o16n.explain.effects.scene import cell

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.effects.scene import Scene

    Array = np.ndarray[Any, Any]

COLUMNS = 4
CELLS = 6
RESAMPLES = 500
ADDITIVE = 1e-6  # below: the two add up


@dataclass(frozen=True, kw_only=True)
class Pair:
    """`h` is the share (0 to 1, a root) of the pair's joint effect that their sum leaves open.

    `low` and `high` are its 95 % bootstrap interval over the `n` rows.
    """

    columns: tuple[str, str]
    h: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Interaction:
    """The strongest of `tried` pairs, all others, and the mean answer (rows, columns) over both.

    `n` rows of `population` were set to each other's values. `cells` has None where no answer is.
    """

    pair: Pair
    others: tuple[Pair, ...]
    tried: int
    n: int
    population: int
    seed: int
    resamples: int
    down: tuple[str, ...]
    across: tuple[str, ...]
    cells: tuple[tuple[float | None, ...], ...]


def strongest(scene: Scene, most: int) -> Interaction | None:
    """Return the strongest pair among the four strongest columns, None where there are not two."""
    import numpy as np

    chosen = scene.drivers[:COLUMNS]
    if len(chosen) < 2:  # noqa: PLR2004 - a pair
        return None
    base = scene.sample(most)
    alone = {one: _centred(scene, (one,), base) for one in chosen}
    rng = np.random.default_rng(scene.seed)
    found = []
    for pair in combinations(chosen, 2):
        joint = _centred(scene, pair, base)
        left_open = joint - alone[pair[0]] - alone[pair[1]]
        found.append((pair, _measured(scene, pair, (left_open, joint), rng)))
    found.sort(key=lambda one: -one[1].h)
    pair, best = found[0]
    down, across = (grid(scene.rows.iloc[:, one], CELLS) for one in pair)
    return Interaction(
        pair=best,
        others=tuple(one for _, one in found[1:]),
        tried=len(found),
        n=len(base),
        population=len(scene.rows),
        seed=scene.seed,
        resamples=RESAMPLES,
        down=tuple(cell(scene.rows.iloc[one, pair[0]]) for one in down.tolist()),
        across=tuple(cell(scene.rows.iloc[one, pair[1]]) for one in across.tolist()),
        cells=_cells(scene, pair, (down, across), base),
    )


def _centred(scene: Scene, columns: tuple[int, ...], base: Array) -> Array:
    """Return the partial dependence (n,) at each row's own values of `columns`, less its mean."""
    import numpy as np

    count = len(base)
    changes = {one: np.repeat(base, count) for one in columns}
    answers = scene.answers(scene.mixed(np.tile(base, count), changes)).reshape(count, count)
    means = _mean(answers)
    return np.nan_to_num(means - np.nanmean(means) if np.isfinite(means).any() else means)


def _mean(answers: Array) -> Array:
    """Return the mean of each row's known answers, NaN where none is."""
    import numpy as np

    known = np.isfinite(answers)
    count = known.sum(axis=-1)
    total = np.where(known, answers, 0.0).sum(axis=-1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _measured(
    scene: Scene, pair: tuple[int, int], parts: tuple[Array, Array], rng: np.random.Generator
) -> Pair:
    import numpy as np

    left_open, joint = (one**2 for one in parts)
    count = len(joint)
    drawn = rng.integers(0, count, (RESAMPLES, count))
    each = _ratio(left_open[drawn].sum(axis=1), joint[drawn].sum(axis=1))
    low, high = np.quantile(each, (0.025, 0.975))
    h = float(_ratio(left_open.sum(), joint.sum()))
    names = (scene.name(pair[0]), scene.name(pair[1]))
    return Pair(columns=names, h=h, low=float(low), high=float(high))


def _ratio(part: Any, whole: Any) -> Any:
    import numpy as np

    found = np.sqrt(np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 0.0))
    return np.minimum(np.where(found < ADDITIVE, 0.0, found), 1.0)


def _cells(
    scene: Scene, pair: tuple[int, int], grids: tuple[Array, Array], base: Array
) -> tuple[tuple[float | None, ...], ...]:
    import numpy as np

    down, across = grids
    count, each = len(base), len(down) * len(across)
    changes = {
        pair[0]: np.repeat(np.repeat(down, len(across)), count),
        pair[1]: np.repeat(np.tile(across, len(down)), count),
    }
    answers = scene.answers(scene.mixed(np.tile(base, each), changes)).reshape(each, count)
    means = _mean(answers).reshape(len(down), len(across))
    return tuple(tuple(float(one) if np.isfinite(one) else None for one in row) for row in means)
