"""What frames do with their columns: take, put, drop, rename, join, give as a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.columns.forms import (
    LABELS,
    Away,
    Cells,
    Column,
    Table,
    held,
    light,
    same_rows,
)

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MATRIX = 2  # dimensions


def table(value: Any) -> Table:
    """Return a frame as a table.

    Raises:
        Away: it is none.
    """
    made = value if type(value) is Table else light(value)
    if type(made) is not Table:
        raise Away
    return made


def getitem(owner: Any, key: Any) -> Any:
    """Take one column, some columns, or all rows where a mask takes none out."""
    if type(key) is Column or type(key).__name__ == "Series":
        return _masked(owner, light(key))
    if type(key) not in LABELS:
        return _taken(table(owner), key)
    if type(owner).__name__ == "DataFrame":
        return one_column(owner, key)
    return table(owner).column(key)


def one_column(owner: Any, key: Any) -> Any:
    """Return one column of a frame, without looking at the others."""
    found = owner.get(key)
    if type(found).__name__ != "Series":
        raise Away
    return light(found)


def _taken(given: Table, key: Any) -> Table:
    labels = key.tolist() if type(key).__name__ == "Index" else key
    if type(labels) is not list or not all(type(one) in LABELS for one in labels):
        raise Away
    if len(set(labels)) < len(labels) or not given.cells.keys() >= set(labels):
        raise Away
    return Table({one: given.cells[one] for one in labels}, given.rows)


def _masked(owner: Any, mask: Column) -> Any:
    given = light(owner)
    if mask.cells.dtype != bool or not mask.cells.array.all():
        raise Away
    if type(given) not in (Table, Column) or not same_rows(given.rows, mask.rows):
        raise Away
    return given


def attribute(owner: Any, name: str) -> Any:
    """Take a column by its name, or the cells as an array."""
    import pandas as pd

    if name == "values":
        return to_numpy(owner)
    if hasattr(pd.DataFrame, name) or type(owner).__name__ not in ("Table", "DataFrame"):
        raise Away
    return getitem(owner, name)


def setitem(owner: Any, key: Any, value: Any) -> Table:
    """Return the table with a column put, or some."""
    given = table(owner)
    if type(key) in LABELS:
        return Table({**given.cells, key: _cells(value, given)}, given.rows)
    if type(key) is not list or not all(type(one) in LABELS for one in key):
        raise Away
    many = _many(value, given, len(key))
    if len(set(key)) < len(key):
        raise Away
    return Table({**given.cells, **dict(zip(key, many, strict=True))}, given.rows)


def _cells(value: Any, given: Table) -> Cells:
    """Return the cells of what is put into a column."""
    import numpy as np

    made = light(value)
    if type(made) is Column:
        if not same_rows(made.rows, given.rows):
            raise Away
        return made.cells
    if isinstance(made, np.ndarray) and made.ndim == 1 and made.dtype.kind in "iufb":
        if len(made) != len(given.rows):
            raise Away
        return Cells(made.copy(), made.dtype)
    if type(made) in (int, float, bool, np.float64, np.int64) and abs(made) < 2**62:
        array = np.full(len(given.rows), made)
        return Cells(array, array.dtype)
    raise Away


def _many(value: Any, given: Table, count: int) -> list[Cells]:
    import numpy as np

    made = light(value)
    if type(made) is Table and len(made.cells) == count and same_rows(made.rows, given.rows):
        return list(made.cells.values())
    if not isinstance(made, np.ndarray) or made.shape != (len(given.rows), count):
        raise Away
    if made.dtype.kind not in "iufb":
        raise Away
    return [Cells(made[:, at].copy(), made.dtype) for at in range(count)]


def drop(owner: Any, labels: Any = None, *, axis: Any = 0, columns: Any = None) -> Table:
    """Leave columns out."""
    given = table(owner)
    if columns is None and axis in (1, "columns"):
        columns = labels
    elif labels is not None:
        raise Away
    gone = [columns] if type(columns) in LABELS else columns
    if type(gone) is not list or not all(type(one) in LABELS for one in gone):
        raise Away
    if not given.cells.keys() >= set(gone):
        raise Away
    return Table({one: cells for one, cells in given.cells.items() if one not in gone}, given.rows)


def delitem(owner: Any, key: Any) -> Table:
    """Leave one column out."""
    return drop(owner, columns=key) if type(key) in LABELS else _away()


def setattr_(owner: Any, name: str, value: Any) -> Table:
    """Call all columns otherwise."""
    given = table(owner)
    called = value.tolist() if type(value).__name__ == "Index" else value
    if name != "columns" or type(called) is not list or len(called) != len(given.cells):
        raise Away
    if len(set(called)) < len(called):
        raise Away
    return rename(given, columns=dict(zip(given.cells, called, strict=True)))


def rename(owner: Any, *, columns: Any = None) -> Table:
    """Call columns otherwise."""
    given = table(owner)
    if type(columns) is not dict or not all(type(one) in LABELS for one in columns.values()):
        raise Away
    made = {columns.get(one, one): cells for one, cells in given.cells.items()}
    if len(made) < len(given.cells):
        raise Away
    return Table(made, given.rows)


def copy(owner: Any, *, deep: bool = True) -> Any:  # noqa: ARG001 - pandas' own word
    """Return the same: a table or column is never changed."""
    given = light(owner)
    return given if type(given) in (Table, Column) else _away()


def dropna(owner: Any, *, subset: Any = None) -> Any:
    """Return the same where no row has a missing cell."""
    from o16n.recipe.columns.cells import missing

    given = light(owner)
    if type(given) is not Table:
        raise Away
    told = [subset] if type(subset) in LABELS else subset
    looked = given if told is None else _taken(given, told)
    if any(missing(one).any() for one in looked.cells.values()):
        raise Away
    return given


def to_numpy(owner: Any) -> Array:
    """Return numbers as an array, of a table a matrix (n, k) in pandas' order of memory."""
    import numpy as np

    given = light(owner)
    if type(given) is Column:
        if given.cells.dtype not in ("float64", "int64", "bool"):
            raise Away
        return np.array(given.cells.array)
    if type(given) is not Table:
        raise Away
    types = {one.dtype for one in given.cells.values()}
    numbers = all(one in ("float64", "int64") for one in types)
    if not types or not (numbers or types == {np.dtype(bool)}):
        raise Away
    dtype = next(iter(types)) if len(types) == 1 else np.dtype(float)
    block = np.empty((len(given.cells), len(given.rows)), dtype=dtype)
    for at, one in enumerate(given.cells.values()):
        block[at] = one.array
    return block.T


