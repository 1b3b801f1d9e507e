"""Where a matrix came from: the transformers and the split that lie between it and the raw rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from o16n.candidate.reading import Reading
    from o16n.watching.record import Event, State

STEPS = 20  # transforms on the way back


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The transforms between a value and the split it came from, the last first.

    `split` is the event of the split and `half` 0 for its train part, 1 for its test part; None
    where no split lies on the way. `above` is what the split was given.
    """

    transforms: tuple[Event, ...] = ()
    split: Event | None = None
    half: int | None = None
    above: int | None = None

    @property
    def states(self) -> set[State]:
        """The transformers in the state in which they worked."""
        return {(one.owner, one.state or 0) for one in self.transforms if one.owner is not None}


@dataclass(frozen=True)
class Flow:
    """A record, read backwards."""

    reading: Reading

    def chain(self, token: int | None) -> Chain:
        """Return what lies between a value and its split, by identity, by view and by content."""
        transforms: list[Event] = []
        for _ in range(STEPS):
            made = self._maker(token)
            if made is None:
                break
            event, place = made
            if event.kind == "split":
                above = event.data[place // 2] if place // 2 < len(event.data) else None
                return Chain(transforms=tuple(transforms), split=event, half=place % 2, above=above)
            transforms.append(event)
            token = event.data[0] if event.data else None
        return Chain(transforms=tuple(transforms))

    def fit_of(self, state: State) -> Event | None:
        """Return the fit that brought an estimator into a state."""
        return self._fits.get(state)

    def predicts(self, thing: int | None) -> bool:
        """Tell whether an estimator is a model rather than a transformer."""
        states: Mapping[State, Any] = self.reading.record.states
        return any(key[0] == thing and hasattr(type(one), "predict") for key, one in states.items())

    def _maker(self, token: int | None) -> tuple[Event, int] | None:
        value = self.reading.record.values.get(token) if token is not None else None
        if token is None or value is None:
            return None
        if token in self._made:
            return self._made[token]
        if value.base is not None and value.base in self._made:
            return self._made[value.base]
        content = self.reading.content(token) if value.shape and value.shape[0] > 3 else None  # noqa: PLR2004
        return self._by_content.get((value.shape, content)) if content is not None else None

    @cached_property
    def _makers(self) -> list[tuple[int, Event, int]]:
        return [
            (token, event, place)
            for event in self.reading.events
            if event.kind == "split" or (event.kind in ("use", "fit") and _transforms(event))
            for place, token in enumerate(event.output)
        ]

    @cached_property
    def _made(self) -> dict[int, tuple[Event, int]]:
        return {token: (event, place) for token, event, place in reversed(self._makers)}

    @cached_property
    def _by_content(self) -> dict[tuple[tuple[int, ...], int | None], tuple[Event, int]]:
        values = self.reading.record.values
        return {
            (values[token].shape, self.reading.content(token)): (event, place)
            for token, event, place in reversed(self._makers)
        }

    @cached_property
    def _fits(self) -> dict[State, Event]:
        return {
            (one.owner, one.state): one
            for one in self.reading.events
            if one.kind == "fit" and one.owner is not None and one.state
        }


def _transforms(event: Event) -> bool:
    return event.name.rpartition(".")[2] in ("transform", "fit_transform", "fit_resample")
