"""What speaks for the numbers, beyond that they add up."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.explain.drivers import direction
from o16n.explain.explanation import Deletion, Truth

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.explain.explanation import Additivity
    from o16n.explain.inputs import Inputs
    from o16n.explain.question import Attributed, Ready

    Array = np.ndarray[Any, Any]

SHUFFLED_ROWS = 200
DELETED_ROWS = 60
ORDERS = 3  # random ones, against which the strongest first is held
MOST_STEPS = 10
FEWEST = 20  # rows for halves
SMALLEST = 5  # rows for deletion
MOST_COLUMNS = 1000
MOST_CELLS = 4_000_000  # of the rows made for it, which are dense
SHORTEST = 0.3  # seconds: less than that is not worth beginning


@dataclass(frozen=True, kw_only=True)
class Explained:
    """The explained rows (n, d), what was found for them, and rows that columns are put out with."""

    rows: Inputs
    attributed: Attributed
    background: Inputs
    ready: Ready
    seed: int


def truth_of(explained: Explained, additivity: Additivity, *, seconds: float) -> Truth:
    """Return the evidence, as much of it as fits in `seconds`."""
    import numpy as np

    clock, rng = time.monotonic(), np.random.default_rng(explained.seed)
    errors = explained.attributed.error
    strengths = np.abs(explained.attributed.amounts).mean(axis=2)
    halves, signs = _halves(explained, strengths, rng)
    pace = _pace(explained)
    deleted = _deleted(explained, rng, pace, seconds / 2)
    left = seconds - (time.monotonic() - clock)
    agreement, rows = _agreement(explained, strengths, rng, pace, left)
    return Truth(
        exact=additivity.holds and errors is None,
        error=float(errors.max()) if errors is not None else None,
        agreement=agreement,
        agreement_rows=rows,
        halves=halves,
        signs=signs,
        deletion=deleted,
    )


def _pace(explained: Explained) -> float:
    """Return how long the scorer takes for a row."""
    import numpy as np

    few = explained.rows.take(np.arange(min(DELETED_ROWS, len(explained.rows))))
    clock = time.monotonic()
    explained.ready.output(few)
    return (time.monotonic() - clock) / len(few)


def _halves(
    explained: Explained, strengths: Array, rng: np.random.Generator
) -> tuple[float | None, float | None]:
    """Return the rank correlation of two halves, and the share of directions that agree."""
    import numpy as np

    count = len(strengths)
    if count < FEWEST or strengths.shape[1] < 2:  # noqa: PLR2004 - one column has no ranks
        return None, None
    order = rng.permutation(count)
    one, other = order[: count // 2], order[count // 2 :]
    ranks = rank_correlation(strengths[one].mean(axis=0), strengths[other].mean(axis=0))
    if explained.attributed.amounts.shape[2] > 1:
        return ranks, None
    frame = explained.rows.frame
    told = []
    for place in np.argsort(-strengths.mean(axis=0), kind="stable")[:MOST_STEPS]:
        column, amounts = frame.iloc[:, place], explained.attributed.amounts[:, place, 0]
        pair = [direction(column.iloc[half], amounts[half]) for half in (one, other)]
        if pair[0] is not None and pair[1] is not None:
            told.append(pair[0] * pair[1] > 0)
    return ranks, float(np.mean(told)) if told else None


def _deleted(
    explained: Explained, rng: np.random.Generator, pace: float, seconds: float
) -> Deletion | None:
    """Put out each row's columns, the strongest first and by chance; see how far the answers move."""
    import numpy as np

    width = len(explained.rows.columns)
    steps = min(width, MOST_STEPS)
    count = min(len(explained.rows), DELETED_ROWS)
    many = steps * (1 + ORDERS)
    fits = int(min(seconds / max(pace * many, 1e-12), MOST_CELLS / (many * width)))
    count = min(count, fits)
    if not 1 < width <= MOST_COLUMNS or count < SMALLEST or seconds < SHORTEST:
        return None
    rows = explained.rows.take(np.arange(count))
    donors = explained.background.take(rng.integers(0, len(explained.background), count))
    strong = np.abs(explained.attributed.amounts[:count]).mean(axis=2)
    orders = [np.argsort(-strong, axis=1, kind="stable")]
    orders += [rng.permuted(np.tile(np.arange(width), (count, 1)), axis=1) for _ in range(ORDERS)]
    out = np.zeros((1 + ORDERS, steps, count, width), dtype=bool)
    for at, order in enumerate(orders):
        for step in range(steps):
            np.put_along_axis(out[at, step], order[:, : step + 1], True, axis=1)  # noqa: FBT003 - what is put
    mixed = _put_out(rows.frame, donors.frame, out.reshape(-1, count, width))
    moved = _moved(explained, rows, mixed).reshape(1 + ORDERS, steps)
    strongest, chance = moved[0], moved[1:].mean(axis=0)
    return Deletion(
        rows=count,
        strongest=tuple(float(one) for one in strongest),
        chance=tuple(float(one) for one in chance),
        better=bool(strongest[: max(steps // 2, 1)].sum() > chance[: max(steps // 2, 1)].sum()),
    )


def _put_out(frame: pd.DataFrame, donors: pd.DataFrame, out: Array) -> pd.DataFrame:
    """Return `frame` (n, d) m times, with the cells where `out` (m, n, d) taken from `donors`."""
    import numpy as np
    import pandas as pd

    columns, own = {}, np.arange(len(frame))
    for place in range(frame.shape[1]):
        one, other = frame.iloc[:, place], donors.iloc[:, place]
        if isinstance(other.dtype, pd.CategoricalDtype):
            one = one.astype(other.dtype)
        both = pd.concat([one, other], ignore_index=True)
        where = own + np.where(out[:, :, place], len(frame), 0)
        columns[place] = both.take(where.reshape(-1)).array
    return pd.DataFrame(columns, copy=False).set_axis(frame.columns, axis=1)


def _moved(explained: Explained, rows: Inputs, mixed: pd.DataFrame) -> Array:
    """Return the mean absolute change of the answers to m versions of `rows`, one below another (m,)."""
    import numpy as np

    before = explained.ready.output(rows)
    after = explained.ready.output(_formed(rows, mixed))
    each = np.abs(after.reshape(-1, *before.shape) - before)
    return np.asarray(each.mean(axis=(1, 2)))


def _formed(rows: Inputs, frame: pd.DataFrame) -> Inputs:
    from dataclasses import replace

    return replace(rows, rows=rows.form(frame))


def _agreement(
    explained: Explained, strengths: Array, rng: np.random.Generator, pace: float, seconds: float
) -> tuple[float | None, int]:
    """Return the rank correlation with the mean squared change when a column is shuffled, and n."""
    import numpy as np
    import pandas as pd

    width = strengths.shape[1]
    fits = int(min(seconds / max(pace * width, 1e-12), MOST_CELLS / width**2))
    count = min(len(strengths), SHUFFLED_ROWS, fits)
    if width < 2 or count < FEWEST or seconds < SHORTEST:  # noqa: PLR2004 - one column has no ranks
        return None, 0
    rows = explained.rows.take(np.arange(count))
    frame, frames = rows.frame.reset_index(drop=True), []
    for place in range(width):
        shuffled = frame.copy()
        turned = frame.iloc[rng.permutation(count), place].set_axis(frame.index)
        shuffled.isetitem(place, turned)  # type: ignore[arg-type] # a column is what it takes
        frames.append(shuffled)
    before = explained.ready.output(rows)
    after = explained.ready.output(_formed(rows, pd.concat(frames, ignore_index=True)))
    change = ((after.reshape(width, *before.shape) - before) ** 2).mean(axis=(1, 2))
    return rank_correlation(strengths.mean(axis=0), change), count


def rank_correlation(one: Array, other: Array) -> float | None:
    """Return Spearman's correlation of two lists, None where one of them has no ranks."""
    import numpy as np
    import pandas as pd

    varied = np.ptp(one) > 0 and np.ptp(other) > 0
    found = pd.Series(one).corr(pd.Series(other), method="spearman") if varied else np.nan
    return None if np.isnan(found) else float(found)
