"""The walk of a deep tree over a block of rows, as loops for numba; imported only where numba is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np  # noqa: TID253 - compiled code cannot import inside a function

if TYPE_CHECKING:
    from collections.abc import Callable

    Array = np.ndarray[Any, Any]

BLOCK = 64  # rows: the innermost loop, which the processor takes several at a time

# numba keeps what it compiled beside this file or, where that is read-only, in the user's cache
_compiled: Callable[[Callable[..., Any]], Callable[..., Any]] = numba.njit(
    nogil=True, cache=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"}
)


@_compiled
def explain(columns: Array, out: Array, tree: Any, edges: Any, factors: Any) -> None:
    """Add to `out` (w, players, n) what the tree gives each row; `columns` (f, n)."""
    depth, width, nodes = edges[2].max() + 1, tree[6].shape[1], len(factors[2])
    product = np.ones((depth, nodes, BLOCK))
    above = np.zeros((depth, width, nodes, BLOCK))
    deeper = np.zeros((depth, width, nodes, BLOCK))
    taken = np.ones((depth, BLOCK), np.bool_)
    left = np.ones((depth, BLOCK), np.bool_)
    path = np.zeros(depth, np.int64)
    held = (product, above, deeper, taken, left, path)
    for first in range(0, columns.shape[1], BLOCK):
        at = 0
        _decide(columns, first, tree, 0, left[0])
        for edge in range(len(edges[2])):
            while at >= edges[2][edge]:
                _leave(at, out, first, edges, factors, held)
                at -= 1
            at = edges[2][edge]
            _enter(edge, tree, edges, factors, held)
            if tree[0][edges[0][edge]] >= 0:
                _decide(columns, first, tree, edges[0][edge], left[at])
        while at > 0:
            _leave(at, out, first, edges, factors, held)
            at -= 1


@_compiled
def _decide(columns: Array, first: int, tree: Any, node: int, found: Array) -> None:
    """Tell of each row of the block whether it goes left at a split."""
    left, _, missing, feature, threshold, categorical, _, bitsets = tree
    by_default, which = missing[node] == left[node], categorical[node]
    for row in range(min(BLOCK, columns.shape[1] - first)):
        x = columns[feature[node], first + row]
        if np.isnan(x):
            found[row] = by_default
        elif which >= 0:
            code = np.int64(x)
            word = bitsets[which, code >> 5]
            found[row] = ((word >> np.uint32(code & 31)) & np.uint32(1)) == 1
        else:
            found[row] = x <= threshold[node]


@_compiled
def _enter(edge: int, tree: Any, edges: Any, factors: Any, held: Any) -> None:
    product, above, deeper, taken, left, path = held
    node, level, earlier = edges[0][edge], edges[2][edge], edges[4][edge]
    is_left, is_leaf = tree[0][edges[1][edge]] == node, tree[0][node] < 0
    path[level] = edge
    for row in range(BLOCK):
        taken[level, row] = (left[level - 1, row] == is_left) and taken[earlier, row]
    for q in range(product.shape[1]):
        kept, lost, gone = factors[0][edge, 0, q], factors[0][edge, 1, q], factors[0][edge, 2, q]
        for row in range(BLOCK):
            factor = kept if taken[level, row] else (lost if taken[earlier, row] else gone)
            product[level, q, row] = product[level - 1, q, row] * factor
        for w in range(above.shape[1]):
            amount = tree[6][node, w] if is_leaf else 0.0
            for row in range(BLOCK):
                above[level, w, q, row] = product[level, q, row] * amount
                deeper[level, w, q, row] = 0.0


@_compiled
def _leave(level: int, out: Array, first: int, edges: Any, factors: Any, held: Any) -> None:
    _, above, deeper, taken, _, path = held
    edge = path[level]
    earlier, player = edges[4][edge], edges[3][edge]
    total = np.empty(BLOCK)
    for w in range(above.shape[1]):
        total[:] = 0.0
        for q in range(above.shape[2]):
            won, missed = factors[1][edge, q], factors[2][q]
            for row in range(BLOCK):
                weight = won if taken[level, row] else missed
                total[row] += weight * (above[level, w, q, row] - deeper[level, w, q, row])
                above[level - 1, w, q, row] += above[level, w, q, row]
            if earlier > 0:
                for row in range(BLOCK):
                    deeper[earlier, w, q, row] += above[level, w, q, row]
        for row in range(min(BLOCK, out.shape[2] - first)):
            out[w, player, first + row] += total[row]
