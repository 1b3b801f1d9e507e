"""Tell whether a definition in the text is the one that a live function or class came from."""

from __future__ import annotations

import ast
import inspect
import types
import warnings
from typing import Any


def defines(node: ast.stmt, value: Any, top: ast.stmt | None = None) -> bool | None:
    """Tell whether running `node` gives a function or class of the same code as `value`.

    `top` is the statement at the cell's top level that holds `node`: a kernel compiles it as one.
    None where it cannot be told: the value is hidden behind a decorator of another library.
    """
    own = _code_of(node, top or node)
    if own is None:
        return False  # the compiler has left it out: it stands in a branch that never runs
    if isinstance(node, ast.ClassDef):
        return _same_class(own, value) if isinstance(value, type) else None
    function = _unwrapped(value)
    if function is None:
        return None
    return same_code(own, function.__code__)


def same_code(one: types.CodeType, other: types.CodeType) -> bool:
    """Tell whether two code objects do the same, wherever they stand."""
    if one.co_code != other.co_code or len(one.co_consts) != len(other.co_consts):
        return False
    named = ("co_names", "co_varnames", "co_freevars", "co_cellvars", "co_argcount")
    more = ("co_posonlyargcount", "co_kwonlyargcount", "co_exceptiontable")
    if any(getattr(one, name) != getattr(other, name) for name in (*named, *more)):
        return False
    if (one.co_flags ^ other.co_flags) & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS):
        return False  # `*more` is not `**more`
    return all(_same_constant(a, b) for a, b in zip(one.co_consts, other.co_consts, strict=True))


def _same_constant(one: Any, other: Any) -> bool:
    if isinstance(one, types.CodeType) and isinstance(other, types.CodeType):
        return same_code(one, other)
    return type(one) is type(other) and repr(one) == repr(other)


def _same_class(own: types.CodeType, value: type) -> bool | None:
    """Compare the functions of a class; those that a decorator has hidden tell nothing."""
    told = {one.co_name: one for one in own.co_consts if isinstance(one, types.CodeType)}
    live = {
        name: function
        for name, one in vars(value).items()
        if (function := _unwrapped(one)) is not None and name in told
    }
    if not live:
        return None if told else True
    return all(same_code(told[name], function.__code__) for name, function in live.items())


def _unwrapped(value: Any) -> types.FunctionType | None:
    """Return the plain function below decorators that keep it, None where there is none."""
    for _ in range(20):
        if isinstance(value, types.FunctionType) and not hasattr(value, "__wrapped__"):
            return value
        if isinstance(value, property):
            value = value.fget
        else:
            value = getattr(value, "__wrapped__", None) or getattr(value, "__func__", None)
    return None


def _code_of(node: ast.stmt, top: ast.stmt) -> types.CodeType | None:
    """Return the code of the function, lambda or class body that `node` makes inside `top`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            module = ast.Module(body=[top], type_ignores=[])
            whole: types.CodeType = compile(module, "<cell>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError):
            return None
    wanted = getattr(node, "name", "<lambda>")
    pending = [one for one in whole.co_consts if isinstance(one, types.CodeType)]
    while pending:
        one = pending.pop(0)
        if one.co_name == wanted and node.lineno <= _line(one, node) <= (node.end_lineno or 0):
            return one
        pending += [inner for inner in one.co_consts if isinstance(inner, types.CodeType)]
    return None


def _line(code: types.CodeType, node: ast.stmt) -> int:
    """Return the line of `code`, which counts from its first decorator, as `node` counts."""
    decorators = getattr(node, "decorator_list", [])
    first = min([one.lineno for one in decorators] + [node.lineno])
    return code.co_firstlineno + node.lineno - first if code.co_firstlineno == first else 0
