"""Rows one by one: telling rows of training, rows that never were, and damaged ones."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.recipe import probes, replay
from o16n.recipe.aligned import take
from o16n.recipe.answers_of import answers_of, distance, joined
from o16n.recipe.compare import RELATIVE, agreement, differs
from o16n.recipe.culprit import alone_or_together
from o16n.recipe.proof import Refusals
from o16n.recipe.replay import Played, apply

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import pandas as pd

    from o16n.recipe.prove_bulk import Bulk
    from o16n.recipe.recipe import Recipe
    from o16n.recipe.refusal import Verdict

    Array = np.ndarray[Any, Any]

ALONE = 120
PREDICTED = 8
UNSEEN = 200
UNSEEN_ALONE = 60
SHOWN = 8
OTHERS = 300
VALUE = re.compile(r"holds .*, which")


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What came of `tried` rows: the `same` alone as in a batch, `answered`, `refused` by reason."""

    tried: int = 0
    same: int = 0
    answered: int = 0
    refused: tuple[Refusals, ...] = ()
    failed: str = ""
    skipped: tuple[str, ...] = ()


def alone(recipe: Recipe, raw: pd.DataFrame, bulk: Bulk, model: Any | None, *, seed: int) -> Tried:
    """Replay telling rows as plain dicts with the required columns only: alone, and in a shuffled batch."""
    import numpy as np

    assert bulk.played is not None
    given = np.array(sorted(bulk.wanted & set(bulk.played.rows.tolist())), dtype=int)
    picked = probes.telling_rows(raw, given, count=ALONE, seed=seed)
    order = np.random.default_rng(seed).permutation(len(picked))
    picked = picked[order]
    rows = probes.records(raw.iloc[picked], _required(recipe))
    at = {row: place for place, row in enumerate(bulk.played.rows.tolist())}
    wanted = take(bulk.played.value, np.array([at[row] for row in picked.tolist()], dtype=int))
    singles = [apply(recipe, probes.frame_of([row])) for row in rows]
    batch = apply(recipe, probes.frame_of(rows)) if rows else None
    for how, parts in (("alone", singles), ("in a batch", [batch] if batch else [])):
        found = _first_unlike(parts, wanted, how)
        if found is not None:
            place, why = found
            told = _culprit(recipe, rows, place) or f"raw row {picked[place]} {why}"
            return Tried(tried=len(rows), same=place, failed=told)
    if model is not None and rows:
        why = _predicts_otherwise(model, singles[:PREDICTED], wanted)
        if why:
            return Tried(tried=len(rows), same=len(rows), failed=why)
    return Tried(tried=len(rows), same=len(rows), answered=len(rows))


def _first_unlike(parts: list[Played], wanted: Any, how: str) -> tuple[int, str] | None:
    """Return the first row whose model input is not the wanted one, and why; None where all are."""
    import numpy as np

    given = 0
    for played in parts:
        count = len(played.rows) + len(played.verdicts)
        missing = sorted(played.verdicts) if len(played.rows) < count else []
        if missing or played.value is None:
            place = given + (missing[0] if missing else 0)
            why = played.verdicts.get(missing[0], "it is lost") if missing else "it is lost"
            return place, f"gets no model input {how}: {why}"
        given += count
    if not given:
        return None
    stacked = replay.stacked([one.value for one in parts])
    told = agreement(stacked, wanted)
    if told is not None and told.close.all():
        return None
    place = 0 if told is None else int(np.flatnonzero(~told.close)[0])
    one, here = np.array([0]), np.array([place])
    apart = differs(take(stacked, here), one, take(wanted, here), one)
    return place, f"has another model input {how} than among all rows: {apart}"


def _required(recipe: Recipe) -> list[Any]:
    columns = () if recipe.raw is None else recipe.raw.columns
    return [one for one in columns if one not in recipe.optional]


def _nth(played: Played, place: int) -> Played:
    """Return what a batch gave for one of its rows."""
    import numpy as np

    found = np.flatnonzero(played.rows == place)
    if played.value is None or not len(found):
        why = played.verdicts.get(place)
        return Played(value=None, rows=np.arange(0), verdicts={} if why is None else {0: why})
    return Played(value=take(played.value, found), rows=np.arange(1), verdicts={})


def _predicts_otherwise(model: Any, singles: list[Played], wanted: Any) -> str:
    """Return how the model answers rows alone otherwise than together, "" where it does not."""
    import numpy as np

    try:
        together = answers_of(model, take(wanted, np.arange(len(singles))))
        single = [answers_of(model, one.value) for one in singles]
    except Exception as error:  # noqa: BLE001 - foreign code; recorded as the reason
        return f"a row is not answered alone: {type(error).__name__}: {error}"
    apart = distance(joined(single), together)
    return "" if (apart <= RELATIVE).all() else "a row is answered otherwise alone than among all"


