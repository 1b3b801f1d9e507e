"""Find the raw rows that model inputs came from, by values, never by names alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from o16n.recipe.program import Operation, Ref, Shape, Site
from o16n.recipe.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import pandas as pd

MANY = 64


@dataclass(frozen=True, kw_only=True)
class Matched:
    """Raw rows behind model inputs, at `places` (n,): their `columns` are the inputs, as a frame or `matrix`."""

    places: np.ndarray[Any, Any]
    columns: tuple[str | int, ...]
    matrix: bool


def raw_rows(raw: pd.DataFrame, inputs: Any) -> Matched | None:
    """Return the raw rows behind `inputs` (n, d) and the columns that they are, or None.

    A frame is matched by its index and each column by value; a matrix by the contents of its rows,
    where that is unambiguous.
    """
    import pandas as pd

    if isinstance(inputs, pd.DataFrame):
        return _by_index(raw, inputs)
    return _by_content(raw, inputs)


def selection(
    raw: pd.DataFrame, columns: tuple[str | int, ...], *, matrix: bool, site: Site, reason: str
) -> Recipe:
    """Return the recipe of a model that takes columns of the raw rows as they were read."""
    taken = raw[list(columns)]
    shape = Shape(kind="frame", columns=columns, dtypes=tuple(taken.dtypes))
    read = Operation(number=0, function="source", makes=0, role="source", shape=shape, site=site)
    steps = [
        Operation(
            number=1,
            function="getitem",
            arguments=(Ref(0), list(columns)),
            makes=1,
            follows=0,
            shape=shape,
            site=site,
        )
    ]
    if matrix:
        to_matrix = Operation(
            number=2,
            function="method",
            arguments=(Ref(1), "to_numpy"),
            makes=2,
            follows=1,
            site=site,
        )
        steps.append(to_matrix)
    return Recipe(
        state="proven",
        reason=reason,
        raw_columns=columns,
        operations=(read, *steps),
        target=steps[-1].makes,
        raw=shape,
    )


def same(one: pd.Series[Any], other: pd.Series[Any]) -> bool:
    """Tell whether two columns hold the same values, NaN being equal to NaN."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(one.dtype) != pd.api.types.is_numeric_dtype(other.dtype):
        return False
    gone = one.isna().to_numpy()
    if (gone != other.isna().to_numpy()).any():
        return False
    return bool((one.to_numpy()[~gone] == other.to_numpy()[~gone]).all())


def names_of(columns: Iterable[Any]) -> list[str | int]:
    """Return column names as JSON can hold them: whole numbers stay numbers, all else is text."""
    return [int(one) if hasattr(one, "__index__") else str(one) for one in columns]


def _by_index(raw: pd.DataFrame, inputs: pd.DataFrame) -> Matched | None:
    columns = list(inputs.columns)
    if not raw.index.is_unique or not inputs.index.isin(raw.index).all():
        return None
    if not set(columns) <= set(raw.columns):
        return None
    rows = raw.loc[inputs.index]
    if not all(same(rows[name], inputs[name]) for name in columns):
        return None
    places = raw.index.get_indexer(inputs.index)
    return Matched(places=places, columns=tuple(names_of(columns)), matrix=False)


def _by_content(raw: pd.DataFrame, inputs: Any) -> Matched | None:
    import numpy as np

    if not isinstance(inputs, np.ndarray) or inputs.ndim != 2 or inputs.dtype.kind not in "iufb":  # noqa: PLR2004
        return None
    tried = [(columns, _places(raw[columns], inputs)) for columns in _assignments(raw, inputs)]
    matched = [(columns, places) for columns, places in tried if places is not None]
    if len(matched) != 1:
        return None  # none, or two that cannot be told apart
    columns, places = matched[0]
    return Matched(places=np.array(places), columns=tuple(names_of(columns)), matrix=True)


def _places(table: pd.DataFrame, inputs: np.ndarray[Any, Any]) -> list[int] | None:
    """Return where each row of `inputs` stands in `table`, None where one does not."""
    import numpy as np

    known: dict[bytes, list[int]] = {}
    for place, row in enumerate(np.ascontiguousarray(table.to_numpy(), dtype="float64")):
        known.setdefault(row.tobytes(), []).append(place)
    found = []
    for row in np.ascontiguousarray(inputs, dtype="float64"):
        here = known.get(row.tobytes())
        if here is None:
            return None
        found.append(here.pop(0) if len(here) > 1 else here[0])
    return found


def _assignments(raw: pd.DataFrame, inputs: np.ndarray[Any, Any]) -> list[list[Any]]:
    """Return the raw columns, in their order, whose values could be those of the input columns.

    None are returned where more than MANY could be: columns of zeros and ones are alike.
    """
    import numpy as np
    import pandas as pd

    numeric = [name for name in raw.columns if pd.api.types.is_numeric_dtype(raw[name].dtype)]
    values = [set(_present(raw[name].to_numpy(dtype="float64"))) for name in numeric]
    begun: list[list[int]] = [[]]
    for column in np.asarray(inputs, dtype="float64").T:
        content = set(_present(column))
        fits = [place for place, known in enumerate(values) if content <= known]
        begun = [[*one, place] for one in begun for place in fits if place > max(one, default=-1)]
        if len(begun) > MANY:
            return []
    return [[numeric[place] for place in one] for one in begun]


def _present(column: np.ndarray[Any, Any]) -> list[float]:
    import numpy as np

    return cast("list[float]", column[~np.isnan(column)].tolist())
