"""The names that each cell defines and uses, as Python's own compiler sees them."""

from __future__ import annotations

import ast
import dis
import re
import warnings
from dataclasses import dataclass
from types import CodeType
from typing import TYPE_CHECKING

from o16n.notebook.source import python_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.notebook.notebook import Cell

LOADS = {"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"}
STORES = {"STORE_NAME", "STORE_GLOBAL"}
DELETES = {"DELETE_NAME", "DELETE_GLOBAL"}
AT_ONCE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<generic parameters of ")
FUNCTION = 0x02  # CO_NEWLOCALS: what runs when called, not where it stands
UNKNOWN_NAMES = re.compile(
    r"^\s*%(?:pylab|run|load_ext|store\s+-r|load|reload_ext)\b", re.MULTILINE
)


@dataclass(frozen=True, kw_only=True)
class Use:
    """One global name read at a line of its cell; `deferred` where only a later call reads it."""

    name: str
    line: int
    deferred: bool = False


@dataclass(frozen=True, kw_only=True)
class StatementNames:
    """What one top-level statement does to the notebook's names.

    `defines` and `deletes` hold what the statement itself binds and unbinds, `globals_set` what its
    functions bind when they are called. `opens` says that names may come in that the text does not
    tell: `from x import *`, `exec`, `globals()`.
    """

    node: ast.stmt
    defines: frozenset[str]
    deletes: frozenset[str]
    globals_set: frozenset[str]
    uses: tuple[Use, ...]
    opens: bool = False


def cell_names(cell: Cell) -> tuple[StatementNames, ...]:
    """Return the names of each top-level statement of a cell, () where it is no Python."""
    tree = python_tree(cell)
    return () if tree is None else tuple(statement_names(node) for node in tree.body)


def opens_by_magic(cell: Cell) -> bool:
    """Tell whether a magic of the cell may bring in names: `%run`, `%pylab`, `%store -r`."""
    return bool(UNKNOWN_NAMES.search(cell.source))


def statement_names(node: ast.stmt) -> StatementNames:
    """Return what a top-level statement defines, deletes and uses; lines are those of its cell.

    The statement is compiled, never run. Names inside functions count as deferred uses, those of a
    comprehension and a class body as used at once. A statement that cannot be compiled on its own
    (`return` outside a function) uses and defines nothing.
    """
    code = _compiled(node)
    if code is None:
        empty: frozenset[str] = frozenset()
        return StatementNames(node=node, defines=empty, deletes=empty, globals_set=empty, uses=())
    seen = [*_walk(code, deferred=False, outer=node.lineno)]
    own = {one.name for one in seen if one.kind == "store" and not one.deferred}
    called = {one.name for one in seen if one.kind == "store" and one.deferred}
    uses = dict.fromkeys(
        Use(name=one.name, line=one.line, deferred=one.deferred)
        for one in seen
        if one.kind == "load"
    )
    return StatementNames(
        node=node,
        defines=frozenset(own - ({"__doc__"} if isinstance(node, ast.Expr) else set())),
        deletes=frozenset(one.name for one in seen if one.kind == "delete"),
        globals_set=frozenset(called),
        uses=tuple(uses),
        opens=_opens(node, {use.name for use in uses}),
    )


@dataclass(frozen=True, kw_only=True)
class _Seen:
    kind: str
    name: str
    line: int
    deferred: bool


def _compiled(node: ast.stmt) -> CodeType | None:
    module = ast.Module(body=[node], type_ignores=[])
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            code: CodeType = compile(module, "<cell>", "exec", flags=flags, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return code


def _walk(code: CodeType, *, deferred: bool, outer: int) -> Iterator[_Seen]:
    """Yield the global names of `code` and of what it defines, in order."""
    module_level = code.co_name == "<module>"
    in_class = "__qualname__" in code.co_names and not module_level and not _is_function(code)
    own: set[str] = set()
    line = outer
    for one in dis.get_instructions(code):
        line = (one.positions.lineno if one.positions else None) or line
        name = str(one.argval)
        kind = _kind(one.opname)
        if isinstance(one.argval, CodeType):
            yield from _walk(one.argval, deferred=deferred or _waits(one.argval), outer=line)
        elif kind == "store" and one.opname == "STORE_NAME" and not module_level:
            own.add(name)  # an attribute of a class body
        elif kind and name not in own and not (in_class and name in ("__name__", "__qualname__")):
            yield _Seen(kind=kind, name=name, line=line, deferred=deferred)


def _kind(opname: str) -> str:
    if opname in LOADS:
        return "load"
    if opname in STORES:
        return "store"
    return "delete" if opname in DELETES else ""


def _waits(code: CodeType) -> bool:
    return _is_function(code) and not code.co_name.startswith(AT_ONCE)


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & FUNCTION)


def _opens(node: ast.stmt, used: set[str]) -> bool:
    stars = any(
        isinstance(one, ast.ImportFrom) and any(alias.name == "*" for alias in one.names)
        for one in ast.walk(node)
    )
    return stars or bool(used & {"exec", "globals"})
