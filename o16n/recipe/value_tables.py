"""Arrays, indexes, series, frames and sparse matrices as JSON and back.

They stand in tables.json, each different one once; inside another table they stand in place.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from o16n.recipe.value_numbers import UnwritableError, float_of, odd_float
from o16n.recipe.value_types import dtype_of, name_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from o16n.recipe.values import Reader, Writer

SPARSE = {
    "csr_matrix": ("data", "indices", "indptr"),
    "csc_matrix": ("data", "indices", "indptr"),
    "csr_array": ("data", "indices", "indptr"),
    "csc_array": ("data", "indices", "indptr"),
    "coo_matrix": ("data", "row", "col"),
    "coo_array": ("data", "row", "col"),
}


def writers() -> dict[type, Callable[[Any, Writer], Any]]:
    """Return the writers for exact types."""
    import numpy as np
    import pandas as pd

    kinds: dict[type, Callable[[Any, Writer], Any]] = {
        np.ndarray: _array,
        pd.Series: _series,
        pd.DataFrame: _frame,
    }
    for kind in INDEXES:
        kinds[getattr(pd, kind)] = _index
    return {kind: _apart(one) for kind, one in kinds.items()}


def writer_for(value: Any) -> Callable[[Any, Writer], Any] | None:
    """Return the writer for the values of a column, or a sparse matrix of scipy."""
    from pandas.api.extensions import ExtensionArray

    if isinstance(value, ExtensionArray):
        return _apart(_values)
    module = type(value).__module__
    if module.startswith("scipy.sparse") and type(value).__name__ in SPARSE:
        return _apart(_sparse)
    return None


def _apart(write: Callable[[Any, Writer], Any]) -> Callable[[Any, Writer], Any]:
    """Return a writer that puts what `write` tells into tables.json, unless it stands in one."""

    def written(value: Any, writer: Writer) -> Any:
        if writer.in_table:
            return write(value, writer)
        writer.in_table = True
        try:
            told = write(value, writer)
        finally:
            writer.in_table = False
        return writer.table(told)

    return written


def _array(value: Any, writer: Writer) -> Any:
    flat = value.ravel()
    told = {"type": name_of(value.dtype), "shape": list(value.shape), "cells": _cells(flat, writer)}
    if value.ndim > 1 and value.flags.f_contiguous and not value.flags.c_contiguous:
        told["order"] = "F"
    return {"array": told}


def _cells(flat: Any, writer: Writer) -> list[Any]:
    kind = flat.dtype.kind
    if kind in "mM":
        return [int(one) for one in flat.view(flat.dtype.str[0] + "i8")]
    if kind == "f":
        return [one if math.isfinite(one) else odd_float(one) for one in flat.tolist()]
    if kind in "biu":
        return list(flat.tolist())
    return [writer.write(one) for one in flat.tolist()]


def _read_array(told: Any, reader: Reader) -> Any:
    import numpy as np

    dtype, cells = dtype_of(told["type"]), told["cells"]
    shape = tuple(told["shape"])
    if any(type(one) is not int for one in shape) or math.prod(shape) != len(cells):
        raise ValueError("an array whose cells are not as many as its shape says")
    if dtype.kind in "mM":
        flat = np.array(cells, dtype=dtype.str[0] + "i8").view(dtype)
    elif dtype.kind == "f":
        wide = [float_of(one) if isinstance(one, str) else one for one in cells]
        flat = np.array(wide, dtype="float64").astype(dtype)
    elif dtype.kind in "biu":
        flat = np.array(cells, dtype=dtype)
    else:
        flat = np.empty(len(cells), dtype=dtype)
        for place, one in enumerate(cells):
            flat[place] = reader.read(one)
    return flat.reshape(shape).copy(order=told.get("order", "C"))


# -- the values of one column


def _values(value: Any, writer: Writer) -> Any:
    """Write the values of a column by what its type is made of."""
    import pandas as pd

    dtype = value.dtype
    if isinstance(value, pd.Categorical):
        parts: list[Any] = [value.codes]
    elif isinstance(dtype, pd.StringDtype):
        gone = value.isna()
        held = value.to_numpy(dtype=object, na_value=None)
        parts = [[None if out else str(one) for one, out in zip(held, gone, strict=True)]]
    elif hasattr(value, "_mask"):
        gone = value.isna()
        parts = [value._data, gone]  # noqa: SLF001 - what stands under a missing number counts too
    elif isinstance(dtype, pd.DatetimeTZDtype | pd.PeriodDtype) or dtype.kind in "mM":
        parts = [value.asi8]
    elif isinstance(dtype, pd.IntervalDtype):
        parts = [value.left, value.right]
    elif isinstance(dtype, pd.SparseDtype):
        parts = [value.to_dense()]
    elif type(value).__name__ == "NumpyExtensionArray":
        return writer.write(value.to_numpy())
    else:
        raise UnwritableError(f"a column of type {dtype}")
    return {"values": [writer.write(dtype), *(writer.write(one) for one in parts)]}


def _read_values(told: Any, reader: Reader) -> Any:
    import pandas as pd

    dtype, first, *more = (reader.read(one) for one in told)
    for kind, made in MADE.items():
        if isinstance(dtype, getattr(pd, kind)):
            return made(dtype, first, *more)
    if more:
        return dtype.construct_array_type()(first, *more)
    return pd.array(first.view(dtype), dtype=dtype)


def _zoned(dtype: Any, instants: Any) -> Any:
    import pandas as pd

    held = pd.DatetimeIndex(instants.view(f"M8[{dtype.unit}]"), tz="UTC")
    return held.tz_convert(dtype.tz).array


def _made(dtype: Any, cells: Any) -> Any:
    import pandas as pd

    return pd.array(cells, dtype=dtype)


def _intervals(dtype: Any, left: Any, right: Any) -> Any:
    return dtype.construct_array_type().from_arrays(left, right, closed=dtype.closed, dtype=dtype)


MADE: dict[str, Callable[..., Any]] = {
    "CategoricalDtype": lambda dtype, codes: dtype.construct_array_type().from_codes(
        codes, dtype=dtype
    ),
    "IntervalDtype": _intervals,
    "PeriodDtype": lambda dtype, counts: dtype.construct_array_type()(counts, dtype=dtype),
    "DatetimeTZDtype": _zoned,
    "StringDtype": _made,
    "SparseDtype": _made,
}


def _column(value: Any, writer: Writer) -> Any:
    """Write the values of a series or index, numpy's own as an array."""
    import numpy as np

    if isinstance(value.dtype, np.dtype):
        return writer.write(value.to_numpy())
    return writer.write(value.array)


