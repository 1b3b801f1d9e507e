"""What is odd about what a notebook did, with cell and line: findings that only the record can make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.candidate import odd_data
from o16n.candidate.data import contains
from o16n.notebook.notebook import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.candidate.ranking import Choice
    from o16n.candidate.recorded import Seen
    from o16n.notebook.notebook import Notebook
    from o16n.watching.record import Record, State


def odd(seen: Seen, choice: Choice) -> tuple[Finding, ...]:
    """Return what is odd about the notebook and the chosen model, in the order of the cells."""
    found = [
        *saved_but_not_evaluated(seen, choice),
        *refitted_after_the_save(seen),
        *training_rows_only(seen, choice),
        *odd_data.findings(seen, choice),
        *never_run(seen.record, seen.notebook),
    ]
    once = {(one.slug, one.place): one for one in reversed(found)}
    return tuple(sorted(once.values(), key=_at))


def saved_but_not_evaluated(seen: Seen, choice: Choice) -> Iterator[Finding]:
    """A saved model that nothing measured, where another state of it or another model was measured."""
    measured = {one.model for one in choice.evaluations if not one.training}
    equal = {one for one in seen.reading.models for other in measured if _equal(seen, one, other)}
    for event in seen.reading.events:
        for thing, fit in event.detail.get("states", ()) if event.kind == "save" else ():
            place = seen.place(event.where)
            alive = seen.living().get(thing)
            if fit == 0 and alive is not None and hasattr(alive[1], "predict"):
                yield Finding(
                    slug="saved-unfitted",
                    severity="warning",
                    message=f"saves {alive[0]}, which was never fitted",
                    place=place,
                    hint="save the fitted estimator",
                )
            state = seen.reading.refitted((thing, fit)) or (thing, fit)
            state = state if state in seen.reading.models else seen.record.best.get(thing, state)
            if measured and state in seen.reading.models and state not in measured | equal:
                yield _unmeasured(seen, state, measured, place)


def _unmeasured(seen: Seen, state: State, measured: set[State], place: Place) -> Finding:
    fitted = seen.place(seen.reading.models[state].where)
    own = [one for one in measured if one[0] == state[0]]
    other = own[0] if own else max(measured, key=lambda one: seen.reading.models[one].number)
    what = "its fit of" if own else "another model, fitted in"
    where = seen.place(seen.reading.models[other].where)
    return Finding(
        slug="saved-not-evaluated",
        severity="warning",
        message=f"saves a model as fitted in {fitted}, but what was measured is {what} {where}",
        place=place,
        hint="measure what is saved, or save what was measured",
    )


def _equal(seen: Seen, one: State, other: State) -> bool:
    from o16n.candidate.ranking import equal_fits

    return equal_fits(seen.reading, one, other)


def refitted_after_the_save(seen: Seen) -> Iterator[Finding]:
    """A saved object that was fitted again: what the name holds is not what the file holds."""
    for event in seen.reading.events:
        for thing, fit in event.detail.get("states", ()) if event.kind == "save" else ():
            later = [one for one in seen.reading.models if one[0] == thing and one[1] > fit > 0]
            if later and not _equal(seen, (thing, fit), later[-1]):
                yield Finding(
                    slug="refitted-after-save",
                    severity="note",
                    message=f"fits again what was saved in {seen.place(event.where)}",
                    place=seen.place(seen.reading.models[later[-1]].where),
                    hint="save it again, or fit a model of its own",
                )


def training_rows_only(seen: Seen, choice: Choice) -> Iterator[Finding]:
    """A chosen model that was measured, but never on a row it was not trained on."""
    mine = [one for one in choice.evaluations if one.model == choice.model and one.x is not None]
    if choice.model is None or not mine:
        return
    kept = seen.record.kept
    train = kept.get(seen.reading.models[choice.model].data[0])
    if all(
        one.training or (train is not None and contains(train, kept.get(one.x or 0)))
        for one in mine
        if one.strength != "cross-validated"
    ) and not any(one.strength == "cross-validated" for one in mine):
        yield Finding(
            slug="training-rows-only",
            severity="warning",
            message="the model is measured on the rows it was trained on, and on no others",
            place=seen.place(mine[-1].where),
            hint="hold rows back with train_test_split, and measure on them",
        )


def never_run(record: Record, notebook: Notebook) -> Iterator[Finding]:
    """Cells above the last one that ran, and that never ran themselves: "Run all" runs them."""
    ran = {cell.source.strip() for cell in record.cells} | {one.strip() for one in record.before}
    return never_run_of(ran, notebook)


def never_run_of(ran: set[str], notebook: Notebook) -> Iterator[Finding]:
    """Yield the cells that are not among the texts that ran, though a later cell is."""
    code = [cell for cell in notebook.code if _does_something(cell.source)]
    last = max((cell.number for cell in code if cell.source.strip() in ran), default=0)
    for cell in code:
        if cell.number < last and cell.source.strip() not in ran:
            yield Finding(
                slug="never-run-here",
                severity="warning",
                message="did not run in this kernel as it stands here, but would under Run all",
                place=Place(cell=cell.number),
                hint="run it, or delete it: a job runs every cell",
            )


def _does_something(source: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in source.splitlines())


def _at(one: Finding) -> tuple[int, int]:
    return (one.place.cell, one.place.line or 0) if one.place is not None else (0, 0)
