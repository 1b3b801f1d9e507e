"""From a candidate's model to its core estimator and the map from encoded to raw columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.explain.owners import through

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.inputs import Inputs

TRIED_ROWS = 20
TRIED_COLUMNS = 100
THRESHOLDS = ("FixedThresholdClassifier", "TunedThresholdClassifierCV")


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """`core` takes `encode(X)` (n, e); `owner[j]` is the input column that encoded column j is of."""

    core: Any
    steps: tuple[Any, ...]
    owner: tuple[int, ...]

    def encode(self, inputs: Any) -> Any:
        """Return the core's own inputs (n, e); sparse where the steps say so."""
        import numpy as np

        for step in self.steps:
            inputs = step.transform(inputs)
        return inputs if hasattr(inputs, "toarray") else np.asarray(inputs, dtype="float64")

    def dense(self, inputs: Any) -> np.ndarray[Any, Any]:
        """Return the core's own inputs (n, e) as a dense matrix."""
        import numpy as np

        encoded = self.encode(inputs)
        return np.asarray(encoded.toarray() if hasattr(encoded, "toarray") else encoded)


def peeled(model: Any) -> tuple[tuple[Any, ...], Any]:
    """Return (transformers in order, core estimator) behind searches, thresholds and Pipelines."""
    steps: tuple[Any, ...] = ()
    while True:
        if hasattr(model, "best_estimator_"):
            model = model.best_estimator_
        elif type(model).__name__ in THRESHOLDS and hasattr(model, "estimator_"):
            model = model.estimator_
        elif hasattr(model, "steps"):
            inner = [step for _, step in model.steps[:-1] if step not in ("passthrough", None)]
            steps += tuple(inner)
            model = model.steps[-1][1]
        else:
            return steps, model


def resolve(model: Any, sample: Inputs) -> Resolved | None:
    """Return the structure of `model` over the columns of `sample`, None where columns are mixed.

    The map is tried: each input column is moved in turn, and only its own encoded columns may move.
    """
    steps, core = peeled(model)
    owner: list[int] | None = list(range(len(sample.columns)))
    for step in steps:
        owner = through(step, owner) if owner is not None else None
    if owner is None:
        return None
    found = Resolved(core=core, steps=steps, owner=tuple(owner))
    return found if not steps or _stands(found, sample) else None


def _stands(resolved: Resolved, sample: Inputs) -> bool:
    import numpy as np

    rng = np.random.default_rng(0)
    frame = sample.sample(TRIED_ROWS, rng).frame
    owner, still = np.asarray(resolved.owner), resolved.dense(sample.form(frame))
    if still.shape[1] != len(owner):
        return False
    tried = rng.permutation(frame.shape[1])[:TRIED_COLUMNS]
    for place in tried:
        moved = frame.copy()
        moved.isetitem(place, frame.iloc[::-1, place].set_axis(frame.index))
        after = resolved.dense(sample.form(moved))
        changed = ~((after == still) | (np.isnan(after) & np.isnan(still))).all(axis=0)
        if (owner[changed] != place).any():
            return False
    return True


def summed_by_owner(
    amounts: np.ndarray[Any, Any], owner: tuple[int, ...], width: int
) -> np.ndarray[Any, Any]:
    """Sum signed contributions (n, e, …) of encoded columns per input column, before any absolute value."""
    import numpy as np

    summed = np.zeros((amounts.shape[0], width, *amounts.shape[2:]))
    for place, column in enumerate(owner):
        summed[:, column] += amounts[:, place]
    return summed
