"""Deep trees, a block of rows at a time: one walk down and up each tree. numpy alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.explain.trees.tree import goes_left

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.trees.plan import Plan
    from o16n.explain.trees.tree import Tree

    Array = np.ndarray[Any, Any]

BLOCK = 512


def add(tree: Tree, columns: Array, plan: Plan, out: Array) -> None:
    """Add the contributions of one tree to `out` (k, players, n); `columns` (f, n) are the rows'."""
    count = out.shape[2]
    for first in range(0, count, BLOCK):
        past = min(first + BLOCK, count)
        block = _Block(tree, columns[:, first:past], plan, out[:, :, first:past])
        block.walk()


class _Block:
    """One pass over a tree; index l of each list is the edge of level l on the path at hand."""

    def __init__(self, tree: Tree, columns: Array, plan: Plan, out: Array) -> None:
        import numpy as np

        self.tree, self.columns, self.plan, self.out = tree, columns, plan, out
        levels, rows, nodes = plan.depth + 1, out.shape[2], len(plan.missed)
        self.product = np.ones((levels, rows, nodes))
        self.above = np.zeros((levels, tree.value.shape[1], rows, nodes))
        self.deeper = np.zeros_like(self.above)  # of leaves below a later edge of the same player
        self.filled, self.shared = [False] * levels, [False] * levels
        self.taken = np.ones((levels, rows), bool)
        self.left = np.zeros((levels, rows), bool)
        self.path = np.zeros(levels, np.int64)

    def walk(self) -> None:
        at = 0
        if self.tree.left[0] >= 0:
            self._decide(0, 0)
        for edge, level in enumerate(self.plan.level.tolist()):
            while at >= level:
                self._leave(at)
                at -= 1
            self._enter(edge, level)
            at = level
        while at > 0:
            self._leave(at)
            at -= 1

    def _decide(self, node: int, level: int) -> None:
        self.left[level] = goes_left(self.tree, node, self.columns[self.tree.feature[node]])

    def _enter(self, edge: int, level: int) -> None:
        import numpy as np

        plan, tree = self.plan, self.tree
        node, earlier = int(plan.node[edge]), int(plan.earlier[edge])
        is_left = tree.left[plan.parent[edge]] == node
        taken = self.left[level - 1] if is_left else ~self.left[level - 1]
        before = self.taken[earlier]  # level 0 is taken by all
        taken = taken & before
        which = np.where(before, ~taken, 2).astype(np.int8)
        factor = plan.factor[edge].take(which, axis=0)
        self.taken[level], self.path[level] = taken, edge
        np.multiply(self.product[level - 1], factor, out=self.product[level])
        self.filled[level] = self.shared[level] = False
        if tree.left[node] < 0:
            value = tree.value[node][:, None, None]
            np.multiply(value, self.product[level], out=self.above[level])
        else:
            self._decide(node, level)

    def _leave(self, level: int) -> None:
        import numpy as np

        plan, edge = self.plan, int(self.path[level])
        above, earlier = self.above[level], int(plan.earlier[edge])
        own = above - self.deeper[level] if self.shared[level] else above
        both = own @ np.stack([plan.missed, plan.won[edge]], axis=1)  # (w, n, 2)
        found = np.where(self.taken[level], both[..., 1], both[..., 0])
        first = self.tree.at
        self.out[first : first + len(found), plan.player[edge]] += found
        _gather(self.above, self.filled, level - 1, above)
        if earlier:
            _gather(self.deeper, self.shared, earlier, above)


def _gather(into: Array, begun: list[bool], level: int, above: Array) -> None:
    """Add to a level, whose first leaves replace what an earlier path left there."""
    if begun[level]:
        into[level] += above
    else:
        into[level] = above
        begun[level] = True
