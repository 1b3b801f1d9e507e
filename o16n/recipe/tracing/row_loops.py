"""Tell, by their text, the loops that take one row at a time."""

from __future__ import annotations

import ast

ALIEN = (ast.Return, ast.Yield, ast.YieldFrom, ast.Await, ast.Global, ast.Nonlocal, ast.AsyncFor)


def rows_behind(node: ast.expr) -> ast.expr | None:
    """Return the expression whose rows an iteration over `node` takes one by one, None for others."""
    if isinstance(node, ast.Attribute):
        return node.value if node.attr == "index" else None
    if not isinstance(node, ast.Call):
        return None
    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if called == "range" and node.args:
        return _counted(node.args[1] if len(node.args) > 1 else node.args[0])
    if called in ("iterrows", "itertuples", "items", "iteritems") and isinstance(
        node.func, ast.Attribute
    ):
        return node.func.value if called in ("iterrows", "itertuples") else None
    if called == "enumerate" and node.args:
        inner = node.args[0]
        return inner if not isinstance(inner, ast.Call) else rows_behind(inner)
    return None


def _counted(last: ast.expr) -> ast.expr | None:
    """Return what `range(… len(x))` or `range(… x.shape[0])` counts, also in `len(x) - 1`."""
    if isinstance(last, ast.BinOp):
        return _counted(last.left)
    if isinstance(last, ast.Call) and getattr(last.func, "id", "") == "len" and last.args:
        return last.args[0]
    if isinstance(last, ast.Subscript) and isinstance(last.value, ast.Attribute):
        first = isinstance(last.slice, ast.Constant) and last.slice.value == 0
        return last.value.value if last.value.attr == "shape" and first else None
    return None


def runs_alone(loop: ast.For) -> bool:
    """Tell whether a loop can run apart from the code around it."""
    return not any(isinstance(one, ALIEN) for one in ast.walk(loop))


def names_in(node: ast.AST) -> tuple[str, ...]:
    """Return the names that a piece of code mentions."""
    return tuple(sorted({one.id for one in ast.walk(node) if isinstance(one, ast.Name)}))
