"""Frozen values as JSON and back, bit for bit: plain values, containers, references.

A plain value that JSON has stands for itself; every other is an object with one key, its tag.
Times, types and tables have modules of their own; what is no data at all (an estimator) is put
aside and written by `o16n.bundle.model_file`.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from o16n.recipe.program import Circle, Code, Named, Ref
from o16n.recipe.value_numbers import UnwritableError, float_of, odd_float

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

EXACT = 2**53  # whole numbers beyond are no JSON numbers to every reader
DEEPEST = 60


class Writer:
    """Turns values into JSON; collects tables, estimators and functions that stand elsewhere.

    `tables` are JSON documents, each once; `frozen` are objects for `frozen.skops`; `codes` gives
    the name of the factory that makes a function.
    """

    def __init__(self, codes: Callable[[Code], str]) -> None:
        self.tables: list[Any] = []
        self.frozen: list[Any] = []
        self.codes = codes
        self._places: dict[bytes, int] = {}
        self.in_table = False
        self._depth = 0

    def write(self, value: Any) -> Any:
        """Return the JSON of a value.

        Raises:
            UnwritableError: it is no value that a recipe can carry.
        """
        if self._depth > DEEPEST:
            raise UnwritableError("a structure that holds itself, or too deep")
        self._depth += 1
        try:
            return self._written(value)
        finally:
            self._depth -= 1

    def _written(self, value: Any) -> Any:
        if value is None or type(value) is bool:
            return value
        writer = writers().get(type(value)) or _writer_by_base(value)
        return writer(value, self) if writer is not None else self._aside(value)

    def table(self, told: Any) -> Any:
        """Put a table aside, each different one once; return the reference to it."""
        from o16n.files import canonical_json

        text = canonical_json(told)
        if text not in self._places:
            self._places[text] = len(self.tables)
            self.tables.append(told)
        return {"table": self._places[text]}

    def _aside(self, value: Any) -> Any:
        """Refer to an object that is no plain data; the same object is one."""
        if isinstance(value, Circle):
            names = " and ".join(value.names)
            hint = "write them as one function, or as one that calls itself"
            raise UnwritableError(f"functions that call each other, {names}", hint)
        if isinstance(value, type) or callable(value) or not hasattr(value, "__dict__"):
            raise UnwritableError(f"a {_name(value)}")
        place = next((at for at, one in enumerate(self.frozen) if one is value), len(self.frozen))
        if place == len(self.frozen):
            self.frozen.append(value)
        return {"frozen": place}


class Reader:
    """Turns JSON back into values; `codes` makes the `Code` for a factory and its frozen names."""

    def __init__(
        self,
        tables: list[Any],
        frozen: list[Any],
        codes: Callable[[str, dict[str, Any]], Code],
    ) -> None:
        self.frozen = frozen
        self.codes = codes
        self._told = tables
        self._tables: dict[int, Any] = {}

    def read(self, told: Any) -> Any:
        """Return the value that JSON tells.

        Raises:
            ValueError, TypeError, LookupError, AttributeError: it tells none.
        """
        if isinstance(told, list):
            return [self.read(one) for one in told]
        if not isinstance(told, dict):
            return told
        ((tag, inner),) = told.items()
        return READERS[tag](inner, self)

    def table(self, place: Any) -> Any:
        """Return table number `place`, made once."""
        if type(place) is not int or place < 0:
            raise ValueError("a table has a number")
        if place not in self._tables:
            self._tables[place] = self.read(self._told[place])
        return self._tables[place]


def _name(value: Any) -> str:
    """Return the type of a value, or for a function or type what it is called."""
    if isinstance(value, type) or (callable(value) and hasattr(value, "__qualname__")):
        kind = "type" if isinstance(value, type) else "function"
        return f"{kind} {value.__module__}.{value.__qualname__}, which o16n does not know by name"
    return f"{type(value).__module__}.{type(value).__qualname__}"


def _float(value: float, _: Writer) -> Any:
    return value if math.isfinite(value) else {"float": odd_float(value)}


def _int(value: int, _: Writer) -> Any:
    return value if abs(value) < EXACT else {"int": hex(value)}


def _text(value: str, _: Writer) -> Any:
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which no file can hold as text
        return {"text": value.encode("utf-8", "surrogatepass").hex()}
    return value


def _items(values: Iterable[Any], writer: Writer) -> list[Any]:
    return [writer.write(one) for one in values]


def _pairs(value: dict[Any, Any], writer: Writer) -> list[Any]:
    return [[writer.write(key), writer.write(one)] for key, one in value.items()]


def _set(value: set[Any] | frozenset[Any], writer: Writer) -> list[Any]:
    from o16n.files import canonical_json

    return sorted(_items(value, writer), key=canonical_json)


def _code(value: Code, writer: Writer) -> Any:
    factory = writer.codes(value)
    frozen = {k: one for k, one in value.frozen.items() if not isinstance(one, Named)}
    return {"code": [factory, {name: writer.write(frozen[name]) for name in sorted(frozen)}]}


def _pattern(value: re.Pattern[Any], writer: Writer) -> Any:
    return {"pattern": [writer.write(value.pattern), value.flags]}


PLAIN: dict[type, Callable[[Any, Writer], Any]] = {
    int: _int,
    float: _float,
    str: _text,
    complex: lambda value, writer: {"complex": _items((value.real, value.imag), writer)},
    bytes: lambda value, _: {"bytes": value.hex()},
    list: _items,
    tuple: lambda value, writer: {"tuple": _items(value, writer)},
    dict: lambda value, writer: {"dict": _pairs(value, writer)},
    set: lambda value, writer: {"set": _set(value, writer)},
    frozenset: lambda value, writer: {"frozenset": _set(value, writer)},
    slice: lambda value, writer: {"slice": _items((value.start, value.stop, value.step), writer)},
    range: lambda value, writer: {"range": _items((value.start, value.stop, value.step), writer)},
    type(Ellipsis): lambda _, __: {"ellipsis": None},
    Ref: lambda value, _: {"ref": value.register},
    Named: lambda value, _: {"named": value.name},
    Code: _code,
    re.Pattern: _pattern,
}


@cache
def writers() -> dict[type, Callable[[Any, Writer], Any]]:
    """Return the writer for each exact type."""
    from collections import Counter, OrderedDict, defaultdict

    from o16n.recipe import value_tables, value_times, value_types

    def default(value: Any, writer: Writer) -> Any:
        return {"defaultdict": [writer.write(_factory(value)), _pairs(value, writer)]}

    return {
        **PLAIN,
        Counter: lambda value, writer: {"counter": _pairs(value, writer)},
        OrderedDict: lambda value, writer: {"ordered": _pairs(value, writer)},
        defaultdict: default,
        **value_types.writers(),
        **value_times.writers(),
        **value_tables.writers(),
    }


def _factory(value: Any) -> Any:
    made = value.default_factory
    if made is not None and made not in (int, float, str, list, dict, set):
        raise UnwritableError(f"a defaultdict of {made!r}")
    return None if made is None else Named(f"builtins.{made.__name__}")


def _writer_by_base(value: Any) -> Callable[[Any, Writer], Any] | None:
    """Return the writer for a type that comes in many: numpy numbers, types of columns, offsets."""
    from o16n.recipe import value_tables, value_times, value_types

    return (
        value_types.writer_for(value)
        or value_times.writer_for(value)
        or value_tables.writer_for(value)
    )


def _read_pairs(told: Any, reader: Reader) -> dict[Any, Any]:
    return {reader.read(key): reader.read(one) for key, one in told}


def _read_code(told: Any, reader: Reader) -> Code:
    factory, frozen = told
    if not isinstance(factory, str) or not isinstance(frozen, dict):
        raise TypeError("a function has a factory and frozen names")
    return reader.codes(factory, {name: reader.read(one) for name, one in frozen.items()})


def _whole(told: Any) -> int:
    if type(told) is not int:
        raise TypeError("not a whole number")
    return told


def _read_frozen(told: Any, reader: Reader) -> Any:
    if _whole(told) < 0:
        raise ValueError("an estimator has a number")
    return reader.frozen[told]


def _read_named(told: Any, _: Reader) -> Named:
    if not isinstance(told, str):
        raise TypeError("not a name")
    return Named(told)


def _read_default(told: Any, reader: Reader) -> Any:
    import builtins
    from collections import defaultdict

    factory, pairs = reader.read(told[0]), _read_pairs(told[1], reader)
    made = None if factory is None else getattr(builtins, factory.name.removeprefix("builtins."))
    result = defaultdict(made, pairs)
    _factory(result)
    return result


def _counter(told: Any, reader: Reader) -> Any:
    from collections import Counter

    return Counter(_read_pairs(told, reader))


def _ordered(told: Any, reader: Reader) -> Any:
    from collections import OrderedDict

    return OrderedDict(_read_pairs(told, reader))


def _lazily(module: str, tag: str) -> Callable[[Any, Reader], Any]:
    """Return a reader that stands in another module, which is imported on use."""

    def read(told: Any, reader: Reader) -> Any:
        from importlib import import_module

        return import_module(f"o16n.recipe.{module}").READERS[tag](told, reader)

    return read


TYPES = ("dtype", "string", "category", "extension", "number")
TIMES = (
    "timestamp", "timedelta", "missing", "period", "offset", "datetime", "date", "time",
    "duration", "zone", "interval",
)  # fmt: skip
TABLES = ("array", "index", "series", "frame", "values", "sparse")
READERS: dict[str, Callable[[Any, Reader], Any]] = {
    "int": lambda told, _: int(told, 16),
    "float": lambda told, _: float_of(told),
    "text": lambda told, _: bytes.fromhex(told).decode("utf-8", "surrogatepass"),
    "complex": lambda told, reader: complex(*reader.read(told)),
    "bytes": lambda told, _: bytes.fromhex(told),
    "tuple": lambda told, reader: tuple(reader.read(told)),
    "dict": _read_pairs,
    "set": lambda told, reader: set(reader.read(told)),
    "frozenset": lambda told, reader: frozenset(reader.read(told)),
    "slice": lambda told, reader: slice(*reader.read(told)),
    "range": lambda told, reader: range(*reader.read(told)),
    "ellipsis": lambda _, __: ...,
    "ref": lambda told, _: Ref(_whole(told)),
    "named": _read_named,
    "code": _read_code,
    "pattern": lambda told, reader: re.compile(reader.read(told[0]), _whole(told[1])),
    "counter": _counter,
    "ordered": _ordered,
    "defaultdict": _read_default,
    "table": lambda told, reader: reader.table(told),
    "frozen": _read_frozen,
    **{tag: _lazily("value_types", tag) for tag in TYPES},
    **{tag: _lazily("value_times", tag) for tag in TIMES},
    **{tag: _lazily("value_tables", tag) for tag in TABLES},
}
