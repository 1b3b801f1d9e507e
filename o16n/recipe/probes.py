"""Rows that put a recipe to the test: telling ones of training, unseen ones, damaged ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd

    Array = np.ndarray[Any, Any]

RARE = 3
LEVELS = 200
NEW = "o16n has never seen this"
EACH = 3


@dataclass(frozen=True, kw_only=True)
class Damaged:
    """A raw row with one cell exchanged: `what` was put into `column`."""

    row: dict[Any, Any]
    column: Any
    what: str


def telling_rows(raw: pd.DataFrame, places: Array, *, count: int, seed: int) -> Array:
    """Return up to `count` of `places` (n,) whose rows tell most, then rows by chance.

    Half of them by content: of each column a null, the minimum and maximum, the rarest levels.
    """
    import numpy as np

    part = raw.iloc[places]
    chosen = [at for k in range(part.shape[1]) for at in _telling(part.iloc[:, k])]
    rest = np.random.default_rng(seed).permutation(len(places)).tolist()
    order = list(dict.fromkeys([*chosen[: count // 2], *rest]))
    picked: Array = places[np.array(order[:count], dtype=int)]
    return picked


def _telling(column: pd.Series[Any]) -> Iterator[int]:
    import numpy as np
    import pandas as pd

    gone = column.isna().to_numpy()
    yield from np.flatnonzero(gone)[:1].tolist()
    if gone.all():
        return
    if pd.api.types.is_numeric_dtype(column.dtype) and column.dtype.kind in "iuf":
        held = column.to_numpy(dtype="float64", na_value=np.nan)
        yield from (int(np.nanargmin(held)), int(np.nanargmax(held)))
        return
    texts = column.astype(str).to_numpy(dtype=object)
    levels, first, counts = np.unique(texts[~gone], return_index=True, return_counts=True)
    if len(levels) < LEVELS:
        there = np.flatnonzero(~gone)
        yield from there[first[np.argsort(counts, kind="stable")[:RARE]]].tolist()


def records(raw: pd.DataFrame, columns: list[Any]) -> list[dict[Any, Any]]:
    """Return rows as a caller would give them: plain dicts with these columns only."""
    cells = [raw[name].tolist() for name in columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)]


def frame_of(rows: list[dict[Any, Any]]) -> pd.DataFrame:
    """Return plain dicts as a table."""
    import pandas as pd

    names = list(rows[0]) if rows else []
    return pd.DataFrame(
        {at: _column([row[name] for row in rows]) for at, name in enumerate(names)},
        index=pd.RangeIndex(len(rows)),
    ).set_axis(pd.Index(names, tupleize_cols=False), axis=1)


def _column(cells: list[Any]) -> Any:
    """Return cells as a column; of unlike kinds as objects, each cell as it was given."""
    import pandas as pd

    kinds = {type(one) for one in cells if not (isinstance(one, float) and one != one)}  # noqa: PLR0124 - NaN
    return pd.Series(cells) if len(kinds) == 1 else pd.Series(cells, dtype=object)


def unseen_rows(raw: pd.DataFrame, *, count: int, seed: int) -> pd.DataFrame:
    """Return `count` rows that most likely never were: each column is shuffled on its own."""
    import numpy as np
    import pandas as pd

    chance = np.random.default_rng(seed)
    count = min(count, len(raw))
    columns = [
        raw.iloc[:, at].iloc[chance.permutation(len(raw))[:count]].reset_index(drop=True)
        for at in range(raw.shape[1])
    ]
    made = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=range(count))
    return made.set_axis(raw.columns, axis=1)


def damaged_rows(raw: pd.DataFrame, columns: list[Any], *, seed: int) -> list[Damaged]:
    """Return rows with one cell exchanged: nulls, unseen levels, far values, wrong types, by column."""
    import numpy as np

    chance = np.random.default_rng(seed)
    found = []
    for name in columns:
        for what, value in _damages(raw[name]):
            places = chance.choice(len(raw), size=min(EACH, len(raw)), replace=False)
            found += [
                Damaged(row={**row, name: value}, column=name, what=what)
                for row in records(raw.iloc[places], columns)
            ]
    return found


def _damages(column: pd.Series[Any]) -> list[tuple[str, Any]]:
    import pandas as pd

    kind = column.dtype.kind
    if pd.api.types.is_bool_dtype(column.dtype):
        return [("a null", None), ("a text", "maybe")]
    if pd.api.types.is_numeric_dtype(column.dtype) and kind in "iuf":
        low, high = _range(column)
        far = [("a far value", high), ("a far negative value", low)]
        odd = [("a fraction", 0.5)] if kind in "iu" else []
        return [("a null", None), *far, *odd, ("a text", "abc")]
    if kind in "mM":
        return [("a null", None), ("a text", "abc")]
    return [("a null", None), ("a new level", NEW), ("an empty text", ""), ("a number", 7)]


def _range(column: pd.Series[Any]) -> tuple[Any, Any]:
    """Return a value far below and one far above what training had, of the column's own kind."""
    held = column.dropna()
    if not len(held):
        return -1e6, 1e6
    low, high = float(held.min()), float(held.max())
    spread = max(high - low, 1.0) * 10
    if column.dtype.kind == "f":
        return low - spread, high + spread
    return int(low - spread) if column.dtype.kind == "i" else 0, int(high + spread)
