"""What an explainer is asked, and the form of its answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from o16n.explain.explanation import Unit
    from o16n.explain.inputs import Inputs
    from o16n.explain.resolve import Resolved

    Array = np.ndarray[Any, Any]

LADDER = (10, 25, 50, 100, 200)


class PassedOverError(Exception):
    """Raised by an explainer that is not right for a model; its text is the reason, a clause."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A model, the rows to explain (as many of them, from the first, as `seconds` allow), a background.

    `core` is the estimator behind searches and Pipelines; `resolved` the way to its inputs, None
    where columns are mixed on the way. `classes` are empty for a regression; of two classes the one
    at `place` is explained. `answers` is the whole model in one unit: Inputs' own form in, (n, k) out.
    """

    model: Any
    core: Any
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


@dataclass(frozen=True, kw_only=True)
class Attributed:
    """Contributions (n, d, k) of d input columns to k outputs, with what they should add up to.

    `base` is (k,) or (n, k), `output` (n, k) what the whole model itself says of these rows.
    """

    amounts: Array
    base: Array
    output: Array
    unit: Unit
    background: str
    limits: tuple[str, ...] = ()


class Explainer(Protocol):
    """What a module under `explain/explainers/` offers; a lower RANK is asked first."""

    RANK: int
    METHOD: str
    REASON: str

    @staticmethod
    def attribute(question: Question) -> Attributed:
        """Return contributions, or raise PassedOverError with the reason."""
        ...


def climb(
    explained: Callable[[int, int], Array], forecast: float, *, most: int, seconds: float
) -> Array:
    """Return `explained(first, past)` of as many of `most` rows as fit, rung by rung of the LADDER.

    `forecast` is what one row is thought to take; from the first rung on it is measured. Rungs are
    the same for every run, so that runs on machines alike explain the same rows.

    Raises:
        PassedOverError: not even the first rung fits.
    """
    import numpy as np

    found: list[Array] = []
    clock, done = time.monotonic(), 0
    for rung in LADDER:
        past = min(rung, most)
        if past <= done:
            break
        per_row = (time.monotonic() - clock) / done if done else forecast
        if past * per_row > seconds:
            break
        found.append(explained(done, past))
        done = past
    if not found:
        needed = min(LADDER[0], most)
        raise PassedOverError(
            f"{needed} rows would take about {needed * forecast:.0f} s, over the {seconds:.0f} s allowed"
        )
    return np.concatenate(found)
