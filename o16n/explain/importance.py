"""Permutation importance: what is shown where shap is wrong or refuses (Breiman, 2001)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n import metrics
from o16n.explain.explanation import Driver, Explanation

if TYPE_CHECKING:
    import pandas as pd

    from o16n.candidate.candidate import Candidate

REPEATS = 5
ROWS = 500


def permutation_importance(
    candidate: Candidate, frame: pd.DataFrame, seed: int, refusal: str
) -> Explanation:
    """Return how much the metric drops when a column is shuffled; the interval is over repeats."""
    import numpy as np

    part, rng = candidate.held_out, np.random.default_rng(seed)
    rows = np.sort(rng.permutation(len(frame))[:ROWS])
    sample, named = frame.iloc[rows], hasattr(part.X, "columns")
    first = metrics.outputs_of(
        candidate.model, sample if named else sample.to_numpy(), candidate.task
    )
    truth = np.asarray(part.y)[rows] if part.y is not None else first.labels
    metric = metrics.METRICS["r2" if candidate.task == "regression" else "accuracy"]
    best, found = metrics.score(metric, truth, first), []
    for name in frame.columns:
        drops = []
        for _ in range(REPEATS):
            shuffled = sample.copy()
            shuffled[name] = sample[name].to_numpy()[rng.permutation(len(sample))]
            outputs = metrics.outputs_of(
                candidate.model, shuffled if named else shuffled.to_numpy(), candidate.task
            )
            drops.append(best - metrics.score(metric, truth, outputs))
        half = 2.776 * float(np.std(drops, ddof=1)) / REPEATS**0.5  # t, 4 degrees of freedom
        strength = float(np.mean(drops))
        found.append(
            Driver(
                column=str(name),
                strength=strength,
                low=strength - half,
                high=strength + half,
                direction=None,
            )
        )
    return Explanation(
        kind="permutation importance",
        method=f"{REPEATS} shuffles of each column",
        reason="shap is not used here",
        output=candidate.target or "prediction",
        unit=f"drop of {metric.title}",
        columns="raw columns" if candidate.recipe.state == "proven" else "model inputs",
        explained=len(rows),
        population=len(frame),
        part="held-out rows" if candidate.test is not None else "training rows",
        background="the rows themselves",
        seed=seed,
        base=best,
        drivers=tuple(sorted(found, key=lambda one: -one.strength)),
        cases=(),
        additivity=None,
        refusal=refusal,
        limits=("Shuffling a column breaks its relation to the others.",),
    )
