"""Rows and labels that stand in a bundle, without what `o16n.toml` declares sensitive."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from o16n.explain.masked import MASKED, is_sensitive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from o16n.bundle.schema import Column, Schema
    from o16n.explain.explanation import Explanation


def masked_rows(
    rows: pd.DataFrame,
    schema: Schema,
    sensitive: tuple[str, ...],
    answer: Callable[[pd.DataFrame], pd.DataFrame],
) -> pd.DataFrame:
    """Return `rows` (n, columns) with each sensitive column put to one stand-in in all of them.

    The word `masked` where the model answers it, else a missing value, else what training saw most
    often or the middle of the schema's range: a constant tells of nobody.
    """
    for place, column in enumerate(schema.columns):
        if not is_sensitive(str(column.name), sensitive):
            continue
        values = rows.iloc[:, place]
        *tried, last = (_with(rows, place, one) for one in _stand_ins(column, values))
        before = _answered(rows, answer)
        rows = next((one for one in tried if _answered(one, answer) >= before), last)
    return rows


def _with(rows: pd.DataFrame, place: int, value: Any) -> pd.DataFrame:
    found = rows.copy()
    found.isetitem(place, [value] * len(rows))
    return found


def _answered(rows: pd.DataFrame, answer: Callable[[pd.DataFrame], pd.DataFrame]) -> int:
    return int((answer(rows)["problem"] == "").sum())


def _stand_ins(column: Column, values: pd.Series[Any]) -> Iterator[Any]:
    """Yield what may stand for a value, the least telling first; the last is one that training knows."""
    if column.kind == "text":
        yield MASKED
    if column.nullable:
        yield None
    if column.minimum is None or column.maximum is None:
        known = values.dropna()
        yield known.mode().iloc[0] if len(known) else None
        return
    middle = (column.minimum + column.maximum) / 2
    yield round(middle) if column.kind == "integer" else middle


def masked_labels(explanation: Explanation, index: Any, sensitive: tuple[str, ...]) -> Explanation:
    """Return `explanation` whose rows go by a number where `index` may name a person.

    It may where it is declared sensitive by its name, and where anything is and its labels are texts.
    """
    named = is_sensitive(str(getattr(index, "name", "")), sensitive)
    texts = bool(sensitive) and getattr(index, "dtype", None) is not None and not _counts(index)
    if not named and not texts:
        return explanation
    numbers = {row: n for n, row in enumerate(dict.fromkeys(c.row for c in explanation.cases), 1)}
    cases = (replace(one, row=f"{MASKED} {numbers[one.row]}") for one in explanation.cases)
    return replace(explanation, cases=tuple(cases))


def _counts(index: Any) -> bool:
    return bool(index.dtype.kind in "iu")
