"""Metrics that a bootstrap asks for thousands of times equal scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as theirs

from o16n import metrics


@pytest.mark.parametrize("seed", range(20))
def test_the_fast_metrics_equal_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 300))
    y = np.array(["no", "yes"])[np.r_[0, 1, rng.integers(0, 2, n)]]
    share = rng.random(n + 2).round(int(rng.integers(1, 4)))  # ties
    labels = np.array(["no", "yes"])[(share > 0.5).astype(int)]
    outputs = metrics.Outputs(
        labels=labels, probabilities=np.c_[1 - share, share], classes=("no", "yes")
    )
    auc = metrics.score(metrics.METRICS["roc_auc"], y, outputs)
    assert auc == pytest.approx(theirs.roc_auc_score(y == "yes", share), abs=1e-14)
    accuracy = metrics.score(metrics.METRICS["accuracy"], y, outputs)
    assert accuracy == pytest.approx(theirs.accuracy_score(y, labels), abs=1e-15)
    truth, numbers = rng.normal(size=n + 2), rng.normal(size=n + 2)
    given = metrics.Outputs(labels=numbers, numbers=numbers)
    r2 = metrics.score(metrics.METRICS["r2"], truth, given)
    assert r2 == pytest.approx(theirs.r2_score(truth, numbers), abs=1e-12)


def test_auc_of_one_class_is_an_error_and_never_a_number():
    outputs = metrics.Outputs(
        labels=np.zeros(3), probabilities=np.full((3, 2), 0.5), classes=(0, 1)
    )
    with pytest.raises(ValueError, match="one class"):
        metrics.score(metrics.METRICS["roc_auc"], np.zeros(3), outputs)
