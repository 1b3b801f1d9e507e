"""Replay `enumerate` over rows: a recipe that uses the number is found out by its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def replay(iterable: Iterable[Any], start: int = 0) -> list[tuple[int, Any]]:
    """Return the number and the value of each row."""
    return list(enumerate(iterable, start))
