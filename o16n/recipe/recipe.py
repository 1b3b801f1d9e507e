"""A recipe as data: named operations, their places, and the proof that they repeat the notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One step from raw row to model input; `function` is an exact name from `recipe.replay`."""

    function: str
    arguments: dict[str, Any]
    cell: int | None = None
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """A statement of the notebook that prepares data outside the model."""

    cell: int
    line: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The way from raw row to model input.

    `state` is `proven` when replay on the raw rows gave the notebook's own model inputs, `missing`
    when the preparation stands outside the model and was not lifted (`preparation` then names it),
    and `no raw data` when no rows as read from outside could be found. `reason` says why in one
    sentence. `inputs` are the model's own input columns, `None` where the model takes a matrix
    without names.
    """

    state: Literal["proven", "missing", "no raw data"]
    reason: str
    raw_columns: tuple[str | int, ...] = ()
    operations: tuple[Operation, ...] = ()
    preparation: tuple[Preparation, ...] = ()
    inputs: tuple[str | int, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What replay showed: `matched` of `rows` raw rows gave equal model inputs and predictions."""

    rows: int
    matched: int
    largest_difference: float
    predictions_equal: bool
    statement: str
