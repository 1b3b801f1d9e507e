"""Infer a schema from the rows a model was trained on; schema.json both ways."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from o16n.bundle.document import read_versioned
from o16n.bundle.schema import FORMAT, Column, ColumnKind, Outputs, Schema
from o16n.errors import BundleError, NotebookError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from o16n.bundle.schema import Name

WHERE = "schema.json"
DTYPE = re.compile(
    r"(u?int(8|16|32|64)|U?Int(8|16|32|64)|[fF]loat(16|32|64)|bool|boolean|str|string|object|category"
    r"|datetime64\[(s|ms|us|ns)(, [A-Za-z0-9_/+:-]{1,40})?\])\Z"
)
FITS: dict[str, tuple[str, ...]] = {
    "uint": ("integer",),
    "int": ("integer",),
    "float": ("number", "integer"),
    "bool": ("boolean",),
    "str": ("text",),
    "object": ("number", "integer", "text", "boolean", "datetime"),
    "category": ("number", "integer", "text", "boolean", "datetime"),
    "datetime": ("datetime",),
}
KINDS: dict[str, ColumnKind] = {
    "string": "text",
    "boolean": "boolean",
    "integer": "integer",
    "floating": "number",
    "mixed-integer-float": "number",
    "integer-na": "number",
    "datetime64": "datetime",
    "datetime": "datetime",
}
MIXED = {"mixed": "values of several kinds", "mixed-integer": "text and numbers"}


def infer_schema(
    frame: pd.DataFrame,
    outputs: Outputs,
    *,
    level: Literal["raw rows", "model inputs"] = "raw rows",
    named: bool = True,
) -> Schema:
    """Return the schema of `frame` (n rows as training saw them, without the target).

    Raises:
        NotebookError: a column has a name that no CSV header can tell, or values that no row of a
            file could give back.
    """
    names = [str(name) for name in frame.columns]
    for place, name in enumerate(frame.columns):
        if type(name) is not str and not _is_number(name):
            raise NotebookError(
                f"column {name!r} has a {type(name).__name__} for a name",
                hint="give the columns plain names: frame.columns = […]",
            )
        if names.count(str(name)) > 1:
            raise NotebookError(
                f"{names.count(str(name))} columns are called {name!r}, so a row cannot name them",
                where=f"column {place + 1}",
            )
    columns = tuple(column_of(name, frame[name]) for name in frame.columns)
    return Schema(level=level, columns=columns, outputs=outputs, named=named)


def column_of(name: Name, values: pd.Series[Any]) -> Column:
    """Return type, range, levels and nullability of one column; ranges are rounded outward.

    Raises:
        NotebookError: its values are of several kinds, or of one that has no column type.
    """
    category = _category(values)
    held = category.categories.to_series() if category is not None else values
    kind = _kind(name, held)
    how: dict[str, Any] = {
        "name": name if isinstance(name, str) else int(name),
        "kind": kind,
        "nullable": bool(values.isna().any()),
        "dtype": _dtype(name, values),
        "missing": "none" if _missing_is_none(values) else "nan",
    }
    present = values.dropna()
    if category is not None:
        levels = tuple(_plain(one) for one in held) if not _identifies(values, kind) else None
        return Column(**how, levels=levels, ordered=bool(category.ordered))
    if kind in ("number", "integer"):
        finite = _finite(present)
        low, high = outward(min(finite), max(finite)) if finite else (None, None)
        return Column(**how, minimum=low, maximum=high)
    if kind == "text" and not _identifies(values, kind):
        return Column(**how, levels=tuple(sorted({str(one) for one in present})))
    return Column(**how)


def _is_number(name: Any) -> bool:
    return hasattr(name, "__index__") and not isinstance(name, bool)


def _category(values: pd.Series[Any]) -> pd.CategoricalDtype | None:
    import pandas as pd

    return values.dtype if isinstance(values.dtype, pd.CategoricalDtype) else None


def _identifies(values: pd.Series[Any], kind: str) -> bool:
    return kind == "text" and values.nunique() > len(values) / 2


def _missing_is_none(values: pd.Series[Any]) -> bool:
    gone = values[values.isna()].tolist() if values.dtype.kind == "O" else []
    return bool(gone) and all(one is None for one in gone)


def _finite(present: pd.Series[Any]) -> list[float]:
    return [number for number in map(float, present) if math.isfinite(number)]


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _dtype(name: Name, values: pd.Series[Any]) -> str:
    told = str(values.dtype).partition("[pyarrow")[0]
    if not DTYPE.match(told):
        raise NotebookError(
            f"column {name!r} holds {told}, which a row of a file cannot give back",
            hint="turn it into numbers, text or dates where the data is read",
        )
    return told


def outward(low: float, high: float) -> tuple[float, float]:
    """Return the range widened to two significant digits, so that no single value is told."""
    return _rounded(low, math.floor), _rounded(high, math.ceil)


def _rounded(value: float, way: Callable[[float], int]) -> float:
    if value == 0 or not math.isfinite(value):
        return 0.0 if value == 0 else value
    scale = max(10.0 ** (math.floor(math.log10(abs(value))) - 1), 1e-300)
    widened = float(f"{way(value / scale) * scale:.12g}")
    return max(-sys.float_info.max, min(widened, sys.float_info.max))


def _kind(name: Name, values: pd.Series[Any]) -> ColumnKind:
    import pandas as pd

    found = pd.api.types.infer_dtype(values, skipna=True)
    if found in KINDS:
        return KINDS[found]
    if found == "empty":
        return "number" if values.dtype.kind in "iuf" else "text"
    raise NotebookError(
        f"column {name!r} holds {MIXED.get(found, found)}, which a row of a file cannot give back",
        hint="make it one kind where the data is read: .astype(str), or pandas.to_numeric",
    )


def schema_to_json(schema: Schema) -> dict[str, Any]:
    """Return `schema` as the document schema.json."""
    document = {"format": FORMAT, **asdict(schema)}
    for column in document["columns"]:
        if column["unseen"] == "refuse":  # as every column had it before there were policies
            del column["unseen"]
    return document


def schema_from_json(document: Any) -> Schema:
    """Return the schema that schema.json tells.

    Raises:
        BundleError: the document has another format, unknown fields, or columns that cannot be.
    """
    schema = read_versioned(Schema, document, version=FORMAT, where=WHERE)
    names = [str(column.name) for column in schema.columns]
    if len(set(names)) < len(names):
        raise BundleError("names a column twice", where=WHERE)
    for column in schema.columns:
        if column.dtype and not DTYPE.match(column.dtype):
            raise BundleError(f"has a dtype {column.dtype[:40]!r}, which is none", where=WHERE)
        if column.dtype and column.kind not in FITS[_family(column.dtype)]:
            raise BundleError(f"has a {column.kind} stored as {column.dtype}", where=WHERE)
    return schema


def _family(dtype: str) -> str:
    return next(name for name in FITS if dtype.lower().startswith(name))
