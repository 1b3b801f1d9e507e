"""What kind of answer a model gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.errors import UnsupportedModel

if TYPE_CHECKING:
    from o16n.candidate.candidate import Task


def task_of(model: Any) -> Task:
    """Return what kind of answer `model` gives, by its own type and its classes.

    Raises:
        UnsupportedModel: it predicts several targets at once.
    """
    from sklearn.base import is_classifier, is_clusterer, is_outlier_detector

    tagged = hasattr(model, "__sklearn_tags__")  # a class of nobody's family says nothing of itself
    if tagged and is_outlier_detector(model):
        return "anomaly"
    if tagged and is_clusterer(model):
        return "clustering"
    if hasattr(model, "classes_") or (tagged and is_classifier(model)):
        classes = getattr(model, "classes_", ())
        if isinstance(classes, list):
            raise UnsupportedModel(
                f"{type(model).__name__} predicts {len(classes)} targets at once",
                hint="package one model for each target",
            )
        return "binary" if len(classes) == 2 else "multiclass"  # noqa: PLR2004 - the word
    return "regression"
