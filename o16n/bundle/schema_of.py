"""Infer a schema from the rows a model was trained on; schema.json both ways."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from o16n.bundle.schema import FORMAT, Column, ColumnKind, Outputs, Schema
from o16n.errors import BundleError

if TYPE_CHECKING:
    import pandas as pd


def infer_schema(
    frame: pd.DataFrame,
    outputs: Outputs,
    *,
    level: Literal["raw rows", "model inputs"] = "raw rows",
    named: bool = True,
) -> Schema:
    """Return the schema of `frame` (n rows as training saw them, without the target)."""
    columns = tuple(column_of(str(name), frame[name]) for name in frame.columns)
    return Schema(level=level, columns=columns, outputs=outputs, named=named)


def column_of(name: str, values: pd.Series[Any]) -> Column:
    """Return type, range, levels and nullability of one column; ranges are rounded outward."""
    nullable, kind = bool(values.isna().any()), _kind(values)
    present = values.dropna()
    if kind in ("number", "integer") and len(present):
        low, high = outward(float(present.min()), float(present.max()))
        return Column(name=name, kind=kind, nullable=nullable, minimum=low, maximum=high)
    if kind == "text":
        identifies = present.nunique() > len(values) / 2
        levels = None if identifies else tuple(sorted({str(one) for one in present}))
        return Column(name=name, kind=kind, nullable=nullable, levels=levels)
    return Column(name=name, kind=kind, nullable=nullable)


def outward(low: float, high: float) -> tuple[float, float]:
    """Return the range widened to two significant digits, so that no single value is told."""
    return _rounded(low, math.floor), _rounded(high, math.ceil)


def _rounded(value: float, way: Any) -> float:
    if value == 0 or not math.isfinite(value):
        return 0.0 if value == 0 else value
    scale = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return float(f"{way(value / scale) * scale:.12g}")


def _kind(values: pd.Series[Any]) -> ColumnKind:
    import pandas as pd

    dtype = values.dtype
    if pd.api.types.is_bool_dtype(dtype) or (
        dtype == object
        and values.dropna().isin([True, False]).all()
        and len(values.dropna())
        and isinstance(values.dropna().iloc[0], bool)
    ):
        return "boolean"
    if pd.api.types.is_integer_dtype(dtype):
        return "integer"
    if pd.api.types.is_numeric_dtype(dtype):
        return "number"
    return "datetime" if pd.api.types.is_datetime64_any_dtype(dtype) else "text"


def schema_to_json(schema: Schema) -> dict[str, Any]:
    """Return `schema` as the document schema.json."""
    return {"format": FORMAT, **asdict(schema)}


def schema_from_json(document: dict[str, Any]) -> Schema:
    """Return the schema that schema.json tells.

    Raises:
        BundleError: the document has another format or unknown fields.
    """
    told = dict(document)
    if told.pop("format", None) != FORMAT:
        raise BundleError("is not of format 1", where="schema.json")
    try:
        columns = tuple(
            Column(**{**one, "levels": tuple(one["levels"]) if one["levels"] is not None else None})
            for one in told.pop("columns")
        )
        outputs = told.pop("outputs")
        return Schema(
            columns=columns,
            outputs=Outputs(**{**outputs, "classes": tuple(outputs["classes"])}),
            **told,
        )
    except (TypeError, KeyError) as error:
        raise BundleError(f"is not a schema: {error}", where="schema.json") from error
