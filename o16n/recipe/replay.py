"""Take raw rows the recipe's way to model inputs; operations are data, allowed by exact name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from o16n.recipe.recipe import Recipe


def select(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return `columns` of the raw rows, in the order the model was fitted on."""
    return frame[list(columns)]


def rename(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the frame with its columns called `columns`."""
    return frame.set_axis(list(columns), axis=1)


def to_matrix(frame: pd.DataFrame) -> Any:
    """Return the frame as a matrix (n, d), for a model that was fitted on one."""
    return frame.to_numpy()


OPERATIONS: dict[str, Callable[..., Any]] = {
    "o16n.select": select,
    "o16n.rename": rename,
    "o16n.to_matrix": to_matrix,
}


def apply(recipe: Recipe, frame: pd.DataFrame) -> Any:
    """Return the model inputs for raw rows `frame` (n rows in, n rows out).

    Raises:
        BundleError: the recipe is not proven, or names an operation that o16n does not know.
    """
    if recipe.state != "proven":
        raise BundleError(f"there is no recipe: {recipe.reason}", where="recipe.json")
    value: Any = frame
    for operation in recipe.operations:
        function = OPERATIONS.get(operation.function)
        if function is None:
            raise BundleError(
                f"unknown operation {operation.function!r}",
                where="recipe.json",
                hint="a newer o16n may know it",
            )
        value = function(value, **operation.arguments)
    return value
