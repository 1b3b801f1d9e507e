"""What a recipe may call: functions by exact name, methods and attributes by the kind of their owner.

A recipe is data that somebody sends: what it calls is looked up here, never evaluated. The names
stand in allowed.txt, our own list.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.recipe.allowed_text import is_plain_query

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_NAME = ("agg", "aggregate", "apply", "transform")  # methods that take a method's name as text
FILLING = ("method", "fill_method")


@cache
def sections() -> Mapping[str, frozenset[str]]:
    """Return the names of allowed.txt by the heading they stand under."""
    found: dict[str, set[str]] = {}
    heading = ""
    for line in (Path(__file__).parent / "allowed.txt").read_text().splitlines():
        if line.startswith("["):
            heading = line.strip("[]")
            found[heading] = set()
        elif not line.startswith("#"):
            found[heading].update(line.split()) if heading else None
    return {one: frozenset(names) for one, names in found.items()}


@cache
def functions() -> Mapping[str, bool]:
    """Return the full names of all allowed functions and types; True where only row by row (axis 1)."""
    found = {}
    for heading, names in sections().items():
        word, _, module = heading.partition(" ")
        if word == "functions":
            root, _, how = module.partition(" ")
            found.update({f"{root}.{name}": how == "by row" for name in names})
    return found


def resolve(name: str) -> Any:
    """Return the function, type or constant of that exact name.

    Raises:
        LookupError: it is not on the list, or the installed library has none of that name.
    """
    if name not in functions():
        raise LookupError(f"{name[:80]} is not on the list of what a recipe may call")
    try:
        return _found(name)
    except (ImportError, AttributeError) as error:
        raise LookupError(f"the installed library has no {name}") from error


@cache
def _found(name: str) -> Any:
    """Return what stands under a dotted name: the longest part of it that is a module, then attributes."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        try:
            value: Any = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            value = getattr(value, part)
        return value
    raise AttributeError(name)


def name_of(function: Any) -> str | None:
    """Return the exact public name of a live function or type, None where it is not on the list.

    A function that stands under several names has the one of the library it is known by: numpy's
    before scipy's.
    """
    try:
        return _names(_imported()).get(function)
    except TypeError:  # not hashable, so no function
        return None


def _imported() -> tuple[str, ...]:
    """Return the libraries of the list that this process has imported: only these can have live functions."""
    roots = {name.partition(".")[0] for name in functions()}
    return tuple(sorted(root for root in roots if root in sys.modules))


SUBSCRIPTED = ("CClass", "RClass", "IndexExpression")  # numpy.c_ and the like
ORDER = ("builtins", "operator", "math", "numpy", "pandas")


@cache
def _names(roots: tuple[str, ...]) -> dict[Any, str]:
    found: dict[Any, str] = {}
    known = [name for name in functions() if name.partition(".")[0] in roots]
    for name in sorted(known, key=_rank):
        try:
            value = _found(name)
        except (ImportError, AttributeError):  # another version of the library
            continue
        if callable(value) or type(value).__name__ in SUBSCRIPTED:
            found.setdefault(value, name)
    return found


def _rank(name: str) -> tuple[int, int, str]:
    root = name.partition(".")[0]
    first = ORDER.index(root) if root in ORDER else len(ORDER)
    return first, _alias(name), name


def _alias(name: str) -> int:
    """Return 0 for the name that a function calls itself, 1 for any other."""
    try:
        own = getattr(_found(name), "__name__", "")
    except (ImportError, AttributeError):
        return 1
    return int(own != name.rpartition(".")[2])


