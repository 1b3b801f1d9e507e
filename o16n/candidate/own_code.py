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
    names = notebook_names(model)
    if not names:
        return ""
    from o16n.notebook.definitions import needed_source

    return needed_source(notebook, names, namespace)


def notebook_names(value: Any) -> set[str]:
    """Return the names of `__main__`'s classes and functions reachable from `value`."""
    found: set[str] = set()
    seen: set[int] = set()
    pending = [value]
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, types.FunctionType | type):
            if one.__module__ == "__main__":
                found.add(one.__name__)
        elif isinstance(one, dict):
            pending += one.values()
        elif isinstance(one, list | tuple | set):
            pending += one
        elif hasattr(one, "__dict__") and not isinstance(one, types.ModuleType):
            if type(one).__module__ == "__main__":
                found.add(type(one).__name__)
            pending += vars(one).values()
    return found
