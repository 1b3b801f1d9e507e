"""Groups of rows by the value of one column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.explain.masked import is_sensitive
from o16n.readiness import columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd

    from o16n.readiness.subject import Sample, Subject

LEVELS = 12
LONGEST = 40
QUARTERS = ("lowest", "second", "third", "highest")


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Rows (n,) of one value or quarter of a column; `sensitive` ones are always shown."""

    name: str
    inside: np.ndarray[Any, Any]
    sensitive: bool = False


def slices(frame: pd.DataFrame, *, sensitive: tuple[str, ...] = ()) -> Iterator[Slice]:
    """Yield the quarters of each number with more than 12 values, else its 12 commonest values.

    A column is sensitive by its own name, or as an encoded column of one that is (`sex_female`).
    """
    for name, column in columns.each(frame):
        yield from of_column(name, column, sensitive=is_sensitive(name, sensitive))


def of_column(name: str, column: pd.Series[Any], *, sensitive: bool) -> Iterator[Slice]:
    """Yield the slices of one column; rows without a value are a slice of their own."""
    import numpy as np
    import pandas as pd

    if columns.is_number(column) and column.nunique() > LEVELS:
        values = columns.numbers(column)
        gone = np.isnan(values)
        cuts = np.quantile(values[~gone], (0.25, 0.5, 0.75), method="inverted_cdf")
        place = np.where(gone, len(QUARTERS), np.searchsorted(cuts, values, side="left"))
        for number, word in enumerate((*QUARTERS, columns.MISSING)):
            told = f"{name}: {word} quarter" if number < len(QUARTERS) else f"{name} = {word}"
            if (place == number).any():
                yield Slice(name=told, inside=place == number, sensitive=sensitive)
        return
    texts = columns.levels(column)
    common = list(pd.Series(texts).value_counts().index[:LEVELS])
    for value, told in zip(common, _told(common, column), strict=True):
        yield Slice(name=f"{name} = {told}", inside=texts == value, sensitive=sensitive)


def _told(levels: list[str], column: pd.Series[Any]) -> list[str]:
    """Return levels as a person reads them: numbers to four digits where that keeps them apart."""
    import pandas as pd

    if not pd.api.types.is_float_dtype(column.dtype):
        return [one[:LONGEST] for one in levels]
    short = [one if one == columns.MISSING else f"{float(one):.4g}" for one in levels]
    return short if len(set(short)) == len(short) else levels


def sensitive_frame(subject: Subject, sample: Sample) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the declared sensitive columns that the model's own rows lack, and those not to be had.

    They are looked up in the rows as read from outside, by row label, where the recipe is proven
    and labels are unique.
    """
    import pandas as pd

    names = [str(name) for name in sample.frame.columns]
    asked = [
        one
        for one in subject.settings.sensitive
        if one not in names and not any(name.startswith(f"{one}_") for name in names)
    ]
    raw = subject.candidate.raw.frame if subject.candidate.raw is not None else pd.DataFrame()
    known = subject.candidate.held_out.raw is not None and raw.index.is_unique
    known = known and bool(sample.frame.index.isin(raw.index).all())
    found = [one for one in asked if known and one in raw.columns]
    frame = raw.loc[sample.frame.index, found] if found else pd.DataFrame(index=sample.frame.index)
    return frame, tuple(one for one in asked if one not in found)
