"""Replay the putting together of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def replay(parts: dict[Any, Any], columns: list[Any]) -> pd.DataFrame:
    """Return a frame of the parts, its columns called `columns`."""
    import pandas as pd

    frame = pd.DataFrame(parts)
    frame.columns = pd.Index(columns)
    return frame
