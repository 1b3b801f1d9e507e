"""Look inside a loaded model before it predicts: compiled code trusts the numbers it was fitted with.

skops checks types, not contents. With `left_child[0]` = 2,000,000,000 a tree's `predict` reads
outside its memory (scikit-learn pull request 34558); so do neighbour trees, support vectors, sparse
matrices and splines whose parts do not fit together.
"""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any

from o16n.bundle import audit_trees
from o16n.errors import UnsafeModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MT19937_STATE = 624


def audit(model: Any) -> None:
    """Refuse a model that holds a part which is not safe to use.

    Raises:
        UnsafeModel: says what is wrong with which kind of part.
    """
    for part in _reachable(model):
        test = _test_for(part)
        try:
            fault = test(part) if test else None
        except (AttributeError, TypeError, ValueError, IndexError, KeyError) as error:
            fault = f"its parts do not fit together ({type(error).__name__}: {error})"
        if fault:
            kind = type(part).__name__
            raise UnsafeModel(f"a {kind} is damaged: {fault}", where="model.skops")


def svm_fault(model: Any) -> str | None:
    """Return what is wrong with the support vectors of a libsvm estimator, or None."""
    import numpy as np

    held, count = vars(model), len(model.support_)
    coefficients, per_class = held["_dual_coef_"], np.asarray(held["_n_support"])
    classifies = hasattr(model, "classes_")
    classes = len(per_class) if classifies else 2
    pairs = classes * (classes - 1) // 2
    terms = {len(held["_probA"]), len(held["_probB"])}
    whole = getattr(coefficients, "nnz", coefficients.size)
    of_classes = not classifies or (bool((per_class >= 0).all()) and int(per_class.sum()) == count)
    return _first(
        (coefficients.shape != (classes - 1, count), "its coefficients have another count"),
        (whole != (classes - 1) * count, "coefficients are missing"),
        (not of_classes, "the support vectors per class are not those that are there"),
        (len(held["_intercept_"]) != (pairs if classifies else 1), "intercepts are missing"),
        (terms - {0, pairs}, "it has another number of probability terms than of class pairs"),
        (_vectors_outside(model, count), "a support vector is outside what it was fitted on"),
    )


def _vectors_outside(model: Any, count: int) -> bool:
    if model.kernel == "precomputed":
        return not bool(((model.support_ >= 0) & (model.support_ < model.shape_fit_[0])).all())
    return bool(model.support_vectors_.shape != (count, model.n_features_in_))


def neighbours_fault(tree: Any) -> str | None:
    """Return what is wrong with a `KDTree` or `BallTree`, or None."""
    import numpy as np

    state = tree.__getstate__()
    data, indices, nodes, bounds = (np.asarray(one) for one in state[:4])
    weighs = state[12] is not None and len(state[12]) != len(data)
    count, of_node = int(state[6]), 2 if type(tree).__name__.startswith("KD") else 1
    start, end, leaf = nodes["idx_start"], nodes["idx_end"], nodes["is_leaf"].astype(bool)
    return _first(
        (not 0 < count == len(nodes) == 2 ** int(state[5]) - 1, "it counts other nodes"),
        (bounds.shape != (of_node, count, data.shape[1]), "its bounds have another size"),
        (len(indices) != len(data), "data and indices have other sizes"),
        (((indices < 0) | (indices >= len(data))).any(), "an index is outside the data"),
        (((start < 0) | (end < start) | (end > len(data))).any(), "a node is outside the data"),
        ((2 * np.flatnonzero(~leaf) + 2 >= count).any(), "a node has no children and is no leaf"),
        (weighs, "its weights are not one per point"),
        (_columns_weighed(state[11], data.shape[1]), "its distance weighs other columns"),
        (not np.isfinite(data).all(), "its data are not finite"),
    )


def _columns_weighed(metric: Any, columns: int) -> bool:
    """Tell whether a distance weighs another number of columns (a length of 1 is its "none")."""
    return len(metric.__getstate__()[1]) not in (0, 1, columns)


