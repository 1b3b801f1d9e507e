"""A recipe as a person reads it: the notebook's own statements, with what was frozen beside each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.recipe.program import Code, Named, Ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.recipe.program import Operation
    from o16n.recipe.recipe import Recipe

LONGEST = 100
MANY = 8
PLAIN = ("getitem", "source", "same", "nth", "attribute")
NAMING = ("method", "setitem", "delitem", "setattr")  # whose second argument is a name
GIVEN = ("columns", "retbins", "right", "include_lowest", "precision", "duplicates")
SILENT = frozenset({"method", "copy", "reset_index", "to_numpy", "values"})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the notebook; `frozen` tells what was learned or looked up there, once for each turn."""

    cell: int
    line: int
    text: str
    frozen: tuple[str, ...]


def steps(recipe: Recipe) -> tuple[Step, ...]:
    """Return the statements that a recipe repeats, in the order they first ran."""
    found: dict[tuple[int, int, str], list[str]] = {}
    for operation in recipe.operations:
        site = operation.site
        told = found.setdefault((site.cell, site.line, site.text), [])
        told += [one for one in _frozen(operation) if one not in told]
    return tuple(
        Step(cell=cell, line=line, text=text, frozen=tuple(told))
        for (cell, line, text), told in found.items()
    )


def is_as_read(recipe: Recipe) -> bool:
    """Tell whether a recipe does nothing but choose columns: model inputs are raw columns."""
    names = ("to_numpy", "values", "copy")
    return all(
        one.function in ("source", "getitem", "same")
        or (one.function in ("method", "attribute") and one.arguments[1] in names)
        for one in recipe.operations
    )


def _frozen(operation: Operation) -> Iterator[str]:
    """Yield what an operation froze that does not stand in its line."""
    if operation.function == "source":
        return
    arguments = list(operation.arguments)
    if operation.function in NAMING:
        del arguments[1]
    options = [one for name, one in operation.options.items() if name not in GIVEN]
    values = [*arguments, *options]
    called = _called(operation)
    for value in values:
        told = _told(value)
        if told and not _stands_in(value, operation.site.text) and called not in SILENT:
            yield told if operation.function in PLAIN else f"{called}: {told}"


def _stands_in(value: Any, line: str) -> bool:
    """Tell whether a value is written in the line itself, so that nothing was learned."""
    if isinstance(value, dict):
        return bool(value) and all(_stands_in(one, line) for pair in value.items() for one in pair)
    if isinstance(value, list | tuple):
        return bool(value) and all(_stands_in(one, line) for one in value)
    return _told(value) in line


def _called(operation: Operation) -> str:
    if operation.function == "method":
        return str(operation.arguments[1])
    return operation.function.rpartition(".")[2]


def _told(value: Any) -> str:
    """Return a frozen value in few words, "" for what says nothing."""
    if isinstance(value, Ref | Named | Code | slice | bool) or value is None or value is Ellipsis:
        return ""
    if hasattr(type(value), "fit"):
        return f"{type(value).__name__} as fitted"
    if isinstance(value, dict):
        parts = [f"{key}: {_told(one) or '…'}" for key, one in list(value.items())[:MANY]]
        return _cut(", ".join(parts) + (", …" if len(value) > MANY else ""))
    if isinstance(value, list | tuple):
        if any(isinstance(one, Ref) for one in value):
            return ""
        parts = [str(one) for one in value[:MANY]]
        return _cut(", ".join(parts) + (", …" if len(value) > MANY else ""))
    return _table(value)


def _table(value: Any) -> str:
    shape = getattr(value, "shape", None)
    if shape:
        return f"a table of {shape[0]:,} rows" if len(shape) > 1 else _series(value)
    if hasattr(value, "item"):
        value = value.item()
    return _cut(f"{value:.6g}" if isinstance(value, float) else str(value))


def _series(value: Any) -> str:
    if hasattr(value, "index") and not callable(value.index) and len(value) <= MANY:
        pairs = zip(value.index, value, strict=True)
        return _cut(", ".join(f"{key}: {_table(one)}" for key, one in pairs))
    return f"{len(value):,} values"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
