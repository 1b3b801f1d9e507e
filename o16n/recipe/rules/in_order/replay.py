"""Replay the return to the order before a grouping."""

from __future__ import annotations

from typing import Any


def replay(stacked: Any, grouped: Any) -> Any:
    """Return the stacked rows in the order of the grouped ones."""
    return stacked.loc[grouped.obj.index]
