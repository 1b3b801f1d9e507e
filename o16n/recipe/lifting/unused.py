"""Stores into columns that nothing uses: a constant stands in, so that no raw column is asked for in vain.

`df['y'] = LabelEncoder().fit_transform(df['y'])` before `X = df.drop(columns='y')` would have every new
row bring its label. Liveness of columns, backward from the model's input; whatever is not known to
pass columns through uses all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from o16n.recipe.program import Ref

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from o16n.recipe.program import Operation
    from o16n.recipe.tracing.recorder import Recorder

STORES = ("setitem", "setattr")
PLAIN = "iufb"


@dataclass(frozen=True)
class _Columns:
    """The columns of a register that are used later: those named, or all but those named."""

    names: frozenset[Hashable] = field(default_factory=frozenset)
    others: bool = False

    def without(self, names: Iterable[Hashable]) -> _Columns:
        gone = frozenset(names)
        return _Columns(self.names | gone if self.others else self.names - gone, self.others)

    def both(self, other: _Columns) -> _Columns:
        if self.others and other.others:
            return _Columns(self.names & other.names, others=True)
        if self.others or other.others:
            every, some = (self, other) if self.others else (other, self)
            return _Columns(every.names - some.names, others=True)
        return _Columns(self.names | other.names)

    def has(self, name: Hashable) -> bool:
        return (name in self.names) is not self.others


ALL = _Columns(others=True)


def with_stand_ins(recorder: Recorder, operations: list[Operation], target: int) -> list[Operation]:
    """Return the operations with a constant where a store goes into a column that nothing uses."""
    used: dict[int, _Columns] = {target: ALL}
    made: list[Operation] = []
    for one in reversed(operations):
        wanted = used.get(one.register)
        if wanted is None:
            continue  # only what a constant stands in for came from it
        if _is_unused_store(one, wanted):
            stand_in = _stand_in(recorder, one)
            if stand_in is not None:
                made.append(stand_in)
                continue
        made.append(one)
        if one.makes is not None:
            used.pop(one.makes, None)
        for register, columns in _uses(one, wanted):
            used[register] = used.get(register, _Columns()).both(columns)
        if one.changes is not None:
            used[one.changes] = _before(one, wanted)
    return made[::-1]


def _is_unused_store(one: Operation, wanted: _Columns) -> bool:
    if one.function not in STORES or one.changes is None or one.options:
        return False
    owner, key, value = one.arguments
    return (
        owner == Ref(one.changes)
        and isinstance(key, str)
        and not wanted.has(key)
        and bool(value is not None and one.uses != (one.changes,))
    )


def _stand_in(recorder: Recorder, one: Operation) -> Operation | None:
    """Return the store of one plain value of its type, None where no plain value has that type."""
    key = one.arguments[1]
    held, _ = recorder.snapshots.get(one.number, (None, None))
    columns = getattr(held, "columns", None)
    if held is None or columns is None or key not in columns or not columns.is_unique:
        return None
    column = held[key].dropna()
    if column.dtype.kind not in PLAIN or not len(column):
        return None
    value = column.iloc[0].item()
    text = f"{key!r} is not used: {value!r} stands in"
    arguments = (*one.arguments[:2], value)
    return replace(one, arguments=arguments, site=replace(one.site, text=text))


def _before(one: Operation, wanted: _Columns) -> _Columns:
    """Return what is used of a register before an operation changed it in place."""
    if one.function in STORES and isinstance(one.arguments[1], str):
        return wanted.without([one.arguments[1]])
    if one.function == "delitem" and isinstance(one.arguments[1], str):
        return wanted.without([one.arguments[1]])
    dropped = _dropped(one)
    return ALL if dropped is None else wanted.without(dropped)


def _uses(one: Operation, wanted: _Columns) -> list[tuple[int, _Columns]]:
    """Return the registers that an operation reads, with the columns of each that it uses."""
    found: dict[int, _Columns] = dict.fromkeys(one.uses, ALL)
    if one.follows is not None:
        found.setdefault(one.follows, _Columns())
    first = one.arguments[0] if one.arguments else None
    if isinstance(first, Ref):
        rest = (one.arguments[1:], one.options)
        passed = _passed(one, wanted)
        if passed is not None and first.register not in _registers(rest):
            found[first.register] = passed
    if one.changes is not None:
        found.pop(one.changes, None)
    return list(found.items())


def _registers(value: Any) -> set[int]:
    from o16n.recipe.program import refs_in

    return {one.register for part in value for one in refs_in(part)}


def _passed(one: Operation, wanted: _Columns) -> _Columns | None:
    """Return the columns of its first argument that an operation uses, None where that is not known."""
    if one.function == "same":
        return wanted
    if one.function == "getitem":
        return _chosen(one, wanted)
    if one.function == "attribute" and one.shape is not None and one.shape.kind == "series":
        return _Columns(frozenset([one.arguments[1]]))
    if one.function == "method" and one.arguments[1] == "copy":
        return wanted
    dropped = _dropped(one)
    return None if dropped is None else wanted.without(dropped)


def _chosen(one: Operation, wanted: _Columns) -> _Columns | None:
    key = one.arguments[1]
    if isinstance(key, str):
        return _Columns(frozenset([key]))
    if isinstance(key, list) and all(isinstance(name, str) for name in key):
        return _Columns(frozenset(key))
    if isinstance(key, Ref) and one.role in ("filter", "pass"):
        return wanted
    return None


def _dropped(one: Operation) -> list[str] | None:
    """Return the columns that `drop` takes out by their names, None where it is something else."""
    if one.function != "method" or one.arguments[1] != "drop" or len(one.arguments) > 3:  # noqa: PLR2004 - owner, name, labels
        return None
    options = dict(one.options)
    options.pop("inplace", None)
    columns = options.pop("columns", None)
    if columns is None and options.pop("axis", 0) in (1, "columns"):
        columns = options.pop("labels", one.arguments[2] if len(one.arguments) > 2 else None)  # noqa: PLR2004
    if isinstance(columns, str):
        columns = [columns]
    plain = isinstance(columns, list) and all(isinstance(name, str) for name in columns)
    return None if options or not plain else columns
