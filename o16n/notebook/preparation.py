"""The preparation that a person supplies: a cell marked `%%o16n recipe` that defines `prepare(rows)`."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from o16n.errors import NotebookError
from o16n.notebook.notebook import Finding, Place
from o16n.notebook.source import parsed, python_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.notebook.notebook import Cell, Notebook

PREPARE = "prepare"
EXAMPLE = "def prepare(rows): … return the model's inputs"
MARK = re.compile(r"\s*%%o16n[ \t]+recipe[ \t]*(?:\n|\Z)")
LOADS = re.compile(r"(?:re)?load_ext(?:ension)?\b.*\bo16n\b|\bo16n\.load_ipython_extension\b")


def supplies(source: str) -> bool:
    """Tell whether a cell's text is marked as the one that supplies the preparation."""
    return MARK.match(source) is not None


def defines(tree: ast.Module, name: str = PREPARE) -> bool:
    """Tell whether a statement at the top of a cell defines the name, as a function or otherwise."""
    return any(
        (isinstance(one, ast.FunctionDef) and one.name == name)
        or (isinstance(one, ast.Assign) and name in [getattr(t, "id", "") for t in one.targets])
        for one in tree.body
    )


def as_typed(executed: str) -> str:
    """Return a cell magic as it was typed, of what IPython's history `In` holds; all else as it is."""
    if not executed.startswith("get_ipython().run_cell_magic("):
        return executed
    try:
        (statement,) = parsed(executed).body
        name, line, body = (ast.literal_eval(one) for one in statement.value.args)  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, AttributeError):
        return executed
    return f"%%{name} {line}".rstrip() + f"\n{body}"


def findings(notebook: Notebook) -> Iterator[Finding]:
    """Yield what keeps a cell marked `%%o16n recipe` from being one: o16n is not loaded, or no `prepare`."""
    loaded = False
    for cell in notebook.code:
        if supplies(cell.source):
            yield from _wrong(cell, loaded=loaded)
        loaded = loaded or LOADS.search(cell.source) is not None


def _wrong(cell: Cell, *, loaded: bool) -> Iterator[Finding]:
    if not loaded:
        yield Finding(
            slug="recipe-cell",
            severity="error",
            message="%%o16n recipe is unknown to a kernel that has not loaded o16n",
            place=Place(cell=cell.number, line=1),
            hint="put %load_ext o16n into a cell above it",
        )
    tree = python_tree(cell)
    if tree is not None and not defines(tree):
        yield Finding(
            slug="recipe-cell",
            severity="error",
            message="a cell marked %%o16n recipe defines no prepare(rows)",
            place=Place(cell=cell.number, line=1),
            hint=f"write {EXAMPLE}",
        )


def refuse_unloaded(notebook: Notebook) -> None:
    """Refuse, before anything runs, a notebook whose `%%o16n recipe` cell cannot work.

    Raises:
        NotebookError: the first finding, in one line.
    """
    for one in findings(notebook):
        raise NotebookError(one.message, where=str(one.place), hint=one.hint)