# -- indexes

INDEXES = (
    "Index", "RangeIndex", "MultiIndex", "DatetimeIndex", "TimedeltaIndex", "PeriodIndex",
    "IntervalIndex", "CategoricalIndex",
)  # fmt: skip


def _index(value: Any, writer: Writer) -> Any:
    import pandas as pd

    kind = type(value).__name__
    told: dict[str, Any] = {"kind": kind, "names": [writer.write(one) for one in value.names]}
    if isinstance(value, pd.RangeIndex):
        told["cells"] = [value.start, value.stop, value.step]
    elif isinstance(value, pd.MultiIndex):
        told["cells"] = [[writer.write(one) for one in value.levels], _codes(value)]
    else:
        told["cells"] = _column(value, writer)
        if kind in ("DatetimeIndex", "TimedeltaIndex") and value.freq is not None:
            told["freq"] = writer.write(value.freq)
    return {"index": told}


def _codes(value: Any) -> list[list[int]]:
    return [[int(one) for one in codes] for codes in value.codes]


def _read_index(told: Any, reader: Reader) -> Any:
    import pandas as pd

    names = [reader.read(one) for one in told["names"]]
    kind, cells = told["kind"], told["cells"]
    if kind == "RangeIndex":
        start, stop, step = map(int, cells)
        return pd.RangeIndex(start, stop, step, name=names[0])
    if kind == "MultiIndex":
        levels = [reader.read(one) for one in cells[0]]
        return pd.MultiIndex(levels=levels, codes=cells[1], names=names)
    if kind not in INDEXES:
        raise ValueError("not an index")
    values = reader.read(cells)
    made = getattr(pd, kind)(values) if kind != "Index" else _plain_index(values)
    made = made.rename(names[0])
    if "freq" in told:
        made = made.__class__(made, freq=reader.read(told["freq"]))
    return made


def _plain_index(values: Any) -> Any:
    import pandas as pd

    return pd.Index(values, dtype=values.dtype, tupleize_cols=False)


# -- series, frames and sparse matrices


def _series(value: Any, writer: Writer) -> Any:
    told = [_column(value, writer), writer.write(value.index), writer.write(value.name)]
    return {"series": told}


def _read_series(told: Any, reader: Reader) -> Any:
    import pandas as pd

    values, index, name = (reader.read(one) for one in told)
    return pd.Series(values, index=index, name=name, dtype=values.dtype)


def _frame(value: Any, writer: Writer) -> Any:
    columns = [_column(value.iloc[:, place], writer) for place in range(value.shape[1])]
    return {"frame": [writer.write(value.columns), writer.write(value.index), columns]}


def _read_frame(told: Any, reader: Reader) -> Any:
    import pandas as pd

    names, index, cells = reader.read(told[0]), reader.read(told[1]), map(reader.read, told[2])
    columns = {
        place: pd.Series(one, index=index, dtype=one.dtype) for place, one in enumerate(cells)
    }
    return pd.DataFrame(columns, index=index).set_axis(names, axis=1)


def _sparse(value: Any, writer: Writer) -> Any:
    kind = type(value).__name__
    parts = [writer.write(getattr(value, one)) for one in SPARSE[kind]]
    return {"sparse": [kind, list(value.shape), parts]}


def _read_sparse(told: Any, reader: Reader) -> Any:
    from scipy import sparse

    kind, shape, parts = told
    if kind not in SPARSE:
        raise ValueError("not a sparse matrix")
    data, first, second = (reader.read(one) for one in parts)
    given = (data, (first, second)) if kind.startswith("coo") else (data, first, second)
    made = getattr(sparse, kind)(given, shape=tuple(map(int, shape)))
    if not kind.startswith("coo"):
        made.check_format(full_check=True)
    return made


READERS: dict[str, Callable[[Any, Reader], Any]] = {
    "array": _read_array,
    "values": _read_values,
    "index": _read_index,
    "series": _read_series,
    "frame": _read_frame,
    "sparse": _read_sparse,
}
