"""Taking and putting by label and by place (`loc`, `iloc`), where all rows are meant or a mask says which."""

from __future__ import annotations

from typing import Any

from o16n.recipe.aligned import is_whole
from o16n.recipe.columns.forms import (
    Away,
    Cells,
    Column,
    Table,
    is_text,
    light,
    same_rows,
    texts,
)
from o16n.recipe.columns.frames import getitem, table
from o16n.recipe.columns.numbers import column, is_number

PAIR = 2  # parts of a key: rows and columns


def loc(owner: Any, key: Any) -> Any:
    """Take columns by their labels, the last of a span with them."""
    given, part = _columns_part(owner, key)
    if type(part) is not slice:
        return getitem(given, part)
    labels = list(given.cells)
    ends = [one for one in (part.start, part.stop) if one is not None]
    if part.step is not None or not all(one in labels for one in ends):
        raise Away
    first = 0 if part.start is None else labels.index(part.start)
    last = len(labels) if part.stop is None else labels.index(part.stop) + 1
    return getitem(given, labels[first:last])


def iloc(owner: Any, key: Any) -> Any:
    """Take columns by their places."""
    given, part = _columns_part(owner, key)
    labels = list(given.cells)
    if type(part) is list and all(type(one) is int for one in part):
        return getitem(given, [labels[one] for one in part])
    return getitem(given, labels[part])


def _columns_part(owner: Any, key: Any) -> tuple[Table, Any]:
    if type(key) is not tuple or len(key) != PAIR or not is_whole(key[0]):
        raise Away
    return table(owner), key[1]


def passed(function: str) -> Any:
    """Return the form of a subscript that chose training rows: its columns, of all rows."""
    by = {"loc": loc, "iloc": iloc}

    def run(owner: Any, key: Any) -> Any:
        rest = key[1:] if isinstance(key, tuple) else ()
        if not rest or all(is_whole(one) for one in rest):
            given = light(owner)
            if type(given) not in (Table, Column):
                raise Away
            return given
        if function not in by:
            raise Away
        return by[function](owner, (slice(None), *rest))

    return run


def set_loc(owner: Any, key: Any, value: Any) -> Table:
    """Put a constant where a mask is true, into a column that is there and of its kind."""
    import numpy as np

    given = table(owner)
    if type(key) is not tuple or len(key) != PAIR:
        raise Away
    mask, old = column(key[0]), given.column(key[1]).cells
    if mask.cells.dtype != bool or not same_rows(mask.rows, given.rows):
        raise Away
    chosen = mask.cells.array
    if is_text(old.dtype) and type(value) is str:
        pairs = zip(chosen.tolist(), old.array.tolist(), strict=True)
        made = texts([value if one else had for one, had in pairs], old.dtype)
    elif old.dtype == "float64" and is_number(value):
        made = Cells(np.where(chosen, float(value), old.array), old.dtype)
    elif old.dtype == "int64" and type(value) is int and is_number(value):
        made = Cells(np.where(chosen, value, old.array), old.dtype)
    else:
        raise Away
    return Table({**given.cells, key[1]: made}, given.rows)
