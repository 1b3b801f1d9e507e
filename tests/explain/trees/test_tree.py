"""One tree: where values go, how much comes where, and what it answers on average."""

from __future__ import annotations

import numpy as np
import pytest

from o16n.explain.trees.tree import LEAST, Tree, expected, goes_left, numeric_splits, reach, shares


def stump(**changes):
    bitset, bitsets = numeric_splits(3)
    given = {
        "left": np.array([1, -1, -1]),
        "right": np.array([2, -1, -1]),
        "missing": np.array([2, -1, -1]),
        "feature": np.zeros(3, np.int64),
        "threshold": np.array([0.5, 0.0, 0.0]),
        "value": np.array([[0.0], [1.0], [5.0]]),
        "share": np.array([1.0, 0.25, 0.75]),
        "bitset": bitset,
        "bitsets": bitsets,
    }
    return Tree(**{**given, **changes})


def test_a_value_on_the_threshold_goes_left_and_a_gap_where_the_tree_says():
    values = np.array([0.4, 0.5, 0.6, np.nan])
    assert goes_left(stump(), 0, values).tolist() == [True, True, False, False]
    to_left = stump(missing=np.array([1, -1, -1]))
    assert goes_left(to_left, 0, values).tolist() == [True, True, False, True]


def test_a_category_goes_left_where_its_bit_is_set_in_whatever_word():
    words = np.zeros((1, 8), np.uint32)
    words[0, 0], words[0, 7] = 1 << 3 | 1 << 31, 1 << 30
    tree = stump(bitset=np.array([0, -1, -1]), bitsets=words)
    values = np.array([3.0, 31.0, 254.0, 4.0, 255.0, np.nan])
    assert goes_left(tree, 0, values).tolist() == [True, True, True, False, False, False]


def test_the_expected_value_is_the_leaves_by_training_weight():
    assert expected(stump()) == pytest.approx([0.25 + 0.75 * 5])
    assert reach(stump()).tolist() == [1.0, 0.25, 0.75]


def test_a_branch_that_no_training_row_weighs_counts_for_nothing_and_is_never_zero():
    left, right = np.array([1, 3, -1, -1, -1]), np.array([2, 4, -1, -1, -1])
    found = shares(left, right, np.array([4.0, 0.0, 4.0, 0.0, 0.0]))
    assert found.tolist() == [1.0, LEAST, 1.0, 0.5, 0.5]
