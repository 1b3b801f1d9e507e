"""Where the rows of one matrix stand in another, by their labels or by their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.aligned import index_of, is_sparse
from o16n.recipe.compare import differs
from o16n.recipe.tracing.tracked import MADE_UP

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

DIGITS = 9  # after the point: what two ways of computing one number agree on


def places_in(whole: Any, part: Any) -> Array:
    """Return the place in `whole` (n, d) of each row of `part` (m, d), MADE_UP where it has none.

    Labels are believed where they lead to equal rows. Rows with equal values are given out in order.
    """
    import numpy as np

    mine, theirs = index_of(whole), index_of(part)
    if mine is not None and theirs is not None and mine.is_unique and theirs.isin(mine).all():
        places: Array = mine.get_indexer(theirs)
        if differs(whole, np.arange(len(whole)), part, places) is None:
            return places
    free: dict[Any, list[int]] = {}
    for place, row in enumerate(_rows(whole)):
        free.setdefault(row, []).append(place)
    return np.array([_next(free.get(row)) for row in _rows(part)], dtype=int)


def _next(places: list[int] | None) -> int:
    if not places:
        return MADE_UP
    return places.pop(0) if len(places) > 1 else places[0]


def _rows(matrix: Any) -> list[Any]:
    """Return each row as something that equals that of an equal row."""
    import numpy as np

    values = matrix.toarray() if is_sparse(matrix) else np.asarray(matrix)
    values = values.reshape(len(values), -1)
    try:
        numbers = np.round(values.astype(float), DIGITS) + 0.0  # no negative zero
    except (TypeError, ValueError):
        return [tuple(map(repr, row)) for row in values.tolist()]
    numbers[np.isnan(numbers)] = np.nan
    return [row.tobytes() for row in np.ascontiguousarray(numbers)]
