"""Missing cells, other types, and the looking up of cells one by one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from o16n.recipe.columns.forms import (
    NUMBERS,
    Away,
    Cells,
    Column,
    Table,
    is_text,
    light,
    same_rows,
    texts,
)
from o16n.recipe.columns.numbers import LARGEST, column, is_number

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    Array = np.ndarray[Any, Any]

MISSING = ("isna", "isnull", "notna", "notnull")


def missing(cells: Cells) -> Array:
    """Return which cells (n,) are missing."""
    import numpy as np
    import pandas as pd

    kind = getattr(cells.dtype, "kind", "O")
    if kind in "iub" and isinstance(cells.array, np.ndarray):
        return np.zeros(len(cells.array), dtype=bool)
    if kind == "f" and isinstance(cells.array, np.ndarray):
        return np.isnan(cells.array)
    if is_text(cells.dtype):
        return np.array([one != one for one in cells.array.tolist()], dtype=bool)  # noqa: PLR0124 - NaN
    return np.asarray(pd.isna(cells.array))


def told_missing(name: str) -> Callable[..., Any]:
    """Return the form of `isna`, `notna` and their other names."""

    def run(owner: Any) -> Any:
        import numpy as np

        given = column(owner)
        gone = missing(given.cells)
        made = gone if name in ("isna", "isnull") else ~gone
        return Column(Cells(made, np.dtype(bool)), given.rows, given.name)

    return run


def fillna(owner: Any, value: Any = None) -> Any:
    """Fill the missing cells of a column, or of a table's columns, with a constant of its kind."""
    given = light(owner)
    if type(given) is Table:
        return _table_filled(given, value)
    return Column(_filled(column(given), light(value)), given.rows, given.name)


def _table_filled(given: Table, value: Any) -> Table:
    told = value.to_dict() if type(value).__name__ == "Series" else value
    if type(told) is not dict:
        told = dict.fromkeys(given.cells, told)
    made = {
        name: _filled(given.column(name), told[name]) if name in told else cells
        for name, cells in given.cells.items()
    }
    return Table(made, given.rows)


def _filled(given: Column, value: Any) -> Cells:
    import numpy as np

    cells = given.cells
    if type(value) is Column:
        if {cells.dtype, value.cells.dtype} != {np.dtype(float)}:
            raise Away
        if not same_rows(given.rows, value.rows):
            raise Away
        return Cells(np.where(missing(cells), value.cells.array, cells.array), cells.dtype)
    if cells.dtype == "float64" and is_number(value):
        return Cells(np.where(np.isnan(cells.array), float(value), cells.array), cells.dtype)
    if is_text(cells.dtype) and type(value) is str:
        return texts([value if one != one else one for one in cells.array.tolist()], cells.dtype)  # noqa: PLR0124 - NaN
    if cells.dtype in ("int64", "bool") and (is_number(value) or type(value) is bool):
        return cells
    raise Away


# -- types and look-ups


def astype(owner: Any, dtype: Any) -> Any:
    """Change numbers and truth values into numbers."""
    import numpy as np

    given = light(owner)
    wanted = {int: "int64", float: "float64", np.int64: "int64", np.float64: "float64"}.get(
        dtype if isinstance(dtype, type) else object,
        {"int": "int64", "float": "float64"}.get(dtype, dtype) if type(dtype) is str else "",
    )
    if wanted not in NUMBERS:
        raise Away
    if type(given) is Table:
        made = {name: _as(cells, wanted) for name, cells in given.cells.items()}
        return Table(made, given.rows)
    return Column(_as(column(given).cells, wanted), given.rows, given.name)


def _as(cells: Cells, wanted: str) -> Cells:
    import numpy as np

    if cells.dtype not in (*NUMBERS, "bool"):
        raise Away
    if wanted == "int64" and not (np.abs(cells.array.astype(float)) < LARGEST).all():
        raise Away
    made = cells.array.astype(wanted)
    return Cells(made, made.dtype)


