"""Columns and tables of few rows without pandas around them, and the way there and back.

Both are values: nothing changes one, so that nothing can be changed from behind. An array in one
is never written to.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.recipe.conform import Form

    Array = np.ndarray[Any, Any]

NUMBERS = ("float64", "int64")
LABELS = (str, int)


class Away(Exception):
    """What was asked for has no form of its own: pandas does it."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells (n,) of a column in an `array`, and `dtype` as a series of them has it.

    Texts of pandas' type are an array of objects, `str` or NaN.
    """

    array: Any
    dtype: Any


@dataclass(frozen=True, slots=True)
class Column:
    """A series: its cells, the labels of its rows (n,), its name."""

    cells: Cells
    rows: pd.Index[Any]
    name: Any


@dataclass(frozen=True, slots=True)
class Table:
    """A frame whose column labels are texts or whole numbers, each once."""

    cells: dict[Any, Cells]
    rows: pd.Index[Any]

    def column(self, name: Any) -> Column:
        """Return a column.

        Raises:
            Away: there is none of that name.
        """
        try:
            return Column(self.cells[name], self.rows, name)
        except (KeyError, TypeError):
            raise Away from None


# -- there


def light(value: Any) -> Any:
    """Return a frame or series as a table or column, all else as it is.

    Raises:
        Away: its labels or types have no form here.
    """
    if type(value) is Table or type(value) is Column:
        return value
    import numpy as np
    import pandas as pd

    if isinstance(value, pd.Series):
        plain = isinstance(value.dtype, np.dtype)
        return Column(held(value.to_numpy() if plain else value.array), value.index, value.name)
    if isinstance(value, pd.DataFrame):
        return _table(value)
    return value


def _table(frame: pd.DataFrame) -> Table:
    labels = names(frame)
    arrays = frame._iter_column_arrays()  # type: ignore[operator]  # noqa: SLF001 - the public ways cost ten times more
    return Table({one: held(array) for one, array in zip(labels, arrays, strict=True)}, frame.index)


def names(frame: pd.DataFrame) -> list[Any]:
    """Return the column labels of a frame.

    Raises:
        Away: one stands there twice, or is neither text nor a whole number.
    """
    labels = list(frame.columns)
    if frame.columns.name is not None or not frame.columns.is_unique:
        raise Away
    if not all(type(one) in LABELS for one in labels):
        raise Away
    return labels


def held(array: Any) -> Cells:
    """Return the cells of an array, pandas' or numpy's, as a copy: a frame may be changed in place."""
    import numpy as np

    dtype = array.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "iufbO":
        return Cells(np.array(array), dtype)
    return Cells(np.array(array, dtype=object) if is_text(dtype) else array.copy(), dtype)


def is_text(dtype: Any) -> bool:
    """Tell whether a type is pandas' own for texts, where a missing one is NaN."""
    return type(dtype).__name__ == "StringDtype" and isinstance(dtype.na_value, float)


def texts(values: list[Any], dtype: Any) -> Cells:
    """Return the cells of texts, `str` or NaN."""
    import numpy as np

    array = np.empty(len(values), dtype=object)
    array[:] = values
    return Cells(array, dtype)


# -- and back


def plain(value: Any) -> Any:
    """Return a table as a frame, a column as a series, all else as it is."""
    if type(value) is Table:
        return _frame(value)
    if type(value) is Column:
        import pandas as pd

        array = _array(value.cells)
        dtype = array.dtype if value.cells.dtype == "object" else None  # else pandas guesses texts
        return pd.Series(array, index=value.rows, name=value.name, dtype=dtype)
    return value


def _frame(table: Table) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    columns = labels(tuple(table.cells))
    types = {one.dtype for one in table.cells.values()}
    if len(types) == 1 and isinstance(only := next(iter(types)), np.dtype) and only.kind in "iufb":
        block = np.empty((len(columns), len(table.rows)), dtype=only)
        for at, one in enumerate(table.cells.values()):
            block[at] = one.array
        return pd.DataFrame(block.T, index=table.rows, columns=columns, copy=False)
    arrays = [_array(one) for one in table.cells.values()]
    return pd.DataFrame._from_arrays(arrays, columns, table.rows, verify_integrity=False)  # type: ignore[no-any-return, attr-defined]  # noqa: SLF001 - the public way costs four times more


@cache
def labels(columns: tuple[Any, ...]) -> pd.Index[Any]:
    """Return column labels as an index."""
    import pandas as pd

    return pd.Index(list(columns)) if columns else pd.Index([], dtype=object)


def _array(cells: Cells) -> Any:
    if is_text(cells.dtype):
        kind = cells.dtype.construct_array_type()
        return kind._from_sequence(cells.array, dtype=cells.dtype, copy=True)  # noqa: SLF001 - the interface of pandas' extension arrays
    return cells.array.copy()


# -- types


def same_type(one: Any, other: Any) -> bool:
    """Tell whether two types are the same; most are one object."""
    return one is other or bool(one == other)


def same_rows(one: pd.Index[Any], other: pd.Index[Any]) -> bool:
    """Tell whether two values have the same row labels."""
    return one is other or (one.name == other.name and bool(one.equals(other)))


def conformed(value: Any, form: Form) -> Any:
    """Return a value with the columns and types of `form`.

    Raises:
        Away: it has others, and more than whole numbers becoming fractions would have to be done.
    """
    if type(value) is Table:
        if form.kind != "frame" or form.labels != tuple(value.cells):
            raise Away
        made = {
            name: _typed(one, dtype)
            for (name, one), dtype in zip(value.cells.items(), form.dtypes, strict=True)
        }
        return Table(made, value.rows)
    if type(value) is Column:
        if form.kind != "series":
            raise Away
        return Column(_typed(value.cells, form.dtypes[0]), value.rows, value.name)
    if form.kind != "array" or not same_type(value.dtype, form.dtypes[0]):
        raise Away
    return value


def _typed(cells: Cells, dtype: Any) -> Cells:
    if same_type(cells.dtype, dtype):
        return cells
    if (dtype == "float64" and cells.dtype in ("int64", "bool")) or (
        dtype == "int64" and cells.dtype == "float64" and _whole(cells.array)
    ):
        return Cells(cells.array.astype(dtype), dtype)
    raise Away


def _whole(values: Array) -> bool:
    import numpy as np

    return bool(np.isfinite(values).all() and (values == np.floor(values)).all())
