"""What a recipe froze that is larger than levels and statistics: it may hold rows of training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.aligned import length
from o16n.recipe.program import Code
from o16n.recipe.recipe import FrozenSize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.recipe.program import Operation

FEW = 20  # rows: of so small a table, half is no more than levels


def frozen_sizes(operations: tuple[Operation, ...], rows: int) -> tuple[FrozenSize, ...]:
    """Return what has at least half as many entries as the `rows` that training read, by place."""
    if rows <= FEW:
        return ()
    found = {
        (name, one.site.cell, one.site.line, count): None
        for one in operations
        for name, count in _counted((one.arguments, dict(one.options)))
        if count >= rows / 2
    }
    return tuple(
        FrozenSize(name=name, cell=cell, line=line, rows=count) for name, cell, line, count in found
    )


def _counted(value: Any, name: str = "") -> Iterator[tuple[str, int]]:
    """Yield every frozen value that has entries, with what it is called or is, and how many."""
    told = len(value) if isinstance(value, tuple | set | dict) else length(value)
    if told is not None:
        yield name or f"a {type(value).__name__}", told
    for key, held in _parts(value):
        yield from _counted(held, name or key)


def _parts(value: Any) -> list[tuple[str, Any]]:
    """Return what stands inside a container or a function, each with its name where it has one."""
    if isinstance(value, Code):
        return [(str(key), held) for key, held in value.frozen.items()]
    if isinstance(value, dict):
        return [(str(key), held) for key, held in value.items()]
    if isinstance(value, list | tuple):
        return [("", held) for held in value if not isinstance(held, str | int | float)]
    return []