def answers_fault(estimator: Any) -> str | None:
    """Return what is wrong between a neighbours estimator's points and their answers, or None."""
    import numpy as np

    points = estimator._fit_X.shape[0]  # noqa: SLF001 - what predict reads
    answers = getattr(estimator, "_y", None)
    if answers is None:
        return None
    if len(answers) != points:
        return "it has not one answer per point"
    classes = getattr(estimator, "classes_", None)
    if classes is None:
        return None
    columns = [classes] if isinstance(classes, np.ndarray) else classes
    codes = np.asarray(answers).reshape(points, -1).T
    inside = [one.min() >= 0 and one.max() < len(k) for one, k in zip(codes, columns, strict=True)]
    return None if all(inside) else "an answer is none of its classes"


def _first(*faults: tuple[Any, str]) -> str | None:
    return next((said for wrong, said in faults if wrong), None)


def sparse_fault(matrix: Any) -> str | None:
    """Return what is wrong with a scipy sparse matrix, or None; its indices are looked at too."""
    if matrix.format == "coo":
        matrix.tocsr().check_format(full_check=True)
        return None
    matrix.check_format(full_check=True)
    return None


def spline_fault(spline: Any) -> str | None:
    """Return what is wrong with a `BSpline`, or None: its own constructor looks at all of it."""
    again = type(spline)(spline.t, spline.c, spline.k, spline.extrapolate, spline.axis)
    return None if again.c.shape == spline.c.shape else "its knots and coefficients do not agree"


def random_state_fault(state: Any) -> str | None:
    """Return what is wrong with a Mersenne twister's position, or None."""
    told = state.get_state(legacy=False)
    place = told["state"]["pos"] if told["bit_generator"] == "MT19937" else 0
    return None if 0 <= place <= MT19937_STATE else "its position is outside its state"


def vectorizer_fault(vectorizer: Any) -> str | None:
    """Return what is wrong with a text vectorizer: one that opens the files its rows name."""
    return None if vectorizer.input == "content" else "it would open files that a row names"


def _test_for(part: Any) -> Callable[[Any], str | None] | None:
    """Return the test for `part` by the names of its classes: nothing is imported for it.

    A part without the attribute that its `predict` needs is not fitted, and answers nothing.
    """
    for base in type(part).__mro__:
        known = TESTS.get(base.__name__)
        if known and base.__module__.startswith(("sklearn.", "scipy.", "numpy.")):
            attribute, test = known
            return test if not attribute or hasattr(part, attribute) else None
    return None


TESTS: dict[str, tuple[str, Callable[[Any], str | None]]] = {
    "Tree": ("", audit_trees.tree_fault),
    "TreePredictor": ("", audit_trees.boosted_fault),
    "BaseDecisionTree": ("tree_", audit_trees.width_fault),
    "BaseForest": ("estimators_", audit_trees.forest_fault),
    "BaseGradientBoosting": ("estimators_", audit_trees.gradient_fault),
    "BaseHistGradientBoosting": ("_predictors", audit_trees.histogram_fault),
    "IsolationForest": ("estimators_", audit_trees.isolation_fault),
    "BaseLibSVM": ("support_", svm_fault),
    "NeighborsBase": ("_fit_X", answers_fault),
    "KDTree": ("", neighbours_fault),
    "BallTree": ("", neighbours_fault),
    "_spbase": ("", sparse_fault),
    "BSpline": ("", spline_fault),
    "_BSpline": ("", spline_fault),
    "RandomState": ("", random_state_fault),
    "CountVectorizer": ("", vectorizer_fault),
    "HashingVectorizer": ("", vectorizer_fault),
}


NO_PARTS = (str, bytes, int, float, type, type(None), types.ModuleType)  # a spline knows its numpy


def _reachable(model: Any) -> Iterator[Any]:
    import numpy as np

    pending, seen = [model], set[int]()
    while pending:
        one = pending.pop()
        if id(one) in seen or isinstance(one, NO_PARTS):
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, dict):
            pending.extend(one.values())
        elif isinstance(one, list | tuple | set | frozenset):
            pending.extend(one)  # not +=, which a list of pandas' own would take over
        elif isinstance(one, np.ndarray):
            pending.extend(one.ravel().tolist() if one.dtype == object else [])
        elif isinstance(one, functools.partial):
            pending.extend([one.args, one.keywords])
        elif hasattr(one, "__dict__"):
            pending.extend(vars(one).values())