def check_function(name: str, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> None:
    """Refuse a function that is only allowed row by row and is called otherwise.

    Raises:
        LookupError: it is.
    """
    if functions().get(name) and not _by_row(name, arguments, options):
        raise LookupError(f"{name} depends on the order of the rows")


def is_method_name(name: Any) -> bool:
    """Tell whether any kind of owner has an allowed method of that name."""
    return any(name in names for head, names in sections().items() if head.startswith("methods "))


def check_method(
    owner: Any, name: str, arguments: tuple[Any, ...], options: Mapping[str, Any]
) -> None:
    """Refuse a method that the kind of its owner may not have called.

    Raises:
        LookupError: says which method of what.
    """
    kind = kind_of(owner)
    if not _has(kind, name):
        if not _has(_rowwise(kind), name):
            raise LookupError(f"the method {name[:60]} of a {type(owner).__name__} is not allowed")
        if not _by_row(name, (owner, *arguments), options):
            raise LookupError(f"{name} depends on the order or number of the rows")
    if name in BY_NAME:
        for one in _texts(_functions_in(name, arguments, options)):
            _check_named_method(kind, one)
    if name == "query" and not (arguments and is_plain_query(arguments[0])):
        raise LookupError("query takes names, numbers, texts, comparisons and arithmetic only")
    if name == "fillna" and any(options.get(one) for one in FILLING):
        raise LookupError("fillna by a neighbour's value depends on the order of the rows")


def _functions_in(name: str, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> list[Any]:
    """Return the arguments that say what to do: the first, and those of a named aggregation."""
    told = [*arguments[:1], options.get("func")]
    if name in ("agg", "aggregate"):
        told += [one[1:] for one in options.values() if isinstance(one, tuple)]
        told += [one for one in options.values() if isinstance(one, str) and one not in AXES]
    return told


def _check_named_method(kind: str, name: str) -> None:
    known = {*_of(f"methods {kind}"), *_of("methods series"), *_of("methods frame")}
    if name.isidentifier() and name not in known and name not in AXES:
        raise LookupError(f"the method {name[:60]}, named as text, is not allowed")
    if not name.isidentifier():
        raise LookupError("a method is named by text that is no name")


AXES = frozenset(
    {"index", "columns", "rows", "expand", "reduce", "broadcast", "python", "numba", "ignore",
     "nunique", "size", "first", "last", "nth"}
)  # fmt: skip


def _texts(value: Any) -> list[str]:
    """Return every text in the arguments of a method that may take methods by name."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [one for part in value.values() for one in _texts(part)]
    if isinstance(value, list | tuple | set):
        return [one for part in value for one in _texts(part)]
    return []


def check_attribute(owner: Any, name: str) -> None:
    """Refuse an attribute that the kind of its owner may not have read; a frame's columns are its own.

    Raises:
        LookupError: says which attribute of what.
    """
    kind = kind_of(owner)
    if name in _of(f"attributes {kind}"):
        return
    if kind in ("frame", "grouping") and name in _columns(owner) and not _is_own(owner, name):
        return
    raise LookupError(f"the attribute {name[:60]} of a {type(owner).__name__} is not allowed")


def check_set(owner: Any, name: str) -> None:
    """Refuse to set an attribute other than names and indexes, or a column that is there.

    Raises:
        LookupError: says which attribute of what.
    """
    kind = kind_of(owner)
    if name in _of(f"settable {kind}") or (kind == "frame" and name in _columns(owner)):
        return
    raise LookupError(f"setting {name[:60]} of a {type(owner).__name__} is not allowed")


def _columns(owner: Any) -> Any:
    return owner.columns if hasattr(type(owner), "columns") else owner.obj.columns


def _is_own(owner: Any, name: str) -> bool:
    """Tell whether a name is a method of the owner's type, which a column of that name does not hide."""
    return hasattr(type(owner), name)


def _of(heading: str) -> frozenset[str]:
    return sections().get(heading, frozenset())


def _has(kind: str, name: str) -> bool:
    return name in _of(f"methods {kind}")


def _rowwise(kind: str) -> str:
    return "by row" if kind in ("frame", "series") else f"{kind} by row"


AXIS_AT = {"diff": 2, "partition": 2, "argpartition": 2, "shift": 3}
BY_NAME_ONLY = ("rolling", "interpolate", "value_counts", "pct_change", "ffill", "bfill")


def _by_row(name: str, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> bool:
    """Tell whether an axis is given that runs along the columns of each row of the first argument."""
    word = name.rpartition(".")[2]
    place = len(arguments) if word in BY_NAME_ONLY else AXIS_AT.get(word, 1)
    told = options.get("axis", arguments[place] if place < len(arguments) else None)
    wide = bool(arguments) and getattr(arguments[0], "ndim", 1) > 1
    return wide and type(told) in (int, str) and told in (1, -1, "columns")


_KINDS: dict[type, str] = {}


def kind_of(owner: Any) -> str:
    """Return the kind of owner that an object is, as the headings of allowed.txt name it."""
    kind = type(owner)
    if kind not in _KINDS:
        _KINDS[kind] = _kind_of(kind)
    return _KINDS[kind]


def _kind_of(kind: type) -> str:
    import datetime as dt
    import re

    import numpy as np
    import pandas as pd
    from pandas.api import extensions, typing

    groupings = (typing.DataFrameGroupBy, typing.SeriesGroupBy)
    numbers = (bool, int, float, complex, np.generic)
    times = (dt.date, dt.time, dt.timedelta, dt.tzinfo, pd.Period)
    known: tuple[tuple[str, Any], ...] = (
        ("frame", pd.DataFrame), ("series", pd.Series), ("index", pd.Index),
        ("values", extensions.ExtensionArray), ("grouping", groupings), ("array", np.ndarray),
        ("text", (str, bytes)), ("list", list), ("dict", dict), ("set", set | frozenset),
        ("time", times), ("pattern", (re.Pattern, re.Match)), ("number", numbers),
        ("interval", pd.Interval),
    )  # fmt: skip
    for name, kinds in known:
        if issubclass(kind, kinds):
            return name
    return _by_name(kind)


ACCESSORS = {
    "StringMethods": "text column",
    "CombinedDatetimelikeProperties": "date column",
    "DatetimeProperties": "date column",
    "TimedeltaProperties": "date column",
    "PeriodProperties": "date column",
    "CategoricalAccessor": "category column",
}


def _by_name(kind: type) -> str:
    if kind.__module__.partition(".")[0] == "pandas":
        return ACCESSORS.get(kind.__name__, "nothing")
    if kind.__module__.startswith("scipy.sparse"):
        return "sparse"
    learns = hasattr(kind, "fit") or hasattr(kind, "transform") or hasattr(kind, "predict")
    return "estimator" if learns else "nothing"
