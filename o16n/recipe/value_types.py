"""Types of columns and arrays, and single numpy numbers, as JSON and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.value_numbers import UnwritableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from o16n.recipe.values import Reader, Writer

KINDS = "biufcmMOUS"
BY_NAME = (
    "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32",
    "Float64", "boolean",
)  # fmt: skip
WIDEST = 8


def writers() -> dict[type, Callable[[Any, Writer], Any]]:
    """Return the writers for exact types."""
    import pandas as pd

    return {pd.CategoricalDtype: _category, pd.StringDtype: _string}


def writer_for(value: Any) -> Callable[[Any, Writer], Any] | None:
    """Return the writer for a type or a number that comes in many kinds."""
    import numpy as np
    from pandas.api.extensions import ExtensionDtype

    if isinstance(value, np.dtype):
        return lambda told, _: {"dtype": name_of(told)}
    if isinstance(value, ExtensionDtype):
        return _extension
    if isinstance(value, np.generic) and type(value).__module__ == "numpy":
        return _number
    return None


def name_of(dtype: Any) -> str:
    """Return the exact name of a numpy type, byte order included.

    Raises:
        UnwritableError: it is no simple type (a record, a long double).
    """
    wide = dtype.kind in "fc" and dtype.itemsize > WIDEST * (1 + (dtype.kind == "c"))
    if dtype.kind not in KINDS or dtype.fields or dtype.subdtype or wide:
        raise UnwritableError(f"a numpy type {dtype}")
    return str(dtype.str)


def dtype_of(told: Any) -> Any:
    """Return the numpy type of that name."""
    import numpy as np

    if not isinstance(told, str):
        raise TypeError("a type has a name")
    dtype = np.dtype(told)
    if name_of(dtype) != told and dtype.kind != "O":
        raise ValueError("not the name of a simple type")
    return dtype


def _category(value: Any, writer: Writer) -> Any:
    levels = value.categories
    return {"category": [None if levels is None else writer.write(levels), bool(value.ordered)]}


def _string(value: Any, _: Writer) -> Any:
    import pandas as pd

    return {"string": [value.storage, "NA" if value.na_value is pd.NA else "nan"]}


def _extension(value: Any, writer: Writer) -> Any:
    import pandas as pd

    if isinstance(value, pd.DatetimeTZDtype):
        from o16n.recipe.value_times import zone_of

        return {"extension": ["datetimetz", value.unit, zone_of(value.tz)]}
    if isinstance(value, pd.PeriodDtype):
        return {"extension": ["period", str(value).removeprefix("period[").removesuffix("]")]}
    if isinstance(value, pd.IntervalDtype) and value.subtype is not None:
        return {"extension": ["interval", writer.write(value.subtype), value.closed]}
    if isinstance(value, pd.SparseDtype):
        return {
            "extension": ["sparse", writer.write(value.subtype), writer.write(value.fill_value)]
        }
    if value.name in BY_NAME and type(value).__module__.partition(".")[0] == "pandas":
        return {"extension": [value.name]}
    raise UnwritableError(f"a column type {value}")


def _number(value: Any, writer: Writer) -> Any:
    kind, name = value.dtype.kind, name_of(value.dtype)
    if kind in "mM":
        return {"number": [name, writer.write(int(value.view("i8")))]}
    return {"number": [name, writer.write(value.item())]}


def _read_number(told: Any, reader: Reader) -> Any:
    dtype, value = dtype_of(told[0]), reader.read(told[1])
    if dtype.kind in "mM":
        import numpy as np

        return np.array(value, dtype="i8").view(dtype)[()]
    return dtype.type(value)


def _read_category(told: Any, reader: Reader) -> Any:
    import pandas as pd

    levels, ordered = told
    return pd.CategoricalDtype(None if levels is None else reader.read(levels), ordered=ordered)


def _read_string(told: Any, _: Reader) -> Any:
    """Return a type of texts; without pyarrow the same type that python alone has."""
    from importlib.util import find_spec

    import pandas as pd

    storage, missing = told
    if storage not in ("python", "pyarrow") or missing not in ("NA", "nan"):
        raise ValueError("not a type of texts")
    if storage == "pyarrow" and find_spec("pyarrow") is None:
        storage = "python"
    if missing == "NA":
        return pd.StringDtype(storage)
    return pd.StringDtype(storage, na_value=float("nan"))


def _read_extension(told: Any, reader: Reader) -> Any:
    import pandas as pd

    name, *rest = told
    if name == "datetimetz":
        from o16n.recipe.value_times import zone_from

        return pd.DatetimeTZDtype(rest[0], zone_from(rest[1]))
    if name == "period":
        return pd.PeriodDtype(str(rest[0]))
    if name == "interval":
        return pd.IntervalDtype(reader.read(rest[0]), rest[1])
    if name == "sparse":
        return pd.SparseDtype(reader.read(rest[0]), reader.read(rest[1]))
    if name in BY_NAME and not rest:
        return pd.api.types.pandas_dtype(name)
    raise ValueError("not a column type")


READERS: dict[str, Callable[[Any, Reader], Any]] = {
    "dtype": lambda told, _: dtype_of(told),
    "string": _read_string,
    "category": _read_category,
    "extension": _read_extension,
    "number": _read_number,
}
