"""Replay `groupby(…).transform(aggregate)` as a look-up."""

from __future__ import annotations

from typing import Any


def replay(grouped: Any, table: Any) -> Any:
    """Return the value that `table` (a series by key) has for the key of each row, NaN for a new key."""
    known = grouped._grouper.result_index  # noqa: SLF001 - pandas has no public way
    codes = grouped.ngroup().fillna(-1).to_numpy().astype("int64")  # NaN: a missing key
    keys = known.take(codes.clip(0)) if len(known) else known
    made = table.reindex(keys) if len(known) else table.reindex([None] * len(codes))
    made = made.where(codes >= 0) if (codes < 0).any() else made
    made.index = grouped.obj.index
    return made
