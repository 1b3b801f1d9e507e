"""The mergeable summary of reference data and predictions that later data is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from o16n.bundle.schema import Column, Schema

FORMAT = 1
BINS = 100


def profile_of(
    frame: pd.DataFrame, schema: Schema, predictions: pd.DataFrame | None = None
) -> dict[str, Any]:
    """Return the profile of `frame` (n rows) and of the answers given to it.

    A numeric column has quantile edges (at most 100 bins, rounded outward to three significant
    digits so that no single value can be read off) and counts per bin, the first and last bin being
    open; a text column has counts per level, none where it looks like an identifier.
    """
    columns = {str(column.name): _summary(frame[column.name], column) for column in schema.columns}
    answers = {}
    if predictions is not None:
        names = [name for name in predictions.columns if name != "problem"]
        answers = {str(name): _answer_summary(predictions[name]) for name in names}
    return {"format": FORMAT, "rows": len(frame), "columns": columns, "answers": answers}


def merge(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the profile of both data sets together; bins must have equal edges.

    Raises:
        ValueError: the profiles have other columns or edges.
    """
    return {
        "format": FORMAT,
        "rows": one["rows"] + other["rows"],
        **{part: _merged(one[part], other[part]) for part in ("columns", "answers")},
    }


def counted(frame: pd.DataFrame, schema: Schema, reference: dict[str, Any]) -> dict[str, Any]:
    """Return the profile of `frame` on the edges of `reference`, so that the two can be merged."""
    columns = {
        str(column.name): _summary(
            frame[column.name], column, edges=reference["columns"][str(column.name)].get("edges")
        )
        for column in schema.columns
    }
    return {"format": FORMAT, "rows": len(frame), "columns": columns, "answers": {}}


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    if one.keys() != other.keys():
        raise ValueError("the profiles are about other columns")
    return {name: _merged_column(one[name], other[name]) for name in one}


def _merged_column(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    if one.get("edges") != other.get("edges"):
        raise ValueError("the profiles have other edges")
    both: dict[str, Any] = {"nulls": one["nulls"] + other["nulls"]}
    if "edges" in one:
        counts = [a + b for a, b in zip(one["counts"], other["counts"], strict=True)]
        both |= {"edges": one["edges"], "counts": counts}
    if "levels" in one:
        names = sorted(one["levels"].keys() | other["levels"].keys())
        both["levels"] = {
            name: one["levels"].get(name, 0) + other["levels"].get(name, 0) for name in names
        }
    return both


def _summary(
    values: pd.Series[Any], column: Column, edges: list[float] | None = None
) -> dict[str, Any]:
    nulls = int(values.isna().sum())
    if column.kind in ("number", "integer"):
        return {"nulls": nulls, **_histogram(values, edges)}
    if column.kind == "datetime" or (column.kind == "text" and column.levels is None):
        return {"nulls": nulls}
    return {"nulls": nulls, "levels": _levels(values)}


def _answer_summary(values: pd.Series[Any]) -> dict[str, Any]:
    import pandas as pd

    nulls = int(values.isna().sum())
    few = 20
    if pd.api.types.is_float_dtype(values.dtype) and values.nunique() > few:
        return {"nulls": nulls, **_histogram(values, None)}
    return {"nulls": nulls, "levels": _levels(values)}


def _levels(values: pd.Series[Any]) -> dict[str, int]:
    counts = values.dropna().map(str).value_counts()
    return {str(name): int(counts[name]) for name in sorted(counts.index)}


def _histogram(values: pd.Series[Any], edges: list[float] | None) -> dict[str, Any]:
    import numpy as np
    import pandas as pd

    numbers = pd.to_numeric(values, errors="coerce").dropna().to_numpy(dtype="float64")
    numbers = numbers[np.isfinite(numbers)]
    if edges is None:
        quantiles = np.quantile(numbers, np.linspace(0, 1, BINS + 1)[1:-1]) if len(numbers) else []
        edges = sorted({_rounded(float(edge)) for edge in quantiles})
    counts = np.bincount(np.searchsorted(edges, numbers, side="right"), minlength=len(edges) + 1)
    return {"edges": edges, "counts": [int(count) for count in counts]}


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
