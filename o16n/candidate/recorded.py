"""Model, X, y, raw data and metrics as the record tells them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.candidate.candidate import NotebookMetric, Part, RawData, Reason
from o16n.candidate.data import contains, height
from o16n.candidate.found import Found, Parts
from o16n.candidate.named import named_values
from o16n.candidate.odd import odd
from o16n.candidate.ranking import BEST, Choice, rank
from o16n.candidate.reading import Reading
from o16n.candidate.reads import digest
from o16n.candidate.settled import by_name, settled, told, typed
from o16n.candidate.statements import fits, loop_names, statements
from o16n.notebook.notebook import Cell, Notebook, Place
from o16n.recipe.raw import frame_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from o16n.candidate.evaluations import Evaluation
    from o16n.watching.record import Event, Record, State, Where

STRENGTHS = ("identity", "derived", "score", "printed", "cross-validated")


@dataclass(frozen=True)
class Seen:
    """The record with the notebook and the names it belongs to."""

    reading: Reading
    namespace: dict[str, Any]
    notebook: Notebook

    @property
    def record(self) -> Record:
        """The record."""
        return self.reading.record

    def place(self, where: Where) -> Place:
        """Return where in the notebook's own numbering a call was made."""
        return self.reading.place(where)

    def names(self, token: int) -> list[str]:
        """Return the names a value was bound to, the shortest first."""
        return sorted(self.record.names.get(token, ()), key=lambda name: (len(name), name))

    def name(self, token: int) -> str:
        """Return what a value is called: its shortest name, else the text it was handed over as."""
        names = self.names(token)
        if names:
            return names[0]
        texts = (
            self.written(event, list(event.data).index(token))
            for event in self.reading.events
            if token in event.data
        )
        return next((text for text in texts if text), "a value without a name")

    def model_name(self, model: State) -> str:
        """Return what a state's object is or was called, "" where it never had a name."""
        alive = self.living().get(model[0])
        known = self.record.estimators[model[0]]
        return alive[0] if alive is not None else min(known.names, key=len, default="")

    def written(self, event: Event, place: int) -> str:
        """Return the text of an argument of the call that made an event; "" where it is not found."""
        return written(self.record, event, place)

    def living(self) -> dict[int, tuple[str, Any]]:
        """Return (name, object) by thing of what the names hold now, under the most telling name."""
        found: dict[int, tuple[str, Any]] = {}
        for name, value in named_values(self.namespace):
            thing = self.record.living.get(id(value))
            if thing is not None and (
                thing not in found or self._telling(name) > self._telling(found[thing][0])
            ):
                found[thing] = (name, value)
        return found

    def _telling(self, name: str) -> tuple[bool, bool, bool]:
        return bool(BEST.search(name)), name not in self.reading.loops, name.isidentifier()


def numbers(record: Record, notebook: Notebook) -> dict[int, int]:
    """Return the number among code cells of each execution, matched by text in the order of running."""
    code = list(notebook.code)
    found: dict[int, int] = {}
    at = 0
    for cell in record.cells:
        ahead = [*code[at:], *code[:at]]
        match = next((one for one in ahead if one.source == cell.source), None)
        if match is not None:
            found[cell.order] = match.number
            at = match.number
    return found


def recorded(
    record: Record,
    namespace: dict[str, Any],
    notebook: Notebook,
    *,
    named: str | None,
    ask: Callable[[str, Sequence[str]], int] | None,
) -> Found | None:
    """Return what the record answers, None where it saw no fit of what is asked for.

    Raises:
        AmbiguousCandidate: the evidence does not decide, and nobody can be asked.
    """
    looked = look(record, namespace, notebook)
    if looked is None:
        return None
    seen, unaided = looked
    asked = unaided if named is None else by_name(seen, named, unaided)
    if asked is None:
        return None
    choice = settled(seen, asked, ask)
    assert choice.model is not None
    parts = _parts(seen, choice)
    if parts is None:
        return None
    name, model, _ = _object(seen, choice.model)
    fit = seen.reading.models[choice.model]
    return Found(
        odd=odd(seen, choice),
        name=name,
        model=model,
        reason=Reason(statement=_statement(seen, choice), place=seen.place(fit.where)),
        parts=parts,
        sources=_sources(seen),
        metrics=_metrics(seen, choice),
        watched=record.mechanism,
        ranking=tuple(map(told, choice.ranking)),
        proposed=choice.status == "proposed",
        answered=unaided.status != "decided" and choice.status == "decided",
        typed=typed(seen, choice.model),
        instead=tuple(
            typed(seen, one.model) for one in choice.ranking if one.model != choice.model
        ),
    )


def look(
    record: Record, namespace: dict[str, Any], notebook: Notebook
) -> tuple[Seen, Choice] | None:
    """Return the record with its notebook, and what it decides unaided; None where it saw no model fitted."""
    reading = Reading(record, numbers(record, notebook), frozenset(loop_names(notebook)))
    if not reading.models or _fitted_before(record):
        return None
    return Seen(reading, namespace, notebook), rank(reading)


def sentence(seen: Seen, choice: Choice) -> str:
    """Return `the model is …, because …`.

    Raises:
        AmbiguousCandidate: it is not decided.
    """
    return _statement(seen, settled(seen, choice, None))


def _statement(seen: Seen, choice: Choice) -> str:
    assert choice.model is not None
    name, _, gone = _object(seen, choice.model)
    return f"the model is {name}, because {choice.because}{gone}"


def _fitted_before(record: Record) -> bool:
    """Tell whether models were fitted before anybody watched: then the record is only a part."""
    cells = [
        Cell(number=n, id=None, kind="code", source=text) for n, text in enumerate(record.before, 1)
    ]
    return bool(fits(statements(Notebook(path=None, cells=tuple(cells)))))


