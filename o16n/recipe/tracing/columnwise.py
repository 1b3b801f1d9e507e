"""Calls with a function of the notebook that pandas applies column by column or group by group: traced inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.aligned import keep, length
from o16n.recipe.program import Ref
from o16n.recipe.tracing import loops
from o16n.recipe.tracing.kinds import axis_of
from o16n.recipe.tracing.rule import replay_of
from o16n.recipe.tracing.tracked import Form

if TYPE_CHECKING:
    from o16n.recipe.tracing.hooks import Hooks

Done = tuple[bool, Any]
NOT: Done = (False, None)
LABELS = (str, list, dict)


def of_frame(hooks: Hooks, site: int, owner: Any, name: str, args: Any, options: Any) -> Done:
    """Run `pop`, `apply`, `transform`, `pipe` or `assign` of a frame in traced steps; (False, None) for others."""
    if name == "pop":
        out = hooks.getitem(site, owner, *args)
        hooks.delitem(site, owner, *args)
        return True, out
    if name == "pipe" and args and not isinstance(args[0], tuple):
        return True, hooks.call(site, args[0], owner, *args[1:], **options)
    if name == "assign" and any(callable(one) for one in options.values()):
        return True, _assigned(hooks, site, owner, options)
    applied = name in ("apply", "transform") and args and not isinstance(args[0], LABELS)
    if applied and axis_of("apply", args, options) == 0:
        rest = {k: v for k, v in options.items() if k not in ("axis", "raw", "result_type")}
        return _columns(hooks, site, owner, args, rest)
    return NOT


def _assigned(hooks: Hooks, site: int, owner: Any, options: dict[str, Any]) -> Any:
    new = hooks.method(site, owner, "copy")
    for column, value in options.items():
        hooks.setitem(site, new, column, hooks.call(site, value, new) if callable(value) else value)
    return new


def _columns(hooks: Hooks, site: int, frame: Any, args: Any, options: Any) -> Done:
    """Apply a function to each column, as one traced call per column."""
    if not len(frame.columns) or not frame.columns.is_unique:
        return NOT
    parts: dict[Any, Any] = {}
    for name in frame.columns:
        part = hooks.call(site, args[0], hooks.getitem(site, frame, name), *args[1:], **options)
        if hooks.known.find(part) is None or length(part) != len(frame):
            return NOT
        parts[name] = part
    made = hooks.recorder.operate(
        site, "assemble", "rules.assemble", replay_of("assemble"), (parts, list(frame.columns)), {}
    )
    return True, made


def of_groups(hooks: Hooks, site: int, owner: Any, name: str, args: Any, options: Any) -> Done:
    """Run `groupby(…)[column].transform(function)` as one traced call per group, stacked in the old order.

    Only where every group gives as many rows as it has: a fill with the group's own statistic.
    """
    import numpy as np
    import pandas as pd

    if name != "transform" or type(owner).__name__ != "SeriesGroupBy":
        return NOT
    recorder, entry = hooks.recorder, hooks.known.find(owner)
    assert entry is not None
    with recorder.opaque():
        plain = owner.transform(args[0], *args[1:], **options)
        codes = owner.ngroup()
    if bool(codes.eq(-1).any()) or _one_value_each(plain, codes):
        return NOT
    parts = []
    for _, group in loops.groups(recorder, site, entry):
        part = hooks.call(site, args[0], group, *args[1:], **options)
        if hooks.known.find(part) is None or length(part) != len(group):
            return NOT
        parts.append(part)
    stacked = hooks.recorder.operate(site, "concat", "pandas.concat", pd.concat, (parts,), {})
    inside = hooks.known.find(stacked)
    if inside is None:
        return NOT
    order = {row: place for place, row in enumerate(inside.rows.tolist())}
    back = np.array([order[row] for row in entry.rows.tolist()])
    result = keep(stacked.iloc[back])
    form = Form(function="rules.in_order", arguments=(Ref(inside.register), Ref(entry.register)))
    place = recorder.texts.sites[site]
    recorder.make(result, entry.rows, form, place, role="rows", follows=entry.register)
    return True, result


def _one_value_each(values: Any, codes: Any) -> bool:
    """Tell whether each group got one value: a table says that better."""
    distinct = values.groupby(codes.to_numpy()).nunique(dropna=False)
    return bool((distinct <= 1).all())
