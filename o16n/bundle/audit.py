"""Look inside the trees of a loaded model before they predict: a bad index ends the process.

skops checks types, not the contents of arrays; with `left_child[0]` = 2,000,000,000 `predict` reads
outside memory (scikit-learn pull request 34558).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.errors import UnsafeModel

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    Array = np.ndarray[Any, Any]


def audit(model: Any) -> None:
    """Refuse a model that holds a tree which is not safe to walk.

    Raises:
        UnsafeModel: says what is wrong with which kind of tree.
    """
    for part in _reachable(model):
        kind = type(part).__name__
        module = type(part).__module__
        fault = None
        if kind == "Tree" and module == "sklearn.tree._tree":
            fault = tree_fault(part)
        elif kind == "TreePredictor" and module.startswith("sklearn."):
            fault = boosted_fault(part)
        elif kind in ("KDTree", "BallTree") and module.startswith("sklearn.neighbors."):
            fault = neighbours_fault(part)
        elif hasattr(part, "_fit_X") and hasattr(part, "_tree"):
            fault = _labels_fault(part)
        elif hasattr(part, "tree_") and hasattr(part, "n_features_in_"):
            fault = _width_fault(part)
        if fault:
            raise UnsafeModel(f"a {kind} is damaged: {fault}", where="model.skops")


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
    categorical = nodes["is_categorical"].astype(bool) & ~leaf
    if (nodes["bitset_idx"][categorical] >= len(predictor.raw_left_cat_bitsets)).any():
        return "a split uses a bit set that does not exist"
    widest = int(nodes["feature_idx"][~leaf].max(initial=-1)) + 1
    return structure_fault(nodes["left"], nodes["right"], nodes["feature_idx"], leaf, widest)


def neighbours_fault(tree: Any) -> str | None:
    """Return what is wrong with a `KDTree` or `BallTree`, or None.

    Where a node's points start and end follows from the number of points and the leaf size alone:
    a tree over as many zeros has the same nodes.
    """
    import numpy as np

    data, order, nodes, bounds, leaf_size, levels, count, *_, metric, weights = tree.__getstate__()
    points = len(data)
    if weights is not None or len(np.asarray(metric.__getstate__()[1])) > 1:
        return "it weighs points or columns, which o16n does not check"
    if not points or leaf_size < 1 or not np.array_equal(np.sort(order), np.arange(points)):
        return "its points are not each there once"
    again = type(tree)(np.zeros((points, 1)), leaf_size=leaf_size).__getstate__()
    spans = ["idx_start", "idx_end", "is_leaf"]
    if (levels, count) != again[5:7] or not np.array_equal(nodes[spans], again[2][spans]):
        return "a node holds points that it cannot hold"
    expected = (len(again[3]), count, data.shape[1])
    return None if bounds.shape == expected else f"its bounds are {bounds.shape}, not {expected}"


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


def _labels_fault(estimator: Any) -> str | None:
    """Return what is wrong with a neighbours estimator's labels and points, or None."""
    import numpy as np

    if len(getattr(estimator, "_y", estimator._fit_X)) != estimator._fit_X.shape[0]:  # noqa: SLF001 - what predict reads
        return "it has not one answer per point"
    classes = getattr(estimator, "classes_", None)
    if classes is None:
        return None
    columns = [classes] if isinstance(classes, np.ndarray) else classes
    codes = np.asarray(estimator._y).reshape(estimator._fit_X.shape[0], -1)  # noqa: SLF001 - as above
    inside = [c.min() >= 0 and c.max() < len(k) for c, k in zip(codes.T, columns, strict=True)]
    return None if all(inside) else "an answer is none of its classes"


def _width_fault(estimator: Any) -> str | None:
    features = getattr(estimator.tree_, "n_features", None)
    if features is not None and int(features) != int(estimator.n_features_in_):
        return f"the tree has {features} columns, the estimator {estimator.n_features_in_}"
    return _boosted_width(estimator)


def _boosted_width(estimator: Any) -> str | None:
    return None if estimator.tree_.node_count > 0 else "the tree is empty"


def _reachable(model: Any) -> Iterator[Any]:
    import numpy as np

    pending, seen = [model], set[int]()
    while pending:
        one = pending.pop()
        if id(one) in seen or isinstance(one, str | bytes | int | float | type | None):
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, dict):
            pending += one.values()
        elif isinstance(one, list | tuple | set):
            pending += one
        elif isinstance(one, np.ndarray):
            pending += one.ravel().tolist() if one.dtype == object else []
        elif hasattr(one, "__dict__"):
            pending += vars(one).values()
