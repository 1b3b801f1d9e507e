"""Every metric equals scikit-learn's, knows its direction, and says where it is not defined."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as theirs
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.svm import LinearSVC

from o16n import metrics

NAMES = {2: ("no", "yes"), 3: ("a", "b", "c")}


def classified(seed, k=2):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 300))
    names = np.array(NAMES[k])
    y = names[np.r_[range(k), rng.integers(0, k, n)]]
    shares = rng.dirichlet(np.ones(k), n + k).round(int(rng.integers(2, 5))) + 1e-3  # ties
    shares /= shares.sum(axis=1, keepdims=True)
    return y, metrics.Outputs(
        labels=names[shares.argmax(axis=1)], probabilities=shares, classes=NAMES[k]
    )


THEIRS = {
    "accuracy": lambda y, o: theirs.accuracy_score(y, o.labels),
    "balanced_accuracy": lambda y, o: theirs.balanced_accuracy_score(y, o.labels),
    "log_loss": lambda y, o: theirs.log_loss(y, o.probabilities, labels=list(o.classes)),
    "f1": lambda y, o: theirs.f1_score(y, o.labels, pos_label="yes", zero_division=0),
    "roc_auc": lambda y, o: theirs.roc_auc_score(y == "yes", o.probabilities[:, 1]),
    "brier": lambda y, o: theirs.brier_score_loss(y == "yes", o.probabilities[:, 1]),
}
THEIRS_OF_MANY = {
    **{name: THEIRS[name] for name in ("accuracy", "balanced_accuracy", "log_loss")},
    "f1": lambda y, o: theirs.f1_score(y, o.labels, average="macro", zero_division=0),
    "roc_auc": lambda y, o: theirs.roc_auc_score(
        y, o.probabilities, multi_class="ovr", labels=list(o.classes)
    ),
    "brier": lambda y, o: theirs.brier_score_loss(
        y, o.probabilities, labels=list(o.classes), scale_by_half=False
    ),
}
THEIRS_OF_NUMBERS = {
    "r2": theirs.r2_score,
    "rmse": theirs.root_mean_squared_error,
    "mae": theirs.mean_absolute_error,
}


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize(("k", "expected"), [(2, THEIRS), (3, THEIRS_OF_MANY)])
def test_every_classification_metric_equals_scikit_learns(seed, k, expected):
    y, outputs = classified(seed, k)
    found = metrics.measured("binary" if k == 2 else "multiclass", y, outputs)
    assert found == pytest.approx({name: one(y, outputs) for name, one in expected.items()})


@pytest.mark.parametrize("seed", range(15))
def test_every_regression_metric_equals_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    y, given = rng.normal(size=40), rng.normal(size=40)
    found = metrics.measured("regression", y, metrics.Outputs(labels=given, numbers=given))
    assert found == pytest.approx({name: one(y, given) for name, one in THEIRS_OF_NUMBERS.items()})


@pytest.mark.parametrize("name", sorted(metrics.METRICS))
def test_a_perfect_answer_is_the_best_in_the_direction_the_metric_says(name):
    metric = metrics.METRICS[name]
    if metric.needs == "numbers":
        y = np.array([1.0, 2.0, 4.0, 3.0])
        perfect, worse = (metrics.Outputs(labels=v, numbers=v) for v in (y, y[::-1] + 1))
    else:
        y = np.array([0, 1, 1, 0])
        rights = np.eye(2)[y] * 0.98 + 0.01
        perfect, worse = (
            metrics.Outputs(labels=shares.argmax(axis=1), probabilities=shares, classes=(0, 1))
            for shares in (rights, rights[:, ::-1])
        )
    better, other = metrics.score(metric, y, perfect), metrics.score(metric, y, worse)
    assert (better > other) == metric.higher_is_better


def test_what_a_metric_needs_is_asked_for_before_it_is_computed():
    labels = metrics.Outputs(labels=np.array([0, 1, 1]), classes=(0, 1))
    found = metrics.measured("binary", [0, 1, 0], labels)
    assert set(found) == {"accuracy", "balanced_accuracy", "f1"}
    assert not metrics.possible(metrics.METRICS["roc_auc"], labels)
    assert not metrics.possible(metrics.METRICS["r2"], labels)


def test_auc_of_one_class_is_an_error_and_never_a_number():
    outputs = metrics.Outputs(
        labels=np.zeros(3), probabilities=np.full((3, 2), 0.5), classes=(0, 1)
    )
    with pytest.raises(ValueError, match="one class"):
        metrics.score(metrics.METRICS["roc_auc"], np.zeros(3), outputs)
    assert set(metrics.measured("binary", np.zeros(3), outputs)) == {
        *("accuracy", "balanced_accuracy", "f1", "log_loss", "brier")
    }


def test_auc_of_many_where_a_class_is_absent_is_an_error():
    y, outputs = classified(0, 3)
    some = y != "c"
    with pytest.raises(ValueError, match=r"not defined|Number of classes|Only one class"):
        metrics.score(metrics.METRICS["roc_auc"], y[some], outputs.take(some))


def test_a_target_in_one_column_is_the_same_as_a_flat_one():
    y, outputs = classified(1)
    metric = metrics.METRICS["accuracy"]
    frame = pd.DataFrame({"y": y})
    assert metrics.score(metric, frame, outputs) == metrics.score(metric, y, outputs)


def test_outputs_are_taken_by_index_and_by_mask_alike():
    _, outputs = classified(2)
    rows = np.array([0, 3, 5])
    mask = np.isin(np.arange(len(outputs.labels)), rows)
    one, two = outputs.take(rows), outputs.take(mask)
    assert (one.labels == two.labels).all()
    assert (one.probabilities == outputs.probabilities[rows]).all()
    assert one.classes == outputs.classes


def test_outputs_of_a_model_are_what_it_says():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 2)), rng.integers(0, 2, 40)
    model = LogisticRegression().fit(x, y)
    outputs = metrics.outputs_of(model, x, "binary")
    assert (outputs.labels == model.predict(x)).all()
    assert (outputs.probabilities == model.predict_proba(x)).all()
    assert outputs.classes == (0, 1)
    assert metrics.outputs_of(LinearSVC().fit(x, y), x, "binary").probabilities is None
    numbers = metrics.outputs_of(LinearRegression().fit(x, y[:, None]), x, "regression").numbers
    assert numbers.shape == (40,)


@pytest.mark.parametrize(
    ("task", "shares", "name"),
    [
        ("binary", True, "roc_auc"),
        ("binary", False, "balanced_accuracy"),
        ("multiclass", True, "accuracy"),
        ("multiclass", False, "accuracy"),
        ("regression", False, "r2"),
    ],
)
def test_the_first_metric_goes_by_task_and_by_what_the_model_says(task, shares, name):
    outputs = metrics.Outputs(
        labels=np.zeros(2), probabilities=np.full((2, 2), 0.5) if shares else None
    )
    assert metrics.default_metric(task, outputs).name == name


def test_a_model_that_weighs_a_rare_class_up_is_not_held_against_plain_accuracy():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2000, 1))
    y = (rng.random(2000) < 0.05 + 0.1 * (x[:, 0] > 1)).astype(int)
    model = LinearSVC(class_weight="balanced").fit(x, y)
    outputs = metrics.outputs_of(model, x, "binary")
    assert metrics.score(metrics.METRICS["accuracy"], y, outputs) < 1 - y.mean()
    assert metrics.score(metrics.default_metric("binary", outputs), y, outputs) > 0.5


def test_a_constant_target_has_the_r2_that_scikit_learn_gives_it():
    y = np.ones(5)
    model = DummyRegressor().fit(np.zeros((5, 1)), y)
    outputs = metrics.outputs_of(model, np.zeros((5, 1)), "regression")
    assert metrics.score(metrics.METRICS["r2"], y, outputs) == theirs.r2_score(y, y)
