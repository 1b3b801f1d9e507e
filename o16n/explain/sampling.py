"""Rows to explain, batch by batch, until the ranking is known; time for fewer widens the intervals."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from o16n.explain.explanation import Pair
from o16n.statistics import mean_interval

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from o16n.explain.inputs import Inputs
    from o16n.explain.question import Ready

    Array = np.ndarray[Any, Any]

BATCH = 250
SMALL = (10, 25, 50, 100)  # of a model so slow that a batch does not fit
MOST = 20_000
GROWTH = 4  # times as many rows as before, at most, in one go
TOP = 10
TENTHS = 10
NOISE = 1e-9  # of the strongest column: what rounding leaves of one that adds nothing
NEAR = 0.05  # of a column's own mean, for its half-width; of the strongest one's, for a tie

Stopped = Literal["resolved", "all rows", "budget", "most rows"]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Explained rows: their `places` among all, and contributions (n, d, k) with their errors."""

    places: Array
    amounts: Array
    errors: Array | None
    batches: int
    stopped: Stopped
    forecast: float
    per_row: float


def order_of(scores: Array, seed: int) -> Array:
    """Return an order of rows (n,) of which every beginning holds each tenth of the scores alike."""
    import numpy as np

    rng = np.random.default_rng(seed)
    count = len(scores)
    tenth = np.empty(count, np.int64)
    tenth[np.argsort(scores, kind="stable")] = np.arange(count) * TENTHS // max(count, 1)
    key = np.empty(count)
    for one in range(TENTHS):
        places = np.flatnonzero(tenth == one)
        turn = rng.permutation(len(places)) + rng.random()
        key[places] = turn / max(len(places), 1)
    return np.argsort(key, kind="stable")


def explain_until_known(
    ready: Ready,
    rows: Inputs,
    order: Array,
    *,
    seconds: float,
    say: Callable[[str], None],
) -> Sample:
    """Explain rows in `order` until the ranking is resolved, the time is up or there are no more.

    The first batch is explained whatever it costs (an explainer that cannot afford ten rows has
    passed), what follows only as far as it fits.
    """
    import numpy as np

    population, clock = len(rows), time.monotonic()
    found, errors, done, batches = [], [], 0, 0
    wanted = _first(ready, len(order), seconds)
    stopped: Stopped = "budget"
    per_row = 0.0
    while True:
        places = order[done : done + wanted]
        one = ready.amounts(rows.take(places), places)
        found.append(one.amounts)
        errors += [one.error] if one.error is not None else []
        done, batches, spent = done + len(places), batches + 1, time.monotonic() - clock
        per_row = spent / done
        strengths = np.abs(np.concatenate(found)).mean(axis=2)
        if batches == 1 and done < len(order):
            say(
                f"explained {done} rows in {spent:.2g} s; all {population} would take about {per_row * population:.2g} s"
            )
        ended = _ended(strengths, done, len(order), population)
        if ended is not None:
            stopped = ended
            break
        wanted = _next(strengths, population, per_row, seconds - spent)
        if wanted == 0:
            break
    return Sample(
        places=order[:done],
        amounts=np.concatenate(found),
        errors=np.concatenate(errors) if errors else None,
        batches=batches,
        stopped=stopped,
        forecast=per_row * population,
        per_row=per_row,
    )


def _first(ready: Ready, most: int, seconds: float) -> int:
    """Return how many rows fit the time, by the explainer's own forecast; the fewest at least."""
    sizes = [one for one in (*SMALL, BATCH) if ready.seconds(min(one, most)) <= seconds / 2]
    return min(sizes[-1] if sizes else SMALL[0], most)


def _ended(strengths: Array, done: int, most: int, population: int) -> Stopped | None:
    if done >= population:
        return "all rows"
    if done >= BATCH and is_resolved(strengths, population):
        return "resolved"
    return "most rows" if done >= most else None


def _next(strengths: Array, population: int, per_row: float, left: float) -> int:
    """Return how many more rows to explain: what will be needed, within what fits; 0 for none."""
    done = len(strengths)
    needed = min(max(rows_needed(strengths, population), done + 1), GROWTH * done)
    fits = int(left / max(per_row, 1e-9))
    if done < BATCH:
        return next((one - done for one in (BATCH, *SMALL[::-1]) if done < one <= done + fits), 0)
    wanted = -(-(needed - done) // BATCH) * BATCH
    return min(wanted, fits // BATCH * BATCH)


def is_resolved(strengths: Array, population: int) -> bool:
    """Tell whether the ten strongest columns are known to 5 %, and their order or ties."""
    means = strengths.mean(axis=0)
    for place in _top(strengths):
        _, high = mean_interval(strengths[:, place], population)
        if high - means[place] > NEAR * means[place]:
            return False
    return all(one.state != "open" for one in ranking_of(strengths, population))


def rows_needed(strengths: Array, population: int) -> int:
    """Return about how many rows will make each of the ten strongest columns known to 5 %."""
    import numpy as np

    most = 0.0
    done = len(strengths)
    for place in _top(strengths):
        mean = strengths[:, place].mean()
        spread = strengths[:, place].std(ddof=1) if done > 1 else 0.0
        if mean > 0:
            alone = (1.96 * spread / (NEAR * mean)) ** 2
            most = max(most, alone / (1 + alone / population))
    return int(np.ceil(most))


def ranking_of(
    strengths: Array, population: int, names: list[str] | None = None
) -> tuple[Pair, ...]:
    """Return the neighbours among the ten strongest columns of `strengths` (n, d)."""
    top = _top(strengths)
    told = names if names is not None else [str(one) for one in range(strengths.shape[1])]
    strongest = float(strengths[:, top[0]].mean()) if len(top) else 0.0
    found = []
    for one, other in pairwise(top):
        gap = strengths[:, one] - strengths[:, other]
        low, high = mean_interval(gap, population)
        difference = float(gap.mean())
        state: Literal["resolved", "tie", "open"] = "open"
        if low > 0:
            state = "resolved"
        elif difference <= NEAR * strongest:
            state = "tie"
        found.append(
            Pair(
                first=told[one],
                second=told[other],
                difference=difference,
                low=low,
                high=high,
                state=state,
            )
        )
    return tuple(found)


def _top(strengths: Array) -> list[int]:
    """Return the places of the ten strongest columns that contribute at all."""
    import numpy as np

    means = strengths.mean(axis=0)
    order = np.argsort(-means, kind="stable")[:TOP]
    return [int(one) for one in order if means[one] > NOISE * means[order[0]]]
