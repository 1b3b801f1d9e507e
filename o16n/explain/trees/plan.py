"""A tree laid out for quadrature: everything that no row decides, worked out once.

The product over the players on a path is kept at each quadrature node t. Entering an edge of player
g multiplies it by the edge's factor; at a leaf it is the leaf's share of the integral; leaving the edge
gives phi_g += (o − z) / (z + t (o − z)) · w, summed over t and all leaves below. Of two edges of one
player on a path only the later counts, with both z multiplied and o = 1 where both are taken; its
factor divides the earlier one out. o is a bit, so each factor has two values, and −z / (z − t z) is
−1 / (1 − t) whatever the edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.trees.tree import Tree

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Edges in depth-first order, each named by its lower node (e,).

    `level` is a node's depth, `player` whose edge it is, `parent` its upper node, `earlier` the depth
    of the player's earlier edge on the path (0: none). `factor` (e, 3, q) is the edge's for an o that
    is 1, for one that turns 0 here, and for one that was 0 already; `won` (e, q) and `missed` (q,)
    the weights of what leaves below give the player where o is 1 and 0. `depth` is the longest path.
    """

    node: Array
    parent: Array
    level: Array
    player: Array
    earlier: Array
    factor: Array
    won: Array
    missed: Array
    depth: int


def plan_of(tree: Tree, owner: Array) -> Plan:
    """Lay out a tree whose column j is of player `owner[j]`."""
    import numpy as np

    edges, z, before, players = _walk(tree, owner)
    node, parent, level, earlier = (np.array(one, np.int64) for one in zip(*edges, strict=True))
    count = max((players + 1) // 2, 1)
    roots, weights = np.polynomial.legendre.leggauss(count)
    t, weights = (roots + 1) / 2, weights / 2
    now, then = np.array(z)[:, None], np.array(before)[:, None]
    again = (earlier > 0)[:, None]
    taken = now + t * (1 - now)
    old = np.where(again, then + t * (1 - then), 1.0)
    still = np.where(again, now / then, now * (1 - t))
    return Plan(
        node=node,
        parent=parent,
        level=level,
        player=owner[tree.feature[parent]],
        earlier=earlier,
        factor=np.stack([taken / old, now * (1 - t) / old, still], axis=1),
        won=weights * (1 - now) / taken,
        missed=-weights / (1 - t),
        depth=int(level.max()),
    )


def _walk(
    tree: Tree, owner: Array
) -> tuple[list[tuple[int, int, int, int]], list[float], list[float], int]:
    """Return edges (node, parent, level, earlier), z with all edges of its player, z before it."""
    left, right, share = tree.left.tolist(), tree.right.tolist(), tree.share.tolist()
    whose = owner[tree.feature].tolist()
    edges, z, before, most = [], [], [], 0
    pending: list[tuple[int, dict[int, tuple[int, float]], int]] = [(0, {}, 0)]
    parents = {0: -1}
    while pending:
        node, met, level = pending.pop()
        parent = parents[node]
        if parent >= 0:
            player = whose[parent]
            at, then = met.get(player, (0, 1.0))
            met = {**met, player: (level, then * share[node])}
            edges.append((node, parent, level, at))
            z.append(then * share[node])
            before.append(then)
        if left[node] >= 0:
            for child in (right[node], left[node]):
                parents[child] = node
                pending.append((child, met, level + 1))
        else:
            most = max(most, len(met))
    return edges, z, before, most