def concat(objs: Any, *, axis: Any = 0) -> Table:
    """Join tables and columns side by side, where all have the same rows."""
    parts = [light(one) for one in objs] if type(objs) is list and objs else _away()
    made: dict[Any, Cells] = {}
    for one in parts:
        if axis not in (1, "columns") or type(one) not in (Table, Column):
            raise Away
        if not same_rows(one.rows, parts[0].rows):
            raise Away
        new = one.cells if type(one) is Table else {one.name: one.cells}
        if made.keys() & new.keys() or not all(type(name) in LABELS for name in new):
            raise Away
        made.update(new)
    return Table(made, parts[0].rows)


def reset_index(owner: Any, *, drop: bool = False) -> Any:
    """Number the rows from 0 on."""
    import pandas as pd

    given = light(owner)
    if not drop or type(given) not in (Table, Column):
        raise Away
    rows = pd.RangeIndex(len(given.rows))
    return (
        Table(given.cells, rows) if type(given) is Table else Column(given.cells, rows, given.name)
    )


def frame(data: Any, *, columns: Any = None, index: Any = None) -> Table:
    """Call the columns of a matrix of numbers by names."""
    import numpy as np
    import pandas as pd

    names = columns.tolist() if hasattr(columns, "tolist") else columns
    if type(names) is not list or not all(type(one) in LABELS for one in names):
        raise Away
    if not isinstance(data, np.ndarray) or data.ndim != MATRIX or data.dtype.kind not in "iufb":
        raise Away
    if data.shape[1] != len(names) or len(set(names)) < len(names):
        raise Away
    rows = pd.RangeIndex(len(data)) if index is None else index
    if not isinstance(rows, pd.Index) or len(rows) != len(data):
        raise Away
    return Table({one: held(data[:, at].copy()) for at, one in enumerate(names)}, rows)


def select_columns(owner: Any, columns: Any) -> Table:
    """Take the columns that training had left."""
    return _taken(table(owner), columns)


def _away() -> Any:
    raise Away
