"""A tree is walked by compiled code without a look: each thing it takes for granted is looked at first."""

from __future__ import annotations

import copy
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
)
from sklearn.tree import DecisionTreeClassifier

from o16n.bundle.audit_trees import (
    boosted_fault,
    forest_fault,
    gradient_fault,
    histogram_fault,
    isolation_fault,
    structure_fault,
    tree_fault,
    width_fault,
)

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(60, 3))
LABELS = (ROWS[:, 0] + ROWS[:, 1] > 0).astype(int)
TREE = DecisionTreeClassifier(max_depth=3, random_state=0).fit(ROWS, LABELS)


def plain(**changed):
    """Return what `tree_fault` reads of a fitted tree, as plain arrays, with some changed."""
    names = ("children_left", "children_right", "feature", "value", "node_count", "n_features")
    told = {name: copy.copy(getattr(TREE.tree_, name)) for name in names}
    return SimpleNamespace(**{**told, **changed})


def with_one(array, place, value):
    changed = array.copy()
    changed[place] = value
    return changed


def test_a_fitted_tree_and_its_copy_as_arrays_are_sound():
    assert tree_fault(TREE.tree_) is None
    assert tree_fault(plain()) is None
    assert width_fault(TREE) is None


LEFT, RIGHT = TREE.tree_.children_left, TREE.tree_.children_right
INNER = int(np.flatnonzero(LEFT != -1)[-1])
LEAF = int(np.flatnonzero(LEFT == -1)[0])
FAULTS = {
    "half a leaf": ({"children_left": with_one(LEFT, INNER, -1)}, "a node is half a leaf"),
    "a child before its parent": (
        {"children_left": with_one(LEFT, INNER, 0)},
        "a child index is outside the tree or before its parent",
    ),
    "a child beyond the end": (
        {"children_right": with_one(RIGHT, INNER, len(LEFT))},
        "a child index is outside the tree or before its parent",
    ),
    "two parents": (
        {"children_left": with_one(LEFT, INNER, RIGHT[INNER])},
        "a node has no parent or two",
    ),
    "a column beyond the last": (
        {"feature": with_one(TREE.tree_.feature, 0, 3)},
        "a split uses a column that does not exist",
    ),
    "a column before the first": (
        {"feature": with_one(TREE.tree_.feature, 0, -2)},
        "a split uses a column that does not exist",
    ),
    "a value that is no number": (
        {"value": with_one(TREE.tree_.value, 0, np.nan)},
        "values are missing or not finite",
    ),
    "too few values": ({"value": TREE.tree_.value[:-1]}, "values are missing or not finite"),
    "fewer nodes than told": ({"node_count": 2}, "values are missing or not finite"),
}


@pytest.mark.parametrize(("changed", "fault"), FAULTS.values(), ids=FAULTS)
def test_one_change_to_a_tree_is_told(changed, fault):
    assert tree_fault(plain(**changed)) == fault


@given(st.integers(0, len(LEFT) - 1), st.integers(-3, len(LEFT) + 2))
def test_no_link_of_a_tree_can_be_changed_unnoticed(node, child):
    fault = tree_fault(plain(children_left=with_one(LEFT, node, child)))
    assert (fault is None) == (child == LEFT[node])


def test_a_tree_of_no_nodes_and_a_row_of_parents_are_none():
    none = np.array([], dtype=int)
    assert structure_fault(none, none, none, none.astype(bool), 3) == "a node has no parent or two"
    alone = np.array([-1])
    assert structure_fault(alone, alone, alone, alone == -1, 3) is None
    pair = np.array([-1, -1])
    assert structure_fault(pair, pair, pair, pair == -1, 3) == "a node has no parent or two"


def test_an_estimator_of_another_width_than_its_tree_is_told():
    model = copy.deepcopy(TREE)
    model.n_features_in_ = 4
    assert width_fault(model) == "the tree has 3 columns, the estimator 4"


