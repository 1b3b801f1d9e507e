"""All raw rows in bulk: the model inputs and predictions must be the notebook's own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from o16n.errors import O16nError
from o16n.recipe.aligned import length, take
from o16n.recipe.answers_of import answers_of, distance
from o16n.recipe.compare import RELATIVE, agreement, differs, shared
from o16n.recipe.proof import PARTIAL, TakenOut, Use
from o16n.recipe.replay import Played, play

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd

    from o16n.recipe.recipe import Recipe

    Array = np.ndarray[Any, Any]


@dataclass(kw_only=True)
class Bulk:
    """What a replay of all raw rows showed; `played` is None where it failed as a whole."""

    played: Played | None = None
    matched: int = 0
    compared: int = 0
    bit_equal: int = 0
    largest: float = 0.0
    predictions_equal: bool = True
    taken_out: tuple[TakenOut, ...] = ()
    failed: str = ""
    statement: str = ""
    wanted: set[int] = field(default_factory=set)


def in_bulk(recipe: Recipe, raw: pd.DataFrame, uses: Sequence[Use], model: Any | None) -> Bulk:
    """Replay all raw rows and compare with each of `uses`, inputs and predictions."""
    bulk = Bulk(compared=sum(len(one.places) for one in uses))
    try:
        bulk.played = play(recipe, raw.reset_index(drop=True), loose=())
    except O16nError as error:
        bulk.failed = str(error)
        bulk.predictions_equal = False
    else:
        bulk.taken_out = taken_out(bulk.played)
        for use in uses:
            _compare(bulk, bulk.played, use, model)
        if not bulk.failed and bulk.matched < PARTIAL * bulk.compared:
            bulk.failed = f"partial: only {bulk.matched:,} of {bulk.compared:,} rows that the notebook used are replayed"
    what = "predictions" if model is not None else "model inputs"
    bulk.statement = (
        f"{bulk.matched} of {bulk.compared} rows that the notebook used (of {len(raw)} raw rows) give "
        f"the notebook's own {what}; largest difference {bulk.largest:.1g}"
    )
    return bulk


def difference_of(recipe: Recipe, raw: pd.DataFrame, use: Use) -> str:
    """Return how a matrix of the notebook differs from the replay of its raw rows, "" where it does not."""
    played = play(recipe, raw.reset_index(drop=True), loose=())
    why = differs(played.value, played.rows, use.matrix, use.places)
    return "" if why is None else str(why)


def _compare(bulk: Bulk, played: Played, use: Use, model: Any | None) -> None:
    """Compare one use of the model with the replay, and add it to the figures."""
    import numpy as np

    bulk.wanted |= set(use.places.tolist())
    here, there = shared(use.places, played.rows)
    if played.value is None or not len(here):
        bulk.failed = bulk.failed or "no row of the model input is replayed"
        bulk.predictions_equal = False
        return
    own, again = take(use.matrix, here), take(played.value, there)
    told = agreement(again, own)
    if told is None or not told.close.all():
        why = differs(again, np.arange(len(here)), own, np.arange(len(here)))
        bulk.failed = bulk.failed or f"the replayed model inputs are not the notebook's own: {why}"
        bulk.predictions_equal = False
        bulk.matched += int(told.close.sum()) if told is not None else 0
        return
    bulk.bit_equal += int(told.equal.sum())
    if model is None:
        bulk.matched += len(here)
        bulk.largest = max(bulk.largest, float(told.distance.max(initial=0.0)))
        return
    _predictions(bulk, model, own, again)


def _predictions(bulk: Bulk, model: Any, own: Any, again: Any) -> None:
    """Compare what the model says of the notebook's own inputs and of the replayed ones."""
    try:
        apart = distance(answers_of(model, again), answers_of(model, own))
    except Exception as error:  # noqa: BLE001 - foreign code; recorded as the reason
        bulk.failed = bulk.failed or f"the model cannot answer: {type(error).__name__}: {error}"
        bulk.predictions_equal = False
        return
    bulk.matched += int((apart <= RELATIVE).sum())
    bulk.largest = max(bulk.largest, float(apart.max(initial=0.0)))
    if (apart > RELATIVE).any():
        odd = int((apart > RELATIVE).sum())
        bulk.predictions_equal = False
        bulk.failed = bulk.failed or (
            f"{odd:,} of {length(own):,} predictions are not the notebook's own, though the inputs are"
        )


def taken_out(played: Played) -> tuple[TakenOut, ...]:
    """Return how many rows each line takes out, as the notebook has the lines."""
    counts = Counter(
        (one.site.cell, one.site.line, one.site.text)
        for one in played.verdicts.values()
        if one.filtered and one.site is not None
    )
    return tuple(
        TakenOut(cell=cell, line=line, text=text, rows=rows)
        for (cell, line, text), rows in sorted(counts.items())
    )