def _culprit(recipe: Recipe, rows: list[dict[Any, Any]], place: int) -> str:
    """Return the sentence about the operation that treats a row otherwise alone than in the batch."""
    others = [one for at, one in enumerate(rows) if at != place][:OTHERS]
    found = alone_or_together(recipe, probes.frame_of([*others, rows[place]]), len(others))
    return "" if found is None else str(found).replace(WORDS, AGAINST)


WORDS = "the replay gives another result than the notebook"
AGAINST = "a row alone gives another result than among others"


def unseen(recipe: Recipe, raw: pd.DataFrame, model: Any | None, *, seed: int) -> Tried:
    """Replay rows that never were, in bulk and some alone; count those that get an answer."""
    required = _required(recipe)
    rows = probes.records(probes.unseen_rows(raw[required], count=UNSEEN, seed=seed), required)
    batch = apply(recipe, probes.frame_of(rows))
    same = 0
    for place, row in enumerate(rows[:UNSEEN_ALONE]):
        why = _otherwise(apply(recipe, probes.frame_of([row])), _nth(batch, place))
        if why:
            told = _culprit(recipe, rows, place)
            return Tried(tried=len(rows), same=same, failed=told or f"an unseen row {why}")
        same += 1
    return Tried(
        tried=len(rows),
        same=same,
        answered=_answered(model, batch.value),
        refused=_reasons(batch.verdicts.values()),
    )


def _otherwise(one: Played, other: Played) -> str:
    """Return how a row alone is treated otherwise than in a batch, "" where it is not."""
    import numpy as np

    if (one.value is None) != (other.value is None):
        told = next(iter((*one.verdicts.values(), *other.verdicts.values())), "")
        only = "only in a batch" if one.value is None else "only alone"
        return f"gets a model input {only}: {told}"
    if one.value is None:
        return ""
    why = differs(one.value, np.array([0]), other.value, np.array([0]))
    return f"has another model input alone than in a batch: {why}" if why else ""


def _answered(model: Any | None, inputs: Any) -> int:
    """Return how many model inputs the model answers, one by one where it refuses them together."""
    import numpy as np

    from o16n.recipe.aligned import length

    count = length(inputs) or 0
    if model is None or not count:
        return count
    try:
        model.predict(inputs)
    except Exception:  # noqa: BLE001 - foreign code; its refusal is the figure
        if count == 1:
            return 0
        return sum(_answered(model, take(inputs, np.array([at]))) for at in range(count))
    return count


def _reasons(verdicts: Iterable[Verdict]) -> tuple[Refusals, ...]:
    """Return the commonest reasons, values left out, with the number of rows."""
    counts = Counter(VALUE.sub("holds a value, which", str(one)) for one in verdicts)
    return tuple(Refusals(reason=text, rows=rows) for text, rows in counts.most_common(SHOWN))


def damaged(recipe: Recipe, raw: pd.DataFrame, until: float, *, seed: int) -> Tried:
    """Replay rows with one cell exchanged, alone and in a shuffled batch: the same number or refusal."""
    import numpy as np

    required = _required(recipe)
    made = probes.damaged_rows(raw, required, seed=seed)
    made = [made[at] for at in np.random.default_rng(seed).permutation(len(made))]
    if not made:
        return Tried()
    rows = [one.row for one in made]
    batch = apply(recipe, probes.frame_of(rows))
    for place, one in enumerate(made):
        if time.perf_counter() > until:
            left = f"{len(made) - place} of {len(made)} damaged rows"
            return _damaged(batch, place, skipped=(left,))
        why = _otherwise(apply(recipe, probes.frame_of([one.row])), _nth(batch, place))
        if why:
            told = _culprit(recipe, rows, place) or f"such a row {why}"
            failed = f"with {one.what} in column {one.column!r}, {told}"
            return Tried(tried=len(made), same=place, failed=failed)
    return _damaged(batch, len(made))


def _damaged(batch: Played, count: int, *, skipped: tuple[str, ...] = ()) -> Tried:
    answered = sum(row < count for row in batch.rows.tolist())
    verdicts = [why for place, why in batch.verdicts.items() if place < count]
    return Tried(
        tried=count, same=count, answered=answered, refused=_reasons(verdicts), skipped=skipped
    )
