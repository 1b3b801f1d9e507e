"""Replay the choice of one group's rows."""

from __future__ import annotations

from typing import Any


def replay(grouped: Any, key: Any) -> Any:
    """Return the rows of a group, none where the batch has none of that key."""
    try:
        return grouped.get_group(key)
    except (KeyError, ValueError):
        return grouped.obj.iloc[:0]
