"""Linear models in closed form: coefficient × (value − mean of the background).

Lundberg and Lee, NeurIPS 2017, corollary 1 (independent features). Exact in the link's unit, also
for the sum over the encoded columns of one raw column; one output per class where there are several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.explain.question import Attributed, PassedOverError, Question
from o16n.explain.resolve import summed_by_owner

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.explanation import Unit

    Array = np.ndarray[Any, Any]

RANK = 10
METHOD = "linear in closed form"
REASON = "the model is linear in its encoded columns"
CELLS = 20_000_000  # of dense encoded rows: 160 MB
LINEAR = {
    "ARDRegression",
    "BayesianRidge",
    "ElasticNet",
    "ElasticNetCV",
    "HuberRegressor",
    "Lars",
    "Lasso",
    "LassoCV",
    "LassoLars",
    "LinearDiscriminantAnalysis",
    "LinearRegression",
    "LinearSVC",
    "LinearSVR",
    "LogisticRegression",
    "LogisticRegressionCV",
    "Perceptron",
    "QuantileRegressor",
    "Ridge",
    "RidgeCV",
    "RidgeClassifier",
    "RidgeClassifierCV",
    "SGDClassifier",
    "SGDRegressor",
    "TheilSenRegressor",
}


def attribute(question: Question) -> Attributed:
    """Return contributions in the unit of the model's linear predictor, (n, d, k)."""
    import numpy as np

    core, resolved = question.core, question.resolved
    name = type(core).__name__
    if name not in LINEAR or not type(core).__module__.startswith("sklearn."):
        raise PassedOverError(f"{name} is not a linear model")
    if resolved is None:
        raise PassedOverError("columns are mixed on their way to the model")
    weights = _dense(core.coef_).reshape(-1, len(resolved.owner))  # (k, e)
    count = max(1, min(len(question.rows), CELLS // weights.shape[1]))
    rows = question.rows.take(np.arange(count))
    middle = np.asarray(resolved.encode(question.background.rows).mean(axis=0)).reshape(-1)
    moved = resolved.dense(rows.rows) - middle
    amounts = np.stack(
        [summed_by_owner(moved * each, resolved.owner, len(rows.columns)) for each in weights],
        axis=2,
    )
    base = weights @ middle + np.asarray(core.intercept_).reshape(-1)
    output = _output(question.model, rows.rows, len(weights))
    if len(question.classes) == 2 and question.place == 0:  # noqa: PLR2004 - two classes
        amounts, base, output = -amounts, -base, -output
    return Attributed(
        amounts=amounts,
        base=base,
        output=output,
        unit=_unit(question, rows.rows, output),
        background=f"mean of {len(question.background)} training rows",
    )


def _dense(coefficients: Any) -> Array:
    """Return coefficients; `sparsify()` leaves a sparse matrix."""
    import numpy as np

    return np.asarray(coefficients.toarray() if hasattr(coefficients, "toarray") else coefficients)


def _output(model: Any, inputs: Any, outputs: int) -> Array:
    """Return what the whole model says of `inputs`, (n, k)."""
    import numpy as np

    if hasattr(model, "decision_function"):
        return np.asarray(model.decision_function(inputs)).reshape(-1, outputs)
    return np.asarray(model.predict(inputs), dtype="float64").reshape(-1, outputs)


def _unit(question: Question, inputs: Any, output: Array) -> Unit:
    """Return log-odds only where the model's own probabilities are the logistic of its output."""
    import numpy as np

    if not question.classes:
        return "target unit"
    if not hasattr(question.model, "predict_proba"):
        return "decision value"
    shares = np.asarray(question.model.predict_proba(inputs))
    if output.shape[1] == 1:
        told = shares[:, question.place]
        same = np.allclose(told, 1 / (1 + np.exp(-output[:, 0])), atol=1e-9)
        return "log-odds" if same else "decision value"
    powers = np.exp(output - output.max(axis=1, keepdims=True))
    same = np.allclose(shares, powers / powers.sum(axis=1, keepdims=True), atol=1e-9)
    return "log-score" if same else "decision value"
