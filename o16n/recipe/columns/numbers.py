"""Arithmetic, comparison and logic on columns."""

from __future__ import annotations

import operator
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
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    Array = np.ndarray[Any, Any]

COMPARING = ("eq", "ne", "lt", "le", "gt", "ge")
ARITHMETIC = ("add", "sub", "mul", "truediv")
LOGIC = ("and_", "or_")
LARGEST = 2**53  # whole numbers up to here are exact as fractions


def column(value: Any) -> Column:
    """Return a series as a column.

    Raises:
        Away: it is none.
    """
    made = value if type(value) is Column else light(value)
    if type(made) is not Column:
        raise Away
    return made


def is_number(value: Any) -> bool:
    """Tell whether a value is one plain number; NaN and infinity are."""
    import numpy as np

    if type(value) in (float, np.float64):
        return True
    return type(value) in (int, np.int64) and abs(value) < LARGEST


# -- operators


def operated(name: str) -> Callable[..., Any]:
    """Return the form of an operator by its name in the module `operator`."""
    function = getattr(operator, name)
    kinds: tuple[str, ...] = (*NUMBERS, "bool") if name in COMPARING else NUMBERS
    if name in LOGIC:
        kinds = ("bool",)

    def run(left: Any, right: Any) -> Any:
        if type(left) is Table or type(left).__name__ == "DataFrame":
            return _by_column(run, light(left), right)
        return _of_two(function, light(left), light(right), kinds)

    return run


def _by_column(run: Callable[..., Any], owner: Table, right: Any) -> Table:
    """Return a table operated with one number, or with a series that has one for each column."""
    import numpy as np

    others = [right] * len(owner.cells)
    if not is_number(right):
        if type(right).__name__ != "Series" or right.index.tolist() != list(owner.cells):
            raise Away
        if right.dtype not in NUMBERS:
            raise Away
        others = list(right.to_numpy())
    made = {
        name: run(Column(cells, owner.rows, name), other).cells
        for (name, cells), other in zip(owner.cells.items(), others, strict=True)
    }
    if any(not isinstance(one.array, np.ndarray) for one in made.values()):
        raise Away
    return Table(made, owner.rows)


def _of_two(function: Any, left: Any, right: Any, kinds: tuple[str, ...]) -> Column:
    import numpy as np

    a, b = _operand(left, kinds), _operand(right, kinds)
    if type(left) is Column and type(right) is Column:
        if not same_rows(left.rows, right.rows):
            raise Away
        name = left.name if left.name == right.name else None
    elif type(left) is Column or type(right) is Column:
        name = (left if type(left) is Column else right).name
    else:
        raise Away
    if "bool" in kinds and (_is_truth(a) != _is_truth(b)):
        raise Away
    with np.errstate(all="ignore"):
        made = function(a, b)
    return Column(Cells(made, made.dtype), (left if type(left) is Column else right).rows, name)


def _operand(value: Any, kinds: tuple[str, ...]) -> Any:
    if type(value) is Column:
        if value.cells.dtype not in kinds:
            raise Away
        return value.cells.array
    if not is_number(value):
        raise Away
    return value


def _is_truth(value: Any) -> bool:
    return getattr(getattr(value, "dtype", None), "kind", "") == "b"


def compared_text(name: str) -> Callable[..., Any]:
    """Return the form of `==` and `!=`, also of texts with one text."""
    numbers = operated(name)

    def run(left: Any, right: Any) -> Any:
        import numpy as np

        if type(right) is not str:
            return numbers(left, right)
        given = column(left)
        if not is_text(given.cells.dtype):
            raise Away
        same = [(one == right) == (name == "eq") for one in given.cells.array.tolist()]
        return Column(Cells(np.array(same), np.dtype(bool)), given.rows, given.name)

    return run


def invert(value: Any) -> Column:
    """Return the opposite of truth values."""
    given = column(value)
    if given.cells.dtype != bool:
        raise Away
    return Column(Cells(~given.cells.array, given.cells.dtype), given.rows, given.name)


def negate(value: Any) -> Column:
    """Return the numbers with the other sign."""
    given = column(value)
    return Column(_mapped(operator.neg, given.cells), given.rows, given.name)


def elementwise(name: str) -> Callable[..., Any]:
    """Return the form of a numpy function of one number, by its name."""

    def run(value: Any) -> Column:
        import numpy as np

        given, function = column(value), getattr(np, name)
        return Column(_mapped(function, given.cells), given.rows, given.name)

    return run


def _mapped(function: Any, cells: Cells) -> Cells:
    import numpy as np

    if cells.dtype not in NUMBERS:
        raise Away
    with np.errstate(all="ignore"):
        made = function(cells.array)
    return Cells(made, made.dtype)
