"""Raw rows as a caller gives them, with the columns, order and types of the rows that training read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from o16n.errors import BundleError, RowsRefused
from o16n.recipe.refusal import Verdict, one_line
from o16n.recipe.unseen import taken

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.recipe.program import Shape
    from o16n.recipe.recipe import Recipe

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Enforced:
    """Rows as training knew them: `frame` (m rows), their `places` among the given ones, why others are out."""

    frame: pd.DataFrame
    places: Array
    verdicts: dict[int, Verdict]


def enforce(recipe: Recipe, frame: pd.DataFrame) -> Enforced:
    """Return the rows of `frame` (n rows) that can be read as the raw rows of training.

    Absent optional columns get their placeholder. The rows are labelled 0, 1, … as a reader labels.

    Raises:
        RowsRefused: a column is missing.
        BundleError: the recipe tells no raw columns.
    """
    if recipe.raw is None or len(recipe.raw.columns) != len(recipe.raw.dtypes):
        raise BundleError("tells no raw columns with their types", where="recipe.json")
    try:
        return _enforced(recipe, recipe.raw, frame)
    except (TypeError, ValueError, OverflowError, AttributeError) as error:
        raise RowsRefused(
            f"cannot be read as the types of training: {one_line(error)}", where="rows"
        ) from error


def _enforced(recipe: Recipe, raw: Shape, frame: pd.DataFrame) -> Enforced:
    import numpy as np
    import pandas as pd

    bad: dict[int, Verdict] = {}
    columns = []
    for name, dtype in zip(raw.columns, raw.dtypes, strict=True):
        given = taken(recipe, name, _given(frame, name, dtype, recipe), dtype)
        column, wrong = _typed(given, dtype)
        columns.append(column)
        for at, what in wrong.items():
            bad.setdefault(at, Verdict(reason=f"column {name!r} {what}"))
    n = len(frame)
    places = np.array([at for at in range(n) if at not in bad], dtype=int) if bad else np.arange(n)
    kept = {
        at: _cells(one.iloc[places] if bad else one, dtype)
        for at, (one, dtype) in enumerate(zip(columns, raw.dtypes, strict=True))
    }
    made = pd.DataFrame(kept, index=pd.RangeIndex(len(places)))
    made.columns = labels(raw.columns)
    return Enforced(frame=made, places=places, verdicts=bad)


def _cells(column: pd.Series[Any], dtype: Any) -> Any:
    """Return the cells of a column in the type of training."""
    import numpy as np

    typed = column if column.dtype == dtype else column.astype(dtype)
    if typed.dtype == object:  # a frame would guess another type for a bare array
        return typed.reset_index(drop=True)
    return typed.to_numpy() if isinstance(typed.dtype, np.dtype) else typed.array


@cache
def labels(columns: tuple[Any, ...]) -> pd.Index[Any]:
    """Return column labels as the reader made them: tuples of one length are a MultiIndex."""
    import pandas as pd

    return pd.Index(list(columns)) if columns else pd.Index([], dtype=object)


def _given(frame: pd.DataFrame, name: Any, dtype: Any, recipe: Recipe) -> pd.Series[Any]:
    import pandas as pd

    if name in frame.columns:
        found: Any = frame[name]
        if isinstance(found, pd.DataFrame):
            raise RowsRefused(f"several columns are called {name!r}", where="rows")
        return cast("pd.Series[Any]", found)
    if name not in recipe.optional:
        raise RowsRefused(
            f"missing column {name!r}", where="rows", hint="the recipe cannot do without it"
        )
    return pd.Series(placeholders(recipe.optional[name], dtype, len(frame)), index=frame.index)


def placeholders(value: Any, dtype: Any, count: int) -> Any:
    """Return a value of training `count` times, in its type where it has one."""
    import numpy as np
    import pandas as pd

    if isinstance(dtype, np.dtype) and dtype.kind in "iufb" and np.isscalar(value):
        return np.full(count, value).astype(dtype)
    return pd.array([value] * count, dtype=dtype)


def _typed(column: pd.Series[Any], dtype: Any) -> tuple[pd.Series[Any], dict[int, str]]:
    """Return a column that can be of type `dtype`, and what is wrong with which cells."""
    import pandas as pd

    if column.dtype == dtype:
        return column, {}
    if isinstance(dtype, pd.CategoricalDtype):
        return _category(column, dtype)
    if isinstance(dtype, pd.StringDtype):
        return _texts(column)
    kind = getattr(dtype, "kind", "O")
    if kind in "iuf" and not pd.api.types.is_numeric_dtype(dtype):
        return column, {}
    return READ[kind](column, dtype) if kind in READ else (column, {})


def _category(column: pd.Series[Any], dtype: Any) -> tuple[pd.Series[Any], dict[int, str]]:
    if dtype.categories is None:
        return column, {}
    unseen = (column.notna() & ~column.isin(dtype.categories)).to_numpy()
    return column, {
        int(at): f"holds {one_line(repr(column.iloc[at]))}, which training never had"
        for at in unseen.nonzero()[0]
    }


def _numbers(column: pd.Series[Any], dtype: Any) -> tuple[pd.Series[Any], dict[int, str]]:
    import numpy as np
    import pandas as pd

    wrong: dict[int, str] = {}
    if column.dtype.kind not in "iufb":
        numbers = pd.to_numeric(column.astype(object), errors="coerce")
        for at in (numbers.isna() & column.notna()).to_numpy().nonzero()[0]:
            wrong[int(at)] = f"holds {one_line(repr(column.iloc[at]))}, which is not a number"
        column = numbers
    if dtype.kind == "f" or isinstance(dtype, pd.api.extensions.ExtensionDtype):
        return column, wrong
    held = column.to_numpy(dtype="float64", na_value=np.nan)
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    with np.errstate(invalid="ignore"):
        bad = np.isnan(held) | (held != np.floor(held)) | (held < low) | (held > high)
    for at in bad.nonzero()[0]:
        wrong.setdefault(int(at), _not_whole(held[at]))
    return column, wrong


def _not_whole(value: float) -> str:
    if value != value:  # noqa: PLR0124 - NaN
        return "is missing, and training had no missing value"
    return f"holds {value:g}, which is not a whole number that training's type holds"


def _truths(column: pd.Series[Any], dtype: Any) -> tuple[pd.Series[Any], dict[int, str]]:
    import pandas as pd

    nullable = isinstance(dtype, pd.api.extensions.ExtensionDtype)
    wrong = {}
    for at, value in enumerate(column.tolist()):
        gone = pd.api.types.is_scalar(value) and pd.isna(value)
        if gone and not nullable:
            wrong[at] = "is missing, and training had no missing value"
        elif not gone and type(value).__name__ not in ("bool", "bool_") and value not in (0, 1):
            wrong[at] = f"holds {one_line(repr(value))}, which is not true or false"
    return column, wrong


def _times(column: pd.Series[Any], dtype: Any) -> tuple[pd.Series[Any], dict[int, str]]:
    import pandas as pd

    if column.dtype.kind == dtype.kind:
        return column, {}
    times: pd.Series[Any]
    if dtype.kind == "M":
        times = pd.to_datetime(column, errors="coerce", format="ISO8601")
    else:
        times = pd.to_timedelta(column, errors="coerce")
    return times, {
        int(at): f"holds {one_line(repr(column.iloc[at]))}, which is no time"
        for at in (times.isna() & column.notna()).to_numpy().nonzero()[0]
    }


def _texts(column: pd.Series[Any]) -> tuple[pd.Series[Any], dict[int, str]]:
    import pandas as pd

    if isinstance(column.dtype, pd.StringDtype):
        return column, {}
    wrong = {
        at: f"holds {one_line(repr(value))}, which is not text"
        for at, value in enumerate(column.tolist())
        if not isinstance(value, str) and not (pd.api.types.is_scalar(value) and pd.isna(value))
    }
    return column, wrong


READ = {
    **dict.fromkeys("iuf", _numbers),
    **dict.fromkeys("mM", _times),
    "b": _truths,
}
