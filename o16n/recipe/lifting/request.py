"""What a trace is asked: the cells as they ran, what the record can answer, and the model's own matrices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from o16n.notebook.notebook import Cell
from o16n.notebook.preparation import as_typed, supplies
from o16n.notebook.source import python_source
from o16n.recipe.handover import packed
from o16n.recipe.tracing.kinds import is_estimator
from o16n.recipe.tracing.replies import Replies, Reply
from o16n.recipe.tracing.trace import CellText

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from o16n.notebook.notebook import Notebook
    from o16n.recipe.refusal import Unseen
    from o16n.watching.record import Event, Record

REQUEST, RESULT, RAW, VERDICTS = "request", "result.json", "raw", "verdicts.json"
SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A matrix (n, d) that the candidate's model was given, with its name; `role` is train or test."""

    role: str
    name: str
    matrix: Any


@dataclass(frozen=True, kw_only=True)
class Request:
    """Everything that the child process is handed.

    `model` is the candidate's, as it is handed over: its classes may be the notebook's own, which are
    only there once the cells ran; `code` is their source. `label` is the target's name, if known;
    `unseen` are the policies for levels that training never had, by raw column; `given` are the
    derived columns that need history and are given by the caller.
    """

    cells: tuple[CellText, ...]
    replies: Replies
    wanted: tuple[Wanted, ...]
    model: bytes
    folder: str
    code: str = ""
    label: str = ""
    unseen: Mapping[str, Unseen] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    seconds: float = SECONDS

    @property
    def supplying(self) -> CellText | None:
        """The last cell that ran in which the person supplied the preparation, None without one."""
        return next((one for one in reversed(self.cells) if one.supplies), None)


def cells_of(record: Record, numbers: Mapping[int, int]) -> tuple[CellText, ...]:
    """Return the executions of a record in their order; `numbers` gives the cell that each was."""
    return tuple(
        CellText(
            order=one.order,
            number=numbers.get(one.order, one.order),
            source=python_source(Cell(number=one.order, id=one.id, kind="code", source=one.source)),
            supplies=supplies(one.source),
        )
        for one in record.cells
    )


def cells_in(notebook: Notebook) -> tuple[CellText, ...]:
    """Return the code cells of a notebook in the order they ran, where nobody watched."""
    code = [one for one in notebook.code if one.execution_count] or list(notebook.code)
    ran = sorted(code, key=lambda one: one.execution_count or 0)
    return tuple(
        CellText(
            order=place,
            number=one.number,
            source=python_source(one),
            supplies=supplies(one.source),
        )
        for place, one in enumerate(ran, 1)
    )


def cells_ran(history: Sequence[str], notebook: Notebook) -> tuple[CellText, ...]:
    """Return what a live kernel ran, in its order; a cell is known by its number where its text is.

    `history` is IPython's `In`: texts by execution count, the first of them empty.
    """
    numbers = {one.source.strip(): one.number for one in notebook.code}
    return tuple(
        CellText(
            order=count,
            number=numbers.get(text.strip(), count),
            source=python_source(Cell(number=count, id=None, kind="code", source=text)),
            supplies=supplies(text),
        )
        for count, text in enumerate(map(as_typed, history))
        if text.strip() and (supplies(text) or "o16n" not in text.strip().split("\n")[-1])
    )


def replies_from(names: Mapping[str, Any]) -> Replies:
    """Return the fits that the names of a kernel can answer, where nobody watched: of its predictors."""
    found, seen = Replies(), set[int]()
    for value in names.values():
        if not is_estimator(value) or not hasattr(value, "predict") or id(value) in seen:
            continue
        seen.add(id(value))
        data = packed(value)
        if data:  # what cannot be handed over is fitted again
            made = Reply(kind="living", name=repr(value), cell=0, line=0, data=data)
            found.all_of.append(made)
    return found


def replies_of(record: Record) -> Replies:
    """Return what the record can answer: reads, the fits of predictors, and splits."""
    found = Replies()
    for event in record.events:
        if not event.ok:
            continue
        if event.name.rpartition(".")[2] == "fit_resample":
            _add_values(found, record, event, kind="resample")
        elif event.kind == "fit":
            _add_fit(found, record, event)
        elif event.kind in ("read", "split"):
            _add_values(found, record, event, kind=event.kind)
    return found


def _add_values(found: Replies, record: Record, event: Event, *, kind: str) -> None:
    """Add what a call gave, where copies of it were kept."""
    values = [record.kept.get(token) for token in event.output]
    if values and all(one is not None for one in values):
        single = kind == "read" and len(values) == 1
        _add(found, event, values[0] if single else tuple(values), kind=kind)


def _add_fit(found: Replies, record: Record, event: Event) -> None:
    if event.owner is None or event.state is None:
        return
    state = record.states.get((event.owner, event.state))
    if state is None or not hasattr(state, "predict"):
        return
    kind = record.estimators[event.owner].type.rpartition(".")[2]
    _add(found, event, state, name=kind)


def _add(found: Replies, event: Event, value: Any, *, name: str = "", kind: str = "") -> None:
    data = packed(value)
    if data:  # what cannot be handed over is computed again
        reply = Reply(
            kind=kind or event.kind,  # type: ignore[arg-type]
            name=name or event.name.rpartition(".")[2],
            cell=event.where.cell,
            line=event.where.line,
            data=data,
        )
        found.all_of.append(reply)
