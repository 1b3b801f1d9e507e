"""What becomes of a random chain of statements on random rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings

from o16n.errors import O16nError
from o16n.recipe.aligned import take
from o16n.recipe.compare import differs
from o16n.recipe.probes import damaged_rows, frame_of, unseen_rows
from o16n.recipe.replay import apply, play
from o16n.recipe.tracing.trace import CellText, trace
from tests.recipe.lifted import REFUSALS, lifted
from tests.recipe.random_frames import TAIL, notebooks

ALONE, UNSEEN, DAMAGED = 8, 4, 6


@dataclass(frozen=True)
class Outcome:
    """`state`: "lifted", "refused", "wrong", or "fails" where the notebook itself does; `why` in words."""

    state: str
    why: str = ""


def outcomes(count, folder):
    """Return what becomes of `count` random chains, always the same ones, each with its statements."""
    found = []

    @settings(
        max_examples=count, deadline=None, derandomize=True, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(notebook=notebooks())
    def of_each(notebook):
        rows, codes = notebook
        found.append((codes, outcome_of(rows, codes, folder)))

    of_each()
    return found


def outcome_of(given, codes, folder):
    """Trace, lift and replay the notebook of a chain on its rows."""
    path = folder / "rows.csv"
    given.frame.to_csv(path, index=False)
    cells = [given.head(path), "\n".join(codes), TAIL]
    run = trace([CellText(order=k, number=k, source=one) for k, one in enumerate(cells, 1)])
    if not [one for one in run.recorder.uses if one.method == "predict"]:
        return Outcome("fails", str(run.failed))
    try:
        found = lifted(run)
    except REFUSALS as error:
        return Outcome("refused", str(error))
    try:
        why = _unlike_the_notebook(found) or _unlike_in_a_batch(found)
    except O16nError as error:
        return Outcome("refused", str(error))
    return Outcome("wrong", why) if why else Outcome("lifted")


def _unlike_the_notebook(found):
    """Return how a replay of the notebook's own rows differs from what it had, in bulk or alone."""
    played = play(found.recipe, found.raw)
    for use in found.uses:
        why = differs(played.value, played.rows, use.matrix, use.places)
        missing = set(use.places.tolist()) - set(played.rows.tolist())
        if why is not None or missing:
            return f"{use.method}: {why or f'{len(missing)} rows are missing'}"
    places = {row: place for place, row in enumerate(played.rows.tolist())}
    for row in np.linspace(0, len(found.raw) - 1, ALONE).astype(int).tolist():
        alone = play(found.recipe, found.raw.iloc[[row]])
        if (row in places) != bool(len(alone.rows)):
            return f"row {row} alone is lost or found"
        if row in places:
            bulk = take(played.value, np.array([places[row]]))
            why = differs(alone.value, np.array([0]), bulk, np.array([0]))
            if why is not None:
                return f"row {row} alone: {why}"
    return ""


def _unlike_in_a_batch(found):
    """Return how an unseen or damaged row alone differs from itself among others."""
    damaged = damaged_rows(found.raw, list(found.raw.columns), seed=1)
    chosen = np.random.default_rng(2).permutation(len(damaged))[:DAMAGED].tolist()
    for rows in (
        unseen_rows(found.raw, count=UNSEEN, seed=5),
        frame_of([damaged[one].row for one in chosen]),
    ):
        many = apply(found.recipe, rows)
        places = {row: place for place, row in enumerate(many.rows.tolist())}
        for row in range(len(rows)):
            alone = apply(found.recipe, rows.iloc[[row]])
            if (row in places) != bool(len(alone.rows)):
                return f"new row {row} alone is lost or found: {rows.iloc[row].to_dict()}"
            if row in places:
                bulk = take(many.value, np.array([places[row]]))
                why = differs(alone.value, np.array([0]), bulk, np.array([0]))
                if why is not None:
                    return f"new row {row} alone: {why}"
    return ""
