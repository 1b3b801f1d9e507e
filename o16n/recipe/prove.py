"""Replay the recipe and compare with what the notebook itself had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.recipe import Proof
from o16n.recipe.replay import apply

if TYPE_CHECKING:
    import pandas as pd

    from o16n.recipe.recipe import Recipe

ALONE = 50
RELATIVE = 1e-9


def prove(
    recipe: Recipe, model: Any, raw: pd.DataFrame, parts: list[tuple[pd.DataFrame, Any]]
) -> Proof:
    """Replay `recipe` for each (raw rows, model inputs) part, in bulk and up to 50 rows alone.

    The notebook's own predictions are what `model` says of the notebook's own inputs.
    """
    import numpy as np

    matched, largest, equal, compared = 0, 0.0, True, 0
    for rows, inputs in parts:
        replayed = apply(recipe, rows)
        equal &= _same_inputs(inputs, replayed)
        own, again = _answers(model, inputs), _answers(model, replayed)
        compared += len(rows)
        equal &= bool(np.array_equal(own[0], again[0]))
        difference = np.abs(own[1] - again[1]).max(initial=0.0)
        largest = max(largest, float(difference))
        matched += int((np.abs(own[1] - again[1]).reshape(len(rows), -1).max(axis=1) == 0).sum())
        for place in range(min(ALONE, len(rows))):
            alone = _answers(model, apply(recipe, rows.iloc[[place]]))
            largest = max(largest, float(np.abs(alone[1] - own[1][[place]]).max(initial=0.0)))
            equal &= _agree(alone[0][0], own[0][place])
    return Proof(
        rows=len(raw),
        matched=matched,
        largest_difference=largest,
        predictions_equal=equal,
        statement=f"{matched} of {compared} rows that the notebook used (of {len(raw)} raw rows) give "
        f"the notebook's own predictions; largest difference {largest:.1g}",
    )


def _same_inputs(inputs: Any, replayed: Any) -> bool:
    """Tell whether the replayed model inputs are the notebook's own, cell by cell."""
    import numpy as np
    import pandas as pd

    one, two = pd.DataFrame(np.asarray(inputs)), pd.DataFrame(np.asarray(replayed))
    return one.shape == two.shape and bool(
        ((one == two) | (one.isna() & two.isna())).all(axis=None)
    )


def _agree(one: Any, other: Any) -> bool:
    """Tell whether a row alone answers as in bulk: labels equal, numbers to 1e-9 relative."""
    if isinstance(other, float):
        return bool(abs(one - other) <= RELATIVE * max(1.0, abs(other)))
    return bool(one == other)


def _answers(model: Any, inputs: Any) -> tuple[Any, Any]:
    """Return the labels or numbers (n,) and the numbers behind them, (n,) or (n, k)."""
    import numpy as np

    labels = np.asarray(model.predict(inputs))
    if hasattr(model, "predict_proba"):
        return labels, np.asarray(model.predict_proba(inputs), dtype="float64")
    if labels.dtype.kind in "iuf":
        return labels, labels.astype("float64")
    return labels, np.zeros(len(labels))
