"""Fitted estimators as they were after each fit, so that a refit or a rebinding cannot take them away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from o16n.watching.budget import allowance
from o16n.watching.frozen import freeze, weight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from o16n.watching.record import Event, State

FLOOR = 64 << 20


@dataclass(kw_only=True)
class States:
    """Frozen copies by (thing, fit), the superseded ones within `budget` bytes."""

    budget: int | None = None
    kept: dict[State, Any] = field(default_factory=dict)
    fits: dict[int, int] = field(default_factory=dict)
    types: dict[int, str] = field(default_factory=dict)
    spent: int = 0  # bytes held, roughly
    _weights: dict[State, int] = field(default_factory=dict)

    def remember(self, owner: Any, thing: int, *, deep: bool) -> State:
        """Keep `owner` as it is after one more fit; `deep` where later fits write into what it learned."""
        key = (thing, self.count(thing))
        self.kept[key] = freeze(owner, deep=deep)
        self._weights[key] = weight(owner)
        self.spent += self._weights[key]
        return key

    def count(self, thing: int) -> int:
        """Count one more fit; return which it is."""
        self.fits[thing] = self.fits.get(thing, 0) + 1
        return self.fits[thing]

    def drop(self, events: Iterable[Event], living: set[int]) -> None:
        """Hold superseded states to the budget: first those that never predicted, then the oldest.

        A state that the author saved stays, and so does the living object's last one.
        """
        if self.spent <= FLOOR and self.budget is None:
            return
        budget = allowance(FLOOR) if self.budget is None else self.budget
        used: dict[State, int] = {}
        saved: set[State] = set()
        for event in events:
            if event.kind in ("use", "score") and event.owner is not None:
                used[event.owner, event.state or 0] = event.number
            if event.kind == "save":
                saved |= {tuple(one) for one in event.detail.get("states", ())}
        old = [
            key
            for key in self.kept
            if key not in saved and (key[0] not in living or key[1] < self.fits[key[0]])
        ]
        superseded = sum(self._weights[key] for key in old)
        if superseded <= budget:
            return
        for key in sorted(old, key=lambda key: (used.get(key, 0), key)):
            if superseded <= budget // 2:
                return
            superseded -= self._weights[key]
            self.spent -= self._weights.pop(key)
            del self.kept[key]
