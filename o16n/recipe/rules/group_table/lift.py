"""Freeze what `groupby(…).transform(aggregate)` gave for each key, where it is one value a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.tracing.kinds import GROUPED, is_lazy
from o16n.recipe.tracing.tracked import Form

if TYPE_CHECKING:
    from o16n.recipe.tracing.tracked import Call

CALLED = ("transform",)


def lift(call: Call, form: Form, result: Any) -> Form | None:
    """Return `rules.group_table` with the table, None where a group holds several values."""
    grouped = call.owner
    if not is_lazy(grouped) or type(grouped).__name__ not in GROUPED:
        return None
    codes = grouped.ngroup()
    if bool(codes.eq(-1).any()):
        return None
    keys = grouped._grouper.result_index.take(codes.to_numpy())  # noqa: SLF001 - pandas has no public way
    table = result.copy(deep=False)
    table.index = keys
    first = table[~table.index.duplicated()]
    again = first.reindex(keys)
    if not again.equals(table):
        return None
    return Form(function="rules.group_table", arguments=(form.arguments[0], first))
