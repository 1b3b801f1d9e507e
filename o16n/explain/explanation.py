"""An explanation as data; pages and checks are drawn from it, never from the explainer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["probability", "log-odds", "log-score", "target unit", "decision value"]


@dataclass(frozen=True, kw_only=True)
class Driver:
    """One raw column over the explained rows.

    `strength` is the mean of the absolute signed sum over the column's encoded columns, in `unit`;
    `low` and `high` its 95 % interval; `direction` the Spearman correlation of value and
    contribution for a numeric column (None where that has no meaning). With several outputs
    `by_output` has one strength each, in their order, and `strength` is their mean.
    """

    column: str
    strength: float
    low: float
    high: float
    direction: float | None
    by_output: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What one column, with its value in this row as text, added to this row's answer."""

    column: str
    value: str
    amount: float


@dataclass(frozen=True, kw_only=True)
class Case:
    """One explained row: `kind` says why it was picked, `output` which output is broken down.

    `base` and all contributions add up to `answer`, in the explanation's unit. `said` is what the
    model answers in words, `actual` the truth (empty where it is not known).
    """

    row: str
    kind: str
    answer: float
    base: float
    contributions: tuple[Contribution, ...]
    output: str = ""
    said: str = ""
    actual: str = ""


@dataclass(frozen=True, kw_only=True)
class Additivity:
    """max |base + sum - the model's own output| over all explained rows, against `tolerance`.

    The error is relative to the spread of the output over these rows.
    """

    rows: int
    largest_error: float
    tolerance: float
    holds: bool


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why the model answers as it does.

    `kind` is `shap` or, where shap is wrong or refuses, `permutation importance` (then `refusal`
    says why, `unit` is that of the metric's drop, `cases` is empty and `additivity` is None).
    `columns` says whether drivers are raw columns or the model's inputs. `outputs` names what is
    explained (one output, or one a class) and `bases` has the base value of each. `passed_over` has
    the reason why each explainer that was asked before is not right here.
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
    outputs: tuple[str, ...] = ()
    bases: tuple[float, ...] = ()
    passed_over: tuple[str, ...] = ()
    refusal: str = ""
    limits: tuple[str, ...] = ()
    seconds: float = 0.0
