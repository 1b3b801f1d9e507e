"""One tree as arrays, whatever library grew it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

LEAST = 1e-12  # a share of no training weight at all; what is never reached counts for nothing
WORD = 5  # a word of a bitset holds 2^5 codes


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A tree of m nodes; node 0 is the root, and `left` is -1 at a leaf.

    `missing` is the child that missing values take; `share` a node's part of its parent's training
    weight; `value` (m, w) what leaves add to the outputs `at`, …, `at + w - 1`. `bitset` is the row
    of `bitsets` (b, words) that tells which codes of a categorical split go left, else -1.
    """

    left: Array
    right: Array
    missing: Array
    feature: Array
    threshold: Array
    value: Array
    share: Array
    bitset: Array
    bitsets: Array
    at: int = 0


def numeric_splits(nodes: int) -> tuple[Array, Array]:
    """Return (bitset, bitsets) of a tree of `nodes` nodes without categorical splits."""
    import numpy as np

    return np.full(nodes, -1), np.zeros((1, 8), np.uint32)


def shares(left: Array, right: Array, cover: Array) -> Array:
    """Return each node's part of its parent's `cover` (m,), 1 at the root, never 0."""
    import numpy as np

    inner = np.flatnonzero(left >= 0)
    found = np.ones(len(left))
    for child in (left[inner], right[inner]):
        whole = cover[inner]
        part = np.divide(cover[child], whole, out=np.full(len(inner), 0.5), where=whole > 0)
        found[child] = np.maximum(part, LEAST)
    return found


def reach(tree: Tree) -> Array:
    """Return how much of the training weight comes to each node (m,)."""
    import numpy as np

    found = np.zeros(len(tree.left))
    found[0] = 1.0
    level = np.zeros(1, np.int64)
    while len(level):
        inner = level[tree.left[level] >= 0]
        for child in (tree.left[inner], tree.right[inner]):
            found[child] = found[inner] * tree.share[child]
        level = np.concatenate([tree.left[inner], tree.right[inner]])
    return found


def expected(tree: Tree) -> Array:
    """Return the mean of the leaves (w,), by training weight."""
    leaf = tree.left < 0
    found: Array = reach(tree)[leaf] @ tree.value[leaf]
    return found


def goes_left(tree: Tree, node: int, column: Array) -> Array:
    """Return of each value of a split's column (n,) whether it goes left."""
    import numpy as np

    gaps = np.isnan(column)
    if tree.bitset[node] >= 0:
        code = np.where(gaps, 0, column).astype(np.int64)
        words = tree.bitsets[tree.bitset[node]][code >> WORD]
        left = (words >> (code & 31).astype(np.uint32)) & 1 == 1
    else:
        left = column <= tree.threshold[node]
    if gaps.any():
        left = np.where(gaps, tree.missing[node] == tree.left[node], left)
    return np.asarray(left)
