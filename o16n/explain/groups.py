"""What the explained rows show beyond the ranking: drivers within groups, and where contributions lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.explain.explanation import Group, Reference

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.explain.explanation import Driver
    from o16n.explain.question import Attributed

    Array = np.ndarray[Any, Any]

SHOWN = 6  # groups of a column, on average
LEVELS = 10
GROUPED = 20  # rows of a group
TRIED = 30  # columns whose levels are groups
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MISSING = "missing"


def _is_number(column: pd.Series[Any]) -> bool:
    import pandas as pd

    numbers = pd.api.types.is_numeric_dtype(column.dtype)
    return numbers and not pd.api.types.is_bool_dtype(column.dtype) and column.nunique() > LEVELS


def _levels(column: pd.Series[Any]) -> tuple[Array, list[str]]:
    """Return each row's level (n,) as text, and the levels in order, missing ones last."""
    import numpy as np

    gaps = column.isna().to_numpy()
    names = np.where(gaps, MISSING, column.astype("str").to_numpy(dtype=object))
    return names, [*sorted(set(names[~gaps].tolist())), *([MISSING] if gaps.any() else [])]


def groups_of(frame: pd.DataFrame, attributed: Attributed) -> tuple[Group, ...]:
    """Return the strongest columns within each level of columns of few levels, with n."""
    import numpy as np

    found = []
    strengths = np.abs(attributed.amounts).mean(axis=2)
    for place in np.sort(np.argsort(-strengths.mean(axis=0), kind="stable")[:TRIED]):
        column = frame.iloc[:, place]
        if _is_number(column) or column.nunique() > LEVELS or column.nunique() < 2:  # noqa: PLR2004
            continue
        names, levels = _levels(column)
        for level in levels:
            rows = np.flatnonzero(names == level)
            if len(rows) < GROUPED:
                continue
            mean = strengths[rows].mean(axis=0)
            top = np.argsort(-mean, kind="stable")[:3]
            found.append(
                Group(
                    column=str(frame.columns[place]),
                    level=level,
                    n=len(rows),
                    answer=float(attributed.output[rows, 0].mean()),
                    drivers=tuple((str(frame.columns[at]), float(mean[at])) for at in top),
                )
            )
    return tuple(found[: LEVELS * SHOWN])


def reference_of(
    frame: pd.DataFrame, amounts: Array, drivers: tuple[Driver, ...]
) -> tuple[Reference, ...]:
    """Return where each driver's contributions to the first output lie, for later drift."""
    import numpy as np

    place = {str(name): at for at, name in enumerate(frame.columns)}
    found = []
    for driver in drivers:
        values = amounts[:, place[driver.column], 0]
        told = np.quantile(values, QUANTILES)
        found.append(
            Reference(
                column=driver.column,
                mean=float(values.mean()),
                quantiles=tuple(float(one) for one in told),
            )
        )
    return tuple(found)
