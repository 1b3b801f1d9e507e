"""Typed parameters, read from the tagged cell by `ast`; papermill's own line regex loses types."""

from __future__ import annotations

import ast
import re
import tokenize
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

from o16n.errors import UsageError
from o16n.notebook.annotations import Declared, declared
from o16n.notebook.constants import NotConstantError, constant
from o16n.notebook.notebook import Place
from o16n.notebook.source import parsed, python_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.notebook.notebook import Cell, Notebook

TAG = "parameters"
TYPE_COMMENT = re.compile(r"type:\s*([\w.]+(?:\[[^#]*\])?)[\s#]*(.*)$")


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A named, typed value; `type` is `bool`, `int`, `float`, `str`, `list`, `dict` or `any`.

    A tuple or set is a `list`, since that is how it can be passed. `optional` allows None, `choices`
    are the only values allowed, `help` is the comment on its line.
    """

    name: str
    type: str
    default: Any
    choices: tuple[Any, ...] = ()
    optional: bool = False
    help: str = ""
    place: Place


def read_parameters(notebook: Notebook) -> tuple[Parameter, ...]:
    """Return the parameters of the first cell tagged `parameters`.

    A parameter is a name that a statement of the cell's top level binds to a constant. What is
    computed from names, or bound anew by such a statement, is none: a value passed for it would not
    mean what the cell means.

    Raises:
        UsageError: the cell is no Python.
    """
    cell = next((one for one in notebook.code if TAG in one.tags), None)
    if cell is None:
        return ()
    source = python_source(cell)
    try:
        body = parsed(source).body
    except SyntaxError as error:
        raise UsageError(
            f"the parameters cell cannot be read: {error.msg}",
            where=str(Place(cell=cell.number, line=error.lineno)),
        ) from error
    comments = _comments(source)
    found: dict[str, Parameter] = {}
    for node in body:
        comment = comments.get(node.end_lineno or 0, "")
        for name, annotation, value in _bound(node):
            try:
                default = constant(value)
            except NotConstantError:
                found.pop(name, None)
            else:
                found[name] = _parameter(name, annotation, default, comment, (cell, node))
        for name in _unbound(node):
            found.pop(name, None)
    return tuple(found.values())


def _parameter(
    name: str,
    annotation: ast.expr | None,
    default: Any,
    comment: str,
    at: tuple[Cell, ast.stmt],
) -> Parameter:
    if annotation is None:
        annotation, comment = _type_comment(comment)
    told: Declared = declared(annotation, default)
    cell, node = at
    return Parameter(
        name=name,
        type=told.type,
        default=default,
        choices=told.choices,
        optional=told.optional,
        help=comment,
        place=Place(cell=cell.number, line=node.lineno),
    )


def _bound(node: ast.stmt) -> Iterator[tuple[str, ast.expr | None, ast.expr]]:
    """Yield (name, annotation, value) of the names that an assignment binds one by one."""
    if isinstance(node, ast.AnnAssign):
        if isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.annotation, node.value
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, None, node.value
            elif isinstance(target, ast.Tuple | ast.List):
                yield from _paired(target, node.value)


def _paired(
    target: ast.Tuple | ast.List, value: ast.expr
) -> Iterator[tuple[str, ast.expr | None, ast.expr]]:
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    if len(parts) == len(target.elts):
        for name, part in zip(target.elts, parts, strict=True):
            if isinstance(name, ast.Name):
                yield name.id, None, part


def _unbound(node: ast.stmt) -> set[str]:
    """Return the names that a statement binds in any other way than `_bound` tells, or deletes."""
    told = {name for name, _, _ in _bound(node)}
    return {
        one.id
        for one in ast.walk(node)
        if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
    } - told


def _type_comment(comment: str) -> tuple[ast.expr | None, str]:
    """Return the annotation in `type: int the rest`, papermill's way, and the rest."""
    told = TYPE_COMMENT.match(comment)
    if told is None:
        return None, comment
    try:
        return ast.parse(told[1], mode="eval").body, told[2].strip()
    except SyntaxError:
        return None, comment


def _comments(source: str) -> dict[int, str]:
    """Return the comments by line, without their signs."""
    found: dict[int, str] = {}
    try:
        for one in tokenize.generate_tokens(StringIO(source).readline):
            if one.type == tokenize.COMMENT:
                found[one.start[0]] = one.string.lstrip("# ").strip()
    except (tokenize.TokenError, SyntaxError):
        return found  # what was read until there
    return found
