"""Which seen values of a column are tried, as places of rows that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.explain.effects.scene import is_number

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Array = np.ndarray[Any, Any]

TAIL = 0.01  # of the values at either end: outliers, which are not drawn


def grid(column: pd.Series[Any], most: int, *, tail: float = TAIL) -> Array:
    """Return places of rows with `most` different values of `column` (n,), in their order.

    Of a number quantiles between `tail` and 1 - `tail`; of levels the commonest, in their order
    where they have one. A missing value is one more level.
    """
    import numpy as np

    known = np.flatnonzero(column.notna().to_numpy())
    missing = np.flatnonzero(column.isna().to_numpy())[:1]
    if not len(known):
        return missing
    if is_number(column):
        order = known[np.argsort(column.iloc[known].to_numpy(), kind="stable")]
        wanted = np.linspace(tail, 1 - tail, most) * (len(order) - 1)
        chosen = _first_of_each(column, order[np.round(wanted).astype(int)])
        return np.concatenate([chosen, missing])
    counts = column.iloc[known].value_counts(sort=False)
    counts = counts[counts > 0].sort_values(ascending=False, kind="stable").iloc[:most]
    first = column.iloc[known].drop_duplicates()
    places = known[np.flatnonzero(~column.iloc[known].duplicated().to_numpy())]
    kept = places[first.isin(counts.index).to_numpy()]
    return np.concatenate([_sorted(column, kept), missing])


def _first_of_each(column: pd.Series[Any], places: Array) -> Array:
    return places[~column.iloc[places].duplicated().to_numpy()]


def _sorted(column: pd.Series[Any], places: Array) -> Array:
    """Return places in the order of their values, by their texts where these have none."""
    import numpy as np

    values = column.iloc[places]
    try:
        order = np.argsort(values.argsort().argsort().to_numpy(), kind="stable")
    except TypeError:  # values of several types
        order = np.argsort(values.astype(str).to_numpy(), kind="stable")
    return places[order]
