"""Objects numbered while they live, each of their contents too, with cheap copies of what they held."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import Any

from o16n.watching.kinds import (
    CONTAINERS,
    DATA,
    address,
    blocks_of,
    is_plain,
    is_plain_throughout,
    kind_of,
    shape_of,
    stamp,
)
from o16n.watching.record import Value

BUDGET = 256 << 20  # bytes of copies kept for evidence
LARGE = 64 << 20  # an array above this is never copied
LONGEST = 1_000_000


@dataclass(kw_only=True)
class Known:
    """A living object: its number, the stamp of its last content, and that content's value."""

    thing: int
    stamp: Any = None
    value: Value | None = None
    hold: Any = None  # a weak reference, or the object itself where it allows none


@dataclass(kw_only=True)
class Values:
    """Numbers objects and their contents; `kept` holds copies by token, within `budget` bytes.

    Frames are copied lazily (copy-on-write), so that a copy costs what the notebook later replaces.
    What was read from outside is `precious` and never dropped.
    """

    budget: int = BUDGET
    known: dict[int, Value] = field(default_factory=dict)
    kept: dict[int, Any] = field(default_factory=dict)
    names: dict[int, dict[str, int]] = field(default_factory=dict)
    precious: set[int] = field(default_factory=set)
    spent: int = 0
    _living: dict[int, Known] = field(default_factory=dict)
    _blocks: dict[int, int] = field(default_factory=dict)
    _count: int = 0

    def thing(self, value: Any) -> int:
        """Return the number of an object; forgotten when it dies, so that a reused id cannot mislead."""
        return self._entry(value).thing

    def token(self, value: Any) -> int | None:
        """Return the token of what `value` holds now, None for what is no data.

        A container of objects is told but not remembered: to keep it would keep what it holds alive.
        """
        kind = kind_of(value)
        if kind not in DATA:
            return None
        if kind in CONTAINERS and not is_plain_throughout(value):
            self._count += 1
            return self._new(self._count, value, kind, None).token
        entry, now = self._entry(value), stamp(value, kind)
        if entry.value is None or entry.stamp != now:
            entry.value = self._new(entry.thing, value, kind, now)
            self._keep(entry.value.token, value, kind)
            entry.stamp = stamp(value, kind)
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

    def _entry(self, value: Any) -> Known:
        key = id(value)
        entry = self._living.get(key)
        if entry is None:
            self._count += 1
            entry = self._living[key] = Known(thing=self._count)
            entry.hold = self._hold(value, key, entry)
        return entry

    def _hold(self, value: Any, key: int, entry: Known) -> Any:
        def forget(_: object, living: dict[int, Known] = self._living) -> None:
            if living.get(key) is entry:
                del living[key]

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
        if kind in ("frame", "series"):
            self.kept[token] = value.copy(deep=False)
        elif kind == "sparse" or (kind == "array" and value.nbytes <= LARGE):
            self.kept[token] = value.copy()
        elif kind in ("list", "tuple") and len(value) < LONGEST:
            self.kept[token] = list(value)
        elif kind == "polars":
            self.kept[token] = value.clone()
        elif kind == "Bunch":
            self.kept[token] = type(value)(**value)
        self.spent += self._charge(token, 1)
        if self.spent > self.budget:
            self._drop(spare=token)

    def _drop(self, *, spare: int) -> None:
        """Let the oldest copies go until the budget holds; a stamp is sound only while its copy lives."""
        for token in [one for one in self.kept if one != spare and one not in self.precious]:
            self.spent += self._charge(token, -1)
            del self.kept[token]
            for entry in list(self._living.values()):
                if entry.value is not None and entry.value.token == token:
                    entry.stamp = None
            if self.spent <= self.budget:
                return

    def _charge(self, token: int, sign: int) -> int:
        """Return the bytes by which the copies grow or shrink: blocks no other copy refers to."""
        total = 0
        for block in blocks_of(self.kept.get(token)):
            key = address(block)
            before = self._blocks.get(key, 0)
            self._blocks[key] = before + sign
            if before + sign == (1 if sign > 0 else 0):
                total += sign * int(getattr(block, "nbytes", 0))
        return total


def _label(value: Any) -> str:
    """Return a column's label as text; one of the notebook's own making by its class."""
    if is_plain(value):
        return str(value)
    if type(value) is tuple:
        return str(tuple(map(_label, value)))
    return type(value).__name__
