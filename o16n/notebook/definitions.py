"""The notebook's own functions and classes as source: what they need, and nothing else."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from o16n.errors import NotebookError
from o16n.notebook.source import python_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from o16n.notebook.notebook import Cell, Notebook

PLAIN = (bool, int, float, str, bytes, type(None))


def needed_source(
    notebook: Notebook, names: Iterable[str], namespace: Mapping[str, Any] | None = None
) -> str:
    """Return the statements that `names` need, in the notebook's order.

    The last executed definition counts. A plain global (numbers, text, lists of such) is frozen at
    the value it has in `namespace`; any other that is computed is refused.

    Raises:
        NotebookError: a name has no definition at the top level of a cell (a lambda, a closure), or
            needs a global whose value cannot be written as a literal.
    """
    statements = [(cell, node) for cell in _in_order(notebook) for node in _body(cell)]
    last = {name: place for place, (_, node) in enumerate(statements) for name in _defined(node)}
    keep: dict[int, str] = {}
    pending = sorted(names)
    seen: set[str] = set()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        if name not in last:
            raise NotebookError(
                f"{name} has no definition of its own at the top level of a cell",
                hint="define it with def or class there, not as a lambda or inside a function",
            )
        place = last[name]
        cell, node = statements[place]
        if isinstance(node, ast.Assign | ast.AnnAssign):
            keep[place] = _frozen(name, node, namespace, cell)
        else:
            keep[place] = ast.unparse(node)
            pending += sorted(_used(node) & last.keys() - seen)
    return "\n\n".join(keep[place] for place in sorted(keep)) + "\n"


def _frozen(
    name: str, node: ast.Assign | ast.AnnAssign, namespace: Mapping[str, Any] | None, cell: Cell
) -> str:
    if namespace is None or name not in namespace:
        return ast.unparse(node)
    value = namespace[name]
    if not _is_plain(value):
        raise NotebookError(
            f"the code that travels with the model reads {name}, a {type(value).__name__}, which cannot be written as a literal",
            where=f"cell {cell.number} line {node.lineno}",
            hint="pass it as a constructor argument instead",
        )
    return f"{name} = {value!r}"


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple | set):
        return all(_is_plain(one) for one in value)
    if isinstance(value, dict):
        return all(_is_plain(key) and _is_plain(one) for key, one in value.items())
    return type(value) in PLAIN


def _in_order(notebook: Notebook) -> list[Cell]:
    counted = [cell.execution_count for cell in notebook.code]
    if all(isinstance(count, int) for count in counted):
        return sorted(notebook.code, key=lambda cell: cell.execution_count or 0)
    return list(notebook.code)


def _body(cell: Cell) -> list[ast.stmt]:
    try:
        return ast.parse(python_source(cell)).body
    except SyntaxError:
        return []


def _defined(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return {
            n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
    return set()


def _used(node: ast.stmt) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
