"""Replay a choice of columns by what they held in training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def replay(frame: pd.DataFrame, columns: list[Any]) -> pd.DataFrame:
    """Return the columns that training had left."""
    return frame[columns]
