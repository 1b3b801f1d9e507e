"""What an explainer is asked, and the form of its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from o16n.explain.explanation import Unit
    from o16n.explain.inputs import Inputs
    from o16n.explain.resolve import Resolved
    from o16n.explain.served import Served

    Array = np.ndarray[Any, Any]

EXACT_COVERS = "columns that are not known split by the training covers of the trees"


class PassedOverError(Exception):
    """Raised by an explainer that is not right for a model; its text is the reason, a clause."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A scorer, the rows that may be explained, a background, and how long that may take.

    `resolved` is the way to the estimators at the bottom, None where columns are mixed on the way.
    `classes` are empty for a regression; of two classes the one at `place` is explained. `answers` is
    the whole scorer in one unit: Inputs' own form in, (n, k) out.
    """

    served: Served
    resolved: Resolved | None
    rows: Inputs
    background: Inputs
    classes: tuple[Any, ...]
    place: int
    seed: int
    seconds: float
    answers: Callable[[Any], Array] | None
    unit: Unit
    say: Callable[[str], None]

    @property
    def width(self) -> int:
        """How many columns share the answer."""
        return len(self.rows.columns)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Contributions (n, d, k); `error` (n,) is each row's largest standard error, None if exact."""

    amounts: Array
    error: Array | None = None


@dataclass(frozen=True, kw_only=True)
class Ready:
    """An explainer that knows its model: what it gives for rows, and what that must add up to.

    `amounts(rows, places)` explains rows whose places among all are given (their seed, where
    sampled); `output(rows)` is what the whole scorer itself says of them in the same unit (n, k);
    `base` (k,) is its mean over the background. `seconds(n)` is a forecast.
    """

    amounts: Callable[[Inputs, Array], Found]
    output: Callable[[Inputs], Array]
    base: Array
    unit: Unit
    game: str
    background: str
    background_rows: int
    seconds: Callable[[int], float]
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Attributed:
    """Contributions (n, d, k) of d columns to k outputs, with what they should add up to.

    `base` is (k,), `output` (n, k) what the whole scorer itself says of these rows; `error` (n,) as
    in Found.
    """

    amounts: Array
    base: Array
    output: Array
    unit: Unit
    background: str
    limits: tuple[str, ...] = field(default=())
    error: Array | None = None


class Explainer(Protocol):
    """What a module under `explain/explainers/` offers; a lower RANK is asked first."""

    RANK: int
    METHOD: str
    REASON: str

    @staticmethod
    def prepare(question: Question) -> Ready:
        """Return how rows are explained, or raise PassedOverError with the reason."""
        ...
