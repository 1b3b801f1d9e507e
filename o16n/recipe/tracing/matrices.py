"""Compare two matrices that models are given."""

from __future__ import annotations

from typing import Any

from o16n.recipe.tracing.kinds import kind_of

RELATIVE = 1e-9


def same_matrix(one: Any, other: Any) -> bool:
    """Tell whether two matrices hold the same rows, numbers to 1e-9 relative, NaN equal to NaN."""
    return difference(one, other) == ""


def difference(one: Any, other: Any) -> str:
    """Return in what two matrices differ, "" where they do not."""
    import numpy as np

    frames = kind_of(one) == kind_of(other) == "frame"
    if frames and list(map(str, one.columns)) != list(map(str, other.columns)):
        return "it has other columns"
    a, b = _plain(one), _plain(other)
    if a.shape != b.shape:
        return f"it has the shape {a.shape} instead of {b.shape}"
    try:
        same = np.isclose(
            a.astype(float), b.astype(float), rtol=RELATIVE, atol=1e-12, equal_nan=True
        )
    except (TypeError, ValueError):
        same = np.array([_same(p, q) for p, q in zip(a.ravel(), b.ravel(), strict=True)]).reshape(
            a.shape
        )
    if same.all():
        return ""
    rows = int((~same).reshape(len(same), -1).any(axis=1).sum())
    return f"{rows:,} of {len(same):,} rows differ"


def _plain(value: Any) -> Any:
    import numpy as np

    if kind_of(value) == "sparse":
        value = value.toarray()
    if kind_of(value) in ("frame", "series"):
        value = value.to_numpy()
    array = np.asarray(value, dtype=object if isinstance(value, list | tuple) else None)
    return array.reshape(len(array), -1) if array.ndim != 2 else array  # noqa: PLR2004


def _same(one: Any, other: Any) -> bool:
    import pandas as pd

    return one is other or bool(one == other) or (pd.isna(one) is True and pd.isna(other) is True)
