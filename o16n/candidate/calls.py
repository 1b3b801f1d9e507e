"""Open the notebook's own functions where they are called, so that their statements count too."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Functions = dict[str, ast.FunctionDef]


def functions_of(trees: Iterable[ast.Module]) -> Functions:
    """Return the functions defined at the top of cells; of several with one name the last."""
    return {
        node.name: node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)
    }


def opened(node: ast.stmt, functions: Functions) -> list[ast.stmt]:
    """Return the bodies of the notebook's functions that `node` calls, with the arguments put in.

    A local that is returned takes the name the call's result is bound to; other locals get names
    that no notebook can have, so that they are never taken for a global of the same name.
    """
    found: list[ast.stmt] = []
    for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
        function = functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
        if function is None:
            continue
        names = _arguments(function, call) | _results(function, node, call)
        locals_ = {one: ast.Name(id=f"{function.name}·{one}") for one in _stored(function)}
        rename = _Rename({**locals_, **names})
        found += [rename.visit(copy.deepcopy(one)) for one in function.body]
    return found


def argument(call: ast.Call, place: int, name: str) -> str:
    """Return the text of what a call is given at `place` or as `name`, "" where it is given neither."""
    given = call.args[place] if place < len(call.args) else None
    for keyword in call.keywords:
        if keyword.arg == name:
            given = keyword.value
    return (
        given.id if isinstance(given, ast.Name) else ast.unparse(given) if given is not None else ""
    )


class _Rename(ast.NodeTransformer):
    def __init__(self, names: dict[str, ast.expr]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        given = self.names.get(node.id)
        if given is None or (isinstance(node.ctx, ast.Store) and not isinstance(given, ast.Name)):
            return node
        return ast.copy_location(
            ast.Name(id=given.id, ctx=node.ctx) if isinstance(given, ast.Name) else given, node
        )


def _arguments(function: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr]:
    """Return the expression behind each parameter: given by place, by name, or by default."""
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    defaults = function.args.defaults
    found: dict[str, ast.expr] = dict(
        zip(names[len(names) - len(defaults) :], defaults, strict=False)
    )
    for one, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if default is not None:
            found[one.arg] = default
    found |= dict(zip(names, call.args, strict=False))
    return found | {one.arg: one.value for one in call.keywords if one.arg}


def _results(function: ast.FunctionDef, node: ast.stmt, call: ast.Call) -> dict[str, ast.expr]:
    """Return, for each local that is returned, the name that the statement binds to it."""
    if not isinstance(node, ast.Assign) or node.value is not call:
        return {}
    returned = next((one for one in ast.walk(function) if isinstance(one, ast.Return)), None)
    if returned is None or returned.value is None:
        return {}
    pairs = zip(_parts(returned.value), _parts(node.targets[0]), strict=False)
    return {
        inner.id: outer
        for inner, outer in pairs
        if isinstance(inner, ast.Name) and isinstance(outer, ast.Name)
    }


def _parts(value: ast.expr) -> list[ast.expr]:
    return value.elts if isinstance(value, ast.Tuple | ast.List) else [value]


def _stored(function: ast.FunctionDef) -> set[str]:
    return {
        one.id
        for one in ast.walk(function)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
