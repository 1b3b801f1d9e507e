"""Which raw columns the model input depends on, found by changing each and looking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.errors import RowsRefused
from o16n.recipe.compare import differs
from o16n.recipe.raw_rows import placeholders
from o16n.recipe.replay import play

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    import pandas as pd

    from o16n.recipe.program import Operation
    from o16n.recipe.recipe import Recipe
    from o16n.recipe.replay import Played

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Needed:
    """What was found: `optional` columns with a value of training each, the filters that depend on them.

    `untried` are columns that time did not allow to try: they count as required.
    """

    optional: dict[Any, Any]
    loose: tuple[int, ...]
    untried: tuple[Any, ...]


def find_optional(
    recipe: Recipe, sample: pd.DataFrame, *, in_time: Callable[[], bool], seed: int
) -> Needed:
    """Return which columns of `sample` (raw rows) change no surviving row's model input.

    Each is permuted, moved, made far and partly null. That is evidence, not proof: a column that
    matters only for a row that is not there looks optional.

    Raises:
        RowsRefused: the sample itself cannot be replayed.
    """
    import numpy as np

    base = _Watched(recipe, sample)
    order = np.random.default_rng(seed).permutation(len(sample))
    optional: dict[Any, Any] = {}
    loose: set[int] = set()
    untried: list[Any] = []
    for place, name in enumerate(sample.columns):
        if not in_time():
            untried.append(name)
            continue
        depending = _depending(recipe, changed(sample, place, order), base)
        if depending is not None:
            optional[name] = _placeholder(recipe, sample, place, base)
            loose |= depending
    return Needed(optional=optional, loose=tuple(sorted(loose)), untried=tuple(untried))


class _Watched:
    """A replay in which every filter works, with the rows that each of them was given and kept."""

    def __init__(self, recipe: Recipe, frame: pd.DataFrame) -> None:
        self.filters: dict[int, tuple[set[int], set[int]]] = {}
        self._rows: dict[int, Array] = {}
        self.played = play(recipe, frame, observe=self._observe, loose=())

    def _observe(self, operation: Operation, _: Any, rows: Array) -> None:
        if operation.role == "filter":
            followed = operation.follows if operation.follows is not None else operation.register
            given = set(self._rows[followed].tolist())
            self.filters[operation.number] = given, set(rows.tolist())
        self._rows[operation.register] = rows


def _depending(recipe: Recipe, frames: Iterator[pd.DataFrame], base: _Watched) -> set[int] | None:
    """Return the filters that a changed column changes, None where it changes a model input."""
    found: set[int] = set()
    for frame in frames:
        try:
            now = _Watched(recipe, frame)
        except RowsRefused:
            return None
        if _matters(now.played, base.played):
            return None
        found |= {one for one in base.filters if _decides_otherwise(one, base, now)}
    return found


def _decides_otherwise(number: int, base: _Watched, now: _Watched) -> bool:
    """Tell whether a filter decides otherwise about a row that it was given both times."""
    if number not in now.filters:
        return False
    (given, kept), (given_now, kept_now) = base.filters[number], now.filters[number]
    both = given & given_now
    return kept & both != kept_now & both


def _matters(played: Played, base: Played) -> bool:
    """Tell whether a changed column changed the model input of a row that is left, or had a row refused."""
    if any(not one.filtered for one in played.verdicts.values()):
        return True
    if played.value is None or base.value is None:
        return True
    return differs(played.value, played.rows, base.value, base.rows) is not None


def changed(sample: pd.DataFrame, place: int, order: Array) -> Iterator[pd.DataFrame]:
    """Yield the sample with one column permuted, then moved, made far and partly null."""
    import numpy as np
    import pandas as pd

    column = sample.iloc[:, place]

    def with_column(cells: Any) -> pd.DataFrame:
        changed = sample.copy(deep=False)
        changed.isetitem(place, pd.Series(cells, index=sample.index).array)
        return changed

    yield with_column(column.array[order])
    numeric = pd.api.types.is_numeric_dtype(column.dtype) and column.dtype.kind in "iuf"
    if numeric and column.notna().any():
        yield with_column((column + 1).array)
        if column.dtype.kind == "f":
            far = (column.max() - column.min() + 1) * 10
            yield with_column((column + np.where(order % 2 == 0, far, -far)).array)
    if column.dtype.kind in "fO":
        yield with_column(column.where(pd.Series(order % 2 == 0, index=column.index)).array)


def _placeholder(recipe: Recipe, sample: pd.DataFrame, place: int, base: _Watched) -> Any:
    """Return what stands in for an absent column: nobody's value where its values tell rows apart."""
    import pandas as pd

    column = sample.iloc[:, place]
    neutral = 0 if column.dtype.kind in "iuf" else ""
    takes = column.dtype.kind in "iufO" or isinstance(column.dtype, pd.StringDtype)
    if takes and column.nunique() > len(column) / 2:
        changed = sample.copy(deep=False)
        changed.isetitem(place, placeholders(neutral, column.dtype, len(column)))
        if _depending(recipe, iter([changed]), base) is not None:
            return neutral
    return placeholder(column)


def placeholder(column: pd.Series[Any]) -> Any:
    """Return a value that training had in a column: the commonest that is not null."""
    import numpy as np

    held = column.dropna()
    if not len(held):
        return np.nan
    try:
        return held.mode().iloc[0]
    except TypeError:  # unlike kinds have no order
        return held.iloc[0]
