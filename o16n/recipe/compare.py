"""Whether two row-aligned values agree on the rows they share, and by how much they do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.recipe.aligned import is_sparse, take

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

RELATIVE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How two values differ: `rows` of `of` shared rows, in words, and the largest distance of numbers."""

    text: str
    rows: int
    of: int
    largest: float = 0.0

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Two values compared: `equal` (n,) cell for cell to the bit, `close` (n,) to the tolerance, by row."""

    equal: Array
    close: Array
    distance: Array


def differs(
    new: Any, new_rows: Array, old: Any, old_rows: Array, *, tolerance: float = RELATIVE
) -> Difference | None:
    """Return how two values differ on the rows they share, None where they agree.

    `new` has a row for each of `new_rows` (n,), the rows' identities, `old` for each of `old_rows`
    (m,); `tolerance` is relative, and absolute below one.
    """
    if (told := _columns_differ(new, old)) is not None:
        return told
    here, there = shared(new_rows, old_rows)
    if not len(here):
        return None
    a, b = take(new, here), take(old, there)
    names = list(new.columns) if hasattr(new, "columns") and hasattr(old, "columns") else []
    if names and not (_numeric(a) and _numeric(b) and _agree(a, b, tolerance)):
        for place, name in enumerate(names):
            told = _of_cells(_plain(a.iloc[:, place]), _plain(b.iloc[:, place]), tolerance)
            if told is not None:
                return Difference(
                    text=f"column {name!r}: {told.text}",
                    rows=told.rows,
                    of=told.of,
                    largest=told.largest,
                )
        return None
    return None if names else _of_cells(_plain(a), _plain(b), tolerance)


def _numeric(frame: Any) -> bool:
    import numpy as np

    return all(isinstance(one, np.dtype) and one.kind in "iufb" for one in frame.dtypes)


def _agree(a: Any, b: Any, tolerance: float) -> bool:
    """Tell whether two frames of numbers agree, looked at as a whole."""
    return bool(_cells(a.to_numpy(dtype=float), b.to_numpy(dtype=float), tolerance)[0].all())


def _columns_differ(new: Any, old: Any) -> Difference | None:
    if not (hasattr(new, "columns") and hasattr(old, "columns")):
        return None
    one, other = list(map(str, new.columns)), list(map(str, old.columns))
    if one == other:
        return None
    odd = [name for name in one if name not in other] + [name for name in other if name not in one]
    shown = f", such as {odd[0]!r}" if odd else ", in another order"
    text = f"columns differ ({len(one)} and {len(other)}{shown})"
    return Difference(text=text, rows=len(new), of=len(new))


def shared(new_rows: Array, old_rows: Array) -> tuple[Array, Array]:
    """Return where in each of two lists of rows the rows stand that both have."""
    import numpy as np

    if len(new_rows) == len(old_rows) and (new_rows == old_rows).all():
        return np.arange(len(new_rows)), np.arange(len(old_rows))
    order = np.argsort(old_rows, kind="stable")
    if not len(order) or not len(new_rows):
        return np.arange(0), np.arange(0)
    found = np.searchsorted(old_rows, new_rows, sorter=order)
    at = order[np.minimum(found, len(order) - 1)]
    here = np.flatnonzero(old_rows[at] == new_rows)
    return here, at[here]


def same_matrix(one: Any, other: Any) -> bool:
    """Tell whether two matrices hold the same rows, numbers to 1e-9 relative, NaN equal to NaN."""
    found = agreement(one, other)
    return found is not None and bool(found.close.all())


def agreement(new: Any, old: Any, *, tolerance: float = RELATIVE) -> Agreement | None:
    """Return how two values of n rows each agree row by row, None where their shapes differ."""
    import numpy as np

    a, b = _plain(new), _plain(old)
    if a.shape != b.shape or _columns_differ(new, old) is not None:
        return None
    close, distance, equal = _cells(a, b, tolerance)
    rows = len(a)
    return Agreement(
        equal=equal.reshape(rows, -1).all(axis=1),
        close=close.reshape(rows, -1).all(axis=1),
        distance=np.asarray(distance, dtype=float).reshape(rows, -1).max(axis=1, initial=0.0),
    )


def _plain(value: Any) -> Any:
    """Return a value as an array of n rows."""
    import numpy as np

    if is_sparse(value):
        return value.toarray()
    if hasattr(value, "to_numpy"):
        return value.to_numpy()
    return np.asarray(value, dtype=object if isinstance(value, list) else None)


def _of_cells(a: Any, b: Any, tolerance: float) -> Difference | None:
    import numpy as np

    if a.shape != b.shape:
        return Difference(text=f"shape {a.shape} instead of {b.shape}", rows=len(a), of=len(a))
    close, distance, _ = _cells(a, b, tolerance)
    if close.all():
        return None
    odd = ~close.reshape(len(close), -1).all(axis=1)
    where = tuple(np.argwhere(~close)[0])
    largest = float(distance.max(initial=0.0))
    told = f"{int(odd.sum()):,} of {len(a):,} rows differ, the first is {_shown(a[where])} instead of {_shown(b[where])}"
    if largest:
        told += f", the largest difference is {largest:.3g}"
    return Difference(text=told, rows=int(odd.sum()), of=len(a), largest=largest)


def _shown(value: Any) -> str:
    told = value.item() if hasattr(value, "item") else value
    text = repr(told)
    return text if len(text) <= 40 else text[:39] + "…"  # noqa: PLR2004 - as in a table


def _cells(a: Any, b: Any, tolerance: float) -> tuple[Any, Any, Any]:
    """Return by cell whether two arrays are close, how far apart, and whether equal."""
    import numpy as np

    try:
        x, y = a.astype(float), b.astype(float)
    except (TypeError, ValueError):
        same = _objects(a, b)
        return same, np.zeros(same.shape), same
    both = np.isnan(x) & np.isnan(y)
    equal = (x == y) | both
    close = equal | np.isclose(x, y, rtol=tolerance, atol=tolerance)
    with np.errstate(invalid="ignore"):
        distance = np.where(equal, 0.0, np.nan_to_num(np.abs(x - y), nan=np.inf, posinf=np.inf))
    return close, distance, equal


def _objects(a: Any, b: Any) -> Any:
    import numpy as np

    flat = [_alike(p, q) for p, q in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)]
    return np.array(flat, dtype=bool).reshape(a.shape)


def _alike(one: Any, other: Any) -> bool:
    import pandas as pd

    if one is other:
        return True
    scalars = pd.api.types.is_scalar(one) and pd.api.types.is_scalar(other)
    if scalars and (pd.isna(one) or pd.isna(other)):
        return bool(pd.isna(one) and pd.isna(other))
    try:
        return bool(one == other)
    except (TypeError, ValueError):
        return repr(one) == repr(other)
