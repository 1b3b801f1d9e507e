"""The table behind what a reader gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

TABLE = 2  # dimensions


def frame_of(value: Any) -> pd.DataFrame | None:
    """Return the table that a reader gave: a frame, or a Bunch's data with its target; else None."""
    import pandas as pd

    if isinstance(value, pd.DataFrame):
        return value
    frame = getattr(value, "frame", None)
    if isinstance(frame, pd.DataFrame):
        return frame
    data, names = getattr(value, "data", None), getattr(value, "feature_names", None)
    if data is not None and names is not None and getattr(data, "ndim", 0) == TABLE:
        table = pd.DataFrame(data, columns=[str(name) for name in names])
        target = getattr(value, "target", None)
        return table if target is None else table.assign(target=target)
    if isinstance(value, tuple) and value and isinstance(value[0], pd.DataFrame):
        return value[0]
    return None
