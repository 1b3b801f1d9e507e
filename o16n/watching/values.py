"""Objects numbered while they live, each of their contents too, with cheap copies of what they held."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from o16n.watching.budget import allowance
from o16n.watching.kinds import (
    CONTAINERS,
    DATA,
    address,
    blocks_of,
    copies_on_write,
    is_plain,
    is_plain_throughout,
    kind_of,
    shape_of,
    size_of,
    stamp,
)
from o16n.watching.record import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

FLOOR = 32 << 20  # bytes of copies that are always granted
RAW = 256 << 20  # of data as it was read, besides
LAZY = frozenset({"frame", "series", "polars"})  # a copy shares their memory until it is written to


@dataclass(kw_only=True)
class Known:
    """A living object: its number, the stamp of its last content, and that content's value."""

    thing: int
    stamp: Any = None
    value: Value | None = None
    held: bool = True  # whether a copy of its content is kept
    hold: Any = None  # a weak reference, or the object itself where it allows none


@dataclass(kw_only=True)
class Values:
    """Numbers objects and their contents; `kept` holds copies by token, within `budget` bytes.

    Frames are copied lazily where pandas copies on write: such a copy costs nothing while the frame
    lives unchanged, and is charged from then on; where pandas writes through, it is charged at once. A value above the budget is not copied at all. What was
    read from outside is `precious` and goes last.
    """

    budget: int | None = None
    known: dict[int, Value] = field(default_factory=dict)
    kept: dict[int, Any] = field(default_factory=dict)
    names: dict[int, dict[str, int]] = field(default_factory=dict)
    precious: set[int] = field(default_factory=set)
    spent: int = 0
    _living: dict[int, Known] = field(default_factory=dict)
    _released: list[int] = field(default_factory=list)
    _charged: dict[int, int] = field(default_factory=dict)
    _blocks: dict[int, int] = field(default_factory=dict)
    _count: int = 0

    def thing(self, value: Any) -> int:
        """Return the number of an object; forgotten when it dies, so that a reused id cannot mislead."""
        return self._entry(value).thing

    def token(self, value: Any, *, raw: bool = False) -> int | None:
        """Return the token of what `value` holds now, None for what is no data; `raw` is as read from outside.

        A container of objects is told but not remembered: to keep it would keep what it holds alive.
        """
        kind = kind_of(value)
        if kind not in DATA:
            return None
        if kind in CONTAINERS and not is_plain_throughout(value):
            self._count += 1
            return self._new(self._count, value, kind, None).token
        self.settle()
        entry = self._entry(value)
        if entry.value is None:
            entry.held = size_of(value, kind) <= (RAW if raw else self._allowed())
        now = stamp(value, kind, held=entry.held)
        if entry.value is None or entry.stamp != now:
            if entry.value is not None:
                self._charge(entry.value.token)
            entry.value = self._new(entry.thing, value, kind, now)
            if raw:
                self.precious.add(entry.value.token)
            if entry.held:
                self._keep(entry.value.token, value, kind)
            entry.stamp = stamp(value, kind, held=entry.held)
        return entry.value.token

    def current(self, key: int) -> Known | None:
        """Return the living object with `id` key, None where it was never seen or is dead."""
        return self._living.get(key)

    def things(self) -> dict[int, int]:
        """Return the number of each object that still lives, by its id."""
        return {key: entry.thing for key, entry in list(self._living.items())}

    def living(self) -> set[int]:
        """Return the numbers of the objects that still live."""
        return {entry.thing for entry in list(self._living.values())}

    def settle(self) -> None:
        """Charge the copies of what has died, and let the oldest go until the budget holds."""
        while self._released:
            self._charge(self._released.pop())
        if self.spent > FLOOR:
            self._drop()

    def borrowed(self) -> dict[int, Any]:
        """Return, by token, what was too large to copy and lives unchanged."""
        found: dict[int, Any] = {}
        for entry, value in self._objects():
            if entry.value is None or entry.value.token in self.kept:
                continue
            kind = entry.value.kind
            if kind in LAZY or kind in ("array", "sparse"):
                same = entry.stamp == stamp(value, kind, held=entry.held)
                found |= {entry.value.token: value} if same else {}
        return found

    def boosters(self, fits: dict[int, int]) -> dict[tuple[int, int], Any]:
        """Return the natively trained models that live, by (thing, fit): of them no copy is cheap."""
        return {
            (entry.thing, fits[entry.thing]): value
            for entry, value in self._objects()
            if entry.thing in fits and kind_of(value) == "booster"
        }

    def _objects(self) -> Iterator[tuple[Known, Any]]:
        for entry in list(self._living.values()):
            value = entry.hold() if isinstance(entry.hold, weakref.ref) else entry.hold
            if value is not None:
                yield entry, value

    def _entry(self, value: Any) -> Known:
        key = id(value)
        entry = self._living.get(key)
        if entry is None:
            self._count += 1
            entry = self._living[key] = Known(thing=self._count)
            entry.hold = self._hold(value, key, entry)
        return entry

    def _hold(self, value: Any, key: int, entry: Known) -> Any:
        living, released = self._living, self._released

        def forget(_: object) -> None:
            # Anywhere in the notebook's code: what costs time or can fail waits for `settle`.
            if living.get(key) is entry:
                del living[key]
            if entry.value is not None:
                released.append(entry.value.token)

        try:
            return weakref.ref(value, forget)
        except TypeError:
            return value  # plain things, and lists and tuples of them

    def _new(self, thing: int, value: Any, kind: str, now: Any) -> Value:
        self._count += 1
        columns = None
        if kind == "frame":
            columns = tuple(map(_label, value.columns))
        elif kind == "series":
            columns = (_label(value.name),)
        base = self._living.get(id(value.base)) if kind == "array" else None
        made = Value(
            token=self._count,
            thing=thing,
            kind=kind,
            shape=shape_of(value, kind),
            columns=columns,
            digest=now[0] if kind == "array" else None,
            base=base.value.token if base is not None and base.value is not None else None,
        )
        self.known[made.token] = made
        return made

    def _keep(self, token: int, value: Any, kind: str) -> None:
        through = kind in ("frame", "series") and not copies_on_write()
        if kind in ("frame", "series"):
            self.kept[token] = value.copy(deep=through)
        elif kind == "polars":
            self.kept[token] = value.clone()
        elif kind in ("array", "sparse"):
            self.kept[token] = value.copy()
        elif kind in ("list", "tuple"):
            self.kept[token] = list(value)
        elif kind == "Bunch":
            self.kept[token] = type(value)(**value)
        if kind not in LAZY or through:
            self._charge(token)

    def _allowed(self) -> int:
        return allowance(FLOOR) if self.budget is None else self.budget

    def _charge(self, token: int) -> None:
        """Count a copy that shares its memory with nothing living any more."""
        if token in self.kept and token not in self._charged:
            value, kind = self.kept[token], self.known[token].kind
            before = self.spent
            for key, size in _parts(value, kind):
                self._blocks[key] = self._blocks.get(key, 0) + 1
                self.spent += size if self._blocks[key] == 1 else 0
            self._charged[token] = self.spent - before

    def _drop(self) -> None:
        budget = self._allowed()
        ordinary = [one for one in self._charged if one not in self.precious]
        for token in ordinary:
            if self.spent <= budget:
                return
            self._discharge(token)
        for token in list(self._charged):
            if self.spent <= budget + RAW:
                return
            self._discharge(token)

    def _discharge(self, token: int) -> None:
        del self._charged[token]
        value, kind = self.kept.pop(token), self.known[token].kind
        for key, size in _parts(value, kind):
            self._blocks[key] -= 1
            if not self._blocks[key]:
                del self._blocks[key]
                self.spent -= size


def _parts(value: Any, kind: str) -> list[tuple[int, int]]:
    """Return (address, bytes) of the memory that a copy refers to."""
    blocks = blocks_of(value)
    if not blocks:
        return [(id(value), size_of(value, kind))]
    return [(address(one), int(getattr(one, "nbytes", 0))) for one in blocks]


def _label(value: Any) -> str:
    """Return a column's label as text; one of the notebook's own making by its class."""
    if is_plain(value):
        return str(value)
    if type(value) is tuple:
        return str(tuple(map(_label, value)))
    return type(value).__name__
