"""One column as the checks see it: numbers, or levels as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd

MISSING = "missing"
NANOSECONDS = {"s": 1e9, "ms": 1e6, "us": 1e3, "ns": 1.0}


def each(frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series[Any]]]:
    """Yield name and column by place, so that equal names do no harm."""
    for place, name in enumerate(frame.columns):
        yield str(name), frame.iloc[:, place]


def is_number(column: pd.Series[Any]) -> bool:
    """Tell whether the values have an order and a distance: numbers, booleans and times."""
    import pandas as pd

    dtype = column.dtype
    return pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_datetime64_any_dtype(dtype)


def numbers(column: pd.Series[Any]) -> np.ndarray[Any, Any]:
    """Return a number column as float64 (n,), NaN where missing, times in nanoseconds."""
    import numpy as np
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        counted = column.astype("int64").to_numpy().astype("float64")
        return np.where(column.isna().to_numpy(), np.nan, counted * NANOSECONDS[column.dt.unit])
    return column.to_numpy(dtype="float64", na_value=np.nan)


def levels(column: pd.Series[Any]) -> np.ndarray[Any, Any]:
    """Return the values as texts (n,), `missing` where there is none."""
    import numpy as np

    texts = column.astype(object).map(str).to_numpy(dtype=object)
    return np.where(column.isna().to_numpy(), MISSING, texts)


def digests(frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Return one 64-bit digest per row (n,) that does not depend on how a value is stored.

    1, 1.0 and True are equal, and so are a text and the category of the same text.
    """
    import numpy as np
    import pandas as pd

    plain = [numbers(one) if is_number(one) else levels(one) for _, one in each(frame)]
    table = pd.DataFrame(dict(enumerate(plain)), index=range(len(frame)))
    return np.asarray(pd.util.hash_pandas_object(table, index=False), dtype="uint64")
