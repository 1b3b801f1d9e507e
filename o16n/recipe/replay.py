"""Take raw rows the recipe's way to model inputs; operations are data, allowed by exact name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from o16n.recipe.recipe import Recipe


WHERE = "recipe.json"


def select(frame: pd.DataFrame, columns: list[str | int]) -> pd.DataFrame:
    """Return `columns` of the raw rows, in the order the model was fitted on."""
    return frame[list(columns)]


def rename(frame: pd.DataFrame, columns: list[str | int]) -> pd.DataFrame:
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
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "o16n.select": ("columns",),
    "o16n.rename": ("columns",),
    "o16n.to_matrix": (),
}


def check(recipe: Recipe) -> None:
    """Refuse a recipe with an operation that o16n does not know, or with other arguments than it takes.

    Raises:
        BundleError: names the operation by its place.
    """
    for place, operation in enumerate(recipe.operations, 1):
        where = f"{WHERE} operation {place}"
        if operation.function not in OPERATIONS:
            raise BundleError(
                f"unknown operation {operation.function[:60]!r}",
                where=where,
                hint="a newer o16n may know it",
            )
        expected = ARGUMENTS[operation.function]
        if set(operation.arguments) != set(expected):
            raise BundleError(
                f"{operation.function} takes {' and '.join(expected) or 'no arguments'}",
                where=where,
            )
        if not all(_are_names(one) for one in operation.arguments.values()):
            raise BundleError(f"{operation.function} has columns that are not names", where=where)


def _are_names(value: Any) -> bool:
    listed = isinstance(value, list | tuple)
    return listed and all(isinstance(one, str) or type(one) is int for one in value)


def apply(recipe: Recipe, frame: pd.DataFrame) -> Any:
    """Return the model inputs for raw rows `frame` (n rows in, n rows out).

    Raises:
        BundleError: the recipe is not proven, names an operation that o16n does not know, or one
            that does not fit the rows.
    """
    if recipe.state != "proven":
        raise BundleError(f"there is no recipe: {recipe.reason}", where=WHERE)
    check(recipe)
    value: Any = frame
    for place, operation in enumerate(recipe.operations, 1):
        try:
            value = OPERATIONS[operation.function](value, **operation.arguments)
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            raise BundleError(
                f"{operation.function} does not fit what comes before it: {error}",
                where=f"{WHERE} operation {place}",
            ) from error
    return value
