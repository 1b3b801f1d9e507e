"""Scenes around answers that are known in closed form, and around a real bundle."""

from __future__ import annotations

import numpy as np
import pandas as pd

from o16n.explain.effects.scene import Asked, Scene


def frame_of(rows=400, seed=0):
    """Two independent numbers, one that follows the first, levels, and a number with gaps."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=rows), rng.normal(size=rows)
    gaps = rng.normal(size=rows)
    gaps[:30] = np.nan
    return pd.DataFrame(
        {
            "x": x,
            "y": y,
            "near_x": x + rng.normal(0, 0.05, rows),
            "level": pd.Categorical(
                rng.choice(["low", "mid", "high"], rows), ["low", "mid", "high"]
            ),
            "gaps": gaps,
        }
    )


def scene(answer, frame=None, *, classes=(), truth=None, drivers=(0, 1, 2, 3), **told):
    """Return the scene of `answer`(frame) → (n,): a number, or the probability of the second class."""
    rows = frame_of() if frame is None else frame

    def ask(asked):
        given = np.asarray(answer(asked), dtype="float64")
        if not classes:
            labels = given.astype(object)
            numbers = given[:, None]
        else:
            numbers = np.column_stack([1 - given, given])
            labels = np.array([classes[int(one)] for one in given > 0.5], dtype=object)
        labels[np.isnan(given)] = None
        return Asked(numbers=numbers, labels=labels)

    return Scene(
        ask=ask,
        rows=rows,
        names=tuple(str(one) for one in rows.index),
        truth=truth,
        classes=tuple(classes),
        place=1 if classes else 0,
        unit="probability" if classes else "target unit",
        output=f"y = {classes[1]}" if classes else "y",
        drivers=tuple(drivers),
        seed=0,
        **told,
    )


def sigmoid(values):
    return 1 / (1 + np.exp(-np.asarray(values, dtype="float64")))
