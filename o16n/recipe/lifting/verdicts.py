"""A verdict for every matrix that a predictor was given: could it be scored from raw rows?"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.errors import O16nError
from o16n.recipe import recipe_file
from o16n.recipe.aligned import take
from o16n.recipe.compare import same_matrix
from o16n.recipe.lifting.lift import lift, recipe_of
from o16n.recipe.proof import Use, Verdict
from o16n.recipe.prove_bulk import in_bulk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from o16n.recipe.lifting.lift import Lifted
    from o16n.recipe.tracing.recorder import Recorder
    from o16n.recipe.tracing.tracked import ModelUse

SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class _Tried:
    """What became of one matrix; predictors that share it share the answer."""

    use: ModelUse
    state: str
    reason: str


def verdicts_of(
    recorder: Recorder, shown: Mapping[int, int], *, code: str = "", seconds: float = SECONDS
) -> tuple[Verdict, ...]:
    """Return a verdict for each fit and predict that the trace saw, in their order.

    Each is lifted by itself, written down, read back and replayed on all raw rows in bulk; the other
    parts of a proof are for the candidate. `shown` gives the number of a cell by its order. After
    `seconds` the rest is `untried`.
    """
    until = time.perf_counter() + seconds
    tried: list[_Tried] = []
    found: dict[tuple[object, ...], Verdict] = {}
    for use in recorder.uses:
        known = next((one for one in tried if _same(one.use, use)), None)
        if known is None:
            known = _Tried(use=use, state="untried", reason="time did not allow it")
            if time.perf_counter() < until:
                known = _tried(recorder, use, code)
            tried.append(known)
        verdict = Verdict(
            model=use.kind,
            method=use.method,
            cell=shown.get(use.site.cell, use.site.cell),
            line=use.site.line,
            rows=len(use.rows),
            state=known.state,
            reason=known.reason,
        )
        found.setdefault(
            (verdict.model, verdict.method, verdict.cell, verdict.line, verdict.state), verdict
        )
    return tuple(found.values())


def _same(one: ModelUse, other: ModelUse) -> bool:
    return one.register == other.register and same_matrix(one.snapshot, other.snapshot)


def _tried(recorder: Recorder, use: ModelUse, code: str) -> _Tried:
    try:
        lifted = lift(recorder, use)
        reason = _replayed(lifted, use, code)
    except O16nError as error:
        return _Tried(use=use, state="refused", reason=str(error))
    return _Tried(use=use, state="refused" if reason else "replayed", reason=reason)


def _replayed(lifted: Lifted, use: ModelUse, code: str) -> str:
    """Return what is not as in the notebook when the written recipe is replayed, "" where all is."""
    import numpy as np

    files = recipe_file.to_files(recipe_of(lifted), code=code)
    recipe = recipe_file.from_files(files.__contains__, files.__getitem__, code=code)
    real = np.flatnonzero(lifted.rows >= 0)
    whole = len(real) == len(lifted.rows)
    matrix: Any = use.snapshot if whole else take(use.snapshot, real)
    its = Use(matrix=matrix, places=lifted.rows[real], method=use.method)
    return in_bulk(recipe, lifted.raw, [its], None).failed
