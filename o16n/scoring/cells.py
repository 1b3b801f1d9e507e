"""Read the cells of one column as the schema says, and say what is wrong with which of them."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd

    from o16n.bundle.schema import Column

    Array = np.ndarray[Any, Any]

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+\Z", re.ASCII)
LONGEST_NUMBER = 400
SEPARATED = re.compile(r"[+-]?\d{1,3}([.,' ]\d{3})+([.,]\d+)?\Z|[+-]?\d+,\d+\Z", re.ASCII)
TRUTH = {"true": True, "false": False}
SHOWN_LEVELS = 6


@dataclass(frozen=True, kw_only=True)
class Cells:
    """One column read: `read` (n,) as plain objects or numbers, and for each cell "" or what is wrong."""

    read: Array
    faults: Array
    outside: int = 0


class Wrong(Exception):
    """Why a cell cannot be read."""


def read_cells(values: pd.Series[Any], column: Column) -> Cells:
    """Return the cells of `values` (n,) read as `column` says; nothing is guessed or rounded."""
    import numpy as np

    null = values.isna().to_numpy(dtype=bool)
    faults = np.full(len(values), "", dtype=object)
    if not column.nullable:
        faults[null] = "missing, and training had no missing value"
    held = values.dtype.kind == "f" or (values.dtype.kind in "iu" and not null.any())
    numeric = held and column.kind in ("number", "integer")
    read = _numbers(values) if numeric else _objects(values, column, null, faults)
    if numeric:
        _refuse_numbers(read, column, null, faults)
    if column.levels is not None and column.unseen == "refuse":
        _refuse_levels(read, column, null, faults)
    return Cells(read=read, faults=faults, outside=_outside(read, column, null, faults))


def _objects(values: pd.Series[Any], column: Column, null: Array, faults: Array) -> Array:
    import numpy as np

    read = np.full(len(values), None, dtype=object)
    reader = READERS[column.kind]
    for place, (value, gone) in enumerate(zip(values.tolist(), null.tolist(), strict=True)):
        if not gone:
            try:
                read[place] = reader(value, column)
            except Wrong as wrong:
                faults[place] = str(wrong)
    return read


def _numbers(values: pd.Series[Any]) -> Array:
    """Return a column that holds numbers already as an array; whole numbers are kept exact."""
    if values.dtype.kind in "iu":
        return values.to_numpy()
    return values.to_numpy(dtype="float64", na_value=math.nan)


def _refuse_numbers(read: Array, column: Column, null: Array, faults: Array) -> None:
    import numpy as np

    if read.dtype.kind == "f":
        faults[~null & ~np.isfinite(read)] = "not finite"
        if column.kind == "integer":
            faults[np.isfinite(read) & (read != np.floor(read))] = "not a whole number"
    if column.kind == "integer":
        low, high = _limits(column)
        finite = np.isfinite(read) if read.dtype.kind == "f" else np.ones(len(read), dtype=bool)
        beyond = finite & ((read < low) | (read > high))
        faults[beyond] = f"too large for {column.dtype or 'int64'}"


def _refuse_levels(read: Array, column: Column, null: Array, faults: Array) -> None:
    known = column.levels or ()
    shown = ", ".join(map(str, known[:SHOWN_LEVELS])) + (", …" if len(known) > SHOWN_LEVELS else "")
    levels = set(known)
    for place in ((faults == "") & ~null).nonzero()[0]:
        value = read[place]
        if getattr(value, "item", lambda v=value: v)() not in levels:
            faults[place] = f"not among the levels of training ({shown})"


def _outside(read: Array, column: Column, null: Array, faults: Array) -> int:
    """Return how many readable numbers lie outside the range of training: a warning, no fault."""
    if column.minimum is None or column.maximum is None:
        return 0
    good = (faults == "") & ~null
    numbers = read[good].astype("float64")
    return int(((numbers < column.minimum) | (numbers > column.maximum)).sum())


def _limits(column: Column) -> tuple[int, int]:
    import numpy as np

    name = column.dtype.lower()
    kind = np.iinfo(name) if name.startswith(("int", "uint")) else np.iinfo("int64")
    return int(kind.min), int(kind.max)


def _number(value: Any, _: Column) -> float:
    if isinstance(value, str):
        text = value.strip()
        if len(text) > LONGEST_NUMBER or not NUMBER.match(text):
            raise Wrong(_not_a_number(text))
        value = float(text)
    elif isinstance(value, bool) or not (
        hasattr(value, "__float__") or hasattr(value, "__index__")
    ):
        raise Wrong("not a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Wrong("not finite")
    return number


def _not_a_number(text: str) -> str:
    if text.lower().lstrip("+-") in ("inf", "infinity"):
        return "not finite"
    if SEPARATED.match(text):
        return "not a number: write it without a thousands separator and with a decimal point"
    return "not a number"


def _integer(value: Any, column: Column) -> int:
    text = isinstance(value, str) and len(value) <= LONGEST_NUMBER and WHOLE.match(value.strip())
    if text or (hasattr(value, "__index__") and not isinstance(value, bool)):
        number = int(value)
    else:
        told = _number(value, column)
        if not told.is_integer():
            raise Wrong("not a whole number")
        number = int(told)
    low, high = _limits(column)
    if not low <= number <= high:
        raise Wrong(f"too large for {column.dtype or 'int64'}")
    return number


def _text(value: Any, _: Column) -> str:
    if not isinstance(value, str):
        raise Wrong("not text")
    return str(value)


def _truth(value: Any, _: Column) -> bool:
    told = TRUTH.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(told, bool) and type(told).__name__ not in ("bool", "bool_"):
        raise Wrong("not true or false")
    return bool(told)


def _date(value: Any, column: Column) -> Any:
    import pandas as pd

    if not isinstance(value, str | dt.date):  # a datetime is a date
        raise Wrong("not a date")
    try:
        told = pd.to_datetime(value.strip() if isinstance(value, str) else value, format="ISO8601")
    except (ValueError, OverflowError) as error:
        raise Wrong("not a date as 2026-01-31 or 2026-01-31T12:00:00") from error
    if pd.isna(told):
        raise Wrong("not a date as 2026-01-31 or 2026-01-31T12:00:00")
    zoned = ", " in column.dtype
    if (told.tzinfo is not None) != zoned:
        raise Wrong("a date without its time zone" if zoned else "a date with a time zone")
    return told


READERS: dict[str, Callable[[Any, Column], Any]] = {
    "number": _number,
    "integer": _integer,
    "text": _text,
    "boolean": _truth,
    "datetime": _date,
}


def typed(values: Array, column: Column, index: pd.Index[Any]) -> pd.Series[Any]:
    """Return readable cells (n,) in the storage that the model was fitted on."""
    import pandas as pd

    dtype = column.dtype or NATURAL[column.kind]
    if dtype == "category" and column.levels:
        category = pd.CategoricalDtype(list(column.levels), ordered=column.ordered)
        return pd.Series(pd.Categorical(_with_nan(values, None), dtype=category), index=index)
    if dtype == "object":
        gone = None if column.missing == "none" else math.nan
        return pd.Series(_with_nan(values, gone), index=index, dtype="object")
    if dtype == "bool" or dtype.startswith(("int", "uint")):
        return pd.Series(values.astype(dtype), index=index)
    if dtype.startswith("float"):
        return pd.Series(values.astype("float64").astype(dtype), index=index)
    return pd.Series(_with_nan(values, None), index=index, dtype=dtype)


NATURAL = {
    "number": "float64",
    "integer": "int64",
    "text": "object",
    "boolean": "bool",
    "datetime": "datetime64[ns]",
}


def _with_nan(values: Array, gone: Any) -> list[Any]:
    """Return the cells as a list in which `gone` stands for each missing one."""
    import pandas as pd

    return [gone if pd.isna(one) else one for one in values.tolist()]
