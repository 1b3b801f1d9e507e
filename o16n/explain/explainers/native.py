"""xgboost, lightgbm and catboost by their own exact contributions, summed per column.

Path-dependent tree SHAP of the library itself, of its encoded columns: the signed sum over a column's
encoded columns adds up too, but is the game of the single columns, not that of the column as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.explain.links import link_of
from o16n.explain.question import EXACT_COVERS, Found, PassedOverError, Question, Ready
from o16n.explain.resolve import summed_by_owner

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from o16n.explain.explanation import Unit
    from o16n.explain.inputs import Inputs

    Array = np.ndarray[Any, Any]

RANK = 22
METHOD = "the library's own exact tree contributions, summed per column"
REASON = "the model's own library gives exact contributions"
GROUPED = "A column's contribution is the sum over its encoded columns, which may differ by some per cent from taking the column as one."
A_ROW = 5e-3  # seconds, of 300 trees
UNIT_ROWS = 200


def prepare(question: Question) -> Ready:
    """Explain a booster behind its transformers."""
    import numpy as np

    if question.resolved is None:
        raise PassedOverError("columns are mixed on their way to the booster")
    member = question.resolved.members[0]
    core, library = member.core, type(member.core).__module__.partition(".")[0]
    if library not in LIBRARIES or len(question.resolved.members) > 1:
        raise PassedOverError(f"{type(core).__name__} gives no contributions of its own")
    contributions, margins = LIBRARIES[library]
    grouped = len(set(member.owner)) < len(member.owner)
    sign = -1.0 if len(question.classes) == 2 and question.place == 0 else 1.0  # noqa: PLR2004

    def told(rows: Inputs) -> Array:
        return contributions(core, member.given(rows.rows))  # (n, e + 1, k): the last is the base

    def output(rows: Inputs) -> Array:
        return sign * margins(core, member.given(rows.rows))

    def amounts(rows: Inputs, _: Array) -> Found:
        summed = summed_by_owner(told(rows)[:, :-1], member.owner, question.width)
        return Found(amounts=sign * summed)

    few = question.rows.take(np.arange(min(UNIT_ROWS, len(question.rows))))
    return Ready(
        amounts=amounts,
        output=output,
        base=sign * told(few)[0, -1],
        unit=_unit(question, few, sign * output(few)),
        game=EXACT_COVERS,
        background="covers stored in the trees",
        background_rows=0,
        seconds=lambda count: count * A_ROW,
        limits=(GROUPED,) if grouped else (),
    )


def _unit(question: Question, rows: Inputs, output: Array) -> Unit:
    """Return the unit; the margin counts only where the served answer is made of it."""
    import numpy as np

    if question.classes:
        unit = link_of(question.served, rows.rows, output)
        if unit == "decision value":
            raise PassedOverError("the served probabilities are not the link of the booster's sum")
        return unit
    served = np.asarray(question.served.ask("predict", rows.rows), dtype="float64").reshape(-1)
    if np.allclose(served, output[:, 0], rtol=1e-5, atol=1e-6 * max(float(served.std()), 1e-12)):
        return "target unit"
    if np.allclose(served, np.exp(output[:, 0]), rtol=1e-5):
        return "log of the target unit"
    raise PassedOverError("the served answers are not the booster's sum")


def _xgboost(core: Any, rows: Any) -> Array:
    import numpy as np
    import xgboost

    categorical = bool(getattr(core, "enable_categorical", False))
    matrix = xgboost.DMatrix(rows, missing=core.missing, enable_categorical=categorical)
    span = (0, core.best_iteration + 1) if _stopped(core) else (0, 0)
    found = core.get_booster().predict(matrix, pred_contribs=True, iteration_range=span)
    return _last_axis(np.asarray(found, dtype="float64"))


def _stopped(core: Any) -> bool:
    return getattr(core, "early_stopping_rounds", None) is not None


def _lightgbm(core: Any, rows: Any) -> Array:
    import numpy as np

    found = core.predict(rows, pred_contrib=True)
    dense = np.asarray(found.toarray() if hasattr(found, "toarray") else found, dtype="float64")
    inputs = core.n_features_in_ + 1
    several = dense.shape[1] > inputs
    return _last_axis(dense.reshape(len(dense), -1, inputs) if several else dense)


def _catboost(core: Any, rows: Any) -> Array:
    import catboost
    import numpy as np

    pool = catboost.Pool(rows, cat_features=core.get_cat_feature_indices())
    return _last_axis(np.asarray(core.get_feature_importance(pool, type="ShapValues")))


def _last_axis(found: Array) -> Array:
    """Return (n, e + 1, k) of (n, e + 1) or (n, k, e + 1)."""
    import numpy as np

    return found[:, :, None] if found.ndim == 2 else np.moveaxis(found, 1, 2)  # noqa: PLR2004


def _margins(**option: Any) -> Callable[[Any, Any], Array]:
    def margins(core: Any, rows: Any) -> Array:
        import numpy as np

        found = np.asarray(core.predict(rows, **option), dtype="float64")
        return found.reshape(len(found), -1)

    return margins


LIBRARIES: dict[str, tuple[Callable[[Any, Any], Array], Callable[[Any, Any], Array]]] = {
    "xgboost": (_xgboost, _margins(output_margin=True)),
    "lightgbm": (_lightgbm, _margins(raw_score=True)),
    "catboost": (_catboost, _margins(prediction_type="RawFormulaVal")),
}
