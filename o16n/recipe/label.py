"""Where the label enters the model's input: the line that takes it along."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from o16n.errors import O16nError
from o16n.recipe.aligned import keep
from o16n.recipe.compare import differs
from o16n.recipe.refusal import one_line
from o16n.recipe.replay import play

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.recipe.program import Operation
    from o16n.recipe.recipe import Recipe

    Array = np.ndarray[Any, Any]

SAMPLE = 500
WHOLE = "*"  # what differs of a value without columns


def label_enters(recipe: Recipe, raw: pd.DataFrame, label: Any, *, seed: int = 0) -> str:
    """Return the place and line at which the label becomes part of the model's input, "" where none is seen.

    The raw rows (n, columns) are replayed as they are and with the label shuffled. From the model's
    input backward, the line is meant whose result the label changes while nothing it is made of but
    the label itself is changed; where the label is simply left among the columns, the line that chose
    the columns.
    """
    import numpy as np

    rows = raw.head(SAMPLE).reset_index(drop=True)
    order = np.random.default_rng(seed).permutation(len(rows))
    shuffled = rows.copy()
    shuffled[label] = rows[label].iloc[order].reset_index(drop=True)
    seen = _Seen(label=label)
    try:
        play(recipe, rows, observe=seen.remember, loose=())
        play(recipe, shuffled, observe=seen.compare, loose=())
    except O16nError:
        return ""
    changed = [one for one in recipe.operations if one.number in seen.changed]
    final = next((one for one in reversed(changed) if one.register == recipe.target), None)
    if final is None:
        return ""
    site = _chosen(recipe, _entering(recipe, final, seen), seen).site
    return f"{site} `{one_line(site.text)}`" if site.text else str(site)


@dataclass(kw_only=True)
class _Seen:
    """What each operation gave, and which columns of it the label changes, by operation number."""

    label: Any
    before: dict[int, tuple[Any, Array]] = field(default_factory=dict)
    changed: dict[int, set[Any]] = field(default_factory=dict)

    def remember(self, operation: Operation, result: Any, rows: Array) -> None:
        self.before[operation.number] = (keep(result), rows)

    def compare(self, operation: Operation, result: Any, rows: Array) -> None:
        value, theirs = self.before.get(operation.number, (None, rows))
        if not hasattr(value, "shape") or not hasattr(result, "shape"):
            return
        found: set[Any] = set()
        if hasattr(value, "columns") and hasattr(result, "columns"):
            for name in value.columns:
                if differs(result[[name]], rows, value[[name]], theirs) is not None:
                    found.add(name)
        elif differs(result, rows, value, theirs) is not None:
            found.add(WHOLE)
        if found:
            self.changed[operation.number] = found

    def beyond(self, one: Operation) -> bool:
        """Tell whether the label changes more of a result than the label itself."""
        found = self.changed.get(one.number, set()) - {self.label}
        return bool(found) and not (found == {WHOLE} and self._takes(one))

    def _takes(self, one: Operation) -> bool:
        """Tell whether an operation does nothing but take the label out of a table."""
        return one.function in ("getitem", "attribute") and one.arguments[-1] == self.label


def _entering(recipe: Recipe, final: Operation, seen: _Seen) -> Operation:
    """Return the operation, at or before `final`, behind which only the label itself is changed."""
    one = final
    while deeper := [part for part in _made_of(recipe, one) if seen.beyond(part)]:
        one = deeper[0]
    return one


def _chosen(recipe: Recipe, one: Operation, seen: _Seen) -> Operation:
    """Return the operation that chose the columns, where the label is simply one of those it was given."""
    while True:
        parts = [part for part in _made_of(recipe, one) if seen.changed.get(part.number)]
        tables = [part for part in parts if seen.changed[part.number] == {seen.label}]
        left = seen.changed[one.number] <= {seen.label, WHOLE}
        if not tables or not left or _columns(one, seen) < _columns(tables[0], seen):
            return one
        if tables[0].role == "source":
            return one
        one = tables[0]


def _columns(one: Operation, seen: _Seen) -> int:
    shape = seen.before[one.number][0].shape
    return int(shape[1]) if len(shape) > 1 else 1


def _made_of(recipe: Recipe, one: Operation) -> list[Operation]:
    """Return the latest operations on the registers that an operation refers to, before it."""
    registers = [*one.uses, *([one.changes] if one.changes is not None else [])]
    earlier = [part for part in recipe.operations if part.number < one.number]
    found = (
        next((part for part in reversed(earlier) if part.register == register), None)
        for register in dict.fromkeys(registers)
    )
    return [part for part in found if part is not None]
