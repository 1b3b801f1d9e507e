"""Replay `zip` over columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def replay(*iterables: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Return a tuple for each row."""
    return list(zip(*iterables, strict=False))
