"""Freeze the levels that `pandas.get_dummies` saw, and the columns that it gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.tracing.tracked import Form

if TYPE_CHECKING:
    import pandas as pd

    from o16n.recipe.tracing.tracked import Call

CALLED = ("get_dummies",)
PARAMETERS = (
    "data",
    "prefix",
    "prefix_sep",
    "dummy_na",
    "columns",
    "sparse",
    "drop_first",
    "dtype",
)


def lift(call: Call, form: Form, result: pd.DataFrame) -> Form | None:
    """Return `rules.get_dummies` with levels and columns; None for the method of strings."""
    import pandas as pd

    if call.written == "method":
        return None
    given = {**dict(zip(PARAMETERS, call.args, strict=False)), **call.options}
    written = {**dict(zip(PARAMETERS, form.arguments, strict=False)), **form.options}
    data = given["data"]
    levels: Any
    if isinstance(data, pd.DataFrame):
        levels = {name: _levels(data[name]) for name in _encoded(data, given.get("columns"))}
    else:
        levels = _levels(data)
    options = {k: v for k, v in written.items() if k not in ("data", "columns")}
    frozen = {"levels": levels, "columns": list(result.columns)}
    return Form(
        function="rules.get_dummies",
        arguments=(written["data"],),
        options={**frozen, **options},
    )


def _encoded(data: pd.DataFrame, named: Any) -> list[Any]:
    import pandas as pd

    if named is not None:
        return [named] if isinstance(named, str) else list(named)
    kinds = pd.api.types
    return [
        name
        for name in data.columns
        if isinstance(data[name].dtype, pd.CategoricalDtype)
        or kinds.is_object_dtype(data[name])
        or kinds.is_string_dtype(data[name])
    ]


def _levels(column: Any) -> list[Any]:
    import pandas as pd

    return list(pd.Categorical(column).categories)
