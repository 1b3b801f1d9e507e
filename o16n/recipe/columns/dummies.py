"""One column for each level of training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.columns.forms import Away, Cells, Table
from o16n.recipe.columns.frames import table
from o16n.recipe.rules.get_dummies.replay import names_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from o16n.recipe.refusal import Unseen

KINDS = (str, int, float)


def get_dummies(
    data: Any,
    *,
    levels: Any,
    columns: list[Any],
    policy: Callable[[Any], Unseen],  # noqa: ARG001 - a level that training never had goes pandas' way
    **options: Any,
) -> Table:
    """Return the table with its encoded columns replaced by one for each level.

    Raises:
        Away: a cell has a level that training never had, or only pandas knows the names.
    """
    import numpy as np

    given = table(data)
    named = names_of(list(given.cells), levels, columns, options) if type(levels) is dict else None
    if named is None or not given.cells.keys() >= levels.keys():
        raise Away
    codes = {name: level_places(given.cells[name], known) for name, known in levels.items()}
    made = {one: given.cells[one] for one in columns[: len(columns) - len(named)]}
    dtype = np.dtype(options.get("dtype") or bool)
    for label, (name, at) in named.items():
        made[label] = Cells(np.array([one == at for one in codes[name]], dtype=dtype), dtype)
    return Table(made, given.rows)


def level_places(cells: Cells, levels: list[Any]) -> list[int]:
    """Return the place of each cell's level (n,), -1 for a missing cell.

    Raises:
        Away: a cell has none of the levels, or they are not all of one plain type.
    """
    kinds = {type(one) for one in levels}
    if len(kinds) != 1 or not kinds <= set(KINDS):
        raise Away
    known = {one: at for at, one in enumerate(levels)}
    found = []
    for one in cells.array.tolist():
        if one != one or one is None:  # noqa: PLR0124 - NaN
            found.append(-1)
        elif type(one) in kinds and one in known:
            found.append(known[one])
        else:
            raise Away
    return found
