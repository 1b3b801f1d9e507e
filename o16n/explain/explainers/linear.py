"""Linear models in closed form: coefficient × (value − mean of the background).

Lundberg and Lee, NeurIPS 2017, corollary 1 (independent features). Exact in the link's unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

METHOD = "linear in closed form"
REASON = "the model is linear in its encoded columns"
LINEAR = {
    "LogisticRegression",
    "LogisticRegressionCV",
    "LinearRegression",
    "Ridge",
    "RidgeCV",
    "Lasso",
    "LassoCV",
    "ElasticNet",
    "ElasticNetCV",
    "LinearSVC",
    "LinearSVR",
    "BayesianRidge",
    "HuberRegressor",
    "RidgeClassifier",
}


def takes(core: Any, outputs: int) -> bool:
    """Tell whether `core` is linear with one output."""
    return type(core).__name__ in LINEAR and outputs == 1


def unit(core: Any) -> str:
    """Return the unit of the contributions."""
    if hasattr(core, "predict_proba"):
        return "log-odds"
    return "decision value" if hasattr(core, "decision_function") else "target unit"


def own_output(model: Any, inputs: Any) -> np.ndarray[Any, Any]:
    """Return what the whole model says of `inputs`, in this explainer's unit (n,)."""
    import numpy as np

    if hasattr(model, "decision_function"):
        return np.asarray(model.decision_function(inputs)).reshape(len(inputs))
    return np.asarray(model.predict(inputs), dtype="float64").reshape(len(inputs))


def contributions(
    core: Any, encoded: np.ndarray[Any, Any], background: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], float]:
    """Return contributions (n, e) and the base value for `encoded` rows (n, e)."""
    import numpy as np

    weights = np.asarray(core.coef_).reshape(-1)
    middle = background.mean(axis=0)
    base = float(middle @ weights + np.asarray(core.intercept_).reshape(-1)[0])
    return (encoded - middle) * weights, base