def _object(seen: Seen, model: State) -> tuple[str, Any, str]:
    """Return (name, object, what became of it): the living object where it is still in that state."""
    record = seen.record
    known = record.estimators[model[0]]
    alive = seen.living().get(model[0])
    again = seen.reading.refitted(model)
    if alive is not None and model[1] == known.fits and again is None:
        return alive[0], alive[1], ""
    name = min(known.names, key=len) if known.names else known.type.rpartition(".")[2]
    fit = seen.reading.models[model]
    fate = "fitted again" if alive is not None else "bound anew or gone"
    cell = seen.place(fit.where).cell
    return name, record.states[model], f"; it is packaged as it was after cell {cell}, {fate} since"


def _parts(seen: Seen, choice: Choice) -> Parts | None:
    """Return the parts the model was fitted on and measured on, None where no copy of them was kept."""
    assert choice.model is not None
    fit = seen.reading.models[choice.model]
    train = _part(seen, fit.data[0], fit.data[1] if len(fit.data) > 1 else None)
    if train is None:
        return None
    reasons = [Reason(statement=_fitted_on(train), place=seen.place(fit.where))]
    test, why = _held_back(seen, choice, train)
    return Parts(train=train, test=test, reasons=(*reasons, *why))


def _fitted_on(train: Part) -> str:
    return f"fitted on {train.name}" + (f", {train.target_name}" if train.target_name else "")


def _held_back(seen: Seen, choice: Choice, train: Part) -> tuple[Part | None, list[Reason]]:
    reading, model = seen.reading, choice.model
    mine = [one for one in choice.evaluations if one.model == model and not one.training]
    mine = [one for one in mine if one.x is not None and one.strength != "cross-validated"]
    order = sorted(
        mine, key=lambda one: (-STRENGTHS.index(one.strength), one.where.in_cell, one.where.in_line)
    )
    for one in reversed(order):
        y = _target(reading, one)
        part = _part(seen, one.x, y) if one.x is not None and y is not None else None
        if part is not None and not contains(train.X, part.X):
            others = [other.x for other in order if not reading.same(other.x, one.x)]
            names = sorted({name for x in others if x is not None for name in seen.names(x)[:1]})
            also = f"; measured on {', '.join(names)} too" if names else ""
            statement = f"held back: {part.name}, {part.target_name}{also}"
            return part, [Reason(statement=statement, place=seen.place(one.where))]
    for use in reversed(reading.uses):
        if reading.model_of(use) != model or not use.data or use.kind != "use":
            continue
        partner = reading.partner(use.data[0])
        same = reading.same(use.data[0], reading.models[model].data[0]) if model else True
        part = _part(seen, use.data[0], partner) if partner is not None and not same else None
        if part is not None and not contains(train.X, part.X):
            statement = f"held back: {part.name}, {part.target_name}, by the split"
            return part, [Reason(statement=statement, place=seen.place(use.where))]
    return None, []


def _target(reading: Reading, one: Evaluation) -> int | None:
    if one.in_models_units or one.x is None:
        return one.y
    return reading.partner(one.x)


def _part(seen: Seen, x: int, y: int | None) -> Part | None:
    kept = seen.record.kept
    if x not in kept or (y is not None and y not in kept):
        return None
    inputs, target = kept[x], column(kept[y]) if y is not None else None
    if target is not None and len(target) != height(inputs):
        return None
    return Part(
        X=inputs,
        y=target,
        name=seen.name(x),
        target_name=seen.name(y) if y is not None else None,
    )


def column(target: Any) -> Any:
    """Return a target (n,) or (n, 1) as (n,)."""
    if getattr(target, "ndim", 1) == 2 and target.shape[1] == 1:  # noqa: PLR2004
        return target.iloc[:, 0] if hasattr(target, "iloc") else target.reshape(-1)
    return target


def _sources(seen: Seen) -> tuple[RawData, ...]:
    """Return the frames that were read from outside, as they were read."""
    found = []
    for event in seen.reading.events:
        for token in event.output if event.kind == "read" else ():
            frame = frame_of(seen.record.kept.get(token))
            if frame is not None:
                located = [str(v) for k, v in event.detail.items() if k != "mode"]
                found.append(
                    RawData(
                        frame=frame,
                        call=written(seen.record, event) or event.name,
                        location=located[0] if located else event.name,
                        digest=digest(frame),
                        place=seen.place(event.where),
                    )
                )
    return tuple(found)


def written(record: Record, event: Event, place: int | None = None) -> str:
    """Return the text of the call that made an event, or of one of its arguments; "" where it is not found."""
    cells = {cell.order: cell.source for cell in record.cells}
    try:
        tree = ast.parse(cells.get(event.where.cell, ""))
    except SyntaxError:
        return ""
    wanted = event.name.rpartition(".")[2]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.lineno <= event.where.line <= (node.end_lineno or 0):
            func = node.func
            called = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if called == wanted:
                given = [*node.args, *(one.value for one in node.keywords)]
                if place is None:
                    return ast.unparse(node)
                return ast.unparse(given[place]) if place < len(given) else ""
    return ""


def _metrics(seen: Seen, choice: Choice) -> tuple[NotebookMetric, ...]:
    """Return the numbers that the author saw of the model on held-out rows, each metric once."""
    found: dict[str, NotebookMetric] = {}
    for one in choice.evaluations:
        if one.model == choice.model and one.value is not None and one.printed and not one.training:
            place = seen.place(one.where)
            found[one.metric] = NotebookMetric(name=one.metric, value=one.value, place=place)
    return tuple(found.values())
