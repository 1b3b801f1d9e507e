"""Linear models in closed form: coefficient × (value − mean of the background).

Lundberg and Lee, NeurIPS 2017, corollary 1 (independent features). Exact in the link's unit, also
for the sum over the encoded columns of one raw column; one output per class where there are several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.explain.links import link_of
from o16n.explain.question import Found, PassedOverError, Question, Ready
from o16n.explain.resolve import peeled, summed_by_owner

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.explanation import Unit
    from o16n.explain.inputs import Inputs
    from o16n.explain.resolve import Member
    from o16n.explain.served import Served

    Array = np.ndarray[Any, Any]

RANK = 10
METHOD = "linear in closed form"
REASON = "the model is linear in its encoded columns"
CELLS = 20_000_000  # of dense encoded rows: 160 MB
UNIT_ROWS = 200
A_CELL = 2e-8  # seconds
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


def prepare(question: Question) -> Ready:
    """Explain a linear model behind its transformers."""
    _known(peeled(question.served.model)[1])
    if question.resolved is None:
        raise PassedOverError("columns are mixed on their way to the model")
    if len(question.resolved.members) > 1:
        raise PassedOverError("the model is an average of several")
    return part(question, question.resolved.members[0])


def part(question: Question, member: Member) -> Ready:
    """Explain one member, in the unit of its linear predictor."""
    import numpy as np

    core = member.core
    _known(core)
    weights = _dense(core.coef_).reshape(-1, len(member.owner))  # (k, e)
    middle = np.asarray(member.encode(question.background.rows).mean(axis=0)).reshape(-1)
    sign = -1.0 if len(question.classes) == 2 and question.place == 0 else 1.0  # noqa: PLR2004

    def amounts(rows: Inputs, _: Array) -> Found:
        count = max(1, CELLS // weights.shape[1])
        found = [
            _explained(rows.take(np.arange(first, min(first + count, len(rows)))))
            for first in range(0, len(rows), count)
        ]
        return Found(amounts=np.concatenate(found))

    def _explained(rows: Inputs) -> Array:
        moved = member.dense(rows.rows) - middle
        each = [summed_by_owner(moved * one, member.owner, question.width) for one in weights]
        return np.stack(each, axis=2) * sign

    base = weights @ middle + np.asarray(core.intercept_).reshape(-1)
    few = question.rows.take(np.arange(min(UNIT_ROWS, len(question.rows)))).rows
    return Ready(
        amounts=amounts,
        output=lambda rows: sign * _output(question.served, rows.rows, len(weights)),
        base=base * sign,
        unit=_unit(question, few, _output(question.served, few, len(weights))),
        game="columns that are not known are at their background mean",
        background=f"mean of {len(question.background)} training rows",
        background_rows=len(question.background),
        seconds=lambda count: count * A_CELL * weights.size,
    )


def _known(core: Any) -> None:
    name = type(core).__name__
    if name not in LINEAR or not type(core).__module__.startswith("sklearn."):
        raise PassedOverError(f"{name} is not a linear model")


def _dense(coefficients: Any) -> Array:
    """Return coefficients; `sparsify()` leaves a sparse matrix."""
    import numpy as np

    return np.asarray(coefficients.toarray() if hasattr(coefficients, "toarray") else coefficients)


def _output(served: Served, rows: Any, outputs: int) -> Array:
    """Return what the whole scorer says of `rows`, (n, k)."""
    import numpy as np

    if served.offers("decision_function"):
        return served.ask("decision_function", rows).reshape(-1, outputs)
    return np.asarray(served.ask("predict", rows), dtype="float64").reshape(-1, outputs)


def _unit(question: Question, rows: Any, output: Array) -> Unit:
    if not question.classes:
        return "target unit"
    return link_of(question.served, rows, output)
