"""Any model of few input columns, by every coalition of them, against a stated background.

The Shapley value itself: Lundberg and Lee, NeurIPS 2017, equation 4. The game: columns in the
coalition are those of the row, the others those of each background row in turn, averaged.
"""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING, Any

from o16n.explain import coded
from o16n.explain.question import Attributed, PassedOverError, Question, climb

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

RANK = 30
METHOD = "SHAP by every coalition of the input columns"
REASON = "no explainer of the model's family is right, and it has few columns"
MOST_COLUMNS = 10
BACKGROUND = 50


def attribute(question: Question) -> Attributed:
    """Return contributions (n, d, k) of as many rows as fit the time allowed."""
    import numpy as np

    width = len(question.rows.columns)
    if width > MOST_COLUMNS:
        raise PassedOverError(f"{width} columns are too many to enumerate")
    codes = coded.code(question, background=BACKGROUND)
    inside, weights = coalitions(width)

    def explained(first: int, past: int) -> Array:
        return np.stack(
            [weights_times(codes, row, inside, weights) for row in codes.rows[first:past]]
        )

    per_row = codes.seconds_a_row() * len(inside) * len(codes.background)
    question.say(f"explaining up to {len(codes.rows)} rows, about {per_row:.2g} s each: {METHOD}")
    amounts = climb(explained, per_row, most=len(codes.rows), seconds=question.seconds)
    return Attributed(
        amounts=amounts,
        base=codes.answer(codes.background).mean(axis=0),
        output=coded.own_output(question, len(amounts)),
        unit=question.unit,
        background=f"{len(codes.background)} training rows, seed {question.seed}",
    )


def coalitions(width: int) -> tuple[Array, Array]:
    """Return masks (2^d, d) of all coalitions, and weights (d, 2^d) that give Shapley values."""
    import numpy as np

    number = np.arange(2**width)
    inside = (number[:, None] >> np.arange(width)) & 1 == 1
    size = inside.sum(axis=1)
    joined = np.array([0.0] + [1 / (width * comb(width - 1, s - 1)) for s in range(1, width + 1)])
    left = np.array([1 / (width * comb(width - 1, s)) for s in range(width)] + [0.0])
    return inside, np.where(inside, joined[size][:, None], -left[size][:, None]).T


def weights_times(codes: coded.Coded, row: Array, inside: Array, weights: Array) -> Array:
    """Return the Shapley values (d, k) of one coded `row` (d,)."""
    import numpy as np

    mixed = np.where(inside[:, None, :], row, codes.background[None])  # (2^d, b, d)
    answers = codes.answer(mixed.reshape(-1, len(row)))
    worth = answers.reshape(len(inside), len(codes.background), -1).mean(axis=1)
    return np.asarray(weights @ worth)
