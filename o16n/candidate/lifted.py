"""The recipe of a candidate whose data is prepared outside its model: the notebook is traced once more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from o16n.candidate.candidate import RawData, Reason
from o16n.candidate.data import height
from o16n.candidate.own_code import own_code
from o16n.candidate.policies import with_policies
from o16n.candidate.reads import digest
from o16n.candidate.recorded import numbers
from o16n.candidate.target import target_column
from o16n.errors import NotebookError, NotLifted
from o16n.recipe.aligned import take
from o16n.recipe.handover import packed
from o16n.recipe.lifting.in_child import lift_in_child
from o16n.recipe.lifting.request import (
    Request,
    Wanted,
    cells_in,
    cells_of,
    cells_ran,
    replies_from,
    replies_of,
)
from o16n.recipe.recipe import Recipe
from o16n.recipe.tracing.kinds import is_estimator
from o16n.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from o16n.candidate.candidate import Candidate, Part
    from o16n.notebook.notebook import Notebook
    from o16n.recipe.lifting.in_child import Found
    from o16n.recipe.tracing.replies import Replies
    from o16n.recipe.tracing.trace import CellText
    from o16n.watching.record import Record


@dataclass(frozen=True, kw_only=True)
class Ran:
    """The notebook as it ran: its cells, names, record (None where nobody watched) and folder.

    `settings` are those beside it: policies for unseen levels, columns that the caller gives.
    """

    notebook: Notebook
    namespace: dict[str, Any]
    record: Record | None
    folder: Path
    settings: Settings = field(default_factory=Settings)


def with_recipe(candidate: Candidate, ran: Ran, *, say: Callable[[str], None]) -> Candidate:
    """Return the candidate with a recipe from raw rows, or with the reason why there is none.

    Where the model takes every raw row as it was read, the columns say it all already. A preparation
    that the person supplies (`%%o16n recipe`) stands before all else, also where it is refused.

    Raises:
        UsageError: what o16n.toml says of the raw columns does not fit them.
    """
    candidate = with_policies(candidate, ran.settings.unseen)
    cells, watched = _cells(candidate, ran)
    supplied = any(one.supplies for one in cells)
    proven = candidate.recipe.state == "proven" and not supplied
    if proven and not ran.settings.history.given and _takes_every_row(candidate):
        return candidate
    say("repeating the preparation, to write it down")
    code = _code(candidate, ran)
    replies = replies_of(watched) if watched is not None else replies_from(ran.namespace)
    try:
        found = lift_in_child(_request(candidate, ran, (cells, replies), code))
    except NotLifted as error:
        candidate = replace(candidate, verdicts=getattr(error, "verdicts", ()))
        if proven:
            return candidate
        return _with_reason(candidate, str(error), refused=supplied)
    return _with_found(candidate, found, code)


def _takes_every_row(candidate: Candidate) -> bool:
    parts = [one for one in (candidate.train, candidate.test) if one is not None]
    assert candidate.raw is not None
    return sum(height(part.X) for part in parts) >= len(candidate.raw.frame)


def _code(candidate: Candidate, ran: Ran) -> str:
    """Return the source of the notebook's own classes, those of the model and of its other estimators."""
    own = [one for one in ran.namespace.values() if is_estimator(one)]
    try:
        return own_code(ran.notebook, [candidate.model, *own], ran.namespace)
    except NotebookError:  # an estimator that the recipe may not even need
        return candidate.code


def _request(
    candidate: Candidate, ran: Ran, again: tuple[tuple[CellText, ...], Replies], code: str
) -> Request:
    cells, replies = again
    parts = {"train": candidate.train, "test": candidate.test}
    return Request(
        cells=cells,
        replies=replies,
        wanted=tuple(
            Wanted(role=role, name=part.name, matrix=part.X)
            for role, part in parts.items()
            if part is not None
        ),
        model=packed(candidate.model),
        folder=str(ran.folder),
        code=code,
        label=candidate.target or "",
        unseen=ran.settings.unseen,
        given=ran.settings.history.given,
    )


def _cells(candidate: Candidate, ran: Ran) -> tuple[tuple[CellText, ...], Record | None]:
    """Return the cells as they ran, and the record where it saw them all."""
    record, history = ran.record, ran.namespace.get("In")
    if record is not None and candidate.watched and record.cells:
        unseen = len([one for one in history or () if one.strip()]) - len(record.cells)
        if unseen <= 1:  # the cell that packages is none of them
            return cells_of(record, numbers(record, ran.notebook)), record
    if isinstance(history, list) and any(map(str.strip, history)):
        return cells_ran(history, ran.notebook), None
    return cells_in(ran.notebook), None


def _with_reason(candidate: Candidate, reason: str, *, refused: bool) -> Candidate:
    """Return the candidate without a recipe; one that the columns told is not put in a refused one's place."""
    recipe = replace(candidate.recipe, reason=reason)
    candidate = replace(candidate, recipe=recipe, reasons=_reasons(candidate, reason))
    if not refused:
        return candidate
    recipe = Recipe(
        state="refused", reason=reason, inputs=recipe.inputs, preparation=recipe.preparation
    )
    test = None if candidate.test is None else replace(candidate.test, raw=None)
    train = replace(candidate.train, raw=None)
    return replace(candidate, recipe=recipe, proof=None, train=train, test=test)


def _reasons(candidate: Candidate, reason: str) -> tuple[Reason, ...]:
    """Return the reasons, the last of which is the recipe's."""
    return (*candidate.reasons[:-1], Reason(statement=reason))


def _with_found(candidate: Candidate, found: Found, code: str) -> Candidate:
    recipe = found.recipe
    raw = _raw_data(candidate, found)
    train = _with_raw(candidate.train, found, "train")
    test = None if candidate.test is None else _with_raw(candidate.test, found, "test")
    if recipe.state != "proven":
        recipe = replace(recipe, preparation=candidate.recipe.preparation)
    return replace(
        candidate,
        recipe=recipe,
        proof=found.proof,
        raw=raw,
        train=train,
        test=test,
        target=candidate.target or target_column(train, recipe, raw, named=None),
        code=code if found.own_code else candidate.code,
        reasons=_reasons(candidate, recipe.reason),
        verdicts=found.verdicts,
    )


def _with_raw(part: Part, found: Found, role: str) -> Part:
    """Return a part with its raw rows; rows that resampling made up are left out."""
    import numpy as np

    rows = found.rows.get(role)
    if rows is None or found.recipe.state != "proven":
        return part
    places = np.array(rows)
    real = np.flatnonzero(places >= 0)
    if len(real) < len(places):
        target = None if part.y is None else take(part.y, real)
        part = replace(part, X=take(part.X, real), y=target)
    return replace(part, raw=found.raw.iloc[places[real]][list(found.recipe.raw_columns)])


def _raw_data(candidate: Candidate, found: Found) -> RawData:
    """Return the rows as read: as the record told them, where they are the same."""
    told = candidate.raw
    if told is not None and told.frame.shape == found.raw.shape and told.frame.equals(found.raw):
        return told
    return RawData(frame=found.raw, call=found.told, location=found.told, digest=digest(found.raw))
