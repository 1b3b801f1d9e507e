"""What a reviewer would rather look at than read, as sums over rows: never one row's own truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from o16n.metrics import Outputs

POINTS, CLASSES, BINS, FEWEST = 60, 8, 10, 50


def drawn(outputs: Outputs, truth: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return figures of how the answers stand to `truth` (n,), by the name that reports draw.

    Binary with probabilities: `roc`, at most 61 points (false, true positive rate). Up to eight
    classes: `confusion`, counts by true class. Numbers: `residuals`, for each tenth of the
    predictions its mean and the 10th, 50th and 90th percentile of actual minus predicted.
    """
    found: dict[str, Any] = {}
    if outputs.numbers is not None:
        bins = _residuals(outputs.numbers, truth.astype("float64"))
        return {"residuals": bins} if bins else {}
    classes = list(outputs.classes)
    if outputs.probabilities is not None and len(classes) == 2:  # noqa: PLR2004 - two classes
        found["roc"] = _roc(outputs.probabilities[:, 1], truth == classes[1])
    if classes and len(classes) <= CLASSES:
        found["confusion"] = {
            "labels": [str(one) for one in classes],
            "counts": [
                [int(((truth == actual) & (outputs.labels == said)).sum()) for said in classes]
                for actual in classes
            ],
        }
    return found


def _roc(given: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> list[list[float]]:
    import numpy as np
    from sklearn.metrics import roc_curve

    if right.all() or not right.any():
        return []
    false, true, _ = roc_curve(right, given)
    places = np.unique(np.linspace(0, len(false) - 1, POINTS + 1).round().astype(int))
    return [[round(float(false[at]), 3), round(float(true[at]), 3)] for at in places]


def _residuals(predicted: np.ndarray[Any, Any], actual: np.ndarray[Any, Any]) -> list[list[float]]:
    import numpy as np

    if len(predicted) < FEWEST:  # a percentile of a few rows would be one row's truth
        return []
    parts = np.array_split(np.argsort(predicted, kind="stable"), min(BINS, len(predicted) // 10))
    return [
        [
            float(f"{predicted[part].mean():.4g}"),
            *(
                float(f"{one:.4g}")
                for one in np.percentile(actual[part] - predicted[part], [10, 50, 90])
            ),
        ]
        for part in parts
    ]
