"""What replay showed of a recipe, as figures: the evidence that it repeats the notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, kw_only=True)
class Use:
    """Model inputs as the notebook had them: `matrix` (n, d) and the positions of its raw rows (n,).

    `method` is what the model was asked, such as `fit` or `predict`.
    """

    matrix: Any
    places: np.ndarray[Any, Any]
    method: str = ""


@dataclass(frozen=True, kw_only=True)
class TakenOut:
    """Raw rows that a line of the notebook takes out, so that they get no answer."""

    cell: int
    line: int
    text: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Refusals:
    """How many rows were refused for one reason."""

    reason: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a matrix that a predictor was given could be scored from raw rows.

    `state` is `replayed` (all raw rows in bulk gave the notebook's own matrix), `refused` or
    `untried`; `reason` says why. `model` is the predictor's class, `rows` how many it was given.
    """

    model: str
    method: str
    cell: int
    line: int
    rows: int
    state: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What replay showed.

    `matched` of the `compared` rows that the notebook used (of `rows` raw rows) gave its own model
    inputs and predictions, `bit_equal` of them to the bit; `largest_difference` is that of
    predictions, or of inputs where there is no model. `alone` of `alone_tried` rows gave, one by one
    as plain dicts with the `required` columns only, what they gave in bulk. `unseen_answered` of
    `unseen` rows that never were in the data got an answer, `unseen_refused` says why the others did
    not. `injected` rows were given nulls, new levels, far values and wrong types: `injected_same` of
    them gave alone what they gave in a shuffled batch. `taken_out` are raw rows that a filter takes
    out. `label` is the target where the model input depends on it, `label_at` the line at which it
    enters. `branches` says where the rows that the
    model is tried on are prepared otherwise than those it is fitted on. `failed` says what is not as in
    the notebook, "" where all is; `skipped` which parts time did not allow.
    """

    rows: int
    matched: int
    largest_difference: float
    predictions_equal: bool
    statement: str
    compared: int = 0
    bit_equal: int = 0
    alone: int = 0
    alone_tried: int = 0
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    unseen: int = 0
    unseen_answered: int = 0
    unseen_refused: tuple[Refusals, ...] = ()
    injected: int = 0
    injected_same: int = 0
    injected_answered: int = 0
    injected_refused: tuple[Refusals, ...] = ()
    taken_out: tuple[TakenOut, ...] = ()
    label: str = ""
    label_at: str = ""
    failed: str = ""
    branches: str = ""
    skipped: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def partial(self) -> bool:
        """Whether fewer than 95 % of the rows that the notebook used gave its own inputs."""
        return self.matched < PARTIAL * self.compared


PARTIAL = 0.95
