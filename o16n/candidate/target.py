"""Which raw column is predicted: by --target, by the target's own name, else by its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.errors import UnknownName

if TYPE_CHECKING:
    import pandas as pd

    from o16n.candidate.candidate import Part, RawData
    from o16n.recipe.recipe import Recipe


def target_column(
    train: Part, recipe: Recipe, raw: RawData | None, *, named: str | None
) -> str | None:
    """Return the raw column that is the target, None where none can be told.

    A column counts by value where it equals the target of every training row, or (a coded target)
    goes with it one to one, and it is the only one that the model does not take.

    Raises:
        UnknownName: `named` is no column of the raw rows.
    """
    columns = {str(name): name for name in raw.frame.columns} if raw is not None else {}
    if named is not None:
        if columns and named not in columns:
            raise UnknownName("column", named, columns, where="--target")
        return named
    own = getattr(train.y, "name", None)
    if own is not None and (not columns or str(own) in columns):
        return str(own)
    if raw is None or train.raw is None or train.y is None:
        return None
    rows = raw.frame.loc[train.raw.index]
    left = [name for name, own in columns.items() if own not in recipe.raw_columns]
    for fits in (equal_values, one_to_one):
        found = [name for name in left if fits(rows[columns[name]], train.y)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def equal_values(column: pd.Series[Any], target: Any) -> bool:
    """Tell whether every row holds the target."""
    import numpy as np

    return len(column) == len(target) and bool(np.all(column.to_numpy() == np.asarray(target)))


def one_to_one(column: pd.Series[Any], target: Any) -> bool:
    """Tell whether each value of the column goes with one value of the target and back."""
    import numpy as np
    import pandas as pd

    if len(column) != len(target):
        return False
    pairs = pd.DataFrame({"column": column.to_numpy(), "target": np.asarray(target)}).dropna()
    levels = len(pairs.drop_duplicates())
    few = max(2, len(pairs) // 2)
    return levels == pairs["column"].nunique() == pairs["target"].nunique() and levels <= few
