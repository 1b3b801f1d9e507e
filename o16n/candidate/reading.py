"""The record, read for the question which predictions were measured against what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from o16n.candidate.forms import flat, forms, mark, shows
from o16n.notebook.notebook import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from o16n.watching.record import Event, Record, State, Where

PREDICTS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "fit_predict")
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*\.?\d*(?:[eE][-+]?\d+)?")
Origin = tuple["Event", str]  # the prediction that a value is or comes from, and how


@dataclass(frozen=True)
class Reading:
    """Models, predictions and metrics of a record, with the data flow between them.

    `numbers_of` gives the notebook's own number of each cell by the order of its execution; `loops`
    are the names that `for` binds, which say least of what they hold.
    """

    record: Record
    numbers_of: Mapping[int, int] = field(default_factory=dict, hash=False)
    loops: frozenset[str] = frozenset()

    def place(self, where: Where) -> Place:
        """Return where in the notebook's own numbering a call was made."""
        return self.at(where.in_cell, where.in_line)

    def at(self, order: int, line: int) -> Place:
        """Return the place of a line of the cell that ran as number `order`."""
        return Place(cell=self.numbers_of.get(order, order), line=line)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The calls that did not raise."""
        return tuple(one for one in self.record.events if one.ok)

    @cached_property
    def models(self) -> dict[State, Event]:
        """The fit of each state that can predict; supervised ones where there are any."""
        fits: dict[State, Event] = {
            (one.owner, one.state): one
            for one in self.events
            if one.kind == "fit" and one.owner is not None and one.state and one.inputs
        }
        fits = {key: one for key, one in fits.items() if self._predicts(key)}
        supervised = {key: one for key, one in fits.items() if len(one.data) > 1}
        return supervised or fits

    @cached_property
    def uses(self) -> tuple[Event, ...]:
        """The predictions, those of cross-validation included."""
        return tuple(
            one
            for one in self.events
            if (one.kind in ("use", "fit") and one.name.rpartition(".")[2] in PREDICTS)
            or one.name == "cross_val_predict"
        )

    @cached_property
    def numbers(self) -> tuple[tuple[int, str], ...]:
        """The numbers that cells printed: (order of the cell, text)."""
        return tuple(
            (cell.order, text) for cell in self.record.cells for text in NUMBER.findall(cell.text)
        )

    def model_of(self, event: Event) -> State | None:
        """Return the state that acted.

        A search answers for its `best_estimator_`, the saved model for the one loaded back, and a
        cross-validated estimator for its own next fit.
        """
        if event.owner is None:
            return None
        owner = self._loaded.get(event.owner, event.owner)
        key = owner if isinstance(owner, tuple) else (owner, event.state or 0)
        if event.kind == "evaluate":
            later = (one for one in self.models if one[0] == key[0] and one[1] > key[1])
            key = next(later, key)
        return key if key in self.models else self.record.best.get(key[0])

    def refitted(self, model: State) -> State | None:
        """Return the last state of a search's best estimator where it was fitted again by itself."""
        inner = {thing for thing, search in self.record.best.items() if search == model}
        later = [one for one in self.models if one[0] in inner]
        after = [one for one in later if self.models[one].number > self.models[model].number]
        return after[-1] if after else None

    def origin(self, token: int) -> Origin | None:
        """Return the prediction that a value is, is a view of, or was simply computed from."""
        value = self.record.values[token]
        for one in (token, value.base):
            if one in self._made:
                return self._made[one]
        if token not in self.record.kept or not value.shape or value.shape[0] <= 3:  # noqa: PLR2004
            return None
        wanted = mark(flat(self.record.kept[token]))
        for use in reversed(self._by_length.get(value.shape[0], ())):
            how = self._forms(use).get(wanted)
            if how is not None:
                return use, f"derived ({how})"
        return None

    def same(self, one: int | None, other: int | None) -> bool:
        """Tell whether two values have the same content."""
        if one == other or one is None or other is None:
            return one == other
        if self.record.values[one].shape != self.record.values[other].shape:
            return False
        return self.content(one) is not None and self.content(one) == self.content(other)

    def content(self, token: int) -> int | None:
        """Return the mark of a value's content, None where no copy was kept."""
        if token not in self._contents:
            kept = self.record.kept
            self._contents[token] = mark(flat(kept[token])) if token in kept else None
        return self._contents[token]

    def printed(self, value: float | None, cell: int) -> bool:
        """Tell whether the value was printed in this cell or later."""
        if value is None:
            return False
        return any(order >= cell and shows(value, text) for order, text in self.numbers)

    def partner(self, x: int, depth: int = 5) -> int | None:
        """Return the y that a split made together with this X, also through transforms of X."""
        for event in self.events:
            if event.kind == "split" and x in event.output and len(event.output) >= 4:  # noqa: PLR2004
                return event.output[2 + event.output.index(x) % 2]
        for event in self.events:
            if depth and event.kind in ("use", "fit") and x in event.output and event.data:
                return self.partner(event.data[0], depth - 1)
        return None

    @cached_property
    def _made(self) -> dict[int | None, Origin]:
        return {token: (use, "identity") for use in self.uses for token in use.output}

    @cached_property
    def _by_length(self) -> dict[int, list[Event]]:
        found: dict[int, list[Event]] = {}
        for use in self.uses:
            for token in use.output[:1]:
                shape = self.record.values[token].shape
                if shape and token in self.record.kept:
                    found.setdefault(shape[0], []).append(use)
        return found

    @cached_property
    def _known_forms(self) -> dict[int, dict[int | None, str]]:
        return {}

    def _forms(self, use: Event) -> dict[int | None, str]:
        known = self._known_forms
        if use.number not in known:
            known[use.number] = forms(self.record.kept[use.output[0]])
        return known[use.number]

    @cached_property
    def _contents(self) -> dict[int, int | None]:
        return {}

    @cached_property
    def _loaded(self) -> dict[int, State]:
        """Return, for each estimator loaded from a file, the state that was saved there."""
        saved: dict[str, State] = {}
        found: dict[int, State] = {}
        for event in self.events:
            if event.kind == "save":
                states = [tuple(one) for one in event.detail.get("states", ())]
                saved |= {str(to): states[0] for to in event.detail.get("to", ()) if states}
            places = [str(one) for one in event.detail.values()] if event.kind == "read" else []
            state = next((saved[one] for one in places if one in saved), None)
            if state is not None:
                things = (self.record.values[token].thing for token in event.output)
                found |= dict.fromkeys(things, state)
        return found

    def _predicts(self, key: State) -> bool:
        state: Any = self.record.states.get(key)
        return state is not None and hasattr(type(state), "predict")
