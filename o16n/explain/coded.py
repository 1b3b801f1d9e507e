"""Rows as integer codes, so that any columns can be mixed and given to the model itself.

Each column's distinct values are numbered and the model gets the values back: texts, categories and
missing values keep their meaning and their type.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.explain.question import PassedOverError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from o16n.explain.inputs import Inputs
    from o16n.explain.question import Question

    Array = np.ndarray[Any, Any]

TIMED_ROWS = (100, 2000)
QUICK = 0.2  # seconds: a shorter call is timed again on more rows, as an explainer will make it
CALL_ROWS = 50_000


@dataclass(frozen=True, kw_only=True)
class Coded:
    """`rows` (n, d) and `background` (b, d) as codes; `answer` gives (m, k) for codes (m, d)."""

    rows: Array
    background: Array
    answer: Callable[[Array], Array]

    def seconds_a_row(self) -> float:
        """Return how long the model takes for one row of many, by timing one call or two.

        Raises:
            PassedOverError: an answer is not a finite number.
        """
        import numpy as np

        per_row = 0.0
        for count in TIMED_ROWS:
            rows = np.resize(self.background, (count, self.background.shape[1]))
            clock = time.monotonic()
            answers = self.answer(rows)
            per_row = (time.monotonic() - clock) / count
            if not np.isfinite(answers).all():
                raise PassedOverError("the model's answers are not all finite numbers")
            if per_row * count > QUICK:
                break
        return per_row


def code(question: Question, *, background: int, rows: Inputs | None = None) -> Coded:
    """Return `rows`, else all the question's, and `background` seeded training rows as codes.

    Raises:
        PassedOverError: the model has no one number to add up.
    """
    import numpy as np
    import pandas as pd

    answers = question.answers
    if answers is None:
        raise PassedOverError("the model gives labels only, no number to add up")
    rng = np.random.default_rng(question.seed)
    asked = (question.rows if rows is None else rows).frame
    reference = question.background.sample(background, rng).frame
    codes, levels = [], []
    for place in range(asked.shape[1]):
        one, other = asked.iloc[:, place], reference.iloc[:, place]
        if isinstance(other.dtype, pd.CategoricalDtype):  # levels not seen in training are missing
            one = one.astype(other.dtype)
        number, level = pd.factorize(pd.concat([one, other]), use_na_sentinel=False)
        codes.append(number)
        levels.append(pd.Series(level))
    matrix = np.column_stack(codes)

    def answer(mixed: Array) -> Array:
        found = []
        for first in range(0, len(mixed), CALL_ROWS):
            part = mixed[first : first + CALL_ROWS]
            columns = {at: level.iloc[part[:, at]].array for at, level in enumerate(levels)}
            frame = pd.DataFrame(columns, copy=False).set_axis(question.rows.columns, axis=1)
            found.append(answers(question.rows.form(frame)))
        return np.concatenate(found)

    return Coded(rows=matrix[: len(asked)], background=matrix[len(asked) :], answer=answer)


def own_output(question: Question, rows: Inputs) -> Array:
    """Return what the whole scorer says of rows as they are, not decoded (n, k)."""
    assert question.answers is not None
    return question.answers(rows.rows)
