"""Columns that need history, and are given by the caller with the raw row where o16n.toml says so."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from o16n.errors import NotLifted, UnknownName, UsageError
from o16n.recipe.program import Operation, Ref, Shape
from o16n.recipe.prove_rows import AGAINST
from o16n.recipe.tracing.tracked import MADE_UP, STRIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from o16n.recipe.tracing.recorder import Recorder

WHERE = "o16n.toml [history]"


@dataclass(frozen=True, kw_only=True)
class _Given:
    """A column that the caller gives: its register, its `column` by raw row, and how they are laid down.

    `labelled` where the frames' labels are the places of the raw rows, so that filters are followed.
    """

    name: str
    register: int
    source: int
    column: pd.Series[Any]
    labelled: bool


def give(recorder: Recorder, names: Sequence[str]) -> None:
    """Make raw columns of what the notebook computed under these names: the caller gives them.

    The rows of the source get the notebook's own values, missing where it has none, and the program
    takes them from there where it computed them.

    Raises:
        UnknownName: the notebook makes no column of that name.
        UsageError: the raw rows have the column already.
        NotLifted: it cannot be told which raw rows the values belong to.
    """
    given = [_given(recorder, name) for name in dict.fromkeys(names)]
    for source in sorted({one.source for one in given}):
        _lay_down(recorder, source, [one for one in given if one.source == source])
    recorder.given = tuple(one.name for one in given)


def _given(recorder: Recorder, name: str) -> _Given:
    if any(name in map(str, raw.columns) for _, raw in recorder.sources):
        raise UsageError(f"column {name!r} is one of the raw rows already", where=WHERE)
    makers = [one for one in recorder.program if _makes(recorder, one, name)]
    if not makers:
        known = {made for one in recorder.program for made in stored(one)}
        raise UnknownName("derived column", name, sorted(known), where=WHERE)
    register = recorder.known.fresh()
    source, values, labelled = _values(recorder, makers, name)
    for one in makers:
        recorder.program[one.number] = _with_value(one, name, Ref(register))
    return _Given(name=name, register=register, source=source, column=values, labelled=labelled)


def stored(one: Operation) -> dict[str, Any]:
    """Return the columns that an operation stores in a frame, by name, as its arguments tell them."""
    arguments = one.arguments
    called = arguments[1] if one.function == "method" else one.function
    key, value = None, None
    if one.function == "method" and called == "assign":
        return dict(one.options)
    if one.function == "method" and called == "insert" and len(arguments) > 4:  # noqa: PLR2004 - place, name, value
        key, value = arguments[3:5]
    elif called == "setitem":
        key, value = arguments[1:3]
    elif called == "set_loc" and isinstance(arguments[1], tuple):
        key, value = arguments[1][-1], arguments[2]
    return {key: value} if isinstance(key, str) else {}


def _with_value(one: Operation, name: str, value: Ref) -> Operation:
    """Return an operation that stores `value` under the name."""
    if name in one.options:
        return replace(one, options={**one.options, name: value})
    return replace(one, arguments=(*one.arguments[:-1], value))


def _makes(recorder: Recorder, one: Operation, name: str) -> bool:
    """Tell whether an operation stores a column of this name in a frame that had none before."""
    if name not in stored(one) or one.number not in recorder.snapshots:
        return False
    frame = one.arguments[0].register
    shapes = [op.shape for op in recorder.program[: one.number] if op.register == frame]
    return not shapes or shapes[-1] is None or name not in shapes[-1].columns


def _values(
    recorder: Recorder, makers: list[Operation], name: str
) -> tuple[int, pd.Series[Any], bool]:
    """Return the source, the values by its rows, and whether labels are the places of raw rows."""
    import pandas as pd

    parts, labels, sources = [], [], set[int]()
    for one in makers:
        frame, rows = recorder.snapshots[one.number]
        real = rows != MADE_UP
        sources |= {int(row) // STRIDE for row in rows[real]}
        parts.append(frame[name].set_axis(rows % STRIDE, axis=0)[real])
        labels += list(zip(frame.index.tolist(), (rows % STRIDE).tolist(), strict=True))
    where = str(makers[0].site)
    if len(sources) != 1:
        raise NotLifted(f"column {name!r} is made of rows of {len(sources)} tables", where=where)
    source = sources.pop()
    count, labelled = len(recorder.sources[source][1]), all(a == b for a, b in labels)
    if not labelled and any(len(one) != count for one in parts):
        raise NotLifted(
            f"column {name!r} cannot be given: its rows were taken out of the raw rows and labelled anew",
            where=where,
            hint="make it before rows are taken out",
        )
    whole = pd.concat(parts) if len(parts) > 1 else parts[0]
    return source, whole[~whole.index.duplicated()].reindex(range(count)), labelled


def _lay_down(recorder: Recorder, source: int, given: list[_Given]) -> None:
    """Join the columns to the raw rows, and put the operations that take them behind each read."""
    told, raw = recorder.sources[source]
    wide = raw.copy(deep=False)
    for column in given:
        wide[column.name] = column.column.set_axis(raw.index, axis=0)
    recorder.sources[source] = (told, wide)
    program, places, snapshots = list[Operation](), list[int](), {}
    for one in recorder.program:
        made = [one]
        if one.role == "source" and one.arguments[0] == source:
            first = not any(op.role == "source" and op.arguments[0] == source for op in program)
            made = _read(recorder, one, given if first else [])
        for op in made:
            program.append(replace(op, number=len(program)))
        kept = made[1] if len(made) > 1 else one  # what the notebook had is what it read
        at = len(program) - len(made) + made.index(kept)
        if one.number in recorder.snapshots:
            snapshots[at] = recorder.snapshots[one.number]
        places.append(len(program))
    recorder.program, recorder.snapshots = program, snapshots
    for use in recorder.uses:
        use.time = places[use.time - 1] if use.time else 0


def _read(recorder: Recorder, read: Operation, given: list[_Given]) -> list[Operation]:
    """Return the read of the wide rows, the notebook's own part of them, and the given columns."""
    assert read.shape is not None
    whole = recorder.known.fresh()

    def op(function: str, *arguments: Any, makes: int, shape: Shape | None = None) -> Operation:
        return replace(
            read, function=function, arguments=arguments, makes=makes, shape=shape, role="rows",
            follows=whole,
        )  # fmt: skip

    made = [
        replace(read, makes=whole, shape=None),
        op("getitem", Ref(whole), list(read.shape.columns), makes=read.register, shape=read.shape),
    ]
    for one in given:
        shape = Shape(kind="series", dtypes=(one.column.dtype,))
        column = one.register if one.labelled else recorder.known.fresh()
        made.append(op("getitem", Ref(whole), one.name, makes=column, shape=shape))
        if not one.labelled:
            made.append(op("method", Ref(column), "to_numpy", makes=one.register))
    return made


