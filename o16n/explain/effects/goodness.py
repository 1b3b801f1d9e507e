"""How well rows are answered, by the value of one column, and where a shallow tree finds errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.explain.effects.grid import grid
from o16n.explain.effects.scene import cell, is_number
from o16n.statistics import Z, wilson

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.explain.effects.scene import Asked, Scene

    Array = np.ndarray[Any, Any]

FEWEST = 20
COLUMNS = 6
LEVELS = 6
DEPTH = 3
LEAF = 0.05  # of the rows, at least
SHOWN = 3
TREE_ROWS = 100  # on either side
QUARTERS = ("lowest quarter", "second quarter", "third quarter", "highest quarter")


@dataclass(frozen=True, kw_only=True)
class Group:
    """`n` rows of one level or quarter of a column: how large their error is, and who drives them.

    `error` is the share answered wrongly, of numbers the mean absolute error, with its 95 % interval.
    `drivers` are the strongest columns of these rows, where contributions are known.
    """

    column: str
    level: str
    n: int
    error: float
    low: float
    high: float
    drivers: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ErrorSlice:
    """Rows that a path of the tree picks; found on one half, told of the other, which has `n` such."""

    rule: str
    n: int
    error: float
    low: float
    high: float
    worse: bool


@dataclass(frozen=True, kw_only=True)
class Goodness:
    """`measure` is told of `n` rows with an answer and a truth; `overall` with its interval.

    `smallest` is the smallest group that is shown; `looked` and `measured` are the halves that error
    slices are searched in and measured on.
    """

    measure: str
    n: int
    overall: float
    low: float
    high: float
    smallest: int
    groups: tuple[Group, ...]
    slices: tuple[ErrorSlice, ...]
    looked: int
    measured: int
    seed: int


def goodness(scene: Scene, asked: Asked, amounts: Array | None = None) -> Goodness | None:
    """Return errors by group and by a tree, None where the truth is not known.

    `amounts` (n, d) are contributions of the same rows and columns.
    """
    import numpy as np

    if scene.truth is None:
        return None
    known = np.array([one is not None for one in asked.labels], dtype=bool)
    error = np.full(len(known), np.nan)
    truth = scene.truth[known]
    if scene.classes:
        error[known] = [one != other for one, other in zip(asked.labels[known], truth, strict=True)]
    else:
        error[known] = np.abs(asked.labels[known].astype("float64") - truth.astype("float64"))
    rows = np.flatnonzero(np.isfinite(error))
    if not len(rows):
        return None
    low, high = _interval(error[rows], shares=bool(scene.classes))
    looked, measured, slices = _tree(scene, rows, error)
    return Goodness(
        measure="share answered wrongly" if scene.classes else "mean absolute error",
        n=len(rows),
        overall=float(error[rows].mean()),
        low=low,
        high=high,
        smallest=FEWEST,
        groups=tuple(_groups(scene, rows, error, amounts)),
        slices=slices,
        looked=looked,
        measured=measured,
        seed=scene.seed,
    )


def _interval(error: Array, *, shares: bool) -> tuple[float, float]:
    if shares:
        return wilson(float(error.sum()), len(error))
    half = Z * float(error.std(ddof=1)) / len(error) ** 0.5 if len(error) > 1 else 0.0
    return max(float(error.mean()) - half, 0.0), float(error.mean()) + half


def _groups(scene: Scene, rows: Array, error: Array, amounts: Array | None) -> list[Group]:
    import numpy as np

    found = []
    for column in dict.fromkeys([*scene.grouped, *scene.drivers[:COLUMNS]]):
        for level, inside in _levels(scene.rows.iloc[rows, column]):
            picked = rows[inside]
            if len(picked) < FEWEST:
                continue
            low, high = _interval(error[picked], shares=bool(scene.classes))
            strong: tuple[tuple[str, float], ...] = ()
            if amounts is not None:
                means = np.abs(amounts[picked]).mean(axis=0)
                order = np.argsort(-means, kind="stable")[:2]
                strong = tuple((scene.name(int(one)), float(means[one])) for one in order)
            found.append(
                Group(
                    column=scene.name(column),
                    level=level,
                    n=len(picked),
                    error=float(error[picked].mean()),
                    low=low,
                    high=high,
                    drivers=strong,
                )
            )
    return found


def _levels(column: pd.Series[Any]) -> list[tuple[str, Array]]:
    """Return (name, rows (m,)) of the quarters of a number, else of its commonest levels."""
    import numpy as np

    if not is_number(column):
        places = grid(column, LEVELS)
        gone = column.isna().to_numpy()
        parts = []
        for place in places.tolist():
            same = (column == column.iloc[place]).fillna(False).to_numpy(dtype=bool)  # noqa: FBT003
            parts.append((cell(column.iloc[place]), gone if gone[place] else same))
        return parts
    import pandas as pd

    values = pd.to_numeric(column).to_numpy("float64", na_value=np.nan)
    cuts = np.nanquantile(values, (0.25, 0.5, 0.75), method="inverted_cdf")
    where = np.where(np.isnan(values), len(QUARTERS), np.searchsorted(cuts, values, side="left"))
    return [(word, where == at) for at, word in enumerate((*QUARTERS, "missing"))]


def _tree(scene: Scene, rows: Array, error: Array) -> tuple[int, int, tuple[ErrorSlice, ...]]:
    """Return both halves' sizes and the worst leaves, told of the half they were not found on."""
    import numpy as np
    from sklearn.tree import DecisionTreeRegressor

    order = np.random.default_rng(scene.seed).permutation(rows)
    looked, measured = order[: len(order) // 2], order[len(order) // 2 :]
    if len(looked) < TREE_ROWS or np.ptp(error[looked]) == 0:
        return len(looked), len(measured), ()
    matrix, names = _coded(scene.rows)
    least = max(FEWEST, int(LEAF * len(looked)))
    tree = DecisionTreeRegressor(max_depth=DEPTH, min_samples_leaf=least, random_state=scene.seed)
    tree.fit(matrix[looked], error[looked])
    overall = float(error[measured].mean())
    leaves = tree.apply(matrix[measured])
    paths = _paths(tree.tree_, names)
    found: list[ErrorSlice] = []
    for leaf in sorted(paths, key=lambda one: -float(tree.tree_.value[one][0][0])):
        inside = measured[leaves == leaf]
        if len(inside) < FEWEST or len(found) == SHOWN or not paths[leaf]:
            continue
        low, high = _interval(error[inside], shares=bool(scene.classes))
        found.append(
            ErrorSlice(
                rule=" and ".join(paths[leaf]),
                n=len(inside),
                error=float(error[inside].mean()),
                low=low,
                high=high,
                worse=low > overall,
            )
        )
    return len(looked), len(measured), tuple(found)


def _coded(rows: pd.DataFrame) -> tuple[Array, list[tuple[str, str]]]:
    """Return raw rows as numbers (n, e), and for each (how it is told below, above) a threshold."""
    import numpy as np
    import pandas as pd

    parts, names = [], []
    for at in range(rows.shape[1]):
        column, name = rows.iloc[:, at], str(rows.columns[at])
        if is_number(column):
            values = pd.to_numeric(column).to_numpy("float64", na_value=np.nan)
            middle = np.nanmedian(values)
            parts.append(np.where(np.isnan(values), middle, values))
            names.append((f"{name} ≤ {{}}", f"{name} > {{}}"))
            continue
        for level, inside in _levels(column):
            parts.append(inside.astype("float64"))
            names.append((f"{name} is not {_plain(level)}", f"{name} = {_plain(level)}"))
    return np.column_stack(parts), names


def _plain(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _paths(tree: Any, names: list[tuple[str, str]]) -> dict[int, list[str]]:
    """Return for each leaf its conditions in words."""
    found: dict[int, list[str]] = {}
    pending: list[tuple[int, list[str]]] = [(0, [])]
    while pending:
        node, path = pending.pop()
        if tree.children_left[node] < 0:
            found[node] = path
            continue
        below, above = names[tree.feature[node]]
        edge = f"{tree.threshold[node]:.4g}"
        pending.append((int(tree.children_left[node]), [*path, below.format(edge)]))
        pending.append((int(tree.children_right[node]), [*path, above.format(edge)]))
    return found
