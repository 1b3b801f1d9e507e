"""The metrics o16n knows: direction, what they need, the tasks they are for."""

from __future__ import annotations

import contextlib
import math
import warnings
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

Needs = Literal["labels", "probabilities", "numbers"]


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """What a model says of n rows.

    `labels` (n,) is its `predict`; `probabilities` (n, k) its `predict_proba` in the order of
    `classes`, or None; `numbers` (n,) the predictions of a regression, or None.
    """

    labels: np.ndarray[Any, Any]
    probabilities: np.ndarray[Any, Any] | None = None
    numbers: np.ndarray[Any, Any] | None = None
    classes: tuple[Any, ...] = ()

    def take(self, rows: np.ndarray[Any, Any]) -> Outputs:
        """Return the outputs of `rows` (indices or mask)."""
        shares, numbers = self.probabilities, self.numbers
        return Outputs(
            labels=self.labels[rows],
            probabilities=shares[rows] if shares is not None else None,
            numbers=numbers[rows] if numbers is not None else None,
            classes=self.classes,
        )


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A number that says how good predictions are."""

    name: str
    title: str
    needs: Needs
    tasks: tuple[str, ...]
    higher_is_better: bool = True
    function: Callable[[Any, Outputs], float]


def _labels(name: str, y: Any, outputs: Outputs, **how: Any) -> float:
    import sklearn.metrics

    return float(getattr(sklearn.metrics, name)(y, outputs.labels, **how))


def _numbers(name: str, y: Any, outputs: Outputs) -> float:
    import sklearn.metrics

    return float(getattr(sklearn.metrics, name)(y, outputs.numbers))


def _f1(y: Any, outputs: Outputs) -> float:
    if len(outputs.classes) == 2:  # noqa: PLR2004 - two classes
        return _labels("f1_score", y, outputs, pos_label=outputs.classes[1], zero_division=0)
    return _labels("f1_score", y, outputs, average="macro", zero_division=0)


def _accuracy(y: Any, outputs: Outputs) -> float:
    return float((y == outputs.labels).mean())


def _auc(y: Any, outputs: Outputs) -> float:
    """Return the area by midranks (Mann and Whitney 1947): a bootstrap asks for it thousands of times."""
    import numpy as np

    shares = outputs.probabilities
    assert shares is not None
    if len(outputs.classes) != 2:  # noqa: PLR2004 - two classes
        from sklearn.metrics import roc_auc_score

        return float(roc_auc_score(y, shares, multi_class="ovr", labels=list(outputs.classes)))
    positive = np.asarray(y) == outputs.classes[1]
    ones = int(positive.sum())
    if ones in (0, len(positive)):
        raise ValueError("AUC is not defined where only one class is present")
    from scipy.stats import rankdata

    ranks = rankdata(shares[:, 1])[positive].sum()
    return float((ranks - ones * (ones + 1) / 2) / (ones * (len(positive) - ones)))


def _r2(y: Any, outputs: Outputs) -> float:
    assert outputs.numbers is not None
    around = ((y - y.mean()) ** 2).sum()
    if around == 0:
        return _numbers("r2_score", y, outputs)
    return float(1 - ((y - outputs.numbers) ** 2).sum() / around)


def _log_loss(y: Any, outputs: Outputs) -> float:
    from sklearn.metrics import log_loss

    return float(log_loss(y, outputs.probabilities, labels=list(outputs.classes)))


def _brier(y: Any, outputs: Outputs) -> float:
    import numpy as np

    assert outputs.probabilities is not None
    truth = np.asarray(y)[:, None] == np.asarray(outputs.classes, dtype=object)[None, :]
    per_row = ((outputs.probabilities - truth) ** 2).sum(axis=1)
    return float(per_row.mean() / (2 if len(outputs.classes) == 2 else 1))  # noqa: PLR2004


CLASSES = ("binary", "multiclass")
METRICS: dict[str, Metric] = {
    one.name: one
    for one in (
        Metric(
            name="roc_auc", title="ROC AUC", needs="probabilities", tasks=CLASSES, function=_auc
        ),
        Metric(
            name="accuracy",
            title="Accuracy",
            needs="labels",
            tasks=CLASSES,
            function=_accuracy,
        ),
        Metric(
            name="balanced_accuracy",
            title="Balanced accuracy",
            needs="labels",
            tasks=CLASSES,
            function=partial(_labels, "balanced_accuracy_score"),
        ),
        Metric(name="f1", title="F1", needs="labels", tasks=CLASSES, function=_f1),
        Metric(
            name="log_loss",
            title="Log loss",
            needs="probabilities",
            tasks=CLASSES,
            higher_is_better=False,
            function=_log_loss,
        ),
        Metric(
            name="brier",
            title="Brier score",
            needs="probabilities",
            tasks=CLASSES,
            higher_is_better=False,
            function=_brier,
        ),
        Metric(
            name="r2",
            title="R²",
            needs="numbers",
            tasks=("regression",),
            function=_r2,
        ),
        Metric(
            name="rmse",
            title="RMSE",
            needs="numbers",
            tasks=("regression",),
            higher_is_better=False,
            function=partial(_numbers, "root_mean_squared_error"),
        ),
        Metric(
            name="mae",
            title="MAE",
            needs="numbers",
            tasks=("regression",),
            higher_is_better=False,
            function=partial(_numbers, "mean_absolute_error"),
        ),
    )
}


def default_metric(task: str, outputs: Outputs) -> Metric:
    """Return the metric that is reported first.

    R² for a regression, accuracy for more than two classes; for two, AUC where there are
    probabilities and balanced accuracy where there are only labels, since a model that weighs a
    rare class up is rightly worse than "always no" in plain accuracy.
    """
    if task == "regression":
        return METRICS["r2"]
    if task != "binary":
        return METRICS["accuracy"]
    return METRICS["roc_auc" if outputs.probabilities is not None else "balanced_accuracy"]


def possible(metric: Metric, outputs: Outputs) -> bool:
    """Tell whether `outputs` hold what `metric` needs."""
    return {
        "labels": True,
        "probabilities": outputs.probabilities is not None,
        "numbers": outputs.numbers is not None,
    }[metric.needs]


def score(metric: Metric, y: Any, outputs: Outputs) -> float:
    """Return `metric` of `outputs` against the truth `y` (n,).

    Raises:
        ValueError: the metric is not defined, such as AUC where one class is absent.
    """
    import numpy as np

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = metric.function(np.asarray(y).reshape(len(outputs.labels)), outputs)
    if not math.isfinite(value):
        raise ValueError(f"{metric.title} is not defined on these {len(outputs.labels)} rows")
    return value


def measured(task: str, y: Any, outputs: Outputs) -> dict[str, float]:
    """Return every metric of `task` that `outputs` allow and that is defined here, by name."""
    found = {}
    for metric in METRICS.values():
        if task in metric.tasks and possible(metric, outputs):
            with contextlib.suppress(ValueError):  # not defined on these rows
                found[metric.name] = score(metric, y, outputs)
    return found


def outputs_of(model: Any, inputs: Any, task: str) -> Outputs:
    """Return what `model` says of `inputs` (n, d); scikit-learn's warnings on names are not repeated."""
    import numpy as np

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        labels = np.asarray(model.predict(inputs)).reshape(-1)
        if task == "regression":
            return Outputs(labels=labels, numbers=labels.astype("float64"))
        classes = tuple(getattr(model, "classes_", ()))
        shares = (
            np.asarray(model.predict_proba(inputs))
            if classes and hasattr(model, "predict_proba")
            else None
        )
    return Outputs(labels=labels, probabilities=shares, classes=classes)
