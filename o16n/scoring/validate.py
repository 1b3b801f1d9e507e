"""Hold rows against the schema, cell by cell, without changing a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.errors import RowsRefused, UnknownName

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.bundle.schema import Column, Schema

SHOWN_LEVELS = 6


def problems(frame: pd.DataFrame, schema: Schema) -> pd.Series[str]:
    """Return one text per row of `frame`: "" where every cell meets the schema.

    A problem reads `column: value: reason`; several are joined by `; `. Columns that the schema
    does not know are ignored.

    Raises:
        RowsRefused: a column of the schema is missing from the table.
    """
    import pandas as pd

    missing = [column.name for column in schema.columns if column.name not in frame.columns]
    if missing:
        near = str(UnknownName("column", missing[0], [str(name) for name in frame.columns]))
        raise RowsRefused(
            f"missing column{'s' * (len(missing) > 1)} {', '.join(map(repr, missing))}",
            where="rows",
            hint=near.partition("; ")[2] or "give every column of schema.json",
        )
    texts: list[list[str]] = [[] for _ in range(len(frame))]
    for column in schema.columns:
        values = frame[column.name]
        for reason, wrong in _faults(values, column):
            for place in wrong.nonzero()[0]:
                texts[place].append(f"{column.name}: {_shown(values.iloc[place])}: {reason}")
    return pd.Series(["; ".join(one) for one in texts], index=frame.index, dtype="object")


def usable(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Return the schema's columns of `frame`, numbers read as numbers where text held them.

    Only called on rows without problems; a column that already has a fitting type is not touched.
    """
    import pandas as pd

    chosen = frame[[column.name for column in schema.columns]].copy()
    for column in schema.columns:
        values = chosen[column.name]
        numeric = column.kind in ("number", "integer")
        if numeric and not pd.api.types.is_numeric_dtype(values.dtype):
            chosen[column.name] = pd.to_numeric(values)
        elif column.kind == "datetime" and not pd.api.types.is_datetime64_any_dtype(values.dtype):
            chosen[column.name] = pd.to_datetime(values)
    return chosen


def _faults(values: pd.Series[Any], column: Column) -> list[tuple[str, np.ndarray[Any, Any]]]:
    """Return (reason, mask over the rows) pairs for one column."""
    null = values.isna().to_numpy()
    faults = [] if column.nullable else [("missing, and training had no missing value", null)]
    match column.kind:
        case "number" | "integer":
            faults += _number_faults(values, column, null)
        case "text":
            faults += _level_faults(values, column, null)
        case "boolean":
            wrong = ~null & ~values.isin([True, False]).to_numpy()
            faults.append(("not true or false", wrong))
        case "datetime":
            faults.append(("not a date", ~null & _as_dates(values).isna().to_numpy()))
    return faults


def _number_faults(
    values: pd.Series[Any], column: Column, null: np.ndarray[Any, Any]
) -> list[tuple[str, np.ndarray[Any, Any]]]:
    import numpy as np
    import pandas as pd

    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    text = ~null & np.isnan(numbers)
    faults = [("not a number", text), ("not finite", np.isinf(numbers))]
    if column.kind == "integer":
        whole = ~np.isfinite(numbers) | (numbers == np.floor(numbers))
        faults.append(("not a whole number", ~whole))
    return faults


def _level_faults(
    values: pd.Series[Any], column: Column, null: np.ndarray[Any, Any]
) -> list[tuple[str, np.ndarray[Any, Any]]]:
    if column.levels is None:
        return []
    import numpy as np

    known = list(column.levels)
    shown = ", ".join(map(str, known[:SHOWN_LEVELS])) + (", …" if len(known) > SHOWN_LEVELS else "")
    unseen = ~null & ~np.asarray(values.isin(known), dtype=bool)
    return [(f"not among the levels of training ({shown})", unseen)]


def _as_dates(values: pd.Series[Any]) -> pd.Series[Any]:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values.dtype):
        return pd.Series(pd.NaT, index=values.index)
    return pd.to_datetime(values, errors="coerce", format="mixed")


def _shown(value: Any, *, longest: int = 40) -> str:
    text = str(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"
