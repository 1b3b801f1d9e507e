"""Few raw rows read as columns: what training knew them as, where that is plain to see."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from o16n.recipe.columns.forms import Away, Cells, Table, held, is_text, names, same_type, texts
from o16n.recipe.unseen import taken

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from o16n.recipe.recipe import Recipe


def read(recipe: Recipe, frame: pd.DataFrame) -> Table:
    """Return raw rows (n, columns) with the columns, order and types of training.

    Raises:
        Away: a column is missing or has to be read by its content.
    """
    import pandas as pd

    raw = recipe.raw
    if raw is None or len({*raw.columns}) != len(raw.dtypes) or len(raw.columns) != len(raw.dtypes):
        raise Away
    arrays = dict(zip(names(frame), _arrays(frame), strict=True))
    count, made = len(frame), {}
    for name, dtype in zip(raw.columns, raw.dtypes, strict=True):
        if name in arrays:
            given = arrays[name]
            if name in recipe.unseen:
                told = taken(recipe, name, pd.Series(given), dtype)
                given = told.to_numpy() if told.dtype == object else told.array
            made[name] = _typed(given, dtype)
        elif name in recipe.optional:
            made[name] = _placeholders(recipe.optional[name], dtype, count)
        else:
            raise Away
    return Table(made, pd.RangeIndex(count))


def _arrays(frame: pd.DataFrame) -> Iterator[Any]:
    return iter(frame._iter_column_arrays())  # type: ignore[operator]  # noqa: SLF001 - the public ways cost ten times more


def _typed(array: Any, dtype: Any) -> Cells:
    """Return the cells of a given column in the type of training."""
    had = array.dtype
    if same_type(had, dtype):
        return held(array)
    if dtype == "float64" and had in ("int64", "int32"):
        return held(array.astype(dtype))
    if is_text(dtype) and had == "object":
        return texts([_text(one) for one in array.tolist()], dtype)
    if dtype == "object" and is_text(had):
        return Cells(array.to_numpy(), dtype)
    raise Away


def _text(value: Any) -> Any:
    if type(value) is str:
        return value
    if value is None or (type(value) is float and math.isnan(value)):
        return math.nan
    raise Away


def _placeholders(value: Any, dtype: Any, count: int) -> Cells:
    from o16n.recipe.raw_rows import placeholders

    if is_text(dtype):
        return texts([_text(value)] * count, dtype)
    return held(placeholders(value, dtype, count))