# -- what is needed


def needed(recorder: Recorder, operations: Sequence[Operation], ordered: Sequence[int]) -> str:
    """Return what the operations numbered in `ordered` need: `columns …, by …`."""
    columns: list[str] = []
    groups: list[str] = []
    made = {one.register: one for one in reversed(operations)}
    for one in operations:
        if one.number in ordered:
            _behind(recorder, one, made, (columns, groups))
    names = " and ".join([", ".join(dict.fromkeys(columns)) or "the rows before"])
    by = ", ".join(dict.fromkeys(groups))
    return f"columns {names}{', by ' + by if by else ''}" if columns else names


def _behind(
    recorder: Recorder,
    one: Operation,
    made: dict[int, Operation],
    found: tuple[list[str], list[str]],
    steps: int = 12,
) -> None:
    """Add the columns and groups behind an operation, up to the frame that they are columns of."""
    columns, groups = found
    for register in one.uses:
        frame, name = recorder.columns.get(register, (None, None))
        before = made.get(register)
        if frame is not None:
            columns.append(str(name))
        elif before is not None and before is not one and steps:
            called = before.arguments[1] if before.function == "method" else before.function
            if called == "groupby":
                groups += _names(recorder, before)
                continue
            if called == "getitem" and isinstance(before.arguments[1], str | list):
                columns += [str(name) for name in _listed(before.arguments[1])]
            _behind(recorder, before, made, found, steps - 1)


def _names(recorder: Recorder, grouping: Operation) -> list[str]:
    """Return the columns that a grouping goes by."""
    by = grouping.arguments[2] if len(grouping.arguments) > 2 else grouping.options.get("by")  # noqa: PLR2004 - owner, name, by
    return [
        str(recorder.columns[one.register][1])
        if isinstance(one, Ref) and one.register in recorder.columns
        else str(one)
        for one in _listed(by)
        if one is not None and (not isinstance(one, Ref) or one.register in recorder.columns)
    ]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def derived(operations: Sequence[Operation], ordered: Sequence[int]) -> list[str]:
    """Return the columns that are stored of what the operations numbered in `ordered` give."""
    tainted: set[int] = set()
    names: list[str] = []
    for one in operations:
        held = {name: value for name, value in stored(one).items() if _uses(value, tainted)}
        names += held
        if one.number in ordered or (not held and not stored(one) and tainted & set(one.uses)):
            tainted.add(one.register)
    return list(dict.fromkeys(names))


def way_out(given: Sequence[str], names: Sequence[str]) -> str:
    """Return the line of o16n.toml by which the caller gives these columns too, as a sentence."""
    line = f"history.given = {json.dumps([*given, *names], ensure_ascii=False)}"
    return f"where the caller has them, write at the top of o16n.toml: {line}"


def told_with_way_out(reason: str, given: Sequence[str], operations: Sequence[Operation]) -> str:
    """Return why a recipe is refused; where a row alone gets another value in a stored column, with the way out."""
    at = [one for one in operations if AGAINST in reason and f"{one.site} `" in reason]
    names = list(dict.fromkeys(name for one in at for name in stored(one)))
    return f"{reason}; {way_out(given, names)}" if names else reason


def _uses(value: Any, registers: set[int]) -> bool:
    from o16n.recipe.program import refs_in

    return any(one.register in registers for one in refs_in(value))
