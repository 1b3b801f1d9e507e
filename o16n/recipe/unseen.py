"""Levels that training never had: one policy by raw column, applied to the row as it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.errors import UnknownName, UsageError
from o16n.recipe.recipe import Levels
from o16n.recipe.refusal import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from o16n.recipe.recipe import Recipe
    from o16n.recipe.refusal import Unseen

WHERE = "o16n.toml [unseen]"
TAKEN = {"missing": "taken as missing", "as trained": "taken as the notebook's code takes it"}


def levels_of(raw: pd.DataFrame, asked: Mapping[str, Unseen]) -> dict[Any, Levels]:
    """Return the policies that were asked for, by raw column, with the levels of all raw rows (n, columns).

    `refuse` is what happens without a policy, and is left out.

    Raises:
        UnknownName: a column that the raw rows do not have.
        UsageError: a column that has no levels, or one that cannot be missing.
    """
    names = {str(name): name for name in raw.columns}
    found: dict[Any, Levels] = {}
    for told, policy in asked.items():
        if told not in names:
            raise UnknownName("column", told, names, where=WHERE)
        if policy != "refuse":
            found[names[told]] = _levels(told, raw[names[told]], policy)
    return found


def _levels(told: str, column: pd.Series[Any], policy: Unseen) -> Levels:
    import pandas as pd

    present = column.dropna()
    fractions = column.dtype.kind in "fc" and not (present % 1 == 0).all()
    if fractions or column.dtype.kind in "mM" or present.nunique() > len(column) / 2:
        raise UsageError(
            f"column {told!r} has no levels: its values are measures, or differ from row to row",
            where=WHERE,
            hint="name a column of categories",
        )
    if policy == "missing" and column.dtype.kind in "iub":
        kind = "truth values" if column.dtype.kind == "b" else "whole numbers"
        raise UsageError(
            f"column {told!r} holds {kind} without a gap, so that a new one cannot become missing",
            where=WHERE,
            hint='use "refuse" or "as trained"',
        )
    values = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else present
    return Levels(policy=policy, known=tuple(pd.unique(pd.Series(values)).tolist()))


def unknown(levels: Levels, column: pd.Series[Any]) -> pd.Series[bool]:
    """Return which cells (n,) hold a level that training never had."""
    return column.notna() & ~column.isin(list(levels.known))


def taken(recipe: Recipe, name: Any, column: pd.Series[Any], dtype: Any) -> pd.Series[Any]:
    """Return a raw column (n,) as its policy has it: what training never had is missing, or stays."""
    import pandas as pd

    levels = recipe.unseen.get(name)
    if levels is None:
        return column
    if levels.policy == "missing" or isinstance(dtype, pd.CategoricalDtype):
        new = unknown(levels, column)
        return column.where(~new) if new.any() else column
    return column


def notes(recipe: Recipe, rows: pd.DataFrame) -> list[str]:
    """Return for each raw row (n) what was made of its unseen levels, "" where it has none."""
    told: list[list[str]] = [[] for _ in range(len(rows))]
    for name, levels in recipe.unseen.items():
        if name not in rows.columns:
            continue
        held = rows[name].tolist()
        for at in unknown(levels, rows[name]).to_numpy().nonzero()[0]:
            told[at].append(
                f"{name}: {one_line(repr(held[at]))} was never in training, {TAKEN[levels.policy]}"
            )
    return ["; ".join(one) for one in told]
