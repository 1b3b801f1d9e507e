"""The type, choices and optionality that an annotation or a default declares."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Any

from o16n.notebook.constants import NotConstantError, constant

NAMES = {
    **{name: name for name in ("bool", "int", "float", "str", "list", "dict")},
    **dict.fromkeys(("List", "Sequence", "Iterable", "Tuple", "tuple", "Set", "set"), "list"),
    **dict.fromkeys(("Dict", "Mapping", "MutableMapping"), "dict"),
    **dict.fromkeys(("Path", "PathLike", "LiteralString"), "str"),
    **dict.fromkeys(("Any", "object"), "any"),
}
BY_DEFAULT = {
    bool: "bool",
    int: "int",
    float: "float",
    str: "str",
    list: "list",
    tuple: "list",
    set: "list",
    dict: "dict",
}
TRANSPARENT = ("Annotated", "Final", "ClassVar")


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What a parameter may be; `type` is "" where the annotation is not one that is known."""

    type: str = ""
    choices: tuple[Any, ...] = ()
    optional: bool = False


def declared(annotation: ast.expr | None, default: Any) -> Declared:
    """Return what `annotation` declares; the default tells where it does not."""
    told = _of(annotation) if annotation is not None else Declared()
    if not told.type:
        told = replace(told, type=BY_DEFAULT.get(type(default), "any"))
    return replace(told, optional=told.optional or default is None)


def _of(node: ast.expr) -> Declared:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _quoted(node.value)
    if isinstance(node, ast.Constant) and node.value is None:
        return Declared(optional=True)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union([_of(node.left), _of(node.right)])
    if isinstance(node, ast.Subscript):
        return _subscripted(_last(node.value), node.slice)
    return Declared(type=NAMES.get(_last(node), ""))


def _quoted(text: str) -> Declared:
    try:
        return _of(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError):
        return Declared()


def _subscripted(name: str, inside: ast.expr) -> Declared:
    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    if name == "Literal":
        return _literal(parts)
    if name == "Optional":
        return replace(_of(parts[0]), optional=True)
    if name == "Union":
        return _union([_of(one) for one in parts])
    if name in TRANSPARENT:
        return _of(parts[0])
    return Declared(type=NAMES.get(name, ""))


def _literal(parts: list[ast.expr]) -> Declared:
    try:
        values = [constant(one) for one in parts]
    except NotConstantError:
        return Declared()
    choices = tuple(one for one in values if one is not None)
    types = {BY_DEFAULT.get(type(one), "any") for one in choices}
    kind = types.pop() if len(types) == 1 else "any"
    return Declared(type=kind, choices=choices, optional=len(choices) < len(values))


def _union(parts: list[Declared]) -> Declared:
    """Return what all of `parts` allow: a number where they are numbers, else anything."""
    types = {one.type for one in parts if one.type}
    if types == {"int", "float"}:
        types = {"float"}
    named = [one for one in parts if one.type or not one.optional]  # all but None itself
    known = len(types) == 1 and all(one.type for one in named)
    kind = types.pop() if known else ("any" if types else "")
    choices = tuple(choice for one in named for choice in one.choices)
    return Declared(
        type=kind,
        choices=choices if all(one.choices for one in named) else (),
        optional=any(one.optional for one in parts),
    )


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
