"""Lift a construct in this process: trace, slice, write down, read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.errors import BundleError, NotebookError
from o16n.recipe import recipe_file
from o16n.recipe.lifting.lift import lift, recipe_of
from o16n.recipe.proof import Use
from o16n.recipe.tracing.trace import CellText, trace
from tests.recipe.constructs import cells

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from o16n.recipe.recipe import Recipe
    from o16n.recipe.tracing.trace import Trace
    from tests.recipe.constructs import Construct

REFUSALS = (NotebookError, BundleError)  # what lifting and reading back refuse with


@dataclass(frozen=True, kw_only=True)
class Lifted:
    """A recipe as its files give it, the raw rows, and the matrices that the model was given."""

    recipe: Recipe
    raw: pd.DataFrame
    uses: list[Use]
    model: Any


def traced_construct(construct: Construct, path: Path) -> Trace:
    """Return the trace of the notebook that holds a construct."""
    texts = [
        CellText(order=k, number=k, source=one) for k, one in enumerate(cells(construct, path), 1)
    ]
    return trace(texts)


def lifted(run: Trace) -> Lifted:
    """Return the recipe to the last fit of a trace, written and read back.

    Raises:
        NotebookError, BundleError: it cannot be lifted, written or read.
    """
    fit = [one for one in run.recorder.uses if one.method == "fit"][-1]
    tried = [one for one in run.recorder.uses if one.method == "predict"][-1]
    found = lift(run.recorder, fit)
    recipe = recipe_of(found)
    files = recipe_file.to_files(recipe)
    return Lifted(
        recipe=recipe_file.from_files(files.__contains__, files.__getitem__),
        raw=found.raw,
        uses=[
            Use(matrix=fit.snapshot, places=found.rows, method="fit"),
            Use(matrix=tried.snapshot, places=tried.rows, method="predict"),
        ],
        model=fit.model,
    )
