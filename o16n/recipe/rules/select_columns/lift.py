"""Freeze the columns that `select_dtypes` or `dropna(axis=1)` left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.tracing.kinds import axis_of
from o16n.recipe.tracing.tracked import Form

if TYPE_CHECKING:
    from o16n.recipe.tracing.tracked import Call

CALLED = ("select_dtypes", "dropna")


def lift(call: Call, form: Form, result: Any) -> Form | None:
    """Return `rules.select_columns` with the columns, None where rows were chosen."""
    by_rows = call.called == "dropna" and axis_of("dropna", call.given, call.options) == 0
    if by_rows or not hasattr(result, "columns"):
        return None
    return Form(
        function="rules.select_columns", arguments=(form.arguments[0], list(result.columns))
    )
