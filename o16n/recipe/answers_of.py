"""What a model says about its inputs, for comparing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    Array = np.ndarray[Any, Any]

RELATIVE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Labels or numbers (n,) and the numbers behind them, (n, k)."""

    labels: Array
    numbers: Array


def answers_of(model: Any, inputs: Any) -> Answers:
    """Return what `model` says of n model inputs."""
    import numpy as np

    labels = np.asarray(model.predict(inputs))
    if hasattr(model, "predict_proba"):
        numbers = np.asarray(model.predict_proba(inputs), dtype="float64")
    elif labels.dtype.kind in "iuf":
        numbers = labels.astype("float64")
    else:
        numbers = np.zeros(len(labels))
    return Answers(labels=labels, numbers=numbers.reshape(len(labels), -1))


def joined(parts: Sequence[Answers]) -> Answers:
    """Return the answers of several parts as those of one."""
    import numpy as np

    return Answers(
        labels=np.concatenate([one.labels for one in parts]),
        numbers=np.concatenate([one.numbers for one in parts]),
    )


def distance(one: Answers, other: Answers) -> Array:
    """Return by row (n,) how far two answers are apart, relative above one; inf where a label differs."""
    import numpy as np

    scale = np.maximum(1.0, np.abs(other.numbers))
    with np.errstate(invalid="ignore"):
        apart = np.abs(one.numbers - other.numbers) / scale
    both = np.isnan(one.numbers) & np.isnan(other.numbers)
    apart = np.where(both, 0.0, np.nan_to_num(apart, nan=np.inf)).max(axis=1, initial=0.0)
    if one.labels.dtype.kind != "f":
        same = np.asarray(one.labels == other.labels).reshape(len(apart), -1).all(axis=1)
        apart = np.where(same, apart, np.inf)
    return np.asarray(apart)
