"""Replay `factorize` with the order of training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.refusal import refuse_unseen

if TYPE_CHECKING:
    from collections.abc import Callable

    from o16n.recipe.refusal import Unseen


def replay(
    values: Any, uniques: list[Any], *, policy: Callable[[Any], Unseen]
) -> tuple[Any, list[Any]]:
    """Return the code of each value (n,), -1 for a missing one, and the distinct values.

    Raises:
        RowsOut: a row has a value that training never had.
    """
    import pandas as pd

    column = pd.Series(values)
    codes = pd.Index(uniques).get_indexer(column)
    name = getattr(values, "name", None)
    unseen = (codes == -1) & column.notna().to_numpy()
    refuse_unseen(column, unseen, name, policy(name))
    return codes, uniques
