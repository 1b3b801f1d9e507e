"""Replay `pandas.get_dummies` with the levels and columns of training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.refusal import refuse_unseen

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from o16n.recipe.refusal import Unseen


def replay(
    data: Any, *, levels: Any, columns: list[Any], policy: Callable[[Any], Unseen], **options: Any
) -> pd.DataFrame:
    """Return one column for each level, as `columns` has them.

    Args:
        data: a frame, whose columns in `levels` are encoded, or one column (n,).
        levels: the levels of training, by column for a frame.
        columns: the columns of the result.
        policy: what becomes of a level that training never had, by column.
        options: those of `pandas.get_dummies`.

    Raises:
        RowsOut: a row has a level that training never had.
    """
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        typed = {name: _typed(data[name], known, name, policy) for name, known in levels.items()}
        wide = data.copy(deep=False)
        for name, column in typed.items():
            wide[name] = column
        made = pd.get_dummies(wide, columns=list(levels), **options)
    else:
        name = getattr(data, "name", None)
        made = pd.get_dummies(_typed(pd.Series(data), levels, name, policy), **options)
    return made.reindex(columns=columns, fill_value=0)


def _typed(
    column: pd.Series[Any], levels: list[Any], name: Any, policy: Callable[[Any], Unseen]
) -> pd.Series[Any]:
    """Return a column as a category with the levels of training; an unseen one is missing."""
    import pandas as pd

    unseen = (column.notna() & ~column.isin(levels)).to_numpy()
    refuse_unseen(column, unseen, name, policy(name))
    return pd.Series(
        pd.Categorical(column, categories=levels), index=column.index, name=column.name
    )
