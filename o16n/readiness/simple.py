"""The model that two minutes would give: a linear one on the same columns."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from o16n import metrics
from o16n.readiness import columns
from o16n.readiness.subject import flat, part_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.metrics import Outputs
    from o16n.readiness.subject import Subject

    Array = np.ndarray[Any, Any]

ROWS = 10_000
LEVELS = 15
COVERED = 0.2  # a text column whose common levels cover less says nothing to a linear model
WORK = 20_000_000  # rows times columns times classes
STEPS = 200


def simple_outputs(subject: Subject) -> tuple[str, Outputs] | None:
    """Return the simple model's description and what it says of the tested rows.

    A ridge, or a logistic regression, on standardised numbers (the median where missing) and the 15
    commonest levels of each text column, fitted on a sample of the training rows. None where no
    column is of use to it, such as free text.
    """
    from sklearn.linear_model import LogisticRegression, Ridge

    regression = subject.candidate.task == "regression"
    part = subject.candidate.train
    sample = subject.sample(part, ROWS, known=True)
    width = sample.frame.shape[1] * max(len(subject.candidate.classes), 1)
    sample = subject.sample(part, min(ROWS, max(WORK // max(width, 1), 500)), known=True)
    target = flat(part_of(part, sample.places).y)
    matrix, matrix_too = _encoded(sample.frame, subject.rows(subject.tested))
    if not matrix.shape[1] or len(set(map(str, target))) < 2:  # noqa: PLR2004 - something to tell apart
        return None
    model = Ridge() if regression else LogisticRegression(max_iter=STEPS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(matrix, target.astype("float64") if regression else target)
        outputs = metrics.outputs_of(model, matrix_too, subject.candidate.task)
    name = "ridge regression" if regression else "logistic regression"
    return f"a {name} on the same columns ({sample})", outputs


def _encoded(train: pd.DataFrame, test: pd.DataFrame) -> tuple[Array, Array]:
    """Return both frames as matrices of the same columns; all is learned from `train`."""
    import numpy as np

    found, found_too = [], []
    for (_, one), (_, other) in zip(columns.each(train), columns.each(test), strict=True):
        if columns.is_number(one) and columns.is_number(other):
            pair = _standardised(columns.numbers(one), columns.numbers(other))
            pairs = [] if pair is None else [pair]
        else:
            pairs = _indicators(columns.levels(one), columns.levels(other))
        found += [pair[0] for pair in pairs]
        found_too += [pair[1] for pair in pairs]
    empty = np.empty((len(train), 0)), np.empty((len(test), 0))
    return (np.column_stack(found), np.column_stack(found_too)) if found else empty


def _standardised(one: Array, other: Array) -> tuple[Array, Array] | None:
    import numpy as np

    finite = one[np.isfinite(one)]
    if not len(finite) or finite.std() == 0:
        return None
    middle, spread, median = finite.mean(), finite.std(), np.median(finite)
    filled = [np.where(np.isfinite(values), values, median) for values in (one, other)]
    return (filled[0] - middle) / spread, (filled[1] - middle) / spread


def _indicators(one: Array, other: Array) -> list[tuple[Array, Array]]:
    import pandas as pd

    counts = pd.Series(one).value_counts()[:LEVELS]
    if counts.sum() < COVERED * len(one):
        return []
    return [((one == level) * 1.0, (other == level) * 1.0) for level in counts.index]
