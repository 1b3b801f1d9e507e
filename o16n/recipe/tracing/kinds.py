"""What a value is to the tracer, and which names mean what: told by class and called name alone."""

from __future__ import annotations

import types
from typing import Any

FILE = "<notebook cell "
LAZY = frozenset(
    {"DataFrameGroupBy", "SeriesGroupBy", "StringMethods", "CombinedDatetimelikeProperties",
     "DatetimeProperties", "TimedeltaProperties", "PeriodProperties", "CategoricalAccessor",
     "Rolling", "Expanding", "ExponentialMovingWindow", "_LocIndexer", "_iLocIndexer",
     "Resampler", "DatetimeIndexResampler", "RollingGroupby", "ExpandingGroupby"}
)  # fmt: skip
WINDOWS = frozenset(
    {"Rolling", "Expanding", "ExponentialMovingWindow", "RollingGroupby", "ExpandingGroupby"}
)
GROUPED = frozenset({"DataFrameGroupBy", "SeriesGroupBy"})
BY_ELEMENT = frozenset(
    {"StringMethods", "CombinedDatetimelikeProperties", "DatetimeProperties",
     "TimedeltaProperties", "PeriodProperties", "CategoricalAccessor"}
)  # fmt: skip
FACTS = frozenset(
    {"columns", "dtypes", "dtype", "shape", "size", "ndim", "axes", "empty", "name", "names",
     "nbytes", "categories", "T", "hasnans", "is_unique", "info", "keys", "flags", "attrs"}
)  # fmt: skip
REDUCERS = frozenset(
    {"value_counts", "mode", "unique", "nunique", "describe", "corr", "cov", "corrwith", "mean",
     "median", "sum", "std", "var", "min", "max", "quantile", "percentile", "nanpercentile",
     "count", "agg", "aggregate", "skew", "kurt", "kurtosis", "any", "all", "prod", "sem", "mad",
     "idxmax", "idxmin", "crosstab", "pivot_table", "average", "nanmean", "nanmedian", "bincount",
     "histogram", "Counter", "set", "dict", "amin", "amax", "print", "display",
     "confusion_matrix", "roc_curve", "classification_report", "len", "memory_usage"}
)  # fmt: skip
CHOOSERS = frozenset(
    {"resample", "sample", "sort_values", "sort_index", "drop_duplicates", "head", "tail",
     "shuffle", "nlargest", "nsmallest", "take"}
)  # fmt: skip
FILTERS = frozenset({"dropna", "query", "drop", "filter", "loc", "iloc", "getitem"})
STACKS = frozenset({"concat", "concatenate", "vstack", "append", "r_", "_append"})
GROUP_ALIGNED = frozenset(
    {"transform", "rank", "shift", "cumsum", "cumcount", "ffill", "bfill", "fillna", "diff",
     "apply", "head", "tail", "ngroup", "cumprod", "cummax", "cummin", "pct_change"}
)  # fmt: skip
ORDERED = frozenset(
    {"rank", "shift", "diff", "cumsum", "cumcount", "cumprod", "cummax", "cummin", "ffill",
     "bfill", "pad", "backfill", "interpolate", "rolling", "expanding", "ewm", "pct_change",
     "argsort", "rankdata", "ediff1d", "gradient", "roll", "ngroup"}
)  # fmt: skip
INPLACE = {"append": "list", "extend": "list", "insert": "list frame", "update": "frame",
           "sort": "list array", "remove": "list", "reverse": "list"}  # fmt: skip
FITTING = frozenset(
    {"fit", "fit_transform", "partial_fit", "fit_predict", "fit_resample", "set_params"}
)
PREDICTING = frozenset(
    {"predict", "predict_proba", "predict_log_proba", "score", "decision_function"}
)
CROSS_VALIDATING = frozenset(
    {"cross_val_score", "cross_validate", "cross_val_predict", "learning_curve",
     "validation_curve", "permutation_importance", "permutation_test_score"}
)  # fmt: skip


def kind_of(value: Any) -> str:
    """Return frame, series, index, extension, array, list, sparse, lazy, or "" for what has no rows."""
    if type(value) is list:
        return "list"
    import numpy as np
    import pandas as pd

    for name, kind in (
        ("frame", pd.DataFrame),
        ("series", pd.Series),
        ("index", pd.Index),
        ("array", np.ndarray),
        ("extension", pd.api.extensions.ExtensionArray),
    ):
        if isinstance(value, kind):
            return name
    if is_lazy(value):
        return "lazy"
    return "sparse" if type(value).__module__.startswith("scipy.sparse") else ""


def is_lazy(value: Any) -> bool:
    """Tell whether a value is an accessor or grouping of pandas, which holds rows."""
    return type(value).__name__ in LAZY and type(value).__module__.startswith("pandas")


def is_estimator(value: Any) -> bool:
    """Tell whether a value is an instance with scikit-learn's fitting interface."""
    return (
        not isinstance(value, type)
        and hasattr(type(value), "fit")
        and any(
            hasattr(value, one)
            for one in ("predict", "transform", "fit_resample", "fit_predict", "fit_transform")
        )
    )


def is_own_function(value: Any) -> bool:
    """Tell whether a value is a function whose code stands in the notebook."""
    return isinstance(value, types.FunctionType) and value.__code__.co_filename.startswith(FILE)


def axis_of(name: str, given: tuple[Any, ...], options: dict[str, Any]) -> int:
    """Return 0 or 1: the axis that `drop`, `dropna` or a reducer works along; `given` after the owner."""
    if "columns" in options:
        return 1
    if "index" in options and name == "drop":
        return 0
    places = {"drop": 1, "dropna": 0, "apply": 1, "filter": 3}
    axis = options.get("axis", 0)
    place = places.get(name, 0)
    if len(given) > place and isinstance(given[place], int | str) and name in (*places, *REDUCERS):
        axis = given[place]
    return 1 if axis in (1, "columns") and axis is not True else 0
