"""Freeze the format that `pandas.to_datetime` infers from the first text it meets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.tracing.tracked import Form

if TYPE_CHECKING:
    from o16n.recipe.tracing.tracked import Call

CALLED = ("to_datetime",)


def lift(call: Call, form: Form, result: Any) -> Form | None:  # noqa: ARG001 - the form of all rules
    """Return `rules.to_datetime` with the format, None where the notebook gave it or none is inferred."""
    import pandas as pd
    from pandas.tseries.api import guess_datetime_format

    given = call.options.get("format", call.args[4] if len(call.args) > 4 else None)  # noqa: PLR2004
    values = call.args[0]
    if given is not None or not isinstance(values, pd.Series):
        return None
    if isinstance(values.dtype, pd.DatetimeTZDtype) or values.dtype.kind in "Miuf":
        return None
    first = values.dropna()
    text = first.iloc[0] if len(first) else None
    if not isinstance(text, str):
        return None
    format_ = guess_datetime_format(text, dayfirst=bool(call.options.get("dayfirst", False)))
    if format_ is None:
        return None
    options = {**form.options, "format": format_}
    return Form(function="rules.to_datetime", arguments=form.arguments[:1], options=options)
