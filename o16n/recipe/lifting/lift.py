"""The backward slice of a program: what leads from one source's rows to one model input."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from o16n.errors import NotLifted
from o16n.recipe.lifting.history import derived, needed, way_out
from o16n.recipe.lifting.unused import with_stand_ins
from o16n.recipe.match import names_of
from o16n.recipe.program import replaced
from o16n.recipe.recipe import Recipe
from o16n.recipe.tracing.kinds import ORDERED
from o16n.recipe.tracing.recorder import shape_of
from o16n.recipe.tracing.tracked import MADE_UP, STRIDE

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.recipe.program import Operation
    from o16n.recipe.tracing.recorder import Recorder
    from o16n.recipe.tracing.tracked import ModelUse

BY_OWNER = ("method", "attribute")


@dataclass(frozen=True, kw_only=True)
class Lifted:
    """Operations from the raw rows of one source to the register `target`.

    `raw` are the rows as read, `rows` (n,) the position in them of each row of the model input
    (-1 for one that resampling made up), `told` the text of what was read.
    """

    operations: tuple[Operation, ...]
    target: int
    raw: pd.DataFrame
    rows: np.ndarray[Any, Any]
    told: str


def lift(recorder: Recorder, use: ModelUse) -> Lifted:
    """Slice the program backward from a model use.

    Raises:
        NotLifted: the input does not come from rows that were read, comes from several sources,
            or an operation on the way takes values from other rows.
    """
    program = recorder.program[: use.time]
    primary = _primary(recorder, use)
    program = _complementary_passes(recorder, program, use)
    live = _live(program, primary)
    chosen = _needed(program, use.register, live, primary)
    chosen = with_stand_ins(recorder, chosen, use.register)
    operations = tuple(_with_constants(recorder, one, live) for one in chosen)
    _refuse_ordered(recorder, operations)
    rows = use.rows - STRIDE * primary
    rows[use.rows == MADE_UP] = MADE_UP
    told, raw = recorder.sources[primary]
    return Lifted(operations=operations, target=use.register, raw=raw, rows=rows, told=told)


def recipe_of(
    lifted: Lifted, *, reason: str = "", inputs: tuple[str | int, ...] | None = None
) -> Recipe:
    """Return the recipe to be proven: every raw column is asked for until the proof says otherwise."""
    return Recipe(
        state="proven",
        reason=reason,
        raw_columns=tuple(names_of(lifted.raw.columns)),
        operations=lifted.operations,
        inputs=inputs,
        target=lifted.target,
        raw=shape_of(lifted.raw),
    )


def _primary(recorder: Recorder, use: ModelUse) -> int:
    """Return the source that the model's rows come from."""
    found = Counter((use.rows[use.rows != MADE_UP] // STRIDE).tolist())
    if not found:
        raise NotLifted(
            f"{use.kind} was fitted on rows that were not read from anywhere", where=str(use.site)
        )
    if len(found) > 1:
        names = " and ".join(recorder.sources[number][0] for number in sorted(found))
        raise NotLifted(
            f"rows of {len(found)} tables reach {use.kind}: {names}",
            where=str(use.site),
            hint="join the tables before the notebook, or fit on the rows of one",
        )
    return int(found.most_common(1)[0][0])


def _live(program: list[Operation], primary: int) -> set[int]:
    """Return the registers that depend on the raw rows."""
    live: set[int] = set()
    for one in program:
        if one.role == "source":
            (live.add if one.arguments[0] == primary else live.discard)(one.register)
        elif any(register in live for register in one.uses):
            live.add(one.register)
    return live


def _needed(program: list[Operation], target: int, live: set[int], primary: int) -> list[Operation]:
    needed, chosen = {target}, []
    for one in reversed(program):
        if one.register not in needed or (one.role == "source" and one.arguments[0] != primary):
            continue
        chosen.append(one)
        if one.makes is not None:
            needed.discard(one.makes)
        needed.update(register for register in one.uses if register in live)
        if one.follows is not None and one.follows in live:
            needed.add(one.follows)
    return chosen[::-1]


def _with_constants(recorder: Recorder, one: Operation, live: set[int]) -> Operation:
    """Return an operation with the registers of other sources replaced by what they were."""
    dead = [register for register in one.uses if register not in live]
    known = {register: _latest(recorder, register, one.number) for register in dead}
    if not known:
        return one
    arguments, options = replaced(one.arguments, known), replaced(dict(one.options), known)
    return replace(one, arguments=arguments, options=options)


def _latest(recorder: Recorder, register: int, before: int) -> Any:
    """Return what a register was before an operation, from its last snapshot or as a lazy call of it."""
    for one in reversed(recorder.program[:before]):
        if one.register == register:
            held = recorder.snapshots.get(one.number)
            if held is not None:
                return held[0]
            break
    entry = next((e for e in recorder.known.all_of() if e.register == register), None)
    return entry.value if entry is not None else None


def _refuse_ordered(recorder: Recorder, operations: tuple[Operation, ...]) -> None:
    """Refuse what takes values from other rows by their order, also where it changed nothing here."""
    ordered = [
        one
        for one in operations
        if called_name(one) in ORDERED and one.role != "pass" and not _by_row(one)
    ]
    if not ordered:
        return
    first, numbers = ordered[0], [one.number for one in ordered]
    names = derived(operations, numbers)
    raise NotLifted(
        f"`{called_name(first)}` takes values from other rows: it needs history: "
        f"{needed(recorder, operations, numbers)}: {first.site.text}",
        where=str(first.site),
        hint=way_out(recorder.given, names)
        if names
        else "compute the column before the notebook, or drop it",
    )


def called_name(one: Operation) -> str:
    """Return the plain name of what an operation calls."""
    if one.function in BY_OWNER and len(one.arguments) > 1:
        return str(one.arguments[1])
    return one.function.rpartition(".")[2]


def _by_row(one: Operation) -> bool:
    """Tell whether an operation works along each row by itself (axis 1)."""
    return one.options.get("axis") in (1, "columns", -1)


def _complementary_passes(
    recorder: Recorder, program: list[Operation], use: ModelUse
) -> list[Operation]:
    """Let all rows through where a condition and its opposite lead to fit and to predict: a split.

    `train = df[df.day < cut]; test = df[df.day >= cut]` chooses training rows, as a random split does.
    """
    import numpy as np

    filters = [one for one in program if one.role == "filter" and one.makes is not None]
    leading = _leading_to(recorder, use)
    found = {}
    for one in filters:
        for other in filters:
            if one is other or one.follows != other.follows or one.number in found:
                continue
            mine, theirs = recorder.snapshots[one.number][1], recorder.snapshots[other.number][1]
            whole = _rows_of(recorder, one.follows, min(one.number, other.number))
            if whole is None or not len(mine) or not len(theirs) or one.register not in leading:
                continue
            apart = not np.intersect1d(mine, theirs).size
            if (
                apart
                and len(mine) + len(theirs) == len(whole)
                and other.register in leading[one.register]
            ):
                found[one.number] = other.number
    return [_passing(one) if one.number in found else one for one in program]


def _leading_to(recorder: Recorder, use: ModelUse) -> dict[int, set[int]]:
    """Return, for each register that leads to this use, the registers that lead to another use of its model."""
    before = _ancestors(recorder.program[: use.time], use.register)
    others: set[int] = set()
    for one in recorder.uses:
        if one is not use and one.kind == use.kind and one.method not in ("fit", "fit_transform"):
            others |= _ancestors(recorder.program[: one.time], one.register)
    return dict.fromkeys(before, others - before)


def _ancestors(program: list[Operation], target: int) -> set[int]:
    needed = {target}
    for one in reversed(program):
        if one.register in needed:
            needed.update(one.uses)
    return needed


def _rows_of(recorder: Recorder, register: int | None, before: int) -> Any:
    for one in reversed(recorder.program[:before]):
        if one.register == register and one.number in recorder.snapshots:
            return recorder.snapshots[one.number][1]
    return None


def _passing(one: Operation) -> Operation:
    from o16n.recipe.program import Ref

    assert one.follows is not None
    key = one.arguments[-1]
    if one.function in ("loc", "getitem") and isinstance(key, tuple) and len(key) > 1:
        arguments = (Ref(one.follows), (slice(None), *key[1:]))
        return replace(one, role="pass", arguments=arguments)
    return replace(one, role="pass", function="same", arguments=(Ref(one.follows),), options={})
