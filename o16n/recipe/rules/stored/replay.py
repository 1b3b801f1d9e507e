"""Replay the first column of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def replay(frame: pd.DataFrame, key: Any, value: Any) -> pd.DataFrame:
    """Return a copy of the frame as it was, with the column."""
    made = frame.copy()
    made[key] = value
    return made
