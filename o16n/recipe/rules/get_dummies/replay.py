"""Replay `pandas.get_dummies` with the levels and columns of training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.refusal import refuse_unseen

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd

    from o16n.recipe.refusal import Unseen

    Array = np.ndarray[Any, Any]

OWN = {"prefix", "prefix_sep", "drop_first", "dtype"}  # options of the own form


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
        codes = {name: _codes(data[name], known, name, policy) for name, known in levels.items()}
        own = _own(data, codes, levels, columns, options)
        return own if own is not None else _by_pandas(data, codes, levels, columns, options)
    name = getattr(data, "name", None)
    column = pd.Series(data)
    dtype: Any = pd.CategoricalDtype(levels)
    coded = pd.Categorical.from_codes(_codes(column, levels, name, policy), dtype=dtype)
    typed = pd.Series(coded, index=column.index, name=name)
    return pd.get_dummies(typed, **options).reindex(columns=columns, fill_value=0)


def _codes(
    column: pd.Series[Any], levels: list[Any], name: Any, policy: Callable[[Any], Unseen]
) -> Array:
    """Return the number of each cell's level (n,), -1 for a missing one and one that the policy takes."""
    import numpy as np
    import pandas as pd

    codes = np.asarray(pd.Index(levels).get_indexer(column))
    if (codes < 0).any():
        refuse_unseen(column, (codes < 0) & column.notna().to_numpy(), name, policy(name))
    return codes


def _own(
    data: pd.DataFrame,
    codes: dict[Any, Array],
    levels: dict[Any, list[Any]],
    columns: list[Any],
    options: dict[str, Any],
) -> pd.DataFrame | None:
    """Return the result made column by column, None where only pandas knows the names."""
    import numpy as np
    import pandas as pd

    named = names_of(list(data.columns), levels, columns, options)
    if named is None:
        return None
    rest = columns[: len(columns) - len(named)]
    matrix = np.empty((len(data), len(named)), dtype=options.get("dtype") or bool, order="F")
    for at, (name, level) in enumerate(named.values()):
        matrix[:, at] = codes[name] == level
    new = pd.DataFrame(matrix, index=data.index, columns=list(named))
    return pd.concat([data[rest], new], axis=1)


def names_of(
    labels: list[Any], levels: dict[Any, list[Any]], columns: list[Any], options: dict[str, Any]
) -> dict[str, tuple[Any, int]] | None:
    """Return for each new column the one it comes from and the place of its level.

    None where only pandas knows the names, or `columns` are not the others of `labels` and the new ones.
    """
    plain = options.get("prefix") is None and isinstance(options.get("prefix_sep", "_"), str)
    if not plain or not options.keys() <= OWN or len(set(labels)) < len(labels):
        return None
    sep = options.get("prefix_sep", "_")
    made = {
        f"{name}{sep}{one}": (name, at) for name in levels for at, one in enumerate(levels[name])
    }
    rest = [one for one in labels if one not in levels]
    new = [one for one in columns if one not in rest]
    known = len(made) == sum(map(len, levels.values())) and not made.keys() & set(rest)
    if not known or not set(new) <= made.keys() or columns != [*rest, *new]:
        return None
    return {one: made[one] for one in new}


def _by_pandas(
    data: pd.DataFrame,
    codes: dict[Any, Array],
    levels: dict[Any, list[Any]],
    columns: list[Any],
    options: dict[str, Any],
) -> pd.DataFrame:
    import pandas as pd

    wide = data.copy(deep=False)
    for name, known in levels.items():
        dtype: Any = pd.CategoricalDtype(known)
        wide[name] = pd.Series(
            pd.Categorical.from_codes(codes[name], dtype=dtype), index=data.index
        )
    made = pd.get_dummies(wide, columns=list(levels), **options)
    return made.reindex(columns=columns, fill_value=0)
