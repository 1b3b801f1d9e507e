"""Any model of few input columns, by every coalition of them, against a stated background.

The Shapley value itself: Lundberg and Lee, NeurIPS 2017, equation 4. The game: columns in the
coalition are those of the row, the others those of each background row in turn, averaged.
"""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING, Any

from o16n.explain import coded
from o16n.explain.question import Found, PassedOverError, Question, Ready

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.inputs import Inputs

    Array = np.ndarray[Any, Any]

RANK = 30
METHOD = "SHAP by every coalition of the input columns"
REASON = "no explainer of the model's family is right, and it has few columns"
GAME = "columns that are not known are those of each background row in turn"
MOST_COLUMNS = 12
BACKGROUNDS = (50, 25, 10)
WANTED = 100  # rows that a part of the time should be enough for
PART = 10
LEAST = 10


def prepare(question: Question) -> Ready:
    """Enumerate, against as many background rows as leave time for enough rows."""
    import numpy as np

    width = question.width
    if width > MOST_COLUMNS:
        raise PassedOverError(f"{width} columns are too many to enumerate")
    inside, weights = coalitions(width)
    first = question.rows.take(np.arange(min(1, len(question.rows))))
    codes = coded.code(question, background=BACKGROUNDS[0], rows=first)
    pace, wanted = codes.seconds_a_row() * len(inside), min(WANTED, len(question.rows))
    fitting = [one for one in BACKGROUNDS if pace * one * wanted <= question.seconds / PART]
    size = fitting[0] if fitting else BACKGROUNDS[-1]
    codes = coded.code(question, background=size, rows=first)
    per_row = pace * len(codes.background)
    if per_row * min(LEAST, wanted) > question.seconds:
        raise PassedOverError(
            f"{min(LEAST, wanted)} rows would take about {per_row * min(LEAST, wanted):.0f} s, over the {question.seconds:.0f} s allowed"
        )

    def amounts(rows: Inputs, _: Array) -> Found:
        batch = coded.code(question, background=size, rows=rows)
        return Found(
            amounts=np.stack([weights_times(batch, row, inside, weights) for row in batch.rows])
        )

    return Ready(
        amounts=amounts,
        output=lambda rows: coded.own_output(question, rows),
        base=codes.answer(codes.background).mean(axis=0),
        unit=question.unit,
        game=GAME,
        background=f"{len(codes.background)} training rows, seed {question.seed}",
        background_rows=len(codes.background),
        seconds=lambda count: count * per_row,
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
