"""Read a JSON document into the frozen dataclass that describes it: declared once, refused by path."""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from o16n.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
PLAIN = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def read(kind: type[T], value: Any, *, where: str) -> T:
    """Return `value`, as `json` gives it, as a `kind`: a dataclass of plain fields, at any depth.

    Raises:
        BundleError: a field is unknown or missing, or has another type; says where in the document.
    """
    found: T = _read(kind, value, where, "")
    return found


def read_versioned(kind: type[T], value: Any, *, version: int, where: str) -> T:
    """Return `value` as `read` does, its `format` being `version`.

    Raises:
        BundleError: it has another format, or is not what `kind` describes.
    """
    if not isinstance(value, dict):
        raise BundleError("is not an object", where=where)
    told = value.get("format")
    if type(told) is not int or told != version:
        raise BundleError(
            f"has format {str(told)[:20]}, and this o16n reads {version}",
            where=where,
            hint="a newer o16n may read it",
        )
    return read(kind, {k: v for k, v in value.items() if k != "format"}, where=where)


def _read(kind: Any, value: Any, where: str, path: str) -> Any:
    if kind is Any or (kind is None and value is None):
        return value
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _fields(kind, value, where, path)
    if reader := READERS.get(typing.get_origin(kind)):
        return reader(typing.get_args(kind), value, where, path)
    good = type(value) is kind or (kind is float and type(value) is int)
    return value if good else _refuse(value, PLAIN.get(kind, "null"), where, path)


def _literal(known: tuple[Any, ...], value: Any, where: str, path: str) -> Any:
    if any(value == one and type(value) is type(one) for one in known):
        return value
    return _refuse(value, " or ".join(map(repr, known)), where, path)


def _list(inner: tuple[Any, ...], value: Any, where: str, path: str) -> Any:
    items = value if isinstance(value, list) else _refuse(value, "a list", where, path)
    return tuple(_read(inner[0], one, where, f"{path}[{at}]") for at, one in enumerate(items))


def _object(inner: tuple[Any, ...], value: Any, where: str, path: str) -> Any:
    items = value if isinstance(value, dict) else _refuse(value, "an object", where, path)
    return {key: _read(inner[1], one, where, f"{path}.{key}") for key, one in items.items()}


def _one_of(kinds: tuple[Any, ...], value: Any, where: str, path: str) -> Any:
    faults = []
    for kind in kinds:
        try:
            return _read(kind, value, where, path)
        except BundleError as error:
            faults.append(error)
    raise faults[0]


READERS: dict[Any, Callable[[tuple[Any, ...], Any, str, str], Any]] = {
    Literal: _literal,
    types.UnionType: _one_of,
    typing.Union: _one_of,
    tuple: _list,
    dict: _object,
}


def _fields(kind: type[Any], value: Any, where: str, path: str) -> Any:
    if not isinstance(value, dict):
        return _refuse(value, "an object", where, path)
    known = {one.name: one for one in dataclasses.fields(kind)}
    if unknown := value.keys() - known.keys():
        raise BundleError(f"has an unknown field {min(unknown)[:60]!r}{_at(path)}", where=where)
    missing = [name for name, one in known.items() if name not in value and _needed(one)]
    if missing:
        raise BundleError(f"has no field {missing[0]!r}{_at(path)}", where=where)
    hints = typing.get_type_hints(kind)
    return kind(
        **{name: _read(hints[name], one, where, f"{path}.{name}") for name, one in value.items()}
    )


def _needed(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _refuse(value: Any, wanted: str, where: str, path: str) -> typing.NoReturn:
    raise BundleError(f"has {str(value)[:40]!r}{_at(path)}, where {wanted} stands", where=where)


def _at(path: str) -> str:
    return f" at {path.removeprefix('.')[:120]}" if path else ""
