"""How much each column moves the answers, over the explained rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.explain.explanation import Driver
from o16n.statistics import mean_interval

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST = 100


def drivers_of(
    frame: pd.DataFrame, amounts: np.ndarray[Any, Any], population: int
) -> tuple[Driver, ...]:
    """Return the strongest MOST columns of `frame` (n, d) by their `amounts` (n, d, k)."""
    import numpy as np

    strengths = np.abs(amounts)
    mean = strengths.mean(axis=2)  # (n, d)
    order = np.argsort(-mean.mean(axis=0), kind="stable")[:MOST]
    found = []
    for place in order:
        low, high = mean_interval(mean[:, place], population)
        single = amounts.shape[2] == 1
        found.append(
            Driver(
                column=str(frame.columns[place]),
                strength=float(mean[:, place].mean()),
                low=max(low, 0.0),
                high=high,
                direction=direction(frame.iloc[:, place], amounts[:, place, 0]) if single else None,
                by_output=()
                if single
                else tuple(float(one) for one in strengths[:, place].mean(axis=0)),
            )
        )
    return tuple(found)


def direction(column: pd.Series[Any], amounts: np.ndarray[Any, Any]) -> float | None:
    """Return the Spearman correlation of a numeric column (n,) and its contributions (n,)."""
    import numpy as np
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(column.dtype):
        return None
    values = pd.Series(column.to_numpy(dtype="float64", na_value=np.nan))
    if values.nunique() < 2 or np.ptp(amounts) == 0:  # noqa: PLR2004 - a constant has no ranks
        return None
    found = values.corr(pd.Series(amounts), method="spearman")
    return None if np.isnan(found) else float(found)
