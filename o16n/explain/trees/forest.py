"""What a model of trees adds up: its trees, its base, and the rows its trees compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.explain.trees import compiled, patterns, quadrature
from o16n.explain.trees.plan import plan_of
from o16n.explain.trees.tree import expected

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from o16n.explain.trees.tree import Tree

    Array = np.ndarray[Any, Any]

# seconds, measured on one core of 2024: they choose the way; forecasts are corrected by the clock
LEAF, PATTERN, SORTED, LOOKED_UP = 70e-6, 1e-9, 40e-9, 1e-9  # tables: a leaf, then its cells
STEP, CELL = 12e-6, 3.5e-9  # blocks: an edge, then its rows and nodes
PLANNED, LOOP, LOOP_CELL = 5e-6, 3e-9, 0.8e-9  # compiled: an edge, then its rows, then their nodes
COMPILING = 4.5


@dataclass(frozen=True, kw_only=True)
class Forest:
    """Trees that add up to k outputs: `base` (k,) plus the leaf each reaches.

    `encode` makes of the model's inputs the rows (n, f) that the trees compare, in their order;
    `columns[f]` is which of the model's inputs column f is.
    """

    trees: tuple[Tree, ...]
    base: Array
    encode: Callable[[Any], Array]
    columns: tuple[int, ...]

    def expected(self) -> Array:
        """Return what the model answers on average over its training weight (k,)."""
        total = self.base.astype("float64")
        for tree in self.trees:
            total[tree.at : tree.at + tree.value.shape[1]] += expected(tree)
        return total


@dataclass
class Work:
    """Exact contributions of a forest, a batch of rows at a time; what no row decides is done once.

    `owner[j]` is the player that the model's input j is of, one of `players`.
    """

    forest: Forest
    owner: Array
    players: int
    is_compiled: bool = False

    def __post_init__(self) -> None:
        import numpy as np

        whose = np.asarray(self.owner, np.int64)[list(self.forest.columns)]
        self.grown = [tree for tree in self.forest.trees if tree.left[0] >= 0]
        self.whose = whose
        self.shape = [_shape(tree, whose) for tree in self.grown]

    def amounts(self, inputs: Any) -> Array:
        """Return contributions (n, players, k) for the model's inputs."""
        import numpy as np

        rows = np.asarray(self.forest.encode(inputs), dtype="float64")
        columns, count = np.ascontiguousarray(rows.T), len(rows)
        out = np.zeros((len(self.forest.base), self.players, count))
        loops = self._pays(count)
        for tree, shape in zip(self.grown, self.shape, strict=True):
            if loops and _looped(*shape, count) < _plain(*shape, count):
                compiled.add(tree, columns, plan_of(tree, self.whose), out)
                self.is_compiled = True
            elif _tables(*shape, count) <= _blocks(*shape, count):
                patterns.add(tree, columns, self.whose, out)
            else:
                quadrature.add(tree, columns, plan_of(tree, self.whose), out)
        return out.transpose(2, 1, 0)

    def seconds(self, rows: int) -> float:
        """Return about how long `rows` rows will take, compiling included where it pays."""
        plain = [_plain(*shape, rows) for shape in self.shape]
        if not self._pays(rows):
            return sum(plain)
        looped = [_looped(*shape, rows) for shape in self.shape]
        both = sum(min(pair) for pair in zip(plain, looped, strict=True))
        return both if self.is_compiled else both + COMPILING

    def _pays(self, rows: int) -> bool:
        """Tell whether compiling gains more than it costs, where there is a compiler."""
        gains = (_plain(*shape, rows) - _looped(*shape, rows) for shape in self.shape)
        worth = sum(max(one, 0.0) for one in gains) > (0.0 if self.is_compiled else COMPILING)
        return worth and compiled.available()


def _shape(tree: Tree, owner: Array) -> tuple[int, int]:
    """Return (leaves, most players on a path) of a tree."""
    leaves, most = 0, 0
    whose, left, right = owner[tree.feature].tolist(), tree.left.tolist(), tree.right.tolist()
    pending: list[tuple[int, frozenset[int]]] = [(0, frozenset())]
    while pending:
        node, met = pending.pop()
        if left[node] < 0:
            leaves, most = leaves + 1, max(most, len(met))
            continue
        met |= {whose[node]}
        pending += [(left[node], met), (right[node], met)]
    return leaves, most


def _tables(leaves: int, players: int, rows: int) -> float:
    """Return about how long the pattern tables take."""
    if players > patterns.MOST_PLAYERS:
        return float("inf")
    all_of = 2.0**players
    fill = PATTERN * players * min(all_of, rows) + (SORTED * rows if all_of > rows else 0.0)
    return leaves * (LEAF + fill + LOOKED_UP * players * rows)


def _blocks(leaves: int, players: int, rows: int) -> float:
    """Return about how long quadrature by blocks takes."""
    blocks = -(-rows // quadrature.BLOCK)
    return 2 * leaves * (STEP * blocks + CELL * rows * _nodes(players))


def _plain(leaves: int, players: int, rows: int) -> float:
    return min(_tables(leaves, players, rows), _blocks(leaves, players, rows))


def _looped(leaves: int, players: int, rows: int) -> float:
    """Return about how long quadrature takes once it is compiled."""
    return 2 * leaves * (PLANNED + rows * (LOOP + LOOP_CELL * _nodes(players)))


def _nodes(players: int) -> int:
    return (players + 1) // 2
