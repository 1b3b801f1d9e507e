"""Iteration over rows and groups: a loop over rows is one operation, a group is a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.aligned import keep, length
from o16n.recipe.program import Code, Ref
from o16n.recipe.tracing.kinds import FILE, GROUPED, is_lazy, kind_of
from o16n.recipe.tracing.tracked import Form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from o16n.recipe.tracing.recorder import Recorder
    from o16n.recipe.tracing.tracked import Tracked


def iterate(recorder: Recorder, site: int, iterable: Any) -> Iterator[Any]:
    """Iterate; the groups of a tracked grouping are tracked."""
    entry = None if recorder.depth else recorder.known.find(iterable)
    if entry is not None and type(iterable).__name__ in GROUPED:
        return groups(recorder, site, entry)
    return iter(iterable)


def groups(recorder: Recorder, site: int, entry: Tracked) -> Iterator[Any]:
    """Yield the key and the tracked rows of each group."""
    grouped = entry.value
    with recorder.opaque():
        parts = [(key, part, _where(grouped, key)) for key, part in grouped]
    place = recorder.texts.sites[site]
    for key, part, where in parts:
        form = Form(function="rules.group_part", arguments=(Ref(entry.register), key))
        recorder.make(part, entry.rows[where], form, place, role="filter", follows=entry.register)
        yield key, part


def _where(grouped: Any, key: Any) -> Any:
    found = grouped.indices
    return found[key if key in found else key[0]]


def over_rows(recorder: Recorder, rows: Callable[[], Any]) -> bool:
    """Tell whether the object whose rows a loop takes one by one is row-aligned."""
    if recorder.depth:
        return False
    try:
        value = rows()
    except Exception:  # noqa: BLE001 - the loop itself follows and says so in its own words
        return False
    return (
        recorder.known.find(value) is not None and not is_lazy(value) and length(value) is not None
    )


def run(recorder: Recorder, site: int, number: int, names: dict[str, Any]) -> dict[str, Any]:
    """Run a loop over rows as one operation: names in, changed or grown row-aligned names out.

    Returns the names that the loop bound, for the code around it.
    """
    source = recorder.texts.sources[number]
    place = recorder.texts.sites[site]
    world = {name: names[name] for name in source.names if name in names}
    template = {name: recorder.freezer.template(value) for name, value in world.items()}
    before = {name: keep(value) for name, value in world.items() if length(value) is not None}
    code = compile(source.text, f"{FILE}{place.cell}>", "exec")
    space = {**names, "__name__": "__main__"}
    with recorder.opaque():
        exec(code, space)  # noqa: S102 - the notebook's own code, in the child that runs it
    _write_down(
        recorder,
        site,
        source.text,
        template,
        before,
        {n: space.get(n) for n in (*source.names, "__listed__")},
    )
    bound = {*source.names, "__listed__"}
    return {name: space[name] for name in bound if name in space}


def _write_down(
    recorder: Recorder,
    site: int,
    text: str,
    template: dict[str, Any],
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    """Add the loop with its row-aligned names, where it leaves any."""
    lengths = {len(e.rows): e for v in template.values() for e in _tracked(recorder, v)}
    outputs = [
        name
        for name, value in after.items()
        if length(value) in lengths and kind_of(value) != "index"
    ]
    outputs = [name for name in outputs if not _unchanged(after[name], before.get(name))]
    if not outputs:
        return
    takes = tuple(name for name, one in template.items() if isinstance(one, Ref) or _refs(one))
    frozen = {n: v for n, v in template.items() if n not in takes}
    code = Code(
        kind="loop", name="loop", source=text, frozen=frozen, takes=takes, gives=tuple(outputs)
    )
    place = recorder.texts.sites[site]
    follows = lengths[length(after[outputs[0]]) or 0]
    whole = recorder.known.fresh()
    given = tuple(template[name] for name in takes)
    form = Form(function="call", arguments=(code, *given))
    recorder.append(form, place, makes=whole, role="lazy", follows=follows.register)
    for name in outputs:
        like = lengths[length(after[name]) or 0]
        nth = Form(function="nth", arguments=(Ref(whole), name))
        recorder.make(after[name], like.rows, nth, place, role="rows", follows=like.register)


def _tracked(recorder: Recorder, template: Any) -> list[Tracked]:
    if not isinstance(template, Ref):
        return []
    return [
        one
        for one in recorder.known.all_of()
        if one.register == template.register and not is_lazy(one.value)
    ]


def _refs(template: Any) -> bool:
    return isinstance(template, list | tuple | dict) and any(
        isinstance(one, Ref)
        for one in (template.values() if isinstance(template, dict) else template)
    )


def _unchanged(value: Any, before: Any) -> bool:
    """Tell whether a loop left a value as it was."""
    import numpy as np

    if before is None or length(before) != length(value):
        return False
    if kind_of(value) in ("frame", "series"):
        return bool(value.equals(before))
    if kind_of(value) == "list":
        return bool(value == before)
    return bool(np.array_equal(np.asarray(value), np.asarray(before)))


def adopt(recorder: Recorder, site: int, owner: Any, key: Any, value: Any) -> None:
    """Store rows as a column of a frame that had none: from now on the frame is row-aligned."""
    entry = recorder.known.find(value)
    assert entry is not None
    before = keep(owner)
    owner[key] = value
    form = Form(function="rules.stored", arguments=(before, key, Ref(entry.register)))
    place = recorder.texts.sites[site]
    recorder.make(owner, entry.rows, form, place, role="rows", follows=entry.register)
