"""Replay `map` and list comprehensions over rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def replay(function: Callable[..., Any], *iterables: Iterable[Any]) -> list[Any]:
    """Return what the function gives for each row."""
    return list(map(function, *iterables))
