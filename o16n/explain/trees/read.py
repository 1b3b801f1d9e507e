"""scikit-learn's trees in the small form, with the unit in which they add up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from o16n.explain.trees.forest import Forest
from o16n.explain.trees.tree import Tree, numeric_splits, shares

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    Array = np.ndarray[Any, Any]

CLASSIFIERS = {
    "DecisionTreeClassifier",
    "ExtraTreeClassifier",
    "ExtraTreesClassifier",
    "RandomForestClassifier",
}
REGRESSORS = {
    "DecisionTreeRegressor",
    "ExtraTreeRegressor",
    "ExtraTreesRegressor",
    "RandomForestRegressor",
}
BOOSTED = {"GradientBoostingClassifier", "GradientBoostingRegressor"}
BINNED = {"HistGradientBoostingClassifier", "HistGradientBoostingRegressor"}


def read(model: Any) -> Forest | None:
    """Return the trees of a fitted scikit-learn model, None where it is none of them.

    Classifiers of averaged trees add up to a probability for each class; boosted ones to their
    `decision_function`; regressors to the prediction, or what their link is then put on.
    """
    kind = type(model).__name__
    if not type(model).__module__.startswith("sklearn."):
        return None
    if kind in CLASSIFIERS | REGRESSORS:
        return _averaged(model) if model.n_outputs_ == 1 else None
    if kind in BOOSTED:
        return _boosted(model)
    return _binned(model) if kind in BINNED else None


def scaled(forest: Forest, factor: float) -> Forest:
    """Return `forest` with all it answers multiplied by `factor`."""
    trees = tuple(replace(one, value=one.value * factor) for one in forest.trees)
    return replace(forest, trees=trees, base=forest.base * factor)


def single(inputs: Any) -> Array:
    """Return inputs as these trees compare them: rounded to float32, thresholds being float64."""
    import numpy as np

    dense = inputs.toarray() if hasattr(inputs, "toarray") else inputs
    return np.asarray(dense, dtype="float32").astype("float64")


def _averaged(model: Any) -> Forest:
    import numpy as np

    members = getattr(model, "estimators_", [model])
    trees = []
    for member in members:
        value = member.tree_.value[:, 0, :]
        if hasattr(model, "classes_"):
            value = value / value.sum(axis=1, keepdims=True)
        trees.append(_tree(member.tree_, value / len(members)))
    return Forest(
        trees=tuple(trees),
        base=np.zeros(trees[0].value.shape[1]),
        encode=single,
        columns=tuple(range(model.n_features_in_)),
    )


def _boosted(model: Any) -> Forest | None:
    """Return None where the start is a model of its own, which no tree tells."""
    import numpy as np

    start = model.init_
    if not (isinstance(start, str) or type(start).__name__.startswith("Dummy")):
        return None
    trees = [
        replace(_tree(member.tree_, member.tree_.value[:, 0, :] * model.learning_rate), at=at)
        for stage in model.estimators_
        for at, member in enumerate(stage)
    ]
    still = np.zeros((1, model.n_features_in_), dtype="float32")
    return Forest(
        trees=tuple(trees),
        base=np.asarray(model._raw_predict_init(still), dtype="float64").reshape(-1),  # noqa: SLF001 - no public way
        encode=single,
        columns=tuple(range(model.n_features_in_)),
    )


def _tree(grown: Any, value: Array) -> Tree:
    import numpy as np

    left, right = grown.children_left.astype(np.int64), grown.children_right.astype(np.int64)
    bitset, bitsets = numeric_splits(len(left))
    return Tree(
        left=left,
        right=right,
        missing=np.where(grown.missing_go_to_left, left, right),
        feature=np.maximum(grown.feature, 0).astype(np.int64),
        threshold=np.asarray(grown.threshold, dtype="float64"),
        value=np.array(value, dtype="float64"),
        share=shares(left, right, np.asarray(grown.weighted_n_node_samples)),
        bitset=bitset,
        bitsets=bitsets,
    )


def _binned(model: Any) -> Forest:
    """Return the trees of a HistGradientBoosting, whose columns stand with categoricals first."""
    import numpy as np

    trees = [
        _histogram(predictor, at)
        for stage in model._predictors  # noqa: SLF001 - no public way
        for at, predictor in enumerate(stage)
    ]
    width = model.n_features_in_
    columns = list(range(width))
    if getattr(model, "_preprocessor", None) is not None:
        chosen = np.asarray(model._is_categorical_remapped)  # noqa: SLF001 - no public way
        given = np.asarray(model.is_categorical_)
        columns = [*np.flatnonzero(given).tolist(), *np.flatnonzero(~given).tolist()]
        assert int(chosen.sum()) == int(given.sum())
    return Forest(
        trees=tuple(trees),
        base=np.asarray(model._baseline_prediction, dtype="float64").reshape(-1),  # noqa: SLF001
        encode=_known(model),
        columns=tuple(columns),
    )


def _known(model: Any) -> Callable[[Any], Array]:
    def encode(inputs: Any) -> Array:
        import numpy as np

        dense = inputs.toarray() if hasattr(inputs, "toarray") else inputs
        return np.asarray(model._preprocess_X(dense, reset=False), dtype="float64")  # noqa: SLF001

    return encode


def _histogram(predictor: Any, at: int) -> Tree:
    import numpy as np

    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    left = np.where(leaf, -1, nodes["left"].astype(np.int64))
    right = np.where(leaf, -1, nodes["right"].astype(np.int64))
    categorical = nodes["is_categorical"].astype(bool) & ~leaf
    sets = np.asarray(predictor.raw_left_cat_bitsets)
    return Tree(
        left=left,
        right=right,
        missing=np.where(nodes["missing_go_to_left"].astype(bool), left, right),
        feature=nodes["feature_idx"].astype(np.int64),
        threshold=nodes["num_threshold"].astype("float64"),
        value=nodes["value"].astype("float64")[:, None],
        share=shares(left, right, nodes["count"].astype("float64")),
        bitset=np.where(categorical, nodes["bitset_idx"].astype(np.int64), -1),
        bitsets=sets if len(sets) else np.zeros((1, 8), np.uint32),
        at=at,
    )
