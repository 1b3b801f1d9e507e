"""What row-aligned values have in common: a length, rows to take, perhaps an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.watching.kinds import copies_on_write

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Array = np.ndarray[Any, Any]


def length(value: Any) -> int | None:
    """Return the number of rows of a value that can have rows, else None."""
    import numpy as np
    import pandas as pd

    if isinstance(value, np.ndarray):
        return int(value.shape[0]) if value.ndim else None
    if is_sparse(value):
        return int(value.shape[0])
    kinds = (pd.DataFrame, pd.Series, pd.Index, list, pd.api.extensions.ExtensionArray)
    return len(value) if isinstance(value, kinds) else None


def is_sparse(value: Any) -> bool:
    """Tell whether a value is a sparse matrix, without importing scipy for it."""
    return hasattr(value, "nnz") and hasattr(value, "tocsr")


def index_of(value: Any) -> pd.Index[Any] | None:
    """Return the index of a frame or series, None for all else."""
    import pandas as pd

    return value.index if isinstance(value, pd.DataFrame | pd.Series) else None


def keep(value: Any) -> Any:
    """Return a copy that later changes in place do not reach (costs nothing where pandas copies on write)."""
    import numpy as np
    import pandas as pd

    if isinstance(value, pd.DataFrame | pd.Series):
        return value.copy(deep=not copies_on_write())
    if isinstance(value, np.ndarray) or is_sparse(value):
        return value.copy()
    return list(value) if isinstance(value, list) else value


def take(value: Any, positions: Array) -> Any:
    """Return the rows of a value at the given positions."""
    import pandas as pd

    if isinstance(value, pd.DataFrame | pd.Series):
        return value.iloc[positions]
    if isinstance(value, list | tuple):
        return [value[place] for place in positions]
    return value.tocsr()[positions] if is_sparse(value) else value[positions]


def is_whole(part: Any) -> bool:
    """Tell whether the row part of a subscript chooses all rows."""
    return (isinstance(part, slice) and part == slice(None)) or part is Ellipsis


def row_part(key: Any) -> Any:
    """Return the part of a subscript that chooses rows."""
    return key[0] if isinstance(key, tuple) and key else key


def is_mask(part: Any, rows: int) -> bool:
    """Tell whether the row part of a subscript is one truth value per row."""
    import numpy as np

    if length(part) != rows:
        return False
    dtype = getattr(part, "dtype", None)
    if dtype is not None and getattr(dtype, "kind", "") == "O":
        return bool(np.isin([type(one).__name__ for one in part], ["bool", "bool_"]).all())
    return (np.asarray(part).dtype if dtype is None else dtype).kind == "b"
