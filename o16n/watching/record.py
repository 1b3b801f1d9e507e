"""The record: reads, fits, predictions, metrics, splits and saves, by cell and line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

EventKind = Literal[
    "read", "open", "split", "dummies", "code", "matrix", "fit", "use", "score", "metric", "evaluate",
    "save", "write",
]  # fmt: skip
State = tuple[int, int]  # an estimator's thing, and which of its fits (from 1)


@dataclass(frozen=True, kw_only=True)
class Value:
    """One object as it was at one moment.

    `thing` numbers the object, `token` its content: the same object changed in place is another
    value of the same thing. `base` is the value that an array is a view of; `digest` a CRC-32 of an
    array's content.
    """

    token: int
    thing: int
    kind: str
    shape: tuple[int, ...] = ()
    columns: tuple[str, ...] | None = None
    digest: int | None = None
    base: int | None = None


@dataclass(frozen=True, kw_only=True)
class Where:
    """The innermost line of the notebook that made a call, and the running cell's line that led there.

    Cells count executions in order from 1; lines count from 1 within the cell's source.
    """

    cell: int
    line: int
    in_cell: int
    in_line: int


@dataclass(frozen=True, kw_only=True)
class Event:
    """One outermost call: what kind, of what, with which values, giving which values.

    `owner` is the estimator's thing and `state` how often it had been fitted after the call.
    `inputs` are tokens by argument name, `output` tokens, `result` a single number. `ok` is False
    where the call raised.
    """

    number: int
    kind: EventKind
    name: str
    where: Where
    owner: int | None = None
    state: int | None = None
    inputs: Mapping[str, int] = field(default_factory=dict)
    output: tuple[int, ...] = ()
    result: float | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    ok: bool = True

    @property
    def data(self) -> tuple[int, ...]:
        """The tokens of its inputs, in the order of its arguments."""
        return tuple(self.inputs.values())


@dataclass(kw_only=True)
class CellRun:
    """One execution of a cell; `text` is what it printed and displayed, the first 64 KiB."""

    order: int
    id: str | None
    digest: str
    source: str
    start: float
    end: float = 0.0
    ok: bool | None = None
    bound: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Estimator:
    """One estimator object: its class, how often it was fitted, and the names that were bound to it."""

    thing: int
    type: str
    fits: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Record:
    """What was observed while cells ran.

    `kept` holds copies of values by token and `states` fitted estimators as they were after a fit,
    both within a memory budget; `best` says which search a `best_estimator_` belongs to; `living`
    gives the thing of an object by its `id`. `errors` are the watcher's own, which the notebook
    never sees; `gaps` the cells in which a profiler took its place, so that calls may be missing;
    `before` the texts that ran before anybody watched.
    """

    mechanism: str
    cells: tuple[CellRun, ...]
    events: tuple[Event, ...]
    values: Mapping[int, Value]
    names: Mapping[int, tuple[str, ...]]
    estimators: Mapping[int, Estimator]
    kept: Mapping[int, Any] = field(default_factory=dict)
    states: Mapping[State, Any] = field(default_factory=dict)
    best: Mapping[int, State] = field(default_factory=dict)
    living: Mapping[int, int] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    gaps: tuple[int, ...] = ()
    before: tuple[str, ...] = ()
