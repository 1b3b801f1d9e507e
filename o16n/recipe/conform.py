"""Give a replayed result the columns and types that training had, which one row alone cannot show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.recipe.refusal import Unseen, refuse_unseen

if TYPE_CHECKING:
    from collections.abc import Callable

    from o16n.recipe.program import Shape


@dataclass(frozen=True, kw_only=True)
class Form:
    """A shape made ready: `columns` as an index, None for what is no frame; `labels` as they are."""

    kind: str
    columns: Any
    dtypes: tuple[Any, ...]
    labels: tuple[Any, ...] = ()


WIDENS = {"f": "iubO", "i": "iub", "u": "iub", "b": "iub", "m": "mMO", "M": "mMO"}


def form_of(shape: Shape | None) -> Form | None:
    """Return a shape made ready for `conform`, None where there is nothing to conform to."""
    import pandas as pd

    if shape is None or (shape.kind != "frame" and not shape.dtypes):
        return None
    columns = None
    if shape.kind == "frame":
        columns = pd.Index(list(shape.columns), tupleize_cols=False)
        if len(columns) == 0:
            columns = pd.Index([], dtype=object)
    return Form(kind=shape.kind, columns=columns, dtypes=shape.dtypes, labels=shape.columns)


def conform(value: Any, form: Form, policy: Callable[[Any], Unseen]) -> Any:
    """Return `value` with the columns and types of `form`, where that loses nothing.

    Raises:
        RowsOut: a category holds a level that training never had, and `policy` refuses it.
    """
    import numpy as np
    import pandas as pd

    if form.kind == "frame":
        return _frame(value, form, policy) if isinstance(value, pd.DataFrame) else value
    dtype = form.dtypes[0]
    if form.kind == "series" and isinstance(value, pd.Series):
        return value if value.dtype == dtype else cast(value, dtype, policy)
    if form.kind == "array" and isinstance(value, np.ndarray):
        wanted = value.dtype != dtype and getattr(dtype, "kind", "") in "fiO"
        return cast(value, dtype, policy) if wanted else value
    return value


def empty_of(form: Form) -> Any:
    """Return a value of a form with no rows: what an operation gives that cannot take none."""
    import numpy as np
    import pandas as pd

    if form.kind == "array":
        return np.empty((0,), dtype=form.dtypes[0])
    if form.kind == "series":
        return pd.Series([], dtype=form.dtypes[0])
    columns = {at: pd.Series([], dtype=dtype) for at, dtype in enumerate(form.dtypes)}
    return pd.DataFrame(columns).set_axis(form.columns, axis=1)


def _frame(value: Any, form: Form, policy: Callable[[Any], Unseen]) -> Any:
    columns = form.columns
    if len(value.columns) != len(columns) or not _same_labels(value.columns, columns):
        if not value.columns.is_unique or not columns.is_unique:
            return value
        value = _with_columns(value, columns)
    if not columns.is_unique or len(form.dtypes) != len(columns):
        return value
    had = value.dtypes.array
    wrong = [place for place, dtype in enumerate(form.dtypes) if had[place] != dtype]
    if not wrong:
        return value
    value = value.copy(deep=False)
    for place in wrong:
        column = cast(value.iloc[:, place], form.dtypes[place], policy)
        value.isetitem(place, column)
    return value


def _same_labels(one: Any, other: Any) -> bool:
    return bool(one.equals(other)) or list(one) == list(other)


def _with_columns(value: Any, columns: Any) -> Any:
    import pandas as pd

    if isinstance(value.columns, pd.MultiIndex):
        columns = pd.MultiIndex.from_tuples(list(columns), names=value.columns.names)
    return value.reindex(columns=columns)


def cast(column: Any, dtype: Any, policy: Callable[[Any], Unseen]) -> Any:
    """Return the column with the type of training where that loses nothing, else as it is."""
    import pandas as pd

    if isinstance(dtype, pd.CategoricalDtype):
        return _category(column, dtype, policy)
    kind, had = getattr(dtype, "kind", "O"), getattr(column.dtype, "kind", "O")
    if isinstance(dtype, pd.StringDtype) or kind == "O":
        return column.astype(dtype)
    widens = had in WIDENS.get(kind, "") or (
        kind == had == "f" and dtype.itemsize > column.dtype.itemsize
    )
    if widens or (kind in "iu" and had == "f" and _whole(column)):
        return column.astype(dtype)
    return column


def _whole(column: Any) -> bool:
    import numpy as np

    held = np.asarray(column, dtype=float)
    return bool(np.isfinite(held).all() and (held == np.floor(held)).all())


def _category(column: Any, dtype: Any, policy: Callable[[Any], Unseen]) -> Any:
    """Return the column with the levels of training; a level that it never had is refused."""
    import numpy as np

    name = getattr(column, "name", None)
    unseen = np.asarray(column.notna()) & ~np.asarray(column.isin(dtype.categories))
    refuse_unseen(column, unseen, name, policy(name))
    return (column.where(~unseen) if unseen.any() else column).astype(dtype)
