"""scikit-learn's trees by exact tree SHAP, grouped by column: a column is one player.

Path-dependent (Lundberg, Erion and Lee, 2018): what is not known splits by training cover. Missing
values and native categoricals are followed as the model follows them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from o16n.explain.links import link_of
from o16n.explain.question import EXACT_COVERS, Found, PassedOverError, Question, Ready
from o16n.explain.trees.forest import Work
from o16n.explain.trees.read import BINNED, BOOSTED, CLASSIFIERS, read, scaled

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.explanation import Unit
    from o16n.explain.inputs import Inputs
    from o16n.explain.resolve import Member
    from o16n.explain.trees.forest import Forest

    Array = np.ndarray[Any, Any]

RANK = 20
METHOD = "exact tree SHAP, grouped by column"
REASON = "the model adds up trees"
LOGS = ("poisson", "gamma")  # losses whose prediction is the exponential of the sum
UNIT_ROWS = 200


def prepare(question: Question) -> Ready:
    """Explain a model of trees behind its transformers."""
    if question.resolved is None:
        raise PassedOverError("columns are mixed on their way to the trees")
    if len(question.resolved.members) > 1:
        raise PassedOverError("the model is an average of several")
    return part(question, question.resolved.members[0])


def part(question: Question, member: Member) -> Ready:
    """Explain one member, in the unit in which its trees add up."""
    import numpy as np

    core = member.core
    forest = read(core)
    if forest is None:
        raise PassedOverError(f"{type(core).__name__} is no sum of trees that are read")
    forest = _asked(question, core, forest)
    work = Work(forest, np.asarray(member.owner, np.int64), question.width)

    def amounts(rows: Inputs, _: Array) -> Found:
        return Found(amounts=work.amounts(member.given(rows.rows)))

    few = question.rows.take(np.arange(min(UNIT_ROWS, len(question.rows))))
    return Ready(
        amounts=amounts,
        output=lambda rows: _output(question, core, rows),
        base=forest.expected(),
        unit=_unit(question, core, few),
        game=EXACT_COVERS,
        background="covers stored in the trees",
        background_rows=0,
        seconds=work.seconds,
    )


def _asked(question: Question, core: Any, forest: Forest) -> Forest:
    """Return the trees of the outputs that are explained."""
    if len(question.classes) != 2:  # noqa: PLR2004 - two classes
        return forest
    if type(core).__name__ not in CLASSIFIERS:
        return scaled(forest, -1.0) if question.place == 0 else forest
    chosen = slice(question.place, question.place + 1)
    trees = tuple(replace(one, value=one.value[:, chosen]) for one in forest.trees)
    return replace(forest, trees=trees, base=forest.base[chosen])


def _unit(question: Question, core: Any, rows: Inputs) -> Unit:
    kind = type(core).__name__
    if kind in CLASSIFIERS:
        return "probability"
    if kind not in BOOSTED | BINNED or not question.classes:
        return "log of the target unit" if _is_log(core) else "target unit"
    output = _output(question, core, rows)
    sign = -1.0 if len(question.classes) == 2 and question.place == 0 else 1.0  # noqa: PLR2004
    return link_of(question.served, rows.rows, sign * output)


def _is_log(core: Any) -> bool:
    return type(core).__name__ == "HistGradientBoostingRegressor" and core.loss in LOGS


def _output(question: Question, core: Any, rows: Inputs) -> Array:
    """Return what the whole scorer says of `rows`, in this explainer's unit: (n, k)."""
    import numpy as np

    served, kind, pair = question.served, type(core).__name__, len(question.classes) == 2  # noqa: PLR2004
    if kind in CLASSIFIERS:
        shares = served.ask("predict_proba", rows.rows)
        return shares[:, [question.place]] if pair else shares
    if question.classes:
        told = served.ask("decision_function", rows.rows).reshape(len(rows), -1)
        return -told if pair and question.place == 0 else told
    told = np.asarray(served.ask("predict", rows.rows), dtype="float64").reshape(len(rows), -1)
    return np.log(told) if _is_log(core) else told
