"""Choose model, data and recipe from a kernel's names and the notebook's text, by printed rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from o16n.candidate import statements as told
from o16n.candidate.candidate import Candidate, NotebookMetric, Part, RawData, Reason
from o16n.candidate.inferred import inferred
from o16n.candidate.metrics_seen import metrics_seen
from o16n.candidate.native import answering
from o16n.candidate.own_code import own_code
from o16n.candidate.recorded import recorded
from o16n.candidate.target import target_column
from o16n.candidate.task import task_of
from o16n.errors import UnknownName
from o16n.recipe.match import raw_rows, selection
from o16n.recipe.program import Site
from o16n.recipe.proof import Proof, Use
from o16n.recipe.prove import prove
from o16n.recipe.recipe import Preparation, Recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from o16n.candidate.candidate import Task
    from o16n.candidate.found import Found, Parts
    from o16n.candidate.statements import Statement
    from o16n.notebook.notebook import Notebook
    from o16n.watching.record import Record


def choose(  # noqa: PLR0913 - the options of `package`, by name
    namespace: dict[str, Any],
    notebook: Notebook,
    *,
    model: str | None = None,
    data: str | None = None,
    target: str | None = None,
    positive: Any | None = None,
    ask: Callable[[str, Sequence[str]], int] | None = None,
    record: Record | None = None,
) -> Candidate:
    """Return the candidate of a notebook that has run, decided by evidence that its reasons print.

    The record decides where there is one; what it did not see (a late load) is inferred from the
    names, the statements and the stored outputs.

    Raises:
        AmbiguousCandidate: several answers are possible and nobody can be asked.
        UnsupportedModel: o16n cannot take the model.
    """
    found = None
    if record is not None and data is None:
        found = recorded(record, namespace, notebook, named=model, ask=ask)
    if found is None:
        found = inferred(namespace, notebook, named=model, data=data, ask=ask)
    chosen = answering(found.model)
    task = task_of(chosen)
    classes = _classes(chosen, task)
    all_of = told.statements(notebook)
    lifted = _recipe(chosen, found.parts, found.sources, all_of)
    held_out = lifted.test or lifted.train
    metrics = _together(found.metrics, metrics_seen(notebook, chosen, held_out, task))
    return Candidate(
        model=found.model,
        name=found.name,
        task=task,
        classes=classes,
        positive=_positive(task, classes, positive),
        target=target_column(lifted.train, lifted.recipe, lifted.raw, named=target),
        train=lifted.train,
        test=lifted.test,
        raw=lifted.raw,
        recipe=lifted.recipe,
        proof=lifted.proof,
        metrics=metrics,
        **_as_found(found),
        reasons=(found.reason, *found.parts.reasons, Reason(statement=lifted.recipe.reason)),
        code=own_code(notebook, found.model, namespace),
    )


def _classes(model: Any, task: Task) -> tuple[Any, ...]:
    known = task in ("binary", "multiclass") and hasattr(model, "classes_")
    return tuple(model.classes_) if known else ()


def _as_found(found: Found) -> dict[str, Any]:
    """Return what the candidate tells as it was found."""
    names = ("watched", "ranking", "proposed", "instead", "answered", "odd")
    return {"typed": found.typed or found.name, **{one: getattr(found, one) for one in names}}


def _together(
    recorded_ones: tuple[NotebookMetric, ...], printed: tuple[NotebookMetric, ...]
) -> tuple[NotebookMetric, ...]:
    """Return what the record tied to a call, then what only the printed numbers tell."""
    known = {one.name for one in recorded_ones}
    return (*recorded_ones, *(one for one in printed if one.name not in known))


def _positive(task: Task, classes: tuple[Any, ...], named: Any | None) -> Any | None:
    """Return the class whose probability is reported first: as named, else the second."""
    if named is not None:
        known = {str(one): one for one in classes}
        if str(named) not in known:
            raise UnknownName("class", str(named), known, where="positive")
        return known[str(named)]
    return classes[1] if task == "binary" and classes else None


@dataclass(frozen=True, kw_only=True)
class Lifted:
    """The recipe with its proof, the raw data, and the parts with their raw rows."""

    recipe: Recipe
    train: Part
    test: Part | None
    proof: Proof | None = None
    raw: RawData | None = None


def _recipe(
    model: Any, parts: Parts, sources: tuple[RawData, ...], all_of: tuple[Statement, ...]
) -> Lifted:
    both = [part for part in (parts.train, parts.test) if part is not None]
    inputs = _input_names(parts.train.X)
    for source in reversed(sources):
        matched = [raw_rows(source.frame, part.X) for part in both]
        found = [one for one in matched if one is not None]
        if len(found) < len(both) or len({(one.columns, one.matrix) for one in found}) > 1:
            continue
        selected = selection(
            source.frame,
            found[0].columns,
            matrix=found[0].matrix,
            site=_site(source),
            reason=f"the model takes columns of {source.call} as they were read",
        )
        uses = [Use(matrix=p.X, places=one.places) for p, one in zip(both, found, strict=True)]
        recipe, proof = prove(replace(selected, inputs=inputs), source.frame, uses, model)
        if recipe.state == "proven" and proof.matched == proof.compared:
            raws = [
                replace(part, raw=source.frame.iloc[one.places][list(one.columns)])
                for part, one in zip(both, found, strict=True)
            ]
            test = raws[1] if len(raws) > 1 else None
            return Lifted(recipe=recipe, proof=proof, raw=source, train=raws[0], test=test)
    return _not_lifted(parts, sources, all_of, inputs)


def _site(source: RawData) -> Site:
    """Return where the rows were read, cell 0 where that is not known."""
    place = source.place
    return Site(cell=place.cell if place else 0, line=(place.line or 1) if place else 0)


def _not_lifted(
    parts: Parts,
    sources: tuple[RawData, ...],
    all_of: tuple[Statement, ...],
    inputs: tuple[str, ...] | None,
) -> Lifted:
    source = sources[-1] if len(sources) == 1 else None
    steps = told.preparing(all_of, parts.train.name, source.place if source else None)
    shown = tuple(
        Preparation(cell=s.place.cell, line=s.place.line or 1, text=s.text) for s in steps
    )
    if steps:
        cells = sorted({step.place.cell for step in steps})
        where = ", ".join(f"cell {cell}" for cell in cells)
        reason = f"the data is prepared outside the model, in {where}"
    elif sources:
        calls = " or ".join(source.call for source in sources)
        reason = f"the model's inputs are not columns of {calls} as they were read"
    else:
        reason = "no rows as read from outside were found that the model's inputs came from"
    recipe = Recipe(
        state="missing" if steps or sources else "no raw data",
        preparation=shown,
        inputs=inputs,
        reason=reason,
    )
    return Lifted(recipe=recipe, raw=source, train=parts.train, test=parts.test)


def _input_names(inputs: Any) -> tuple[str, ...] | None:
    return tuple(map(str, inputs.columns)) if hasattr(inputs, "columns") else None
