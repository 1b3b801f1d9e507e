"""What becomes of a notebook's cells: traced, lifted, written, read back and proven, in this process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from o16n.errors import O16nError
from o16n.recipe.lifting.lift import lift
from o16n.recipe.match import names_of
from o16n.recipe.proof import Proof, Use
from o16n.recipe.prove import prove
from o16n.recipe.recipe import Recipe
from o16n.recipe.recipe_file import from_files, to_files
from o16n.recipe.tracing.recorder import shape_of
from o16n.recipe.tracing.trace import CellText, trace
from o16n.recipe.tracing.tracked import STRIDE


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`state` is proven or refused, `reason` the refusal's; recipe and proof where there are any."""

    state: str
    reason: str
    recipe: Recipe | None = None
    proof: Proof | None = None
    raw: Any = None
    model: Any = None


def outcome_of(cells, *, label="y"):
    """Return what becomes of the last model that is fitted in `cells`."""
    run = trace([CellText(order=k, number=k, source=one) for k, one in enumerate(cells, 1)])
    assert run.failed == [], run.failed
    fits = [one for one in run.recorder.uses if one.method == "fit"]
    if not fits:
        return Outcome(state="refused", reason=str(run.recorder.notes))
    uses = [fits[-1], *(one for one in run.recorder.uses if one.method == "predict")]
    try:
        lifted = lift(run.recorder, fits[-1])
        recipe = Recipe(
            state="proven",
            reason="lifted",
            raw_columns=tuple(names_of(lifted.raw.columns)),
            operations=lifted.operations,
            target=lifted.target,
            raw=shape_of(lifted.raw),
        )
        files = to_files(recipe)
        recipe = from_files(files.__contains__, files.__getitem__)
    except O16nError as error:
        return Outcome(state="refused", reason=str(error))
    told = [Use(matrix=one.snapshot, places=np.asarray(one.rows)) for one in uses]
    seen = {n: (v, r) for n, (v, r) in run.recorder.snapshots.items() if (r < STRIDE).all()}
    model = fits[-1].model
    recipe, proof = prove(recipe, lifted.raw, told, model, snapshots=seen, target=label)
    return Outcome(
        state=recipe.state,
        reason=recipe.reason,
        recipe=recipe,
        proof=proof,
        raw=lifted.raw,
        model=model,
    )
