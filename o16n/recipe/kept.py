"""Which rows an operation kept that takes some out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.aligned import index_of, is_mask, length, row_part

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

SUBSCRIPTS = ("getitem", "loc", "iloc")
BY_CONTENT = ("dropna", "query")


def kept_places(
    function: str, arguments: list[Any], options: dict[str, Any], result: Any
) -> Array | None:
    """Return the positions (m,) of the rows that a filter kept, None where they cannot be told.

    `arguments` are as they were before the call; `result` has m rows.
    """
    import numpy as np

    owner, count = arguments[0], length(result)
    rows = length(owner)
    if rows is None or count is None:
        return None
    if count == rows and function not in SUBSCRIPTS:
        return np.arange(rows)
    if function in SUBSCRIPTS and is_mask(part := row_part(arguments[-1]), rows):
        return _by_mask(owner, part)
    return _by_label(owner, arguments, options, result)


def _by_mask(owner: Any, part: Any) -> Array:
    """Return where a mask is true; a series is first put in the order of the owner's labels, as pandas does."""
    import numpy as np
    import pandas as pd

    index = index_of(owner)
    if isinstance(part, pd.Series) and index is not None and not part.index.equals(index):
        part = part.reindex(index)
    return np.asarray(part, dtype=bool).nonzero()[0]


def _by_label(
    owner: Any, arguments: list[Any], options: dict[str, Any], result: Any
) -> Array | None:
    """Return the positions of the labels that are left; doubled labels are numbered for the while."""
    import numpy as np
    import pandas as pd

    before, after = index_of(owner), index_of(result)
    if before is None:
        return None
    if before.is_unique and after is not None and after.isin(before).all():
        return before.get_indexer(after)
    name = arguments[1] if len(arguments) > 1 else None
    if not isinstance(name, str) or name not in BY_CONTENT:
        return None
    twin = owner.set_axis(pd.RangeIndex(len(owner)), axis=0)
    told = {key: one for key, one in options.items() if key not in ("inplace", "ignore_index")}
    return np.asarray(getattr(twin, name)(*arguments[2:], **told).index)


def passing(function: str, arguments: list[Any]) -> Any:
    """Return what a subscript that chose training rows gives when all rows go through: its columns."""
    from o16n.recipe.aligned import is_whole, keep

    owner, key = arguments
    target = owner if function == "getitem" else getattr(owner, function)
    rest = key[1:] if isinstance(key, tuple) else ()
    if not rest or all(is_whole(one) for one in rest):
        return keep(owner)
    return target[(slice(None), *rest)]


def group_places(grouped: Any, key: Any) -> Array:
    """Return the positions of the rows of a group, none where the batch has none of that key."""
    import numpy as np

    found = grouped.indices
    for one in (key, *((key[0],) if isinstance(key, tuple) and len(key) == 1 else ())):
        if one in found:
            return np.asarray(found[one])
    return np.arange(0)
