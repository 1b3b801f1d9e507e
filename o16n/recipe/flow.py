"""Which raw column feeds which model input: found by changing one column at a time and replaying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.errors import BundleError, RowsRefused
from o16n.recipe.aligned import is_sparse
from o16n.recipe.compare import shared
from o16n.recipe.optional import changed
from o16n.recipe.replay import FEW, play

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.recipe.recipe import Recipe
    from o16n.recipe.replay import Played

    Array = np.ndarray[Any, Any]

SEED = 0
WIDEST = 400  # names on a side that a picture can tell of


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Raw columns and model inputs by name; `feeds` are pairs of places, a raw column's and an input's.

    What changed nothing in the rows that were tried may still matter for others.
    """

    raw: tuple[str, ...]
    inputs: tuple[str, ...]
    feeds: tuple[tuple[int, int], ...]


def flow(recipe: Recipe, raw: pd.DataFrame) -> Flow | None:
    """Return what feeds what, seen on a few of the raw rows; None where no input can be told."""
    import numpy as np

    order = np.random.default_rng(SEED).permutation(len(raw))[:FEW]
    sample = raw.iloc[order].reset_index(drop=True)
    base = _played(recipe, sample)
    if base is None or base.value is None:
        return None
    names = _names(recipe, base.value)
    if not names or max(len(names), sample.shape[1]) > WIDEST:
        return None
    turned = np.random.default_rng(SEED + 1).permutation(len(sample))
    feeds = [
        (place, at)
        for place in range(sample.shape[1])
        for at in sorted(_fed(recipe, sample, place, (turned, base)))
    ]
    return Flow(raw=tuple(map(str, sample.columns)), inputs=names, feeds=tuple(feeds))


def _names(recipe: Recipe, value: Any) -> tuple[str, ...]:
    if recipe.inputs is not None:
        return tuple(map(str, recipe.inputs))
    if hasattr(value, "columns"):
        return tuple(map(str, value.columns))
    width = value.shape[1] if getattr(value, "ndim", 1) > 1 else 1
    return tuple(f"input {at}" for at in range(1, width + 1))


def _played(recipe: Recipe, rows: pd.DataFrame) -> Played | None:
    try:
        return play(recipe, rows)
    except (BundleError, RowsRefused):
        return None


def _fed(
    recipe: Recipe, sample: pd.DataFrame, place: int, against: tuple[Array, Played]
) -> set[int]:
    """Return the places of the inputs that change where one raw column does."""
    order, base = against
    found: set[int] = set()
    for frame in changed(sample, place, order):
        now = _played(recipe, frame)
        if now is not None and now.value is not None:
            found |= _changed_inputs(now, base)
    return found


def _changed_inputs(now: Played, base: Played) -> set[int]:
    here, there = shared(now.rows, base.rows)
    one, other = _matrix(now.value)[here], _matrix(base.value)[there]
    if one.shape != other.shape:
        return set()
    same = (one == other) | ((one != one) & (other != other))  # noqa: PLR0124 - NaN
    return {int(at) for at in (~same.astype(bool)).any(axis=0).nonzero()[0]}


def _matrix(value: Any) -> Array:
    """Return model inputs as an array of objects (n, k)."""
    import numpy as np

    dense = value.toarray() if is_sparse(value) else value
    made = np.asarray(dense, dtype=object)
    return made if made.ndim > 1 else made.reshape(len(made), -1)
