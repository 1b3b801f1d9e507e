"""Trees by shap's TreeExplainer, path-dependent, only where it is right.

Not HistGradientBoosting with native categoricals (shap issue 3436: silently wrong), not the shapes
that shap does not know (multiclass gradient boosting, AdaBoost, bagging, voting, stacking).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

METHOD = "shap TreeExplainer, path-dependent"
REASON = "the model is made of trees that shap reads correctly"
PROBABILITY = {"RandomForestClassifier", "ExtraTreesClassifier", "DecisionTreeClassifier"}
NUMBER = {
    "RandomForestRegressor",
    "ExtraTreesRegressor",
    "DecisionTreeRegressor",
    "GradientBoostingRegressor",
    "HistGradientBoostingRegressor",
}
LOG_ODDS = {"GradientBoostingClassifier", "HistGradientBoostingClassifier"}


def takes(core: Any, outputs: int) -> bool:
    """Tell whether shap's answer for `core` can be right."""
    kind = type(core).__name__
    if getattr(core, "is_categorical_", None) is not None and any(core.is_categorical_):
        return False
    return kind in PROBABILITY | NUMBER or (kind in LOG_ODDS and outputs == 1)


def unit(core: Any) -> str:
    """Return the unit of the contributions."""
    kind = type(core).__name__
    return (
        "probability" if kind in PROBABILITY else "log-odds" if kind in LOG_ODDS else "target unit"
    )


def own_output(model: Any, inputs: Any) -> np.ndarray[Any, Any]:
    """Return what the whole model says of `inputs`, in this explainer's unit: (n,) or (n, k)."""
    import numpy as np

    from o16n.explain.resolve import peeled

    core = peeled(model)[1]
    if type(core).__name__ in PROBABILITY:
        shares = np.asarray(model.predict_proba(inputs))
        return shares[:, 1] if shares.shape[1] == 2 else shares  # noqa: PLR2004 - two classes
    if type(core).__name__ in LOG_ODDS:
        return np.asarray(model.decision_function(inputs)).reshape(len(inputs))
    return np.asarray(model.predict(inputs), dtype="float64")


def contributions(
    core: Any, encoded: np.ndarray[Any, Any], background: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], Any]:
    """Return contributions (n, e) or (n, e, k) and the base value or values."""
    import numpy as np
    import shap

    del background  # the covers stored in the trees are the background
    explainer = shap.TreeExplainer(core, feature_perturbation="tree_path_dependent")
    values = np.asarray(explainer.shap_values(encoded, check_additivity=False))
    base = np.asarray(explainer.expected_value).reshape(-1)
    if values.ndim == 3 and values.shape[2] == 2:  # noqa: PLR2004 - two classes: the second
        return values[:, :, 1], float(base[1])
    return values, base if values.ndim == 3 else float(base[0])  # noqa: PLR2004
