"""Values given for parameters: checked by name, converted by type, as JSON so that a run can record them."""

from __future__ import annotations

import ast
import datetime as dt
import json
import keyword
import math
import os
from typing import TYPE_CHECKING, Any

from o16n.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from o16n.notebook.parameters import Parameter

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
NONE = ("None", "null", "none")


def convert(parameters: tuple[Parameter, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the given values in the declared types; text as typed in a shell is converted.

    What comes back is JSON: a tuple or set as a list, a numpy number as Python's, a date or path as
    text. What cannot be passed faithfully is refused: not-a-number, keys that are no text, bytes.

    Raises:
        UnknownName: no such parameter.
        UsageError: no parameters cell, a name that is no identifier, or a value of another type.
    """
    known = {one.name: one for one in parameters}
    values = {}
    for name, value in given.items():
        if not name.isidentifier() or keyword.iskeyword(name):
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
    where = f"-p {parameter.name}"
    try:
        plain = as_json(value)
        if parameter.optional and (plain is None or plain in NONE):
            return None
        if parameter.choices:
            return _chosen(parameter, plain)
        return TYPED[parameter.type](plain)
    except (ValueError, TypeError, KeyError, SyntaxError, RecursionError) as error:
        told = error.args[0] if isinstance(error, _RefusedError) else ""
        wanted = f"{parameter.type} or None" if parameter.optional else parameter.type
        raise UsageError(
            told or f"{value!r} is not {wanted}",
            where=where,
            hint=f"default: {parameter.default!r}",
        ) from error


def _chosen(parameter: Parameter, value: Any) -> Any:
    for choice in parameter.choices:
        if value == choice and type(value) is type(choice):
            return choice
    for choice in parameter.choices:
        if isinstance(value, str) and value == str(choice):
            return choice
    raise UsageError(
        f"{value!r} is not among the choices",
        where=f"-p {parameter.name}",
        hint=", ".join(map(repr, parameter.choices)),
    )


class _RefusedError(TypeError):
    """A value that cannot be passed faithfully; the text says why."""


def as_json(value: Any) -> Any:
    """Return `value` as a run can pass and record it.

    Raises:
        TypeError: it cannot be passed faithfully.
    """
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        raise _RefusedError(f"{value} cannot be passed: a run's record has no such number")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, dict):
        return {_key(key): as_json(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        value = sorted(value, key=repr)
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    return _number_or_array(value)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise _RefusedError(f"the key {key!r} is no text, and would arrive as one")
    return str(key)


def _number_or_array(value: Any) -> Any:
    """Return a numpy number or array, or a subclass of Python's own types, as Python's own."""
    if hasattr(value, "tolist") and type(value).__module__.partition(".")[0] == "numpy":
        return as_json(value.tolist())
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    raise _RefusedError(f"a {type(value).__name__} cannot be passed to a run")


def _bool(value: Any) -> bool:
    if isinstance(value, float | list | dict):
        raise TypeError(value)
    return WORDS[str(value).lower()]


def _int(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError(value)
    return int(value)


def _float(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError(value)
    number = float(value)
    as_json(number)
    return number


def _str(value: Any) -> str:
    if not isinstance(value, str):
        raise _RefusedError(f"{value!r} is not text: quote it, or its form may be lost")
    return value


def _list(value: Any) -> list[Any]:
    plain = _any(value)
    if not isinstance(plain, list):
        raise TypeError(value)
    return plain


def _dict(value: Any) -> dict[str, Any]:
    plain = _any(value)
    if not isinstance(plain, dict):
        raise TypeError(value)
    return plain


def _any(value: Any) -> Any:
    return as_json(_literal(value)) if isinstance(value, str) else value


def _literal(text: str) -> Any:
    """Return the Python or JSON value that `text` spells, the text itself where it spells none."""
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        pass
    try:
        return json.loads(text, parse_constant=lambda _: text)
    except (ValueError, RecursionError):
        return text


TYPED: dict[str, Callable[[Any], Any]] = {
    "bool": _bool,
    "int": _int,
    "float": _float,
    "str": _str,
    "list": _list,
    "dict": _dict,
    "any": _any,
}
