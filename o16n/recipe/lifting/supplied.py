"""The preparation that the person supplies: `prepare(rows)` is called on the raw rows, traced like any cell."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.errors import NotLifted
from o16n.notebook.preparation import EXAMPLE, PREPARE
from o16n.recipe.aligned import length
from o16n.recipe.compare import differs
from o16n.recipe.lifting.lift import lift
from o16n.recipe.lifting.places import places_in
from o16n.recipe.program import Site
from o16n.recipe.tracing.instrument import file_of
from o16n.recipe.tracing.kinds import is_own_function
from o16n.recipe.tracing.trace import quiet
from o16n.recipe.tracing.tracked import MADE_UP, STRIDE, Form, ModelUse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

    from o16n.recipe.lifting.lift import Lifted
    from o16n.recipe.lifting.request import Request, Wanted
    from o16n.recipe.tracing.recorder import Recorder
    from o16n.recipe.tracing.trace import CellText, Trace
    from o16n.recipe.tracing.tracked import Tracked

    Array = np.ndarray[Any, Any]
    Found = Mapping[str, ModelUse | None]


@dataclass(frozen=True, kw_only=True)
class Supplied:
    """What `prepare(rows)` gave: the way there, and by role the model's own matrix with its raw rows."""

    uses: dict[str, ModelUse | None]
    lifted: Lifted

    @property
    def use(self) -> ModelUse:
        """The matrix that the model was fitted on."""
        fit = self.uses["train"]
        assert fit is not None
        return fit


@dataclass(frozen=True, kw_only=True)
class _Called:
    """One call of `prepare`: what it gave, and the first identity of the rows it was called with."""

    value: Any
    entry: Tracked
    first: int

    @property
    def rows(self) -> Array:
        """The raw row of each row of the value."""
        return self.entry.rows - self.first


def supply(run: Trace, request: Request, found: Found) -> Supplied | None:
    """Call the person's `prepare` on the raw rows and hold what it gives against the model's matrices.

    `found` are the uses of the model that the trace met, by role: they tell which raw row each row of
    a matrix is; where the trace lost them, the values tell. None where no cell supplies a preparation.

    Raises:
        NotLifted: the cell defines no such function, it raises, gives no table of its rows, or gives
            other inputs than the notebook's.
    """
    cell = request.supplying
    if cell is None:
        return None
    function = _function(run, cell)
    refused: NotLifted | None = None
    for number in _sources(run.recorder, found):
        try:
            called = _call(run.recorder, function, cell, number)
            uses = _uses(run.recorder, called, request, found)
            return Supplied(uses=uses, lifted=lift(run.recorder, _of(uses)))
        except NotLifted as error:
            refused = refused or error
    raise refused or NotLifted(
        "prepare(rows) has no rows to work on: the notebook reads none",
        where=f"cell {cell.number}",
    )


def _of(uses: dict[str, ModelUse | None]) -> ModelUse:
    fit = uses["train"]
    assert fit is not None
    return fit


def _function(run: Trace, cell: CellText) -> Callable[[Any], Any]:
    function: Callable[[Any], Any] | None = run.names.get(PREPARE)
    if function is not None and is_own_function(function):
        return function
    for _, line, text in [one for one in run.failed if one[0] == cell.order][-1:]:
        raise NotLifted(
            f"the preparation of this cell cannot be defined once more: {text}",
            where=f"cell {cell.number} line {line}",
        )
    raise NotLifted(
        "a cell marked %%o16n recipe defines no function prepare(rows)",
        where=f"cell {cell.number}",
        hint=f"write {EXAMPLE}",
    )


