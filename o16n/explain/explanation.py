"""An explanation as data; pages and checks are drawn from it, never from the explainer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal[
    "probability",
    "log-odds",
    "log-score",
    "target unit",
    "log of the target unit",
    "decision value",
]


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
class Pair:
    """Two neighbours in the ranking: by how much the first is stronger, with its 95 % interval.

    `resolved`: the interval leaves zero out; `tie`: they differ by no more than 5 % of the strongest
    column; `open`: neither is known on so many rows.
    """

    first: str
    second: str
    difference: float
    low: float
    high: float
    state: Literal["resolved", "tie", "open"]


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
class Deletion:
    """How far the answer moves (mean absolute change, in the unit) as columns are put out.

    `strongest` puts each row's own strongest columns out first, one more a step, by values of a
    background row; `chance` is the mean of random orders.
    """

    rows: int
    strongest: tuple[float, ...]
    chance: tuple[float, ...]
    better: bool


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What speaks for the numbers. Only where `exact` holds may anything be called exact.

    `error` is the largest standard error of a single contribution where these are sampled (None where
    they are not). `agreement` is the rank correlation with permutation importance against the model's
    own answers, `halves` that between two halves of the explained rows, `signs` the share of drivers
    whose direction is the same in both. None where it has no meaning or did not fit in the time.
    """

    exact: bool
    error: float | None
    agreement: float | None
    agreement_rows: int
    halves: float | None
    signs: float | None
    deletion: Deletion | None


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How the explained rows were chosen, and why there are no more.

    Rows come in batches, of each tenth of the answers alike, until every one of the ten strongest
    columns is known to 5 % and each neighbour resolved or a tie. `scored` rows were answered first:
    tenths and cases are of these. `stopped` is `resolved`, `all rows`, `budget` or `most rows`.
    """

    batch: int
    batches: int
    scored: int
    stopped: Literal["resolved", "all rows", "budget", "most rows"]
    budget: float


@dataclass(frozen=True, kw_only=True)
class Group:
    """Explained rows of one level of a column: their mean answer and their strongest columns."""

    column: str
    level: str
    n: int
    answer: float
    drivers: tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Contributions of one column to the first output over the explained rows, for later drift."""

    column: str
    mean: float
    quantiles: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why the model answers as it does.

    `kind` is `shap` or, where shap is wrong or refuses, `permutation importance` (then `refusal`
    says why, `unit` is that of the metric's drop, `cases` is empty and `additivity` is None).
    `columns` says whether drivers are raw columns or the model's inputs. `outputs` names what is
    explained (one output, or one a class) and `bases` has the base value of each. `passed_over` has
    the reason why each explainer that was asked before is not right here. `game` says what a column
    that is not known is replaced by, `background_rows` by how many rows (0: training covers).
    `ranking` are the neighbours among the ten strongest. `forecast` is how long all rows would have
    taken; it and `seconds` are the only numbers that a second run may change.
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
    forecast: float = 0.0
    game: str = ""
    background_rows: int = 0
    ranking: tuple[Pair, ...] = ()
    sampling: Sampling | None = None
    truth: Truth | None = None
    groups: tuple[Group, ...] = ()
    reference: tuple[Reference, ...] = ()
