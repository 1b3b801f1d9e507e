"""The model as its author saved it, read back from the file that this very kernel wrote."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, Any

from o16n.candidate.values import value_of
from o16n.notebook.source import parsed, python_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from o16n.notebook.notebook import Notebook, Place


def saved_file(
    names: Mapping[str, Any], notebook: Notebook, place: Place, folder: Path
) -> Path | None:
    """Return the file that the `dump` at `place` wrote, None unless this process wrote it.

    `joblib.dump(m, PATH)`, `pickle.dump(m, open(PATH, "wb"))`, `with open(PATH, "wb") as f: …`.
    """
    cell = next((one for one in notebook.code if one.number == place.cell), None)
    if cell is None or place.line is None:
        return None
    try:
        tree = parsed(python_source(cell))
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if _is_dump(node) and isinstance(node, ast.Call) and node.lineno == place.line:
            target = _target(node, tree)
            where = value_of(names, ast.unparse(target)) if target is not None else None
            path = folder / where if isinstance(where, str | os.PathLike) else None
            return path if path is not None and _is_ours(path) else None
    return None


def loaded(path: Path) -> Any:
    """Return what the file holds, None where it cannot be read back."""
    from importlib import import_module

    try:
        return import_module("joblib").load(path)
    except Exception:  # noqa: BLE001 - a broken pickle raises anything: then nothing is read back
        return None


def _is_dump(node: ast.AST) -> bool:
    func = node.func if isinstance(node, ast.Call) else None
    called = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return called == "dump"


def _target(call: ast.Call, tree: ast.Module) -> ast.expr | None:
    """Return the expression of the path that a dump goes to."""
    given = [*call.args[1:2], *(k.value for k in call.keywords if k.arg in ("file", "filename"))]
    target = given[0] if given else None
    if isinstance(target, ast.Name):
        target = _opened_as(target.id, tree) or target
    if isinstance(target, ast.Call):
        func = target.func
        if isinstance(func, ast.Name) and func.id == "open" and target.args:
            return target.args[0]
        if isinstance(func, ast.Attribute) and func.attr == "open":
            return func.value
        return None
    return target


def _opened_as(name: str, tree: ast.Module) -> ast.expr | None:
    """Return what `with … as name` opens."""
    for node in ast.walk(tree):
        for item in node.items if isinstance(node, ast.With) else ():
            if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name:
                return item.context_expr
    return None


def _is_ours(path: Path) -> bool:
    """Tell whether a file was written since this process started: nobody else's is ever loaded."""
    import psutil

    try:
        return path.is_file() and path.stat().st_mtime >= psutil.Process().create_time() - 1
    except (OSError, psutil.Error):
        return False
