"""The plan of a tree holds what no row decides: whose edges, which repeat, and their factors."""

from __future__ import annotations

import numpy as np
import pytest

from o16n.explain.trees.plan import plan_of
from o16n.explain.trees.tree import Tree, numeric_splits


def chain():
    """Return a tree that asks column 0, then column 1, then column 0 again, always to the left."""
    bitset, bitsets = numeric_splits(7)
    left = np.array([1, 3, -1, 5, -1, -1, -1])
    return Tree(
        left=left,
        right=np.array([2, 4, -1, 6, -1, -1, -1]),
        missing=left,
        feature=np.array([0, 1, 0, 0, 0, 0, 0]),
        threshold=np.zeros(7),
        value=np.arange(7.0)[:, None],
        share=np.array([1.0, 0.5, 0.5, 0.4, 0.6, 0.1, 0.9]),
        bitset=bitset,
        bitsets=bitsets,
    )


def test_edges_come_depth_first_and_know_the_players_earlier_edge():
    plan = plan_of(chain(), np.array([0, 1]))
    assert plan.node.tolist() == [1, 3, 5, 6, 4, 2]
    assert plan.level.tolist() == [1, 2, 3, 3, 2, 1]
    assert plan.player.tolist() == [0, 1, 0, 0, 1, 0]
    assert plan.earlier.tolist() == [0, 0, 1, 1, 0, 0]
    assert plan.depth == 3


def test_columns_of_one_player_repeat_each_other():
    assert plan_of(chain(), np.array([0, 0])).earlier.tolist() == [0, 1, 2, 2, 1, 0]


def test_as_many_nodes_as_half_the_players_of_a_path():
    assert len(plan_of(chain(), np.array([0, 1])).missed) == 1
    assert len(plan_of(chain(), np.array([0, 0])).missed) == 1


def test_a_repeated_edge_multiplies_its_share_and_divides_the_earlier_factor_out():
    plan = plan_of(chain(), np.array([0, 1]))
    t = 0.5  # the one node of order 1
    kept, lost, gone = plan.factor[2, :, 0]
    assert kept == pytest.approx((0.05 + t * 0.95) / (0.5 + t * 0.5))
    assert lost == pytest.approx(0.05 * (1 - t) / (0.5 + t * 0.5))
    assert gone == pytest.approx(0.1)
    assert plan.won[2, 0] == pytest.approx(0.95 / (0.05 + t * 0.95))
    assert plan.missed[0] == pytest.approx(-2.0)
