"""A recipe's program: a line of operations on row-aligned values, all else frozen in their arguments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Role = Literal["source", "rows", "filter", "pass", "concat", "lazy"]


@dataclass(frozen=True, kw_only=True, order=True)
class Site:
    """Where in the notebook an operation stands: cell and line count from 1, `text` is the line.

    Cell 0 is code beside the notebook, whose file `text` names.
    """

    cell: int
    line: int
    text: str = ""

    def __str__(self) -> str:
        if not self.cell:
            return f"{self.text.partition(':')[0] or 'code beside the notebook'} line {self.line}"
        return f"cell {self.cell} line {self.line}"


@dataclass(frozen=True)
class Ref:
    """A reference to a register: the value that an earlier operation made or changed."""

    register: int


@dataclass(frozen=True)
class Named:
    """A function, type or module that is known by its exact name, such as `numpy.log1p` or `builtins.str`."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Code:
    """A function or row loop of the notebook, with everything it read frozen as it was.

    `source` is the notebook's own text, dedented: a `def` (named `name`), a lambda expression, or the
    statements of a loop over rows. `frozen` gives the value of each free name (globals and closure
    cells): plain values, `Named` for modules and library functions, `Code` for other functions of the
    notebook. A loop runs as a function: `takes` are the names given to it at each call, in order,
    and it gives the names in `gives` as a dict.
    """

    kind: Literal["def", "lambda", "loop"]
    name: str
    source: str
    frozen: Mapping[str, Any] = field(default_factory=dict)
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Circle:
    """Functions of the notebook that call each other, by name: none can be written before the others."""

    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a result looked like: `columns` (labels) and `dtypes` of a frame, one dtype otherwise.

    A replayed result is conformed to it, since one row alone cannot show which columns there were
    and that a column of floats may hold no fraction.
    """

    kind: Literal["frame", "series", "array"]
    columns: tuple[Any, ...] = ()
    dtypes: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One step from raw row to model input.

    `function` is an exact name: `getitem`, `setitem`, `delitem`, `attribute`, `setattr`, `method`
    (arguments: owner, name, …), `loc`, `iloc`, `set_loc`, `set_iloc` (and `at`, `iat`), `add` and the
    other operators of the module `operator`, `nth` (a member of a tuple or dict), `same` (all rows go
    through), `call` (a `Code` or `Named` first, then its arguments), the exact name of a library
    function (`pandas.get_dummies`), or `rules.<name>` for what a rule replays. Arguments hold `Ref`s,
    also inside lists, tuples and dicts; everything else in them is frozen.

    It either makes a register or changes one in place. Roles: `source` gives the raw rows; `rows`
    keeps the rows of the register it `follows`; `filter` keeps some by a condition; `pass` chose
    training rows by position or chance, so at scoring all go through; `concat` stacks; `lazy`
    results hold rows without having any (`.str`, a grouping, a tuple).
    """

    number: int
    function: str
    arguments: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    makes: int | None = None
    changes: int | None = None
    role: Role = "rows"
    follows: int | None = None
    shape: Shape | None = None
    site: Site

    @property
    def register(self) -> int:
        """The register that it makes or changes."""
        found = self.makes if self.makes is not None else self.changes
        assert found is not None
        return found

    @property
    def uses(self) -> tuple[int, ...]:
        """The registers that its arguments refer to, each once."""
        refs = (*refs_in(self.arguments), *refs_in(self.options))
        return tuple(dict.fromkeys(one.register for one in refs))


def refs_in(value: Any) -> Iterator[Ref]:
    """Yield the references inside an argument, in order."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from refs_in(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from refs_in(one)
    elif isinstance(value, Code):
        yield from refs_in(value.frozen)
    elif isinstance(value, slice):
        yield from refs_in((value.start, value.stop, value.step))


def replaced(value: Any, known: Mapping[int, Any]) -> Any:
    """Return an argument with the references to registers in `known` replaced by their values."""
    if isinstance(value, Ref):
        return known.get(value.register, value)
    if isinstance(value, list | tuple):
        parts = [replaced(one, known) for one in value]
        return type(value)(parts) if type(value) in (list, tuple) else type(value)(*parts)
    if isinstance(value, dict):
        return {key: replaced(one, known) for key, one in value.items()}
    if isinstance(value, slice):
        return slice(*(replaced(one, known) for one in (value.start, value.stop, value.step)))
    return value