def test_a_forest_is_as_wide_as_each_of_its_trees():
    forest = RandomForestClassifier(n_estimators=3, max_depth=2, random_state=0).fit(ROWS, LABELS)
    assert forest_fault(forest) is None
    forest.estimators_[1] = DecisionTreeClassifier().fit(ROWS[:, :2], LABELS)
    assert forest_fault(forest) == "its trees take another number of columns than its 3"


def test_the_stages_of_gradient_boosting_are_counted_and_have_one_value():
    made = GradientBoostingRegressor(n_estimators=3, max_depth=2).fit(ROWS, LABELS)
    assert gradient_fault(made) is None
    wide = copy.deepcopy(made)
    wide.estimators_ = np.column_stack([wide.estimators_, wide.estimators_])
    assert gradient_fault(wide) == "it has another number of trees per iteration than of outputs"
    several = copy.deepcopy(made)
    several.estimators_[0, 0] = TREE
    assert gradient_fault(several) == "a tree has more than one value per node"
    narrow = copy.deepcopy(made)
    narrow.n_features_in_ = 2
    assert gradient_fault(narrow) == "its trees take another number of columns than its 2"


def test_the_trees_of_an_isolation_forest_are_shown_what_there_is():
    made = IsolationForest(n_estimators=3, max_features=2, random_state=0).fit(ROWS)
    assert isolation_fault(made) is None
    fewer = copy.deepcopy(made)
    fewer.estimators_features_ = fewer.estimators_features_[:-1]
    assert isolation_fault(fewer) == "its trees are shown another number of columns"
    more = copy.deepcopy(made)
    more.n_features_in_ = 1
    assert isolation_fault(more) == "its trees are shown more columns than there are"


@pytest.fixture(scope="module")
def boosted():
    rows = np.column_stack([ROWS, RNG.integers(0, 4, 60)])
    labels = (rows[:, 0] + (rows[:, 3] == 2) * 2 > 0.5).astype(int)
    made = HistGradientBoostingClassifier(
        max_iter=3, max_leaf_nodes=4, min_samples_leaf=2, categorical_features=[3]
    )
    return made.fit(rows, labels)


def nodes_of(boosted):
    """Return (model, first predictor, its nodes) of a copy that may be changed."""
    made = copy.deepcopy(boosted)
    predictor = made._predictors[0][0]
    return made, predictor, predictor.nodes


def test_histogram_boosting_is_sound_as_fitted(boosted):
    assert histogram_fault(boosted) is None
    assert {boosted_fault(one) for row in boosted._predictors for one in row} == {None}


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("value", np.inf, "values are not finite"),
        ("left", 0, "a child index is outside the tree or before its parent"),
        ("right", 99, "a child index is outside the tree or before its parent"),
    ],
)
def test_one_change_to_a_boosted_tree_is_told(boosted, field, value, fault):
    _, predictor, nodes = nodes_of(boosted)
    nodes[field][0] = value
    assert boosted_fault(predictor) == fault


def test_a_bit_set_must_exist_and_have_its_width(boosted):
    _, predictor, nodes = nodes_of(boosted)
    predictor.raw_left_cat_bitsets = predictor.raw_left_cat_bitsets[:, :4]
    assert boosted_fault(predictor) == "its bit sets have another width"
    _, predictor, nodes = nodes_of(boosted)
    nodes["is_categorical"][0], nodes["bitset_idx"][0] = 1, 77
    assert boosted_fault(predictor) == "a split uses a bit set that does not exist"


def test_a_split_uses_a_column_of_its_own_kind(boosted):
    made, _, nodes = nodes_of(boosted)
    nodes["feature_idx"][0] = 4
    assert histogram_fault(made) == "a split uses a column that does not exist"
    made, _, nodes = nodes_of(boosted)
    number = int(np.flatnonzero(np.asarray(made._bin_mapper.is_categorical_) == 0)[0])
    nodes["is_categorical"][0], nodes["feature_idx"][0] = 1, number
    assert histogram_fault(made) == "a split by category uses a column of numbers"
    made, _, _ = nodes_of(boosted)
    made._bin_mapper.is_categorical_ = np.array([False] * 3)
    assert histogram_fault(made) == "it knows the kind of another number of columns"
