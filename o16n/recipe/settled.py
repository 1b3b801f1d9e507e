"""Which results need no conforming: what only takes columns or rows of a value that is conformed already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.recipe.program import Ref, refs_in

if TYPE_CHECKING:
    from o16n.recipe.program import Operation

KEEPING = ("drop", "rename", "copy", "filter", "dropna", "query", "get")
TAKING = ("getitem", "attribute", "delitem", "same")


def settled(operations: tuple[Operation, ...]) -> frozenset[int]:
    """Return the numbers of operations whose result has the columns and types of training by itself."""
    known: set[int] = set()
    found: set[int] = set()
    for one in operations:
        owner = _owner(one)
        if one.role == "source":
            known.add(one.register)
        elif owner in known and _keeps(one):
            found.add(one.number)
            known.add(one.register)
        elif one.shape is not None and one.shape.dtypes and one.role not in ("pass", "lazy"):
            known.add(one.register)
        elif not (one.role == "pass" and one.follows in known):
            known.discard(one.register)
        else:
            known.add(one.register)
    return frozenset(found)


def _owner(operation: Operation) -> int | None:
    first = operation.arguments[0] if operation.arguments else None
    return first.register if isinstance(first, Ref) else None


def _keeps(operation: Operation) -> bool:
    """Tell whether an operation takes columns or rows as they are."""
    if operation.role not in ("rows", "filter"):
        return False
    rest = operation.arguments[1:]
    if operation.function == "method":
        plain = next(refs_in((rest, dict(operation.options))), None) is None
        return plain and rest[0] in KEEPING
    if operation.function == "getitem" and operation.role == "filter":
        return True
    return operation.function in TAKING and next(refs_in(rest), None) is None
