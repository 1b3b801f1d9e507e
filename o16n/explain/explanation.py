"""An explanation as data; pages and checks are drawn from it, never from the explainer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["probability", "log-odds", "target unit", "decision value"]


@dataclass(frozen=True, kw_only=True)
class Driver:
    """One raw column over the explained rows.

    `strength` is the mean of the absolute signed sum over the column's encoded columns, in `unit`;
    `low` and `high` its 95 % interval; `direction` the Spearman correlation of value and
    contribution for a numeric column (None where that has no meaning).
    """

    column: str
    strength: float
    low: float
    high: float
    direction: float | None


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What one column, with its value in this row as text, added to this row's answer."""

    column: str
    value: str
    amount: float


@dataclass(frozen=True, kw_only=True)
class Case:
    """One explained row: `kind` says why it was picked (typical, highest, lowest, worst error)."""

    row: str
    kind: str
    answer: float
    base: float
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, kw_only=True)
class Additivity:
    """max |base + sum - the model's own output| over all explained rows, against `tolerance`."""

    rows: int
    largest_error: float
    tolerance: float
    holds: bool


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why the model answers as it does.

    `kind` is `shap` or, where shap is wrong or refuses, `permutation importance` (then `refusal`
    says why, `unit` is that of the metric's drop, `cases` is empty and `additivity` is None).
    `columns` says whether drivers are raw columns or the model's inputs.
    """

    kind: Literal["shap", "permutation importance"]
    method: str
    reason: str
    output: str
    unit: Unit | str
    columns: Literal["raw columns", "model inputs"]
    explained: int
    population: int
    part: str
    background: str
    seed: int
    base: float
    drivers: tuple[Driver, ...]
    cases: tuple[Case, ...]
    additivity: Additivity | None
    refusal: str = ""
    limits: tuple[str, ...] = ()
    seconds: float = 0.0
