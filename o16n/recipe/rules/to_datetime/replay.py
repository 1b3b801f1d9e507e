"""Replay `pandas.to_datetime` with the format of training."""

from __future__ import annotations

from typing import Any


def replay(values: Any, *, format: str, **options: Any) -> Any:  # noqa: A002 - pandas' own word
    """Return dates (n,), read by `format`."""
    import pandas as pd

    return pd.to_datetime(values, format=format, **options)
