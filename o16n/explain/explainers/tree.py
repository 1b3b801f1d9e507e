"""Trees by shap's TreeExplainer, path-dependent, only where it is right.

Not HistGradientBoosting with native categoricals (shap issue 3436: silently wrong), not the shapes
that shap does not know (multiclass gradient boosting, AdaBoost, bagging, voting, stacking).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.explain.question import Attributed, PassedOverError, Question, climb
from o16n.explain.resolve import summed_by_owner

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.explanation import Unit
    from o16n.explain.inputs import Inputs

    Array = np.ndarray[Any, Any]

RANK = 20
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
SLOWEST = 2e-9  # seconds a leaf and squared depth: a forest of 200 full trees takes a second a row
GROUPED = "A column's contribution is the sum over its encoded columns; for trees this may differ by some per cent from taking the column as one."


def attribute(question: Question) -> Attributed:
    """Return contributions (n, d, k) of as many rows as fit the time allowed."""
    import numpy as np
    import shap

    core, resolved = question.core, question.resolved
    _refuse(core, question)
    assert resolved is not None
    forecast, most = _forecast(core), len(question.rows)
    question.say(f"explaining up to {most} rows, about {forecast:.2g} s each: {METHOD}")
    explainer = shap.TreeExplainer(core, feature_perturbation="tree_path_dependent")
    encoded = resolved.dense(question.rows.rows)
    amounts = climb(
        lambda first, past: _values(explainer, encoded[first:past]),
        forecast,
        most=most,
        seconds=question.seconds,
    )
    rows = question.rows.take(np.arange(len(amounts)))
    base, output = np.asarray(explainer.expected_value).reshape(-1), _output(question, rows)
    if len(question.classes) == 2 and amounts.shape[2] == 2:  # noqa: PLR2004 - two classes
        chosen = slice(question.place, question.place + 1)
        amounts, base = amounts[:, :, chosen], base[chosen]
    elif len(question.classes) == 2 and question.place == 0:  # noqa: PLR2004
        amounts, base, output = -amounts, -base, -output
    columns = len(rows.columns)
    return Attributed(
        amounts=summed_by_owner(amounts, resolved.owner, columns),
        base=base,
        output=output,
        unit=_unit(core, len(question.classes)),
        background="covers stored in the trees",
        limits=(GROUPED,) if len(set(resolved.owner)) < len(resolved.owner) else (),
    )


def _refuse(core: Any, question: Question) -> None:
    """Pass over what shap does not read, or reads wrongly."""
    kind = type(core).__name__
    if kind not in PROBABILITY | NUMBER | LOG_ODDS or not type(core).__module__.startswith(
        "sklearn."
    ):
        raise PassedOverError(f"{kind} is not a tree model that shap reads correctly")
    if question.resolved is None:
        raise PassedOverError("columns are mixed on their way to the model")
    if getattr(core, "is_categorical_", None) is not None and any(core.is_categorical_):
        raise PassedOverError("shap misreads splits on native categoricals (shap issue 3436)")
    if kind == "GradientBoostingClassifier" and len(question.classes) > 2:  # noqa: PLR2004
        raise PassedOverError("shap does not know gradient boosting of several classes")


def _forecast(core: Any) -> float:
    """Return about how many seconds one row takes: leaves times squared depth, over all trees."""
    trees = getattr(core, "estimators_", [core] if hasattr(core, "tree_") else [])
    single = [tree for row in trees for tree in (row if hasattr(row, "__len__") else [row])]
    return SLOWEST * float(sum(each.tree_.n_leaves * each.tree_.max_depth**2 for each in single))


def _values(explainer: Any, encoded: Array) -> Array:
    """Return shap's values as (n, e, k)."""
    import numpy as np

    found = np.asarray(explainer.shap_values(encoded, check_additivity=False))
    return found if found.ndim == 3 else found[:, :, None]  # noqa: PLR2004 - rows, columns, outputs


def _unit(core: Any, classes: int) -> Unit:
    kind = type(core).__name__
    if kind in PROBABILITY:
        return "probability"
    if kind in NUMBER:
        return "target unit"
    return "log-odds" if classes == 2 else "log-score"  # noqa: PLR2004 - two classes


def _output(question: Question, rows: Inputs) -> Array:
    """Return what the whole model says of `rows`, in this explainer's unit: (n, k)."""
    import numpy as np

    model, kind = question.model, type(question.core).__name__
    if kind in PROBABILITY:
        shares = np.asarray(model.predict_proba(rows.rows))
        return shares[:, [question.place]] if shares.shape[1] == 2 else shares  # noqa: PLR2004
    if kind in LOG_ODDS:
        return np.asarray(model.decision_function(rows.rows)).reshape(len(rows), -1)
    return np.asarray(model.predict(rows.rows), dtype="float64").reshape(len(rows), -1)
