"""Permutation importance: what is shown where shap is wrong or refuses (Breiman, 2001)."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from o16n import metrics
from o16n.explain.explanation import Driver, Explanation
from o16n.metrics import Outputs

if TYPE_CHECKING:
    import numpy as np

    from o16n.candidate.candidate import Candidate
    from o16n.explain.inputs import Inputs

    Array = np.ndarray[Any, Any]

LADDER = ((500, 5), (200, 5), (100, 3), (50, 2))  # rows, shuffles
MOST_COLUMNS = 300
BREAKS = "Shuffling a column breaks its relation to the others."


@dataclass(frozen=True, kw_only=True)
class Scored:
    """How good the model is on rows (n, d) whose `truth` (n,) is known, higher being better."""

    candidate: Candidate
    truth: Array
    metric: metrics.Metric

    def __call__(self, rows: Any) -> float:
        """Return the metric of `rows`, in the order of `truth`."""
        import numpy as np

        labels = np.asarray(self.candidate.model.predict(rows)).reshape(-1)
        numbers = labels.astype("float64") if self.candidate.task == "regression" else None
        value = metrics.score(self.metric, self.truth, Outputs(labels=labels, numbers=numbers))
        return value if self.metric.higher_is_better else -value


def permutation_importance(
    candidate: Candidate, inputs: Inputs, *, seed: int, passed_over: tuple[str, ...], seconds: float
) -> Explanation:
    """Return how much the metric drops when a column is shuffled; the interval is over repeats."""
    import numpy as np

    clock, rng = time.monotonic(), np.random.default_rng(seed)
    places = rng.permutation(len(inputs))[: LADDER[0][0]]
    limits = [BREAKS]
    sample, scored = inputs.take(places), _scored(candidate, inputs.take(places).rows, places)
    repeats, base = 0, 0.0
    drivers: tuple[Driver, ...] = ()
    try:
        base, before = scored(sample.rows), time.monotonic()
        scored(sample.form(sample.frame.copy()))  # what one shuffle will take
        per_row = (time.monotonic() - before) / len(places)
        rows, repeats, width = _affordable(per_row, len(inputs.columns), seconds)
        if width < len(inputs.columns):
            limits.append(f"The {width} columns that vary most were shuffled.")
        sample = inputs.take(places[:rows])
        scored = replace(scored, truth=scored.truth[:rows])
        base, drivers = scored(sample.rows), _drops(scored, sample, (repeats, width), rng)
    except ValueError as error:  # such as a model that answers NaN
        limits.append(f"The metric is not defined on these rows: {error}.")
    return Explanation(
        kind="permutation importance",
        method=f"{repeats} shuffles of each column",
        reason="shap is not used here",
        output=candidate.target or "prediction",
        unit=f"{'rise' if scored.metric.name == 'mae' else 'drop'} of {scored.metric.title}"
        + ("" if candidate.held_out.y is not None else " against its own answers"),
        columns=candidate.columns,
        explained=len(sample),
        population=len(inputs),
        part="held-out rows" if candidate.test is not None else "training rows",
        background="the rows themselves",
        seed=seed,
        base=abs(base),
        drivers=drivers,
        cases=(),
        additivity=None,
        passed_over=passed_over,
        refusal=passed_over[-1] if passed_over else "",
        limits=tuple(limits),
        seconds=round(time.monotonic() - clock, 3),
    )


def _scored(candidate: Candidate, rows: Any, places: Array) -> Scored:
    import numpy as np

    truth = candidate.held_out.y
    known = (
        np.asarray(truth).reshape(-1)[places]
        if truth is not None
        else metrics.outputs_of(candidate.model, rows, candidate.task).labels
    )
    numbers = candidate.task == "regression"
    steady = numbers and len(np.unique(known)) < 2  # noqa: PLR2004 - R² of a constant is not defined
    name = "mae" if steady else "r2" if numbers else "accuracy"
    return Scored(candidate=candidate, truth=known, metric=metrics.METRICS[name])


def _affordable(per_row: float, width: int, seconds: float) -> tuple[int, int, int]:
    """Return (rows, shuffles, columns) that fit; columns are left out last."""
    most = min(width, MOST_COLUMNS)
    for rows, repeats in LADDER:
        if rows * repeats * most * per_row <= seconds:
            return rows, repeats, most
    rows, repeats = LADDER[-1]
    return rows, repeats, max(1, min(most, int(seconds / (rows * repeats * per_row))))


def _drops(
    scored: Scored, sample: Inputs, effort: tuple[int, int], rng: np.random.Generator
) -> tuple[Driver, ...]:
    import numpy as np
    from scipy.stats import t

    frame, best, found = sample.frame, scored(sample.rows), []
    repeats, most = effort
    varied = [-frame.iloc[:, place].nunique() for place in range(frame.shape[1])]
    for place in np.sort(np.argsort(varied, kind="stable")[:most]):
        drops = []
        for _ in range(repeats):
            shuffled = frame.copy()
            order = rng.permutation(len(frame))
            shuffled.isetitem(int(place), frame.iloc[order, place].set_axis(frame.index))
            drops.append(best - scored(sample.form(shuffled)))
        half = float(t.ppf(0.975, repeats - 1) * np.std(drops, ddof=1) / repeats**0.5)
        mean = float(np.mean(drops))
        found.append(
            Driver(
                column=str(frame.columns[place]),
                strength=mean,
                low=mean - half,
                high=mean + half,
                direction=None,
            )
        )
    return tuple(sorted(found, key=lambda one: -one.strength))
