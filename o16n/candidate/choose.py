"""Choose model, data and recipe from a kernel's names and the notebook's text, by printed rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.candidate import reads
from o16n.candidate import statements as told
from o16n.candidate.candidate import Candidate, Part, RawData, Reason, Task
from o16n.candidate.data import Parts, find_parts
from o16n.candidate.metrics_seen import metrics_seen
from o16n.candidate.models import choose_model, names_of
from o16n.candidate.own_code import own_code
from o16n.recipe.match import raw_rows
from o16n.recipe.prove import prove
from o16n.recipe.recipe import Preparation, Proof, Recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from o16n.candidate.statements import Statement
    from o16n.notebook.notebook import Notebook

REGRESSION_LEVELS = 20


def choose(  # noqa: PLR0913 - the options of `package`, by name
    namespace: dict[str, Any],
    notebook: Notebook,
    *,
    model: str | None = None,
    data: str | None = None,
    target: str | None = None,
    positive: Any | None = None,
    ask: Callable[[str, Sequence[str]], int] | None = None,
) -> Candidate:
    """Return the candidate of a notebook that has run, decided by rules that its reasons print.

    Raises:
        AmbiguousCandidate: several answers are possible and nobody can be asked.
        UnsupportedModel: o16n cannot take the model.
    """
    all_of = told.statements(notebook)
    name, chosen, why = choose_model(
        namespace,
        named=model,
        saved=told.saves(all_of),
        evaluated=[owner for owner, *_ in told.predictions(all_of)],
        ask=ask,
    )
    aliases = [name, *names_of(namespace, chosen)]
    parts = find_parts(namespace, all_of, chosen, aliases, data=data)
    task = task_of(chosen, parts.train.y)
    classes = (
        tuple(chosen.classes_)
        if task in ("binary", "multiclass") and hasattr(chosen, "classes_")
        else ()
    )
    folder = notebook.path.parent if notebook.path else Path.cwd()
    sources = reads.raw_data(namespace, all_of, folder)
    found = _recipe(chosen, parts, sources, all_of)
    return Candidate(
        model=chosen,
        name=name,
        task=task,
        classes=classes,
        positive=(positive if positive is not None else classes[1])
        if task == "binary" and classes
        else None,
        target=target or _target_column(parts.train, found[2]),
        train=found[3][0],
        test=found[3][1],
        raw=found[2],
        recipe=found[0],
        proof=found[1],
        metrics=metrics_seen(notebook, chosen, found[3][1] or found[3][0], task),
        reasons=(why, *parts.reasons, Reason(statement=found[0].reason)),
        code=own_code(notebook, chosen, namespace),
    )


def task_of(model: Any, target: Any) -> Task:
    """Return what kind of answer `model` gives, by its own type and its classes."""
    from sklearn.base import is_classifier, is_outlier_detector, is_regressor

    if is_outlier_detector(model):
        return "anomaly"
    if is_classifier(model) or hasattr(model, "classes_"):
        return "binary" if len(model.classes_) == 2 else "multiclass"  # noqa: PLR2004 - the word
    if is_regressor(model) or target is None or len(set(map(str, target))) > REGRESSION_LEVELS:
        return "regression"
    return "regression"


def _recipe(
    model: Any, parts: Parts, sources: tuple[RawData, ...], all_of: tuple[Statement, ...]
) -> tuple[Recipe, Proof | None, RawData | None, tuple[Part, Part | None]]:
    """Return recipe, proof, raw data and the parts with their raw rows."""
    both = [part for part in (parts.train, parts.test) if part is not None]
    inputs = _input_names(parts.train.X)
    for source in reversed(sources):
        matched = [raw_rows(source.frame, part.X) for part in both]
        pairs = [one for one in matched if one is not None]
        if len(pairs) < len(both) or any(one[1] != pairs[0][1] for one in pairs):
            continue
        columns = tuple(pairs[0][1][0].arguments["columns"])
        recipe = Recipe(
            state="proven",
            raw_columns=columns,
            operations=pairs[0][1],
            inputs=inputs,
            reason=f"the model takes columns of {source.call} as they were read",
        )
        rows = [one[0][list(columns)] for one in pairs]
        proof = prove(
            recipe, model, source.frame, list(zip(rows, [p.X for p in both], strict=True))
        )
        if proof.predictions_equal and proof.matched == sum(map(len, rows)):
            raws = [replace(part, raw=raw) for part, raw in zip(both, rows, strict=True)]
            return recipe, proof, source, (raws[0], raws[1] if len(raws) > 1 else None)
    return _not_lifted(parts, sources, all_of, inputs)


def _not_lifted(
    parts: Parts,
    sources: tuple[RawData, ...],
    all_of: tuple[Statement, ...],
    inputs: tuple[str, ...] | None,
) -> tuple[Recipe, None, RawData | None, tuple[Part, Part | None]]:
    source = sources[-1] if len(sources) == 1 else None
    steps = told.preparing(all_of, parts.train.name, source.place if source else None)
    shown = tuple(
        Preparation(cell=s.place.cell, line=s.place.line or 1, text=s.text) for s in steps
    )
    if steps:
        cells = sorted({step.place.cell for step in steps})
        where = ", ".join(f"cell {cell}" for cell in cells)
        recipe = Recipe(
            state="missing",
            preparation=shown,
            inputs=inputs,
            reason=f"the data is prepared outside the model, in {where}",
        )
    else:
        recipe = Recipe(
            state="no raw data",
            inputs=inputs,
            reason="no rows as read from outside were found that the model's inputs came from",
        )
    return recipe, None, source, (parts.train, parts.test)


def _input_names(inputs: Any) -> tuple[str, ...] | None:
    return tuple(map(str, inputs.columns)) if hasattr(inputs, "columns") else None


def _target_column(train: Part, raw: RawData | None) -> str | None:
    """Return the raw column that is the target: by the series' own name, else by equal values."""
    name = getattr(train.y, "name", None)
    if name is not None and (raw is None or name in raw.frame.columns):
        return str(name)
    return None
