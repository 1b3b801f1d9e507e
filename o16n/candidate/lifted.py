"""The recipe of a candidate: by tracing the notebook once more, or by the columns it was read with."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from o16n.candidate import statements as told
from o16n.candidate.candidate import RawData
from o16n.candidate.recorded import numbers
from o16n.candidate.reads import digest
from o16n.errors import NotLifted
from o16n.recipe.lifting import lift_in_child
from o16n.recipe.match import raw_rows, selection
from o16n.recipe.program import Site
from o16n.recipe.proof import Proof, Use
from o16n.recipe.prove import prove
from o16n.recipe.recipe import Preparation, Recipe
from o16n.recipe.tracing.replies import Replies
from o16n.recipe.tracing.request import Request, Wanted, cells_in, cells_of, replies_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from o16n.candidate.candidate import Part
    from o16n.candidate.found import Found
    from o16n.candidate.statements import Statement
    from o16n.notebook.notebook import Notebook
    from o16n.recipe.lifting import Found as Traced
    from o16n.watching.record import Record


@dataclass(frozen=True, kw_only=True)
class Lifted:
    """The recipe with its proof, the raw data, and the parts with their raw rows."""

    recipe: Recipe
    train: Part
    test: Part | None
    proof: Proof | None = None
    raw: RawData | None = None


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a recipe is lifted from: the choice, the notebook as it ran, and the model's own code."""

    found: Found
    notebook: Notebook
    record: Record | None
    folder: Path
    code: str = ""
    label: str = ""
    say: Callable[[str], None] = lambda _: None

    @property
    def parts(self) -> list[Part]:
        """The parts there are: train, and test where something was held back."""
        both = (self.found.parts.train, self.found.parts.test)
        return [part for part in both if part is not None]


def lifted(ask: Ask) -> Lifted:
    """Return the recipe that leads to the model's inputs, or the reason why there is none.

    Where the model takes every raw row as it was read, the columns say it all; otherwise the notebook
    is traced once more in a process of its own.
    """
    matched = _matched(ask)
    if matched is not None and _takes_every_row(ask, matched):
        return matched
    try:
        ask.say("repeating the preparation, to write it down")
        return _traced(ask, lift_in_child(_request(ask)))
    except NotLifted as error:
        return matched if matched is not None else _missing(ask, error)


def _takes_every_row(ask: Ask, matched: Lifted) -> bool:
    assert matched.raw is not None
    return sum(len(part.X) for part in ask.parts) >= len(matched.raw.frame)


# -- by tracing


def _request(ask: Ask) -> Request:
    record = ask.record
    if record is not None and record.cells:
        cells, replies = cells_of(record, numbers(record, ask.notebook)), replies_of(record)
    else:
        cells, replies = cells_in(ask.notebook), Replies()
    roles = ("train", "test")
    wanted = [
        Wanted(role=role, name=part.name, matrix=part.X)
        for role, part in zip(roles, ask.parts, strict=False)
    ]
    return Request(
        cells=cells,
        replies=replies,
        wanted=tuple(wanted),
        model=_pickled(ask.found.model),
        folder=str(ask.folder),
        code=ask.code,
        label=ask.label,
    )


def _pickled(model: Any) -> bytes:
    try:
        return pickle.dumps(model)
    except Exception:  # noqa: BLE001 - foreign; inputs are compared then, without predictions
        return b""


def _traced(ask: Ask, traced: Traced) -> Lifted:
    recipe = traced.recipe
    parts = dict(zip(("train", "test"), ask.parts, strict=False))
    with_raw = {role: _with_raw(part, traced, role) for role, part in parts.items()}
    return Lifted(
        recipe=recipe,
        proof=traced.proof,
        raw=_raw_data(ask, traced),
        train=with_raw["train"],
        test=with_raw.get("test"),
    )


def _with_raw(part: Part, traced: Traced, role: str) -> Part:
    """Return a part with its raw rows; rows that resampling made up are left out."""
    import numpy as np

    rows = traced.rows.get(role)
    if rows is None:
        return part
    places = np.array(rows)
    real = np.flatnonzero(places >= 0)
    if len(real) < len(places):
        part = replace(part, X=_taken(part.X, real), y=None if part.y is None else _taken(part.y, real))
    columns = [name for name in traced.raw.columns if name in traced.recipe.raw_columns]
    return replace(part, raw=traced.raw.iloc[places[real]][columns])


def _taken(values: Any, places: Any) -> Any:
    if hasattr(values, "iloc"):
        return values.iloc[places]
    if isinstance(values, list):
        return [values[place] for place in places]
    return (values.tocsr() if hasattr(values, "tocsr") else values)[places]


def _raw_data(ask: Ask, traced: Traced) -> RawData:
    """Return the source as the record told it, else what the trace read."""
    for source in ask.found.sources:
        same = len(source.frame) == len(traced.raw) and list(source.frame.columns) == list(
            traced.raw.columns
        )
        if same:
            return source
    return RawData(
        frame=traced.raw, call=traced.told, location=traced.told, digest=digest(traced.raw)
    )


# -- by columns


def _matched(ask: Ask) -> Lifted | None:
    """Return the recipe of a model that takes columns as they were read, None for any other."""
    for source in reversed(ask.found.sources):
        matched = [raw_rows(source.frame, part.X) for part in ask.parts]
        found = [one for one in matched if one is not None]
        if len(found) < len(ask.parts) or len({(one.columns, one.matrix) for one in found}) > 1:
            continue
        selected = selection(
            source.frame,
            found[0].columns,
            matrix=found[0].matrix,
            site=_site(source),
            reason=f"the model takes columns of {source.call} as they were read",
        )
        inputs = _input_names(ask.parts[0].X)
        uses = [Use(matrix=p.X, places=one.places) for p, one in zip(ask.parts, found, strict=True)]
        recipe, proof = prove(
            replace(selected, inputs=inputs), source.frame, uses, ask.found.model
        )
        if recipe.state == "proven" and proof.matched == proof.compared:
            raws = [
                replace(part, raw=source.frame.iloc[one.places][list(one.columns)])
                for part, one in zip(ask.parts, found, strict=True)
            ]
            test = raws[1] if len(raws) > 1 else None
            return Lifted(recipe=recipe, proof=proof, raw=source, train=raws[0], test=test)
    return None


def _site(source: RawData) -> Site:
    """Return where the rows were read, cell 0 where that is not known."""
    place = source.place
    return Site(cell=place.cell if place else 0, line=(place.line or 1) if place else 0)


# -- none


def _missing(ask: Ask, error: NotLifted) -> Lifted:
    sources, train = ask.found.sources, ask.parts[0]
    source = sources[-1] if len(sources) == 1 else None
    steps: list[Statement] = told.preparing(
        told.statements(ask.notebook), train.name, source.place if source else None
    )
    shown = tuple(
        Preparation(cell=s.place.cell, line=s.place.line or 1, text=s.text) for s in steps
    )
    recipe = Recipe(
        state="missing" if steps or sources else "no raw data",
        preparation=shown,
        inputs=_input_names(train.X),
        reason=str(error),
    )
    return Lifted(recipe=recipe, raw=source, train=train, test=ask.found.parts.test)


def _input_names(inputs: Any) -> tuple[str, ...] | None:
    return tuple(map(str, inputs.columns)) if hasattr(inputs, "columns") else None
