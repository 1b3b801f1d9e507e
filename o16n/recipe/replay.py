"""Take raw rows the recipe's way to model inputs; operations are data, allowed by exact name."""

from __future__ import annotations

import contextlib
import warnings
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.errors import BundleError, RecipeRefused
from o16n.recipe import steps
from o16n.recipe.aligned import is_sparse, take
from o16n.recipe.columns.forms import plain
from o16n.recipe.columns.read import read
from o16n.recipe.few_rows import FewRows
from o16n.recipe.raw_rows import enforce
from o16n.recipe.refusal import POLICIES, Unseen, Verdict, one_line
from o16n.recipe.run import Out, Run, Setting
from o16n.watching.kinds import copies_on_write

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import numpy as np
    import pandas as pd

    from o16n.recipe.recipe import Recipe
    from o16n.recipe.run import Observe
    from o16n.recipe.steps import Step

    Array = np.ndarray[Any, Any]

WHERE = "recipe.json"
FEW = 32  # rows, up to which pandas costs more than what it does


@dataclass(frozen=True, kw_only=True)
class Played:
    """What a replay gave: `value`, the model inputs of the rows at `rows` (m,) among the n given.

    `value` is None where no row reached the model. `verdicts` says of every other row why.
    """

    value: Any
    rows: Array
    verdicts: Mapping[int, Verdict]


def play(
    recipe: Recipe,
    frame: pd.DataFrame,
    *,
    observe: Observe | None = None,
    loose: Collection[int] | None = None,
    unseen: Mapping[Any, Unseen] | None = None,
) -> Played:
    """Replay a recipe on raw rows (n, columns).

    Args:
        recipe: its operations run in order; its state does not matter here.
        frame: the required columns at least; its index is not used.
        observe: called after each operation with it, its result and the positions of its rows.
        loose: numbers of filters that let every row through, the recipe's own where None.
        unseen: what becomes of a level that training never had, by column: `refuse` (where not
            told), `missing`, `as trained`; the recipe's own where None.

    Raises:
        RecipeRefused: an operation cannot take the rows; one row alone would tell which.
        RowsRefused: a column is missing.
        BundleError: the recipe is not one that can be replayed.
    """
    import numpy as np

    few = observe is None and 0 < len(frame) <= FEW and copies_on_write()
    rows, places, verdicts = _begun(recipe, frame, few=few)
    setting = Setting(
        steps=_live(recipe),
        loose=frozenset(recipe.loose if loose is None else loose),
        unseen=_policies(recipe, unseen),
        observe=observe,
    )
    while len(places):
        try:
            run, value, at = _passed(recipe, setting, rows, places, few=few)
        except Out as out:
            verdicts.update(out.verdicts)
            left = np.array([one not in out.verdicts for one in places.tolist()], dtype=bool)
            places = places[left]
            rows = enforce(recipe, frame.iloc[places]).frame
            continue
        verdicts.update(run.verdicts(at))
        return Played(value=value if len(at) else None, rows=at, verdicts=verdicts)
    return Played(value=None, rows=places, verdicts=verdicts)


def _begun(
    recipe: Recipe, frame: pd.DataFrame, *, few: bool
) -> tuple[Any, Array, dict[int, Verdict]]:
    """Return the raw rows as training knew them, their places, and why others are out."""
    import numpy as np

    if few:
        with contextlib.suppress(Exception):  # then as any rows are read, which says what is wrong
            return read(recipe, frame), np.arange(len(frame)), {}
    given = enforce(recipe, frame)
    return given.frame, given.places, dict(given.verdicts)


def _passed(
    recipe: Recipe, setting: Setting, rows: Any, places: Array, *, few: bool
) -> tuple[Run, Any, Array]:
    """Return a finished run with the model input and the places of its rows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the notebook's own, which its author has seen
        if few:
            try:
                quick = FewRows(setting, rows, places)
                value, at = quick.result(recipe)
                return quick, plain(value), at
            except Out:
                raise
            except Exception:  # noqa: BLE001 - the other run says what is wrong, in its own words
                rows = plain(rows)
        run = Run(setting, plain(rows), places)
        return run, *run.result(recipe)


def apply(
    recipe: Recipe, frame: pd.DataFrame, *, unseen: Mapping[Any, Unseen] | None = None
) -> Played:
    """Return the model inputs for raw rows, in their order, and why a row has none.

    A row that an operation cannot take stops no other: the batch is halved until it stands alone.

    Raises:
        BundleError: the recipe is not proven.
        RowsRefused: a column is missing.
    """
    if recipe.state != "proven":
        raise BundleError(f"there is no recipe: {recipe.reason}", where=WHERE)
    try:
        return _in_order(play(recipe, frame, unseen=unseen))
    except RecipeRefused as error:
        if len(frame) == 1:
            return _nothing({0: Verdict(reason=str(error))})
    return _halved(recipe, frame, unseen)


def _halved(recipe: Recipe, frame: pd.DataFrame, unseen: Mapping[Any, Unseen] | None) -> Played:
    import numpy as np

    half = len(frame) // 2
    parts = [apply(recipe, frame.iloc[:half], unseen=unseen)]
    parts.append(apply(recipe, frame.iloc[half:], unseen=unseen))
    verdicts = {**parts[0].verdicts, **{at + half: why for at, why in parts[1].verdicts.items()}}
    values = [one.value for one in parts if one.value is not None]
    if not values:
        return _nothing(verdicts)
    rows = np.concatenate([parts[0].rows, parts[1].rows + half])
    return Played(value=stacked(values), rows=rows, verdicts=verdicts)


def _nothing(verdicts: dict[int, Verdict]) -> Played:
    import numpy as np

    return Played(value=None, rows=np.arange(0), verdicts=verdicts)


def stacked(values: list[Any]) -> Any:
    """Return model inputs of several parts as those of one, in their order."""
    import numpy as np
    import pandas as pd

    if len(values) == 1:
        return values[0]
    if isinstance(values[0], pd.DataFrame | pd.Series):
        return pd.concat(values)
    if is_sparse(values[0]):
        from scipy import sparse

        return sparse.vstack(values).tocsr()
    return np.concatenate(values)


def _in_order(played: Played) -> Played:
    import numpy as np

    if played.value is None or (np.diff(played.rows) > 0).all():
        return played
    order = np.argsort(played.rows, kind="stable")
    return Played(
        value=take(played.value, order), rows=played.rows[order], verdicts=played.verdicts
    )


def _policies(recipe: Recipe, unseen: Mapping[Any, Unseen] | None) -> Mapping[Any, Unseen]:
    if unseen is None:
        return {column: one.policy for column, one in recipe.unseen.items()}
    for column, one in unseen.items():
        if one not in POLICIES:
            raise BundleError(f"{one!r} is no policy for unseen levels of {column!r}", where=WHERE)
    return unseen


_READY: dict[int, tuple[weakref.ref[Recipe], tuple[Step, ...]]] = {}


def _live(recipe: Recipe) -> tuple[Step, ...]:
    """Return the live steps of a recipe, made once for as long as it lives."""
    held = _READY.get(id(recipe))
    if held is not None and held[0]() is recipe:
        return held[1]
    try:
        made = steps.steps_of(recipe)
    except (TypeError, ValueError, LookupError, AttributeError, ImportError) as error:
        raise BundleError(f"cannot be made live: {one_line(error)}", where=WHERE) from error
    key = id(recipe)
    _READY[key] = (weakref.ref(recipe, lambda _: _READY.pop(key, None)), made)
    return made
