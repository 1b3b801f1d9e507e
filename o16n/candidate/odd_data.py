"""What is odd about the data of a notebook's models: matrices, transformers, splits and files."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.candidate.flow import Flow
from o16n.candidate.forms import flat, mark
from o16n.candidate.target import equal_values, one_to_one
from o16n.candidate.values import value_of
from o16n.notebook.notebook import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.candidate.ranking import Choice
    from o16n.candidate.recorded import Seen
    from o16n.watching.record import Event

WIDEST = 200  # columns that are compared one by one
WRITERS = ("to_csv", "to_excel", "to_parquet", "to_json", "to_pickle", "to_feather")


def findings(seen: Seen, choice: Choice) -> Iterator[Finding]:
    """Yield what is odd about the data."""
    flow = Flow(seen.reading)
    yield from other_matrix(seen, flow)
    yield from refitted_on_test(seen, flow)
    yield from fitted_before_split(seen, flow)
    yield from overwritten_input(seen)
    yield from target_among_features(seen, choice)


def other_matrix(seen: Seen, flow: Flow) -> Iterator[Finding]:
    """A matrix that the model accepts, though it went through other transformers than its training rows."""
    for use in _asked(seen):
        model = seen.reading.model_of(use)
        if model is None:
            continue
        given, trained = flow.chain(use.data[0]), flow.chain(seen.reading.models[model].data[0])
        if trained.split is None or given.split is not trained.split:
            continue
        ours, theirs = (_owners(one.states) for one in (given, trained))
        foreign = [fit for one in given.states if (fit := flow.fit_of(one)) is not None]
        refitted = any(flow.chain(one.data[0]).half == 1 for one in foreign if one.data)
        if ours != theirs and not refitted:
            what = _names(seen, theirs - ours) or "as it is"
            told = f"without {what}" if theirs - ours else f"through {_names(seen, ours - theirs)}"
            yield Finding(
                slug="other-matrix",
                severity="warning",
                message=f"{seen.name(use.data[0])} came here {told}: the model takes it, but was not trained on such rows",
                place=seen.place(use.where),
                hint="prepare both parts alike, best in a Pipeline",
            )


def refitted_on_test(seen: Seen, flow: Flow) -> Iterator[Finding]:
    """A transformer that is fitted on the very rows that the model is measured on."""
    for use in _asked(seen):
        model = seen.reading.model_of(use)
        if model is None:
            continue
        trained = flow.chain(seen.reading.models[model].data[0])
        for state in flow.chain(use.data[0]).states - trained.states:
            fit = flow.fit_of(state)
            origin = flow.chain(fit.data[0]) if fit is not None and fit.data else None
            if fit is not None and origin is not None and origin.half == 1:
                yield _on_test(seen, fit, seen.name(fit.data[0]))
    yield from _columns_of_test(seen, flow)


def _columns_of_test(seen: Seen, flow: Flow) -> Iterator[Finding]:
    """Yield fits on a column of the test part, which are told by their text: `enc.fit_transform(X_test["c"])`."""
    tested = {name for use in _asked(seen) for name in seen.names(use.data[0])}
    for name, halves in _halves(seen).items():
        for fit in seen.reading.events if halves == {1} and name in tested else ():
            if fit.kind == "fit" and fit.data and not flow.predicts(fit.owner):
                text = seen.written(fit, 0)
                if text.startswith(f"{name}["):
                    yield _on_test(seen, fit, text)


def _halves(seen: Seen) -> dict[str, set[int]]:
    """Return, by name, of which parts of splits it is: 0 train, 1 test."""
    found: dict[str, set[int]] = {}
    for event in seen.reading.events:
        for place, token in enumerate(event.output) if event.kind == "split" else ():
            for name in seen.names(token):
                found.setdefault(name, set()).add(place % 2)
    return found


def _on_test(seen: Seen, fit: Event, what: str) -> Finding:
    name = _names(seen, {fit.owner}) or "a transformer"
    return Finding(
        slug="refitted-on-test",
        severity="warning",
        message=f"{name} is fitted on {what}: the rows it is tried on decide how they are coded",
        place=seen.place(fit.where),
        hint="fit on the training rows, then only transform the others",
    )


def fitted_before_split(seen: Seen, flow: Flow) -> Iterator[Finding]:
    """A scaler, encoder or the like that learned from all rows before some were held back."""
    for split in {one.number: one for one in _splits(seen, flow)}.values():
        chain = flow.chain(split.data[0])
        for state in chain.states:
            fit = flow.fit_of(state)
            if fit is not None and not flow.predicts(fit.owner):
                yield _before(seen, fit, split)
        for fit in _coded_columns(seen, flow, split):
            yield _before(seen, fit, split)


def _splits(seen: Seen, flow: Flow) -> Iterator[Event]:
    for fit in seen.reading.models.values():
        split = flow.chain(fit.data[0]).split
        if split is not None and split.data:
            yield split


def _before(seen: Seen, fit: Event, split: Event) -> Finding:
    name = _names(seen, {fit.owner}) or "a transformer"
    kind = seen.record.estimators[fit.owner].type.rpartition(".")[2] if fit.owner else ""
    return Finding(
        slug="fitted-before-split",
        severity="warning",
        message=f"{name} ({kind}) learned from all rows, those held back in {seen.place(split.where)} included",
        place=seen.place(fit.where),
        hint="split first, and fit on the training rows only; a Pipeline does that by itself",
    )


def _coded_columns(seen: Seen, flow: Flow, split: Event) -> Iterator[Event]:
    """Yield the fits before a split whose answer stands as a column in what is split, the target apart."""
    table = seen.record.kept.get(split.data[0])
    if table is None or getattr(table, "ndim", 0) != 2 or table.shape[1] > WIDEST:  # noqa: PLR2004
        return
    targets = {
        _only_name(seen, fit.data[1]) for fit in seen.reading.models.values() if fit.data[1:]
    }
    marks: set[int | None] = set()
    for event in seen.reading.events:
        coded = event.number < split.number and event.kind == "fit" and event.output
        if not coded or flow.predicts(event.owner):
            continue
        answer = flat(seen.record.kept.get(event.output[0]))
        if answer is None or not answer.size or len(answer) != len(table):
            continue
        marks = marks or {mark(flat(one)) for name, one in _columns(table) if name not in targets}
        columns = [answer] if answer.ndim == 1 else list(answer.T[:WIDEST])
        if any(mark(one) in marks for one in columns):
            yield event


def overwritten_input(seen: Seen) -> Iterator[Finding]:
    """A file that the notebook reads and then writes over."""
    reads: dict[Path, Event] = {}
    for event in seen.reading.events:
        if event.kind == "read":
            reads |= dict.fromkeys(_paths(event.detail.values()), event)
            continue
        writes = event.kind == "save" or (
            event.kind == "open" and str(event.detail.get("mode", "r"))[:1] in "wax"
        )
        told = event.detail.get("to", ()) if event.kind == "save" else event.detail.values()
        for path in _paths(told) if writes else ():
            if path in reads:
                yield _overwritten(seen, reads[path], path, seen.place(event.where))
    yield from _written_tables(seen, reads)


def _written_tables(seen: Seen, reads: dict[Path, Event]) -> Iterator[Finding]:
    """Yield tables written over what was read, by the text of the call: pandas' writers are not recorded."""
    for order, tree in _trees(seen):
        for node in ast.walk(tree):
            func = node.func if isinstance(node, ast.Call) else None
            if not isinstance(node, ast.Call) or not isinstance(func, ast.Attribute):
                continue
            if func.attr in WRITERS and node.args:
                told = value_of(seen.namespace, ast.unparse(node.args[0]))
                for path in _paths([told]):
                    if path in reads and reads[path].where.in_cell <= order:
                        place = seen.reading.at(order, node.lineno)
                        yield _overwritten(seen, reads[path], path, place)


