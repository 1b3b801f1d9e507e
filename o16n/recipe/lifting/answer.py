"""Find the model's matrices in the trace, lift the way to them, and have it proven."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from o16n.errors import BundleError, NotLifted, O16nError
from o16n.recipe import recipe_file
from o16n.recipe.aligned import take
from o16n.recipe.compare import differs, same_matrix
from o16n.recipe.handover import packed, unpacked
from o16n.recipe.lifting.history import give, told_with_way_out
from o16n.recipe.lifting.lift import lift, recipe_of
from o16n.recipe.lifting.names import input_names
from o16n.recipe.lifting.request import RAW, VERDICTS
from o16n.recipe.lifting.supplied import supply
from o16n.recipe.lifting.verdicts import verdicts_of
from o16n.recipe.proof import Proof, Use
from o16n.recipe.prove import prove
from o16n.recipe.prove_bulk import difference_of
from o16n.recipe.tracing.trace import trace
from o16n.recipe.tracing.tracked import MADE_UP, STRIDE
from o16n.recipe.unseen import levels_of

if TYPE_CHECKING:
    from pathlib import Path

    from o16n.recipe.lifting.lift import Lifted
    from o16n.recipe.lifting.request import Request, Wanted
    from o16n.recipe.recipe import Recipe
    from o16n.recipe.tracing.guard import Guard
    from o16n.recipe.tracing.recorder import Recorder
    from o16n.recipe.tracing.trace import Trace
    from o16n.recipe.tracing.tracked import ModelUse


def answer(request: Request, folder: Path, guard: Guard) -> dict[str, Any]:
    """Return what result.json says; the recipe's files stand beside it where one was lifted.

    Raises:
        NotLifted: no way from raw rows to the model's input could be written down; says where and why.
    """
    guard.active = True
    run = trace(list(request.cells), request.replies, seconds=request.seconds)
    guard.active = False
    recorder = run.recorder
    give(recorder, request.given)
    shown = {one.order: one.number for one in request.cells}
    verdicts = verdicts_of(recorder, shown, code=request.code)
    (folder / VERDICTS).write_text(json.dumps([asdict(one) for one in verdicts]))
    found = {one.role: _use_of(run, one) for one in request.wanted}
    guard.active = True
    given = supply(run, request, found)
    guard.active = False
    found = found if given is None else given.uses
    use, lifted = _lifted(found, run, request) if given is None else (given.use, given.lifted)
    lifted = replace(lifted, operations=tuple(_shown(one, shown) for one in lifted.operations))
    recipe = _told(recipe_of(lifted, inputs=_input_names(recorder, use)), lifted, request)
    files = recipe_file.to_files(recipe, code=request.code)
    held = _read_back(files, recipe, request)
    rows = {
        role: _positions(recorder, one, lifted) for role, one in found.items() if one is not None
    }
    uses = [_proven_use(one, rows[role]) for role, one in found.items() if one is not None]
    held_against = _Given(
        held=held,
        raw=lifted.raw,
        model=unpacked(request.model),
        snapshots=_snapshots(recorder, lifted),
        target=request.label or None,
        given=recorder.given,
    )
    recipe, proof = _proven(held_against, uses)
    tried = found.get("test")
    if recipe.state != "proven" and use is found.get("train") and tried is not None:
        recipe, proof, differ = _fit_branch(held_against, uses, recipe, proof)
        if differ:
            rows.pop("test")
            proof = replace(proof, branches=_told_apart(use, tried, shown, differ))
    _write(recipe_file.to_files(recipe, code=request.code) | {RAW: packed(lifted.raw)}, folder)
    return {
        "told": lifted.told,
        "rows": rows,
        "proof": asdict(proof),
        "own_code": any(type(one).__module__ == "__main__" for one in _constants(lifted)),
    }


def _write(files: dict[str, bytes], folder: Path) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def _told(recipe: Recipe, lifted: Lifted, request: Request) -> Recipe:
    """Return a recipe with the policies that were asked for and the sentence that says whose way it is."""
    recipe = replace(recipe, unseen=levels_of(lifted.raw, request.unseen))
    given = [one for one in request.given if one in lifted.raw.columns]
    told = f"; the caller gives {', '.join(given)}, which need history" if given else ""
    cell = request.supplying
    if cell is None:
        reason = f"the notebook's own way from {lifted.told} to the model's input, frozen{told}"
        return replace(recipe, reason=reason)
    reason = f"prepare(rows), supplied by cell {cell.number}, leads from {lifted.told} to the model's input{told}"
    return replace(recipe, reason=reason, supplied=cell.number)


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What a proof is made of, whichever matrices it is held against."""

    held: Recipe
    raw: Any
    model: Any
    snapshots: Any
    target: str | None
    given: tuple[str, ...]


def _proven(given: _Given, uses: list[Use]) -> tuple[Recipe, Proof]:
    recipe, proof = prove(
        given.held,
        given.raw,
        uses,
        given.model,
        snapshots=given.snapshots,
        target=given.target,
    )
    if recipe.state == "proven":
        return recipe, proof
    reason = told_with_way_out(recipe.reason, given.given, recipe.operations)
    return replace(recipe, reason=reason), proof


def _fit_branch(
    given: _Given, uses: list[Use], recipe: Recipe, proof: Proof
) -> tuple[Recipe, Proof, str]:
    """Return the proof against the rows the model was fitted on alone, where that holds.

    Then the notebook prepares the rows it tries the model on otherwise; the third value says how.
    """
    alone, its = _proven(given, uses[:1])
    if alone.state != "proven":
        return recipe, proof, ""
    return alone, its, difference_of(given.held, given.raw, uses[1])


