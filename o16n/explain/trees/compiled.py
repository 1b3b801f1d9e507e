"""Deep trees, compiled: the same walk row by row. Needs numba, which `o16n[fast]` brings."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.trees.plan import Plan
    from o16n.explain.trees.tree import Tree

    Array = np.ndarray[Any, Any]


@cache
def available() -> bool:
    """Tell whether there is a compiler."""
    try:
        import numba  # noqa: F401 - imported to see that it can be
    except (ImportError, OSError, RuntimeError, AttributeError):  # absent, or at odds with numpy
        return False
    return True


def add(tree: Tree, columns: Array, plan: Plan, out: Array) -> None:
    """Add the contributions of one tree to `out` (k, players, n); `columns` (f, n) are the rows'."""
    import numpy as np

    from o16n.explain.trees import loops

    split = (tree.left, tree.right, tree.missing, tree.feature, tree.threshold, tree.bitset)
    grown = (*split, np.ascontiguousarray(tree.value), tree.bitsets)
    edges = (plan.node, plan.parent, plan.level, plan.player, plan.earlier)
    factors = (plan.factor, plan.won, plan.missed)
    loops.explain(columns, out[tree.at : tree.at + tree.value.shape[1]], grown, edges, factors)
