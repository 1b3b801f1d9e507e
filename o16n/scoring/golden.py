"""Golden rows: synthetic rows with the answers they must give, the bundle's self-test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from o16n.bundle.document import read_versioned
from o16n.errors import BundleError, IntegrityError, NotebookError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

FORMAT = 1
RELATIVE = 1e-9
LOOSEST = 1e-3
WHERE = "golden.json"


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


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows as JSON: `data` holds one list of cells per row."""

    columns: tuple[str | int, ...]
    data: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How far a number may be from the packaged one, relative to the larger of 1 and both."""

    relative: float


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """Labels are equal; numbers may differ by `numbers`."""

    labels: Literal["equal"]
    numbers: Numbers


@dataclass(frozen=True, kw_only=True)
class Golden:
    """golden.json: rows, the answers they must give by column, and the tolerance."""

    rows: Rows
    answers: dict[str, tuple[Any, ...]]
    tolerance: Tolerance


def record(rows: pd.DataFrame, answer: Callable[[pd.DataFrame], pd.DataFrame]) -> dict[str, Any]:
    """Answer `rows` twice as they will be read again, and return golden.json.

    Rows that the schema refuses (a number that is not finite) are left out.

    Raises:
        NotebookError: the model answers the same row differently each time.
    """
    kept = rows[(answer(rows)["problem"] == "").to_numpy()]
    again = rows_of(Rows(**rows_json(kept)))
    given, twice = answer(again), answer(again)
    document = golden_document(again, given.drop(columns="problem"))
    try:
        replay(golden_from_json(document), lambda _: twice)
    except IntegrityError as error:
        raise NotebookError(
            f"the model answers the same row differently each time ({error.what})",
            hint="give it a random_state, or a strategy that draws nothing",
        ) from error
    return document


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


def golden_from_json(document: Any) -> Golden:
    """Return the golden rows that golden.json tells.

    Raises:
        BundleError: the document has another format, unknown fields, or rows of other lengths.
    """
    found = read_versioned(Golden, document, version=FORMAT, where=WHERE)
    width, height = len(found.rows.columns), len(found.rows.data)
    if any(len(one) != width for one in found.rows.data):
        raise BundleError("has a row with another number of cells than of columns", where=WHERE)
    if any(len(one) != height for one in found.answers.values()):
        raise BundleError("has another number of answers than of rows", where=WHERE)
    if not 0 <= found.tolerance.numbers.relative <= LOOSEST:
        raise BundleError(f"has a tolerance that is not between 0 and {LOOSEST:g}", where=WHERE)
    return found


def rows_json(rows: pd.DataFrame) -> dict[str, Any]:
    """Return rows as JSON that `rows_of` reads back without losing a bit of a number."""
    missing = rows.isna().to_numpy()
    data = [
        [None if gone else _plain(value) for value, gone in zip(line, out, strict=True)]
        for line, out in zip(rows.itertuples(index=False, name=None), missing, strict=True)
    ]
    names: list[Any] = rows.columns.tolist()
    return {"columns": names, "data": data}


def rows_of(rows: Rows) -> pd.DataFrame:
    """Return the golden rows as a table of plain values, each as JSON gave it."""
    import pandas as pd

    frame = pd.DataFrame([list(one) for one in rows.data], dtype="object")
    if frame.empty:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in rows.columns})
    return frame.set_axis(list(rows.columns), axis=1)


def sample_csv(rows: pd.DataFrame) -> bytes:
    """Return the rows as the CSV file that a caller could send."""
    return rows.to_csv(index=False).encode()


def replay(golden: Golden, answer: Callable[[pd.DataFrame], pd.DataFrame]) -> int:
    """Answer the golden rows again and return how many were compared.

    Raises:
        IntegrityError: an answer differs from the one that was packaged, or is missing.
    """
    now = answer(rows_of(golden.rows))
    if missing := sorted(golden.answers.keys() - set(map(str, now.columns))):
        raise IntegrityError(f"golden rows have no answer {missing[0]!r}", where=WHERE)
    for name, expected in golden.answers.items():
        for place, (one, other) in enumerate(zip(expected, now[name].tolist(), strict=True)):
            if not _equal(one, _plain(other), golden.tolerance.numbers.relative):
                raise IntegrityError(
                    f"golden row {place + 1} answers {name} = {_plain(other)!r}, packaged {one!r}",
                    where=WHERE,
                    hint="install the versions in environment/requirements.lock",
                )
    return len(golden.rows.data)


def _identifies(values: pd.Series[Any]) -> bool:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_datetime64_any_dtype(values):
        return False
    return bool(values.nunique() > len(values) / 2)


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


def _equal(one: Any, other: Any, relative: float) -> bool:
    numbers = isinstance(one, float) and isinstance(other, int | float)
    if numbers and not isinstance(other, bool):
        return bool(abs(one - other) <= relative * max(1.0, abs(one), abs(other)))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