def _told_apart(fit: ModelUse, tried: ModelUse, shown: dict[int, int], differ: str) -> str:
    places = [
        f"cell {shown.get(one.site.cell, one.site.cell)} line {one.site.line}"
        for one in (fit, tried)
    ]
    return f"the rows it is tried on ({places[1]}) are prepared otherwise than those it is fitted on ({places[0]}): {differ}"


def _read_back(files: dict[str, bytes], recipe: Recipe, request: Request) -> Recipe:
    """Return the recipe as its files give it: what is proven is what was written.

    Raises:
        NotLifted: an operation is not on the list of what a recipe may call.
    """
    try:
        return recipe_file.from_files(files.__contains__, files.__getitem__, code=request.code)
    except BundleError as error:
        place = re.search(r"operation (\d+)", error.where)
        if place is None:
            raise
        site = recipe.operations[int(place[1]) - 1].site
        raise NotLifted(f"{error.what}: {site.text}", where=str(site)) from error


def _constants(lifted: Lifted) -> list[Any]:
    """Return everything that the operations hold as they are, estimators among it."""
    found: list[Any] = []
    pending: list[Any] = [one for op in lifted.operations for one in (op.arguments, op.options)]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            pending += one.values()
        elif isinstance(one, list | tuple):
            pending += one
        else:
            found.append(one)
            pending += vars(one).values() if hasattr(type(one), "fit") else ()
    return found


def _proven_use(use: ModelUse, places: list[int]) -> Use:
    """Return a use without the rows that resampling made up."""
    import numpy as np

    at = np.array(places)
    real = np.flatnonzero(at >= 0)
    matrix = use.snapshot if len(real) == len(at) else take(use.snapshot, real)
    return Use(matrix=matrix, places=at[real], method=use.method)


def _use_of(run: Trace, wanted: Wanted) -> ModelUse | None:
    """Return the use of a predictor whose matrix is the wanted one; a fit before others."""
    uses = run.recorder.uses
    order = sorted(uses, key=lambda one: (one.method not in ("fit", "fit_transform"), one.time))
    if wanted.role != "train":
        order = sorted(uses, key=lambda one: (one.method == "fit", one.time))
    return next((one for one in order if same_matrix(one.snapshot, wanted.matrix)), None)


def _lifted(
    found: dict[str, ModelUse | None], run: Trace, request: Request
) -> tuple[ModelUse, Lifted]:
    """Lift the fit branch, else the predict branch.

    Raises:
        NotLifted: neither can be.
    """
    refused: O16nError | None = None
    for use in found.values():
        if use is None:
            continue
        try:
            return use, lift(run.recorder, use)
        except O16nError as error:
            refused = refused or error
    if refused is not None:
        raise refused
    raise _not_repeated(run, request)


def _not_repeated(run: Trace, request: Request) -> NotLifted:
    """Say why no matrix of the trace is the model's own."""
    import numpy as np

    shown = {one.order: one.number for one in request.cells}
    train = request.wanted[0]
    near = [one for one in run.recorder.uses if np.shape(one.snapshot) == np.shape(train.matrix)]
    if run.stopped:
        return NotLifted(
            "the preparation takes too long to repeat", hint="make it faster, or smaller"
        )
    if near:
        use, every = near[-1], np.arange(len(near[-1].rows))
        why = differs(use.snapshot, every, train.matrix, every)
        return NotLifted(
            f"the notebook does not repeat itself: {why}",
            where=f"cell {shown.get(use.site.cell, use.site.cell)} line {use.site.line}",
            hint="set a seed for what is drawn at random",
        )
    if run.failed:
        cell, line, text = run.failed[0]
        return NotLifted(
            f"a statement cannot be repeated: {text}",
            where=f"cell {shown.get(cell, cell)} line {line}",
        )
    if run.recorder.notes:
        note = run.recorder.notes[-1]
        return NotLifted(
            note.text,
            where=f"cell {shown.get(note.site.cell, note.site.cell)} line {note.site.line}",
        )
    return NotLifted(f"{train.name} does not come from rows that were read from outside")


def _shown(operation: Any, shown: dict[int, int]) -> Any:
    """Return an operation with its place in the numbers that a person knows."""
    site = operation.site
    return replace(operation, site=replace(site, cell=shown.get(site.cell, site.cell)))


def _snapshots(recorder: Recorder, lifted: Lifted) -> dict[int, Any]:
    """Return what the operations gave in the notebook, with the raw rows of its rows."""
    first = STRIDE * _source_of(recorder, lifted)
    numbers = {one.number for one in lifted.operations}
    return {
        number: (value, rows - first)
        for number, (value, rows) in recorder.snapshots.items()
        if number in numbers
    }


def _source_of(recorder: Recorder, lifted: Lifted) -> int:
    return next(k for k, (_, raw) in enumerate(recorder.sources) if raw is lifted.raw)


def _positions(recorder: Recorder, use: ModelUse, lifted: Lifted) -> list[int]:
    """Return the raw row of each row of a matrix, -1 for one that is not of this source."""
    rows = use.rows - STRIDE * _source_of(recorder, lifted)
    rows[(use.rows == MADE_UP) | (rows < 0) | (rows >= len(lifted.raw))] = MADE_UP
    return [int(one) for one in rows]


def _input_names(recorder: Recorder, use: ModelUse) -> tuple[str | int, ...] | None:
    names = input_names(recorder, use)
    return None if names is None else tuple(names)
