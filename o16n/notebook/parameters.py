"""Typed parameters, read from the tagged cell by `ast`; papermill's own line regex loses types."""

from __future__ import annotations

import ast
import tokenize
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

from o16n.errors import UnknownName, UsageError
from o16n.notebook.notebook import Place
from o16n.notebook.source import python_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from o16n.notebook.notebook import Notebook

TAG = "parameters"
WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A named, typed value; `type` is `bool`, `int`, `float`, `str`, `list`, `dict` or `any`."""

    name: str
    type: str
    default: Any
    choices: tuple[Any, ...] = ()
    optional: bool = False
    help: str = ""
    place: Place


def read_parameters(notebook: Notebook) -> tuple[Parameter, ...]:
    """Return the parameters of the first cell tagged `parameters`; derived values are not any."""
    cell = next((one for one in notebook.code if TAG in one.tags), None)
    if cell is None:
        return ()
    source = python_source(cell)
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise UsageError(
            f"the parameters cell cannot be read: {error.msg}",
            where=f"cell {cell.number} line {error.lineno}",
        ) from error
    comments = _comments(source)
    found: dict[str, Parameter] = {}
    for node in body:
        for name, annotation, value in _bound(node):
            try:
                default = ast.literal_eval(value)
            except (ValueError, TypeError, SyntaxError):
                continue
            kind, choices, optional = _declared(annotation, default)
            found[name] = Parameter(
                name=name,
                type=kind,
                default=default,
                choices=choices,
                optional=optional,
                help=comments.get(node.end_lineno or 0, ""),
                place=Place(cell=cell.number, line=node.lineno),
            )
    return tuple(found.values())


def convert(parameters: tuple[Parameter, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the given values in the declared types; text as typed in a shell is converted.

    Raises:
        UnknownName: no such parameter.
        UsageError: no parameters cell, a name that is no identifier, or a value of another type.
    """
    known = {one.name: one for one in parameters}
    values = {}
    for name, value in given.items():
        if not name.isidentifier():
            raise UsageError(f"{name!r} is not a Python name", where="-p")
        if not known:
            raise UsageError(
                f"the notebook declares no parameters, so {name} has nowhere to go",
                where="-p",
                hint="give one cell the tag `parameters`",
            )
        if name not in known:
            raise UnknownName("parameter", name, known, where="-p")
        values[name] = _converted(known[name], value)
    return values


def _converted(parameter: Parameter, value: Any) -> Any:
    if parameter.optional and value in (None, "None", "null"):
        return None
    try:
        result = _typed(parameter.type, value)
    except (ValueError, TypeError, SyntaxError, KeyError) as error:
        raise UsageError(
            f"{value!r} is not {parameter.type}",
            where=f"-p {parameter.name}",
            hint=f"default: {parameter.default!r}",
        ) from error
    if parameter.choices and result not in parameter.choices:
        raise UsageError(
            f"{result!r} is not among the choices",
            where=f"-p {parameter.name}",
            hint=", ".join(map(repr, parameter.choices)),
        )
    return result


def _typed(kind: str, value: Any) -> Any:
    if kind == "str":
        return value if isinstance(value, str) else str(value)
    if kind == "bool":
        return value if isinstance(value, bool) else WORDS[str(value).lower()]
    if kind == "int":
        if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
            raise TypeError(value)
        return int(value)
    if kind == "float":
        return float(value)
    plain = _literal(value) if isinstance(value, str) else value
    if kind == "list" and isinstance(plain, list | tuple):
        return list(plain)
    if kind == "any" or (kind == "dict" and isinstance(plain, dict)):
        return plain
    raise TypeError(value)


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _bound(node: ast.stmt) -> list[tuple[str, ast.expr | None, ast.expr]]:
    if (
        isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.value is not None
    ):
        return [(node.target.id, node.annotation, node.value)]
    if not isinstance(node, ast.Assign):
        return []
    found: list[tuple[str, ast.expr | None, ast.expr]] = []
    for target in node.targets:
        if isinstance(target, ast.Name):
            found.append((target.id, None, node.value))
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = zip(target.elts, node.value.elts, strict=False)
            found += [(name.id, None, value) for name, value in pairs if isinstance(name, ast.Name)]
    return found


def _declared(annotation: ast.expr | None, default: Any) -> tuple[str, tuple[Any, ...], bool]:
    """Return (type, choices, optional) by the annotation, else by the default."""
    text = ast.unparse(annotation) if annotation is not None else ""
    optional = "None" in text or "Optional" in text or default is None
    if annotation is not None and "Literal[" in text:
        inner = next(n for n in ast.walk(annotation) if isinstance(n, ast.Subscript))
        choices = ast.literal_eval(inner.slice)
        choices = choices if isinstance(choices, tuple) else (choices,)
        return type(choices[0]).__name__, choices, optional
    for word in ("bool", "int", "float", "str", "list", "dict"):
        if word in text.lower():
            return word, (), optional
    kind = {tuple: "list", set: "list", type(None): "any"}.get(
        type(default), type(default).__name__
    )
    return (
        (kind if kind in ("bool", "int", "float", "str", "list", "dict") else "any"),
        (),
        optional,
    )


def _comments(source: str) -> dict[int, str]:
    try:
        tokens = list(tokenize.generate_tokens(StringIO(source).readline))
    except (tokenize.TokenError, IndentationError):
        return {}
    return {
        one.start[0]: one.string.lstrip("# ").strip()
        for one in tokens
        if one.type == tokenize.COMMENT
    }
