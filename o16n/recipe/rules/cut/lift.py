"""Freeze the edges that `pandas.qcut`, or `pandas.cut` into a number of bins, computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.tracing.tracked import Form

if TYPE_CHECKING:
    from o16n.recipe.tracing.tracked import Call

CALLED = ("cut", "qcut")
PARAMETERS = {
    "cut": ("x", "bins", "right", "labels", "retbins", "precision", "include_lowest", "duplicates"),
    "qcut": ("x", "q", "labels", "retbins", "precision", "duplicates"),
}


def lift(call: Call, form: Form, result: Any) -> Form | None:  # noqa: ARG001 - the form of all rules
    """Return `rules.cut` with the edges; None where the notebook gave the edges itself."""
    import pandas as pd

    names = PARAMETERS[call.called]
    given = {**dict(zip(names, call.args, strict=False)), **call.options}
    if call.called == "cut" and not isinstance(given.get("bins"), int):
        return None
    retbins = bool(given.pop("retbins", False))
    if call.called == "cut":
        edges = pd.cut(**given, retbins=True)[1]
    else:
        edges = pd.qcut(**given, retbins=True)[1]
    options = {
        "labels": given.get("labels"),
        "right": given.get("right", True),
        "include_lowest": call.called == "qcut" or given.get("include_lowest", False),
        "precision": given.get("precision", 3),
        "duplicates": given.get("duplicates", "raise"),
        "retbins": retbins,
    }
    written = {**dict(zip(names, form.arguments, strict=False)), **form.options}
    return Form(function="rules.cut", arguments=(written["x"], edges), options=options)
