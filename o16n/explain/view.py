"""The columns a model is explained in: the raw ones, also through a recipe, or its own inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from o16n.explain.inputs import read_inputs
from o16n.explain.moved import owners_by_moving
from o16n.explain.question import PassedOverError
from o16n.explain.resolve import resolve
from o16n.explain.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from o16n.candidate.candidate import Candidate, Part
    from o16n.explain.inputs import Inputs
    from o16n.explain.resolve import Resolved

TRAINING_ROWS = 20_000


@dataclass(frozen=True, kw_only=True)
class View:
    """All held-out `rows` and a background in one kind of columns, and the scorer that takes them."""

    columns: Literal["raw columns", "model inputs"]
    served: Served
    rows: Inputs
    background: Inputs
    resolved: Resolved | None
    limits: tuple[str, ...]


def views_of(candidate: Candidate, rng: np.random.Generator, passed: list[str]) -> Iterator[View]:
    """Yield the raw columns where the recipe tells them, then the model's own inputs."""
    recipe, train, test = candidate.recipe, candidate.train, candidate.held_out
    own = candidate.columns
    named = own == "raw columns" and (recipe.inputs is not None or hasattr(test.X, "columns"))
    if not named and recipe.state == "proven" and _is_raw(train) and _is_raw(test):
        try:
            yield _raw_view(candidate, rng, passed)
        except PassedOverError as reason:
            passed.append(str(reason))
    limits = []
    if recipe.state != "proven":
        limits.append("Columns are the model's own inputs: " + recipe.reason + ".")
    elif own == "model inputs":
        limits.append("Columns are the model's own inputs, which the recipe makes of raw rows.")
    background = read_inputs(train.X, recipe.inputs).sample(TRAINING_ROWS, rng)
    yield View(
        columns=own,
        served=Served(model=candidate.model, recipe=None),
        rows=read_inputs(test.X, recipe.inputs),
        background=background,
        resolved=_resolved(passed, candidate.model, background),
        limits=tuple(limits),
    )


def _is_raw(part: Part) -> bool:
    from o16n.candidate.data import height

    return part.raw is not None and len(part.raw) == height(part.X)


def _raw_view(candidate: Candidate, rng: np.random.Generator, passed: list[str]) -> View:
    """Return raw rows before the recipe; what it mixes is explained as the game on the whole scorer."""
    recipe = candidate.recipe
    served = Served(model=candidate.model, recipe=recipe)
    names = list(recipe.raw_columns)
    assert candidate.train.raw is not None
    assert candidate.held_out.raw is not None
    background = read_inputs(candidate.train.raw[names]).sample(TRAINING_ROWS, rng)
    owner = owners_by_moving(served, background, int(rng.integers(2**31)))
    limits: tuple[str, ...] = ()
    if owner is None:
        limits = (
            "The recipe makes model inputs of several raw columns at once, so raw columns are explained on the whole scorer.",
        )
    return View(
        columns="raw columns",
        served=served,
        rows=read_inputs(candidate.held_out.raw[names]),
        background=background,
        resolved=None
        if owner is None
        else _resolved(passed, candidate.model, background, served, owner),
        limits=limits,
    )


def _resolved(
    passed: list[str],
    model: Any,
    background: Inputs,
    first: Any = None,
    owner: list[int] | None = None,
) -> Resolved | None:
    """Return the structure of a model, None where it cannot be read: `passed` then says why."""
    try:
        found: Resolved | None = resolve(model, background, first, owner)
    except Exception as error:  # noqa: BLE001 - foreign models; the reason stands in the explanation
        passed.append(f"The model's structure cannot be read: {type(error).__name__}: {error}")
        return None
    return found
