"""Averages of models (bagging, soft voting) by linearity: the average of the members' contributions.

Right where members add up in the unit that is averaged, probability or the target's: trees of
probabilities, and regressors. Where a member adds up behind a link (log-odds), it is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.explain.explainers import linear, tree
from o16n.explain.question import Found, PassedOverError, Question, Ready
from o16n.explain.trees.read import CLASSIFIERS

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.inputs import Inputs
    from o16n.explain.resolve import Member

    Array = np.ndarray[Any, Any]

RANK = 25
METHOD = "exact SHAP of each averaged model, averaged"
REASON = "the model is an average of models that are explained exactly"
ADDED = ("probability", "target unit")
MIXED = "Linear members are held against the background mean, trees against their covers."


def prepare(question: Question) -> Ready:
    """Explain each member, in the unit that is averaged."""
    if question.resolved is None:
        raise PassedOverError("columns are mixed on their way to the averaged models")
    members = question.resolved.members
    if len(members) == 1:
        raise PassedOverError(f"{type(members[0].core).__name__} is no average of models")
    parts = [_part(question, one) for one in members]
    units = {one.unit for one in parts}
    if len(units) > 1 or parts[0].unit not in ADDED:
        told = " and ".join(sorted(units))
        raise PassedOverError(
            f"the averaged models add up in {told}, which is not what is averaged"
        )
    weights = [one.weight for one in members]
    games = sorted({one.game for one in parts})

    def amounts(rows: Inputs, places: Array) -> Found:
        each = (one.amounts(rows, places).amounts for one in parts)
        return Found(amounts=_sum([w * one for w, one in zip(weights, each, strict=True)]))

    return Ready(
        amounts=amounts,
        output=parts[0].output,
        base=_sum([w * one.base for w, one in zip(weights, parts, strict=True)]),
        unit=parts[0].unit,
        game="; ".join(games),
        background="; ".join(sorted({one.background for one in parts})),
        background_rows=max(one.background_rows for one in parts),
        seconds=lambda count: sum(one.seconds(count) for one in parts),
        limits=(MIXED,) if len(games) > 1 else (),
    )


def _part(question: Question, member: Member) -> Ready:
    kind = type(member.core).__name__
    if question.classes and kind not in CLASSIFIERS:
        raise PassedOverError(
            f"the averaged {kind} adds up in no probability, which is what is averaged"
        )
    for explainer in (tree, linear):
        try:
            ready: Ready = explainer.part(question, member)
        except PassedOverError:
            continue
        return ready
    raise PassedOverError(
        f"{type(member.core).__name__}, which is averaged, is not explained exactly"
    )


def _sum(parts: list[Array]) -> Array:
    total = parts[0]
    for one in parts[1:]:
        total = total + one
    return total