def mapped(owner: Any, told: Any) -> Column:
    """Look cells up in a dict of texts or whole numbers to numbers or texts."""
    import numpy as np

    given = column(owner)
    if type(told) is not dict or not told:
        raise Away
    keys, kinds = {type(one) for one in told}, {type(one) for one in told.values()}
    fits = keys == {str} if is_text(given.cells.dtype) else keys == {int} and _is_number(given)
    if not fits or not (kinds <= {int, float} or kinds == {str}):
        raise Away
    found = [told.get(one, np.nan) for one in given.cells.array.tolist()]
    if kinds == {str}:
        return Column(texts(found, _text_type()), given.rows, given.name)
    whole = kinds == {int} and all(type(one) is int for one in found)
    if not all(abs(one) < LARGEST or type(one) is float for one in found):
        raise Away
    array = np.array(found, dtype="int64" if whole else "float64")
    return Column(Cells(array, array.dtype), given.rows, given.name)


def _is_number(given: Column) -> bool:
    return given.cells.dtype in NUMBERS


@cache
def _text_type() -> Any:
    """Return the type that pandas gives to texts."""
    import pandas as pd

    dtype = pd.Series([""]).dtype
    if not is_text(dtype):
        raise Away
    return dtype


def mapped_or_applied(owner: Any, told: Any) -> Column:
    """Return what `map` gives by a dict or a function."""
    return mapped(owner, told) if type(told) is dict else applied(owner, told)


def clip(owner: Any, lower: Any = None, upper: Any = None) -> Column:
    """Keep fractions between two bounds."""
    import numpy as np

    given = column(owner)
    values = given.cells.array
    if given.cells.dtype != "float64":
        raise Away
    for bound, out in ((lower, np.less), (upper, np.greater)):
        if bound is not None:
            if not is_number(bound) or bound != bound:  # noqa: PLR0124 - NaN
                raise Away
            values = np.where(out(values, bound), float(bound), values)
    return Column(Cells(values, given.cells.dtype), given.rows, given.name)


def isin(owner: Any, values: Any) -> Column:
    """Tell which cells are among plain texts or whole numbers."""
    import numpy as np

    given = column(owner)
    kind = str if is_text(given.cells.dtype) else int
    if type(values) is not list or not all(type(one) is kind for one in values):
        raise Away
    if kind is int and given.cells.dtype != "int64":
        raise Away
    there = np.array([one in values for one in given.cells.array.tolist()], dtype=bool)
    return Column(Cells(there, there.dtype), given.rows, given.name)


def where(condition: Any, one: Any, other: Any) -> Array:
    """Choose between numbers by truth values, as an array."""
    import numpy as np

    given = column(condition)
    if given.cells.dtype != bool:
        raise Away
    parts = []
    for part in (light(one), light(other)):
        if type(part) is Column:
            if part.cells.dtype not in NUMBERS:
                raise Away
            parts.append(part.cells.array)
        elif is_number(part) and type(part) in (int, float):
            parts.append(part)
        else:
            raise Away
    made: Array = np.where(given.cells.array, *parts)
    return made


def applied(owner: Any, function: Any, **options: Any) -> Column:
    """Call a function of the notebook on each cell; its results are of one plain type."""
    import numpy as np

    given = column(owner)
    if options or not callable(function) or isinstance(function, type):
        raise Away
    if not (_is_number(given) or is_text(given.cells.dtype)) or not len(given.rows):
        raise Away
    found = [function(one) for one in given.cells.array.tolist()]
    kinds = {type(one) for one in found}
    if kinds == {str}:
        return Column(texts(found, _text_type()), given.rows, given.name)
    dtype = {int: "int64", float: "float64", bool: "bool"}.get(*kinds) if len(kinds) == 1 else None
    if dtype is None or (dtype == "int64" and not all(abs(one) < LARGEST for one in found)):
        raise Away
    return Column(Cells(np.array(found, dtype=dtype), np.dtype(dtype)), given.rows, given.name)
