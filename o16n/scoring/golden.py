"""Golden rows: synthetic rows with the answers they must give, the bundle's self-test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

FORMAT = 1
RELATIVE = 1e-9


def synthetic_rows(frame: pd.DataFrame, *, count: int = 20, seed: int = 0) -> pd.DataFrame:
    """Return `count` rows whose columns are each resampled on their own from `frame`.

    No row of the training data is repeated but by chance; values of a column that looks like an
    identifier (text, more than half unique) are replaced by `value 1`, `value 2` …
    """
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    columns: dict[Any, Any] = {}
    for name in frame.columns:
        values = frame[name]
        if _identifies(values):
            columns[name] = [f"value {number + 1}" for number in range(count)]
        else:
            columns[name] = values.iloc[rng.integers(0, len(values), count)].array
    return pd.DataFrame(columns)


def golden_document(rows: pd.DataFrame, given: pd.DataFrame) -> dict[str, Any]:
    """Return golden.json for `rows` (n columns as the schema) and the answers `given` to them."""
    return {
        "format": FORMAT,
        "tolerance": {"labels": "equal", "numbers": {"relative": RELATIVE}},
        "rows": rows_json(rows),
        "answers": {
            str(name): [_plain(one) for one in given[name].tolist()] for name in given.columns
        },
    }


def rows_json(rows: pd.DataFrame) -> dict[str, Any]:
    """Return rows as JSON that `rows_of` reads back without losing a bit of a number."""
    missing = rows.isna().to_numpy()
    data = [
        [None if gone else _plain(value) for value, gone in zip(line, out, strict=True)]
        for line, out in zip(rows.itertuples(index=False, name=None), missing, strict=True)
    ]
    return {"columns": [str(name) for name in rows.columns], "data": data}


def rows_of(document: dict[str, Any]) -> pd.DataFrame:
    """Return the golden rows of golden.json."""
    import pandas as pd

    return pd.DataFrame(document["rows"]["data"], columns=document["rows"]["columns"])


def sample_csv(rows: pd.DataFrame) -> bytes:
    """Return the rows as the CSV file that a caller could send."""
    return rows.to_csv(index=False).encode()


def replay(
    document: dict[str, Any], rows: pd.DataFrame, answer: Callable[[pd.DataFrame], pd.DataFrame]
) -> int:
    """Answer the golden rows again and return how many were compared.

    Raises:
        IntegrityError: an answer differs from the one that was packaged.
    """
    now = answer(rows)
    for name, expected in document["answers"].items():
        for place, (one, other) in enumerate(zip(expected, now[name].tolist(), strict=True)):
            if not _equal(one, _plain(other)):
                raise IntegrityError(
                    f"golden row {place + 1} answers {name} = {_plain(other)!r}, packaged {one!r}",
                    where="golden.json",
                    hint="install the versions in environment/requirements.lock",
                )
    return len(rows)


def _identifies(values: pd.Series[Any]) -> bool:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_datetime64_any_dtype(values):
        return False
    return bool(values.nunique() > len(values) / 2)


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return abs(one - other) <= RELATIVE * max(1.0, abs(one), abs(other))
    return bool(one == other)
