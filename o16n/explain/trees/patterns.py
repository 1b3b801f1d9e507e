"""Shallow trees: what a leaf gives depends on the row only through one bit a player on its path.

So each leaf gets a table, a row a pattern of bits, and explaining is looking up. Where there are more
patterns than rows, only those that occur are worked out. numpy alone.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from o16n.explain.trees.tree import goes_left

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.trees.tree import Tree

    Array = np.ndarray[Any, Any]

MOST_PLAYERS = 62  # bits of a pattern


def add(tree: Tree, columns: Array, owner: Array, out: Array) -> None:
    """Add the contributions of one tree to `out` (k, players, n); `columns` (f, n) are the rows'.

    No path may meet more than MOST_PLAYERS players.
    """
    import numpy as np

    count = out.shape[2]
    start: tuple[int, tuple[int, ...], tuple[float, ...], Array] = (
        0,
        (),
        (),
        np.zeros(count, np.int64),
    )
    pending = [start]
    while pending:
        node, players, z, pattern = pending.pop()
        if tree.left[node] < 0:
            if players:
                _add_leaf(out, players, (np.array(z), tree.value[node], tree.at), pattern)
            continue
        left = goes_left(tree, node, columns[tree.feature[node]])
        player = int(owner[tree.feature[node]])
        for child, taken in ((tree.left[node], left), (tree.right[node], ~left)):
            share = float(tree.share[child])
            if player in players:
                at = players.index(player)
                merged = (*z[:at], z[at] * share, *z[at + 1 :])
                missed = (~taken).astype(np.int64) << at
                pending.append((int(child), players, merged, pattern & ~missed))
            else:
                bit = taken.astype(np.int64) << len(players)
                pending.append((int(child), (*players, player), (*z, share), pattern | bit))


def _add_leaf(
    out: Array, players: tuple[int, ...], leaf: tuple[Array, Array, int], pattern: Array
) -> None:
    """Add one leaf's (z, value, first output) to `out`."""
    import numpy as np

    z, value, first = leaf
    if 1 << len(players) <= len(pattern):
        told, index = table(z), pattern
    else:
        seen, index = np.unique(pattern, return_inverse=True)
        told = table(z, seen)
    for place, player in enumerate(players):
        for output, amount in enumerate(value.tolist(), start=first):
            if amount:
                out[output, player] += (told[place] * amount).take(index)


def table(z: Array, patterns: Array | None = None) -> Array:
    """Return what a leaf of value 1 gives each of its d players (d, p), for all 2^d patterns or some."""
    import numpy as np

    depth = len(z)
    t, weights = _nodes((depth + 1) // 2)
    bits = _bits(depth) if patterns is None else (patterns >> np.arange(depth)[:, None]) & 1 == 1
    factor = z[:, None] + t * (1 - z[:, None])  # (d, q) where the row takes the player's edges
    if patterns is None:
        product = np.ones((1, len(t)))
        for one, share in zip(factor, z, strict=True):
            product = np.concatenate([product * (share * (1 - t)), product * one])
    else:
        product = np.ones((len(patterns), len(t)))
        for bit, one, share in zip(bits, factor, z, strict=True):
            product *= np.where(bit[:, None], one, share * (1 - t))
    won = (weights * (1 - z[:, None]) / factor) @ product.T  # (d, p)
    missed = product @ (-weights / (1 - t))
    return np.asarray(np.where(bits, won, missed))


@cache
def _nodes(count: int) -> tuple[Array, Array]:
    import numpy as np

    roots, weights = np.polynomial.legendre.leggauss(count)
    return (roots + 1) / 2, weights / 2


@cache
def _bits(depth: int) -> Array:
    import numpy as np

    return np.asarray((np.arange(1 << depth) >> np.arange(depth)[:, None]) & 1 == 1)
