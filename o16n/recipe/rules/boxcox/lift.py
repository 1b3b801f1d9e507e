"""Freeze the exponent that `scipy.stats.boxcox` or `yeojohnson` found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.tracing.tracked import Form

if TYPE_CHECKING:
    from o16n.recipe.tracing.tracked import Call

CALLED = ("boxcox", "yeojohnson")


def lift(call: Call, form: Form, result: Any) -> Form | None:
    """Return `rules.boxcox` with the exponent, None where the notebook gave it."""
    if not isinstance(result, tuple):
        return None
    options = {"kind": call.called, "lmbda": float(result[1])}
    return Form(function="rules.boxcox", arguments=(form.arguments[0],), options=options)
