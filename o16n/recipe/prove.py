"""Replay the recipe and compare with what the notebook itself had: in bulk, alone, unseen, damaged."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from o16n.errors import RowsRefused
from o16n.recipe.culprit import culprit
from o16n.recipe.label import label_enters
from o16n.recipe.optional import Needed, find_optional
from o16n.recipe.proof import Proof, Use
from o16n.recipe.prove_bulk import Bulk, in_bulk
from o16n.recipe.prove_rows import Tried, alone, damaged, unseen
from o16n.recipe.sizes import frozen_sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import pandas as pd

    from o16n.recipe.recipe import Recipe

    Snapshots = Mapping[int, tuple[Any, np.ndarray[Any, Any]]]

SAMPLE = 3000
SECONDS = 60.0


def prove(  # noqa: PLR0913 - four options by name
    recipe: Recipe,
    raw: pd.DataFrame,
    uses: Sequence[Use],
    model: Any | None = None,
    *,
    snapshots: Snapshots | None = None,
    target: Any | None = None,
    seconds: float = SECONDS,
    seed: int = 0,
) -> tuple[Recipe, Proof]:
    """Prove a recipe; return it with its state, its optional columns and loose filters, and the proof.

    Args:
        recipe: its operations, `raw` and `target` are what is proven.
        raw: the raw rows as the notebook read them.
        uses: the model inputs that the notebook had, with the positions of their raw rows.
        model: the fitted model, None where only its inputs are compared.
        snapshots: the notebook's own results by operation number, each with the raw positions of
            its rows: with them a failure names the operation that is to blame.
        target: the raw column that is predicted, where it is known.
        seconds: what is left undone after that long is named in the proof.
        seed: of the rows that are chosen by chance.
    """
    began, rows = time.perf_counter(), len(raw)
    bulk, raw = _in_bulk(recipe, raw, uses, model)
    if bulk.failed and snapshots and len(raw) == rows:
        found = culprit(recipe, snapshots, raw.reset_index(drop=True))
        bulk.failed = bulk.failed if found is None else str(found)
    tried: dict[str, Tried] = {}
    needed = Needed(optional={}, loose=(), untried=())
    failed = bulk.failed
    if not failed:
        recipe, needed, failed = _with_columns(recipe, raw, began + seconds / 2, seed)
    parts: dict[str, Callable[[], Tried]] = {
        "rows alone": lambda: alone(recipe, raw, bulk, model, seed=seed),
        "unseen rows": lambda: unseen(recipe, raw, model, seed=seed),
        "damaged rows": lambda: damaged(recipe, raw, began + seconds, seed=seed),
    }
    skipped = [f"column {one}" for one in needed.untried]
    for name, part in parts.items():
        if failed:
            break
        if time.perf_counter() - began > seconds:
            skipped.append(name)
            continue
        tried[name] = part()
        failed = tried[name].failed
    proof = _proof(recipe, bulk, tried, skipped, failed, target)
    if proof.label and not failed:
        proof = replace(proof, label_at=label_enters(recipe, raw, target, seed=seed))
    proof = replace(proof, seconds=time.perf_counter() - began, rows=rows)
    recipe = replace(recipe, frozen_sizes=frozen_sizes(recipe.operations, len(raw)))
    if failed:
        return replace(recipe, state="refused", reason=failed), proof
    return replace(recipe, state="proven"), proof


def _in_bulk(
    recipe: Recipe, raw: pd.DataFrame, uses: Sequence[Use], model: Any | None
) -> tuple[Bulk, pd.DataFrame]:
    """Return the replay of all raw rows, with them; of those the notebook used where others are refused."""
    bulk, used = in_bulk(recipe, raw, uses, model), _used(raw, uses)
    if bulk.played is None and len(used) < len(raw):
        only = in_bulk(recipe, raw.iloc[used], _among(used, uses), model)
        if only.played is not None:
            return only, raw.iloc[used].reset_index(drop=True)
    return bulk, raw


def _used(raw: pd.DataFrame, uses: Sequence[Use]) -> list[int]:
    """Return the positions of the raw rows that the notebook itself gave to the model, in order."""
    return sorted({int(row) for use in uses for row in use.places if 0 <= row < len(raw)})


def _among(used: list[int], uses: Sequence[Use]) -> list[Use]:
    """Return the uses with their rows counted among the used ones."""
    import numpy as np

    place = {row: at for at, row in enumerate(used)}
    return [
        replace(one, places=np.array([place[row] for row in one.places.tolist()], dtype=int))
        for one in uses
    ]


def _with_columns(
    recipe: Recipe, raw: pd.DataFrame, until: float, seed: int
) -> tuple[Recipe, Needed, str]:
    """Return the recipe with its optional columns and loose filters, and why a part of the rows fails."""
    import numpy as np

    assert recipe.raw is not None
    sample = raw[list(recipe.raw.columns)]
    if len(raw) > SAMPLE:
        places = np.random.default_rng(seed).choice(len(raw), SAMPLE, replace=False)
        sample = sample.iloc[np.sort(places)]
    try:
        needed = find_optional(
            recipe,
            sample.reset_index(drop=True),
            in_time=lambda: time.perf_counter() < until,
            seed=seed,
        )
    except RowsRefused as error:
        none = Needed(optional={}, loose=(), untried=())
        return recipe, none, f"a part of the raw rows cannot be replayed: {error}"
    required = tuple(one for one in recipe.raw.columns if one not in needed.optional)
    made = replace(
        recipe, optional=needed.optional, loose=needed.loose, raw_columns=_names(required)
    )
    return made, needed, ""


def _names(columns: tuple[Any, ...]) -> tuple[str | int, ...]:
    from o16n.recipe.match import names_of

    return tuple(names_of(columns))


def _proof(
    recipe: Recipe,
    bulk: Bulk,
    tried: dict[str, Tried],
    skipped: list[str],
    failed: str,
    target: Any | None,
) -> Proof:
    nothing = Tried()
    single = tried.get("rows alone", nothing)
    fresh = tried.get("unseen rows", nothing)
    broken = tried.get("damaged rows", nothing)
    required = [str(one) for one in recipe.raw_columns]
    return Proof(
        rows=0,
        matched=bulk.matched,
        largest_difference=bulk.largest,
        predictions_equal=bulk.predictions_equal and not failed,
        statement=bulk.statement,
        compared=bulk.compared,
        bit_equal=bulk.bit_equal,
        alone=single.same,
        alone_tried=single.tried,
        required=tuple(required),
        optional=tuple(map(str, recipe.optional)),
        unseen=fresh.tried,
        unseen_answered=fresh.answered,
        unseen_refused=fresh.refused,
        injected=broken.tried,
        injected_same=broken.same,
        injected_answered=broken.answered,
        injected_refused=broken.refused,
        taken_out=bulk.taken_out,
        label=str(target) if target is not None and str(target) in required else "",
        failed=failed,
        skipped=(*skipped, *broken.skipped),
    )
