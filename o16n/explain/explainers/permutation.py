"""Any model, by antithetic permutations of the input columns themselves.

Mitchell, Cooper, Frank and Holmes, JMLR 2022: columns are turned from a background row to the
explained one in a random order and in its reverse; each turn's change is the column's. Additive by
construction. Each background row has an order of its own, so the spread over them tells the sampling
error, which stands among the limits. A slow model gets fewer of them before it gets none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.explain import coded
from o16n.explain.question import Attributed, Question, climb

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

RANK = 40
METHOD = "SHAP by antithetic permutations of the input columns"
REASON = "no explainer of the model's family is right"
EFFORTS = (50, 20, 10)  # background rows, each with one order there and back
WANTED = 25  # rows


def attribute(question: Question) -> Attributed:
    """Return contributions (n, d, k) of as many rows as fit the time allowed."""
    import numpy as np

    codes = coded.code(question, background=EFFORTS[0])
    width, pace = len(question.rows.columns), codes.seconds_a_row()
    per_row, pairs = 0.0, 0
    for pairs in EFFORTS:
        per_row = 2 * (width + 1) * pairs * pace
        if per_row * min(WANTED, len(codes.rows)) <= question.seconds:
            break
    background = codes.background[:pairs]
    errors: list[Array] = []

    def explained(first: int, past: int) -> Array:
        found = []
        for place in range(first, past):
            rng = np.random.default_rng([question.seed, place])
            each = turns(codes, codes.rows[place], background, rng)
            errors.append(each.std(axis=0, ddof=1).max() / len(each) ** 0.5)
            found.append(each.mean(axis=0))
        return np.stack(found)

    question.say(f"explaining up to {len(codes.rows)} rows, about {per_row:.2g} s each: {METHOD}")
    amounts = climb(explained, per_row, most=len(codes.rows), seconds=question.seconds)
    sampled = f"Contributions are sampled: the standard error of a single one is up to {np.mean(errors):.2g} {question.unit}."
    return Attributed(
        amounts=amounts,
        base=codes.answer(background).mean(axis=0),
        output=coded.own_output(question, len(amounts)),
        unit=question.unit,
        background=f"{len(background)} training rows, seed {question.seed}",
        limits=(sampled,),
    )


def turns(codes: coded.Coded, row: Array, background: Array, rng: np.random.Generator) -> Array:
    """Return what each column's turn changed, per background row: (b, d, k) for one coded `row`."""
    import numpy as np

    count, width = background.shape
    rank = rng.permuted(np.tile(np.arange(width), (count, 1)), axis=1)  # (b, d)
    both = np.stack([rank, width - 1 - rank], axis=1)  # (b, 2, d)
    turned = both[:, :, None, :] < np.arange(width + 1)[:, None]  # (b, 2, d + 1, d)
    mixed = np.where(turned, row, background[:, None, None, :])
    answers = codes.answer(mixed.reshape(-1, width)).reshape(count, 2, width + 1, -1)
    change = np.diff(answers, axis=2)  # (b, 2, d, k), by turn
    return np.asarray(np.take_along_axis(change, both[..., None], axis=2).mean(axis=1))
