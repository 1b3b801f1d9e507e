"""Any model, by antithetic permutations of the input columns themselves.

Mitchell, Cooper, Frank and Holmes, JMLR 2022: columns are turned from a background row to the
explained one in a random order and in its reverse; each turn's change is the column's. Additive by
construction. Each background row has an order of its own, so the spread over them tells the sampling
error, which stands among the limits. A slow model gets fewer of them before it gets none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.explain import coded
from o16n.explain.question import Found, PassedOverError, Question, Ready

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.inputs import Inputs

    Array = np.ndarray[Any, Any]

RANK = 40
METHOD = "SHAP by antithetic permutations of the input columns"
REASON = "no explainer of the model's family is right"
GAME = "columns that are not known are those of a background row"
EFFORTS = (50, 20, 10)  # background rows, each with one order there and back
WANTED = 25  # rows
LEAST = 10
SAMPLED = "Contributions are sampled, which makes weak columns look stronger than they are by about their error."


def prepare(question: Question) -> Ready:
    """Sample orders, fewer of them for a slow model."""
    import numpy as np

    first = question.rows.take(np.arange(min(1, len(question.rows))))
    codes = coded.code(question, background=EFFORTS[0], rows=first)
    turned, pace = 2 * (question.width + 1), codes.seconds_a_row()
    wanted = min(WANTED, len(question.rows))
    fitting = [one for one in EFFORTS if turned * one * pace * wanted <= question.seconds]
    pairs = fitting[0] if fitting else EFFORTS[-1]
    background = codes.background[:pairs]
    per_row = turned * len(background) * pace
    if per_row * min(LEAST, wanted) > question.seconds:
        raise PassedOverError(
            f"{min(LEAST, wanted)} rows would take about {per_row * min(LEAST, wanted):.0f} s, over the {question.seconds:.0f} s allowed"
        )

    def amounts(rows: Inputs, places: Array) -> Found:
        batch = coded.code(question, background=EFFORTS[0], rows=rows)
        found, errors = [], []
        for row, place in zip(batch.rows, places.tolist(), strict=True):
            rng = np.random.default_rng([question.seed, place])
            each = turns(batch, row, batch.background[:pairs], rng)
            errors.append(each.std(axis=0, ddof=1).max() / len(each) ** 0.5)
            found.append(each.mean(axis=0))
        return Found(amounts=np.stack(found), error=np.array(errors))

    return Ready(
        amounts=amounts,
        output=lambda rows: coded.own_output(question, rows),
        base=codes.answer(background).mean(axis=0),
        unit=question.unit,
        game=GAME,
        background=f"{len(background)} training rows, seed {question.seed}",
        background_rows=len(background),
        seconds=lambda count: count * per_row,
        limits=(SAMPLED,),
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
