"""The notebook's own functions and classes that a model needs, as source."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from o16n.notebook.notebook import Notebook


def own_code(notebook: Notebook, model: Any, namespace: dict[str, Any]) -> str:
    """Return the source of what `model` needs from the notebook, "" where it needs nothing.

    Raises:
        NotebookError: it needs a lambda or a closure, which have no name of their own.
    """
    own = notebook_objects(model)
    if not own:
        return ""
    from o16n.notebook.definitions import needed_source

    return needed_source(notebook, own, {**namespace, **own})


def notebook_objects(value: Any) -> dict[str, Any]:
    """Return `__main__`'s classes and functions reachable from `value`, by qualified name."""
    found: dict[str, Any] = {}
    seen: set[int] = set()
    pending = [value]
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        kind = one if isinstance(one, types.FunctionType | type) else type(one)
        if kind.__module__ == "__main__":
            found[kind.__qualname__] = kind
        if kind is not one:
            pending += _inside(one)
    return found


def _inside(value: Any) -> list[Any]:
    """Return what a container or an object with attributes holds."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list | tuple | set):
        return list(value)
    if hasattr(value, "__dict__") and not isinstance(value, types.ModuleType):
        return list(vars(value).values())
    return []