def _sources(recorder: Recorder, found: Found) -> list[int]:
    """Return the tables to try: the one that the model's rows come from, else all that were read."""
    for use in found.values():
        known = {int(one) // STRIDE for one in use.rows if one != MADE_UP} if use else set()
        if len(known) == 1:
            return list(known)
    return list(range(len(recorder.sources)))


def _call(recorder: Recorder, function: Any, cell: CellText, number: int) -> _Called:
    """Call `prepare` on a copy of the raw rows, a source of its own: all else it uses is frozen."""
    import numpy as np

    told, raw = recorder.sources[number]
    frame, mine = raw.copy(), len(recorder.sources)
    recorder.sources.append((told, raw.copy()))
    rows = STRIDE * mine + np.arange(len(frame))
    entry = recorder.known.track(frame, rows)
    line = function.__code__.co_firstlineno
    site = Site(cell=cell.order, line=line, text=cell.source.splitlines()[line - 1].strip())
    form = Form(function="source", arguments=(mine,))
    recorder.append(form, site, made=(frame, rows), makes=entry.register, role="source")
    try:
        with quiet():
            value = function(frame)
    except Exception as error:
        raise _raised(error, cell) from error
    made = recorder.known.find(value)
    if made is None or length(value) is None or not (made.rows // STRIDE == mine).all():
        raise _no_table(recorder, value, cell)
    return _Called(value=value, entry=made, first=STRIDE * mine)


def _raised(error: Exception, cell: CellText) -> NotLifted:
    """Say at which line of the notebook `prepare` raised."""
    lines = [
        one.lineno
        for one in traceback.extract_tb(error.__traceback__)
        if one.filename == file_of(cell.order)
    ]
    text = str(error).split("\n")[0][:200]
    return NotLifted(
        f"prepare(rows) raises {type(error).__name__}: {text}",
        where=f"cell {cell.number}" + (f" line {lines[-1]}" if lines else ""),
    )


def _no_table(recorder: Recorder, value: Any, cell: CellText) -> NotLifted:
    here = [one for one in recorder.notes if one.site.cell == cell.order]
    lost = f" ({here[-1].text}: line {here[-1].site.line})" if here else ""
    return NotLifted(
        f"prepare(rows) gives {_kind(value)}, whose rows are not those it was given{lost}",
        where=f"cell {cell.number}",
        hint="return a table made of rows, one row for each",
    )


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _uses(
    recorder: Recorder, called: _Called, request: Request, found: Found
) -> dict[str, ModelUse | None]:
    """Return by role the model's own matrix as a use of what `prepare` gave.

    Raises:
        NotLifted: what it gave for the rows that the model was fitted on are other inputs.
    """
    cell = request.supplying
    assert cell is not None
    uses: dict[str, ModelUse | None] = {}
    for wanted in request.wanted:
        known = found.get(wanted.role)
        places = _places(called, wanted, known)
        why = differs(called.value, called.rows, wanted.matrix, places)
        odd = int((places == MADE_UP).sum()) if known is None else 0
        if wanted.role == "train" and (why is not None or odd):
            told = why or f"{odd:,} of {len(places):,} rows are not among them"
            raise NotLifted(
                f"prepare(rows) gives other inputs than the notebook's: {told}",
                where=f"cell {cell.number}",
                hint=f"it must give what {wanted.name} holds",
            )
        rows = places + called.first
        rows[places == MADE_UP] = MADE_UP
        uses[wanted.role] = ModelUse(
            model=known.model if known else None,
            kind=known.kind if known else "the model",
            method=known.method if known else {"train": "fit"}.get(wanted.role, "predict"),
            register=called.entry.register,
            time=len(recorder.program),
            site=known.site if known else Site(cell=cell.order, line=1),
            rows=rows,
            snapshot=wanted.matrix,
        )
    return uses


def _places(called: _Called, wanted: Wanted, known: ModelUse | None) -> Array:
    """Return the raw row of each row of the model's matrix, MADE_UP where there is none."""
    import numpy as np

    if known is None:
        at = places_in(called.value, wanted.matrix)
        return np.where(at == MADE_UP, MADE_UP, called.rows[at])
    real = known.rows != MADE_UP
    return np.where(real, known.rows % STRIDE, MADE_UP)
