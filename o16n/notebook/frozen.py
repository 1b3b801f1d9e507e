"""A value as source that gives it again elsewhere: a literal, an import, or nothing of the kind."""

from __future__ import annotations

import ast
import importlib
import logging
import math
import re
import sys
import types
from typing import Any

LONGEST = 100_000
DEEPEST = 20
MOST = 10_000
PLAIN = (bool, int, str, bytes, type(None), type(Ellipsis))
OWN = "__main__"
MISSING: Any = object()  # where nothing live is known


class NotFrozenError(ValueError):
    """The value cannot be written as source; the text says what it is."""


def frozen(name: str, value: Any) -> str:
    """Return the statement that binds `name` to `value` in a module of its own.

    Raises:
        NotFrozenError: it is no plain value, and not to be had by an import.
    """
    if (imported := import_of(name, value)) is not None:
        return imported
    text = f"{name} = {literal(value)}"
    if len(text) > LONGEST:
        raise NotFrozenError(f"{len(text):,} signs of data")
    return text


def import_of(name: str, value: Any) -> str | None:
    """Return the import that gives `value` the name, None where none does.

    A module, or what a module outside the notebook holds under its own name: so a conditional or
    starred import becomes the plain one that it came to.
    """
    if isinstance(value, types.ModuleType):
        return _import_of_module(name, value.__name__)
    module = getattr(value, "__module__", None) or type(value).__module__
    own = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if not isinstance(module, str) or not isinstance(own, str) or module in (OWN, "builtins"):
        return None
    if "<" in own or isinstance(value, types.MethodType) or _held_by(module, own) is not value:
        return None
    first, dot, rest = own.partition(".")
    if dot:
        return f"from {module} import {first}\n{name} = {first}.{rest}"
    return f"from {module} import {own}" + (f" as {name}" if name != own else "")


def written_import(name: str, value: Any, node: ast.stmt) -> str | None:
    """Return the part of an import statement that binds `name`, where it gives `value`.

    Preferred to `import_of`, which may name a private place: the notebook's own words.
    """
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return None
    if isinstance(node, ast.ImportFrom) and node.level:
        return None  # what lies beside the notebook lies nowhere else
    one: ast.stmt
    for alias in node.names:
        bound = alias.asname or alias.name.partition(".")[0]
        if bound != name or alias.name == "*":
            continue
        if isinstance(node, ast.ImportFrom):
            held = _held_by(str(node.module), alias.name)
            held = held if held is not None else sys.modules.get(f"{node.module}.{alias.name}")
            one = ast.ImportFrom(module=node.module, names=[alias], level=0)
        else:
            held = sys.modules.get(alias.name if alias.asname else bound)
            one = ast.Import(names=[alias])
        if value is MISSING or (held is value and held is not None):
            return ast.unparse(one)
    return None


def literal(value: Any, depth: int = DEEPEST) -> str:
    """Return an expression for `value`, the same for equal values in every process.

    Raises:
        NotFrozenError: it is no plain value.
    """
    if not depth:
        raise NotFrozenError("a structure too deep, or one that holds itself")
    kind = type(value)
    if kind in PLAIN:
        return _plain(value)
    if kind in (float, complex):
        return _number(value)
    if kind in (list, tuple, set, frozenset, dict):
        return _container(value, depth - 1)
    if kind is re.Pattern:
        return f"__import__('re').compile({value.pattern!r}, {value.flags})"
    if isinstance(value, logging.Logger):
        return f"__import__('logging').getLogger({value.name!r})"
    return _numpy(value)


def _plain(value: Any) -> str:
    try:
        return repr(value)
    except ValueError as error:
        raise NotFrozenError("a number of more digits than Python writes") from error


def _number(value: complex) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return repr(value)
    return f"{type(value).__name__}({str(value)!r})"


def _container(value: Any, depth: int) -> str:
    if isinstance(value, dict):
        pairs = (f"{literal(key, depth)}: {literal(one, depth)}" for key, one in value.items())
        return f"{{{', '.join(pairs)}}}"
    parts = [literal(one, depth) for one in value]
    if isinstance(value, list):
        return f"[{', '.join(parts)}]"
    if isinstance(value, tuple):
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
    inside = ", ".join(sorted(parts))  # a set's own order differs between processes
    if isinstance(value, frozenset):
        return f"frozenset([{inside}])"
    return f"{{{inside}}}" if parts else "set()"


def _numpy(value: Any) -> str:
    """Return an expression for a numpy number or a small array of numbers or text."""
    kind = type(value)
    dtype = getattr(value, "dtype", None)
    simple = getattr(dtype, "kind", "") in "biufU" and getattr(dtype, "itemsize", 99) <= 8  # noqa: PLR2004 - float128 has no literal
    text = getattr(dtype, "kind", "") == "U"
    array = kind.__name__ == "ndarray"
    if kind.__module__ != "numpy" or not (
        (simple or text) and (array or isinstance(value, sys.modules["numpy"].generic))
    ):
        raise NotFrozenError(f"a {kind.__name__}")
    if array:
        if value.size > MOST:
            raise NotFrozenError(f"an array of {value.size:,} numbers")
        return f"__import__('numpy').array({literal(value.tolist())}, dtype={str(dtype)!r}).reshape({value.shape})"
    return f"__import__('numpy').{kind.__name__}({literal(value.item())})"


def _import_of_module(name: str, module: str) -> str | None:
    if module == OWN:
        return None
    if name == module:
        return f"import {module}"
    parent, _, own = module.rpartition(".")
    if parent and own == name:
        return f"from {parent} import {own}"
    return f"import {module} as {name}" if "." not in name else None


def _held_by(module: str, qualified: str) -> Any:
    """Return what `module` holds under `qualified`, None where it does not."""
    try:
        value: Any = sys.modules.get(module) or importlib.import_module(module)
    except ImportError:
        return None
    for part in qualified.split("."):
        value = getattr(value, part, None)
    return value
