"""What the tracer knows: row-aligned values with the identities of their rows, and calls on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

    from o16n.recipe.program import Role, Site

STRIDE = 10**9  # identities of the rows of source k start at k times this
MADE_UP = -1  # the identity of a row that no source has (resampling)


@dataclass(kw_only=True)
class Tracked:
    """A row-aligned or lazy value: its register, and the identity of each of its rows (n,).

    `by_order` marks a condition that says which rows stand first (`duplicated`): what it selects is
    a choice of training rows.
    """

    value: Any
    register: int
    rows: np.ndarray[Any, Any]
    by_order: bool = False


@dataclass(frozen=True, kw_only=True)
class Form:
    """How an operation is written down: function by exact name, arguments, options."""

    function: str
    arguments: tuple[Any, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One operation about to run: `called` is its plain name, `live` what computes it."""

    site: Site
    called: str
    written: str
    live: Callable[..., Any]
    args: tuple[Any, ...]
    options: dict[str, Any]
    tracked: tuple[Tracked, ...]

    @property
    def owner(self) -> Any:
        """The first argument: what a method or subscript is of."""
        return self.args[0] if self.args else None

    @property
    def given(self) -> tuple[Any, ...]:
        """The arguments after the owner and, for a method, after its name."""
        return self.args[2:] if self.written == "method" else self.args[1:]

    @property
    def key(self) -> Any:
        """The subscript of `getitem`, `loc` and the like."""
        return self.args[-1]


@dataclass(frozen=True, kw_only=True)
class Aligned:
    """A result that has rows: their identities, whose rows they were, and how they came to be."""

    rows: np.ndarray[Any, Any]
    follows: int
    role: Role
    form: Form | None = None
    by_order: bool = False


@dataclass(kw_only=True)
class ModelUse:
    """A row-aligned matrix given to a predictor: what it was then, after `time` operations."""

    model: Any
    kind: str
    method: str
    register: int
    time: int
    site: Site
    rows: np.ndarray[Any, Any]
    snapshot: Any


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something that a person should know of, with its place."""

    site: Site
    text: str


class Known:
    """The values that are tracked, by object identity."""

    def __init__(self) -> None:
        self._by_id: dict[int, Tracked] = {}
        self._held: list[Any] = []
        self.registers = 0

    def fresh(self) -> int:
        """Return a new register."""
        self.registers += 1
        return self.registers

    def find(self, value: Any) -> Tracked | None:
        """Return what is known of this very object."""
        entry = self._by_id.get(id(value))
        return entry if entry is not None and entry.value is value else None

    def inside(self, value: Any, depth: int = 0) -> list[Tracked]:
        """Return the tracked values that an argument is or holds."""
        entry = self.find(value)
        if entry is not None:
            return [entry]
        few = depth < 3 and isinstance(value, list | tuple | dict) and len(value) <= 500  # noqa: PLR2004
        if isinstance(value, slice):
            return self.inside((value.start, value.stop, value.step), depth + 1)
        if not few:
            return []
        parts = value.values() if isinstance(value, dict) else value
        return [one for part in parts for one in self.inside(part, depth + 1)]

    def track(self, value: Any, rows: np.ndarray[Any, Any], *, by_order: bool = False) -> Tracked:
        """Remember a value and the identities of its rows, in a new register."""
        entry = Tracked(value=value, register=self.fresh(), rows=rows, by_order=by_order)
        self._by_id[id(value)] = entry
        self._held.append(value)
        return entry

    def all_of(self) -> list[Tracked]:
        """Return everything that is tracked."""
        return list(self._by_id.values())

    def forget(self, value: Any) -> None:
        """Track a value no longer."""
        self._by_id.pop(id(value), None)
