"""What makes a tree, or an ensemble of trees, unsafe to walk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    Array = np.ndarray[Any, Any]

BITSET_WORDS = 8


def tree_fault(tree: Any) -> str | None:
    """Return what is wrong with a `sklearn.tree._tree.Tree`, or None."""
    import numpy as np

    left, right = tree.children_left, tree.children_right
    leaf = left == -1
    if (leaf != (right == -1)).any():
        return "a node is half a leaf"
    if len(tree.value) != tree.node_count or not np.isfinite(tree.value).all():
        return "values are missing or not finite"
    return structure_fault(left, right, tree.feature, leaf, int(tree.n_features))


def boosted_fault(predictor: Any) -> str | None:
    """Return what is wrong with a HistGradientBoosting `TreePredictor`, or None."""
    import numpy as np

    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    if not np.isfinite(nodes["value"]).all():
        return "values are not finite"
    bits = predictor.raw_left_cat_bitsets
    if bits.ndim != 2 or bits.shape[1] != BITSET_WORDS:  # noqa: PLR2004 - a table
        return "its bit sets have another width"
    categorical = nodes["is_categorical"].astype(bool) & ~leaf
    if (nodes["bitset_idx"][categorical] >= len(bits)).any():
        return "a split uses a bit set that does not exist"
    widest = int(nodes["feature_idx"][~leaf].max(initial=-1)) + 1
    return structure_fault(nodes["left"], nodes["right"], nodes["feature_idx"], leaf, widest)


def structure_fault(
    left: Array, right: Array, feature: Array, leaf: Array, features: int
) -> str | None:
    """Return what is wrong with the links of a tree, or None."""
    import numpy as np

    count, parent = len(left), np.flatnonzero(~leaf)
    children = np.concatenate([left[parent], right[parent]]).astype(np.int64)
    if (children <= np.tile(parent, 2)).any() or (children >= count).any():
        return "a child index is outside the tree or before its parent"
    if count == 0 or len(np.unique(children)) != count - 1 or len(children) != count - 1:
        return "a node has no parent or two"
    split = feature[parent].astype(np.int64)
    if (split < 0).any() or (split >= features).any():
        return "a split uses a column that does not exist"
    return None


def width_fault(estimator: Any) -> str | None:
    """Return what is wrong between an estimator and the columns of its one tree, or None."""
    features, own = int(estimator.tree_.n_features), int(estimator.n_features_in_)
    if features != own:
        return f"the tree has {features} columns, the estimator {own}"
    return None if estimator.tree_.node_count > 0 else "the tree is empty"


def forest_fault(forest: Any) -> str | None:
    """Return what is wrong with a forest, whose trees take rows without looking at them, or None."""
    return _widths_fault(forest.estimators_, int(forest.n_features_in_))


def gradient_fault(ensemble: Any) -> str | None:
    """Return what is wrong with gradient boosting, whose stages are added in compiled code."""
    stages = ensemble.estimators_
    if stages.ndim != 2 or stages.shape[1] != int(ensemble.n_trees_per_iteration_):  # noqa: PLR2004 - a table
        return "it has another number of trees per iteration than of outputs"
    if any(tree.tree_.value[0].size != 1 for tree in stages.ravel()):
        return "a tree has more than one value per node"
    return _widths_fault(stages.ravel(), int(ensemble.n_features_in_))


def isolation_fault(forest: Any) -> str | None:
    """Return what is wrong with an isolation forest, whose trees see some of the columns, or None."""
    shown = int(forest._max_features)  # noqa: SLF001
    widths = {len(one) for one in forest.estimators_features_}
    if widths - {shown} or len(forest.estimators_features_) != len(forest.estimators_):
        return "its trees are shown another number of columns"
    own = int(forest.n_features_in_)
    if not 0 < shown <= own:
        return "its trees are shown more columns than there are"
    return _widths_fault(forest.estimators_, shown)


def histogram_fault(ensemble: Any) -> str | None:
    """Return what is wrong between histogram boosting and its predictors, or None."""
    import numpy as np

    columns = int(ensemble.n_features_in_)
    known = np.asarray(ensemble._bin_mapper.is_categorical_, dtype=bool)  # noqa: SLF001
    if known.shape != (columns,):
        return "it knows the kind of another number of columns"
    for predictor in (one for row in ensemble._predictors for one in row):  # noqa: SLF001
        nodes = predictor.nodes
        inner = ~nodes["is_leaf"].astype(bool)
        split = nodes["feature_idx"][inner].astype(np.int64)
        if (split < 0).any() or (split >= columns).any():
            return "a split uses a column that does not exist"
        if not known[split[nodes["is_categorical"][inner].astype(bool)]].all():
            return "a split by category uses a column of numbers"
    return None


def _widths_fault(trees: Iterable[Any], columns: int) -> str | None:
    widths = {(int(one.n_features_in_), int(one.tree_.n_features)) for one in trees}
    if widths - {(columns, columns)}:
        return f"its trees take another number of columns than its {columns}"
    return None