def _trees(seen: Seen) -> Iterator[tuple[int, ast.Module]]:
    for cell in seen.record.cells:
        try:
            yield cell.order, ast.parse(cell.source)
        except SyntaxError:
            continue


def _overwritten(seen: Seen, read: Event, path: Path, place: Any) -> Finding:
    return Finding(
        slug="overwritten-input",
        severity="warning",
        message=f"writes over {path.name}, which {seen.place(read.where)} reads: the next run reads something else",
        place=place,
        hint="write to a name of its own",
    )


def _paths(values: Any) -> list[Path]:
    return [Path(one).resolve() for one in values if isinstance(one, str | Path) and one]


def target_among_features(seen: Seen, choice: Choice) -> Iterator[Finding]:
    """A column of the training rows that is the target itself, or goes with it one to one."""
    fit = seen.reading.models.get(choice.model) if choice.model is not None else None
    kept = seen.record.kept
    if fit is None or len(fit.data) < 2 or not {*fit.data[:2]} <= kept.keys():  # noqa: PLR2004
        return
    import pandas as pd

    table, target = kept[fit.data[0]], flat(kept[fit.data[1]])
    if target is None or target.ndim != 1 or getattr(table, "shape", (0, 0))[1:] > (WIDEST,):
        return
    for name, column in _columns(table):
        one = pd.Series(column)
        if equal_values(one, target) or one_to_one(one, target):
            yield Finding(
                slug="target-among-features",
                severity="warning",
                message=f"column {name} of {seen.name(fit.data[0])} goes with the target one to one: the model is told the answer",
                place=seen.place(fit.where),
                hint=f"leave {name} out of the features",
            )


def _columns(table: Any) -> list[tuple[str, Any]]:
    """Return (name, values) of a frame's or a dense matrix's columns."""
    if hasattr(table, "columns"):
        return [(str(name), table.iloc[:, n].to_numpy()) for n, name in enumerate(table.columns)]
    if hasattr(table, "tocsr") or getattr(table, "ndim", 0) != 2:  # noqa: PLR2004
        return []
    return [(str(n), table[:, n]) for n in range(table.shape[1])]


def _asked(seen: Seen) -> list[Event]:
    """Return the predictions and scores that were given a matrix."""
    scores = [one for one in seen.reading.events if one.kind == "score"]
    return [one for one in (*seen.reading.uses, *scores) if one.data and one.kind != "evaluate"]


def _owners(states: set[tuple[int, int]]) -> set[int]:
    return {owner for owner, _ in states}


def _names(seen: Seen, owners: Any) -> str:
    known = (seen.record.estimators.get(one) for one in owners)
    return " and ".join(
        sorted(
            min(one.names, key=len) if one.names else one.type.rpartition(".")[2]
            for one in known
            if one
        )
    )


def _only_name(seen: Seen, token: int) -> str:
    value = seen.record.values.get(token)  # noqa: PD011 - the record's own, no frame's
    names = value.columns if value is not None else None
    return names[0] if names is not None and len(names) == 1 else ""
