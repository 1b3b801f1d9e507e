"""A number belongs to the model whose prediction it measures, on the rows it was made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

from o16n.candidate.evaluations import evaluations, measures
from tests.candidate.records import Script

ROWS = np.arange(40.0).reshape(20, 2)
LABELS = np.array([0, 1] * 10)
ANSWER = LABELS.copy()
ANSWER[:5] = 1 - ANSWER[:5]
OTHER = np.roll(LABELS, 3)


@pytest.fixture
def script():
    made = Script()
    made.state = made.fit(LogisticRegression().fit(ROWS, LABELS), ROWS[:12], LABELS[:12])
    return made


def only(script):
    (found,) = evaluations(script.reading)
    return found


def test_a_metric_of_a_prediction_is_the_models_by_identity(script):
    script.use(script.state, ROWS, ANSWER)
    script.metric(LABELS, ANSWER, 0.75, text="0.750")
    found = only(script)
    assert (found.model, found.metric, found.value) == (script.state, "accuracy", 0.75)
    assert (found.strength, found.training, found.printed) == ("identity", False, True)
    assert (found.x, found.y, found.prediction) == tuple(map(script.token, (ROWS, LABELS, ANSWER)))


def test_an_author_who_swaps_the_two_arguments_is_understood(script):
    script.use(script.state, ROWS, ANSWER)
    script.metric(ANSWER, LABELS, 0.75)
    assert only(script).y == script.token(LABELS)


def test_a_metric_of_what_nobody_predicted_is_nobodys(script):
    script.metric(LABELS, OTHER, 0.5)
    assert evaluations(script.reading) == ()


def test_a_metric_on_the_rows_of_the_fit_is_said_to_be_training(script):
    labels = LABELS[:12]
    answer = labels.copy()
    script.use(script.state, ROWS[:12].copy(), answer)
    script.metric(labels, answer, 1.0)
    assert only(script).training


def test_a_derived_prediction_says_what_was_made_of_it(script):
    shares = np.column_stack([np.linspace(0.9, 0.1, 20), np.linspace(0.1, 0.9, 20)])
    script.use(script.state, ROWS, shares, "predict_proba")
    script.metric(LABELS, (shares[:, 1] > 0.5).astype(int), 0.5)
    found = only(script)
    assert found.strength == "derived"
    assert found.in_models_units


def test_an_exponential_is_in_other_units_than_the_models(script):
    logs = np.linspace(1.0, 3.0, 20)
    script.use(script.state, ROWS, logs)
    script.metric(np.exp(logs) + 0.1, np.exp(logs), 0.1, name="mean_absolute_error")
    found = only(script)
    assert "exp" in found.how
    assert not found.in_models_units


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("accuracy_score", "accuracy"),
        ("root_mean_squared_error", "rmse"),
        ("brier_score_loss", "brier"),
        ("of_their_own", "of_their_own"),
    ],
)
def test_metrics_go_by_our_names_where_we_know_them(script, name, metric):
    script.use(script.state, ROWS, ANSWER)
    script.metric(LABELS, ANSWER, 0.5, name=name)
    assert only(script).metric == metric


def test_a_report_without_a_number_is_read_as_an_accuracy(script):
    script.use(script.state, ROWS, ANSWER)
    script.metric(LABELS, ANSWER, None, name="classification_report", text="accuracy 0.750")
    found = only(script)
    assert (found.metric, found.value, found.printed) == ("accuracy", 0.75, True)


def test_a_curve_of_probabilities_has_no_accuracy(script):
    shares = np.linspace(0.01, 0.99, 20)
    script.use(script.state, ROWS, shares)
    script.metric(LABELS, shares, None, name="roc_curve")
    assert (only(script).metric, only(script).value) == ("report", None)


def test_the_models_own_score_counts_by_its_kind(script):
    owner, state = script.state
    script.call("score", "m.score", (ROWS, LABELS), owner=owner, state=state, result=0.5)
    assert (only(script).metric, only(script).strength, only(script).value) == (
        "accuracy",
        "score",
        0.5,
    )
    numbers = Script()
    owner, state = numbers.fit(LinearRegression().fit(ROWS, LABELS), ROWS, LABELS)
    numbers.call("score", "m.score", (ROWS[:9], LABELS[:9]), owner=owner, state=state, result=0.5)
    assert only(numbers).metric == "r2"


def test_folds_are_told_by_their_mean_and_never_as_training(script):
    folds = np.array([0.5, 0.7])
    rows, labels = ROWS[:12].copy(), LABELS[:12]
    script.call(
        "evaluate", "cross_val_score", (rows, labels), (folds,), owner=script.state[0], state=0
    )
    found = only(script)
    assert (found.metric, found.value, found.strength) == (
        "cross_val_score",
        0.6,
        "cross-validated",
    )
    assert not found.training


def test_a_metric_written_by_hand_is_found_by_the_number_it_printed(script):
    script.call("split", "train_test_split", (ROWS, LABELS), (ROWS, LABELS))
    script.use(script.state, ROWS, ANSWER)
    script.call("open", "print", text="right in 0.750 of all")
    found = only(script)
    assert (found.metric, found.value, found.strength) == ("accuracy", 0.75, "printed")


def test_a_number_that_no_target_gives_is_not_believed(script):
    script.call("split", "train_test_split", (ROWS, LABELS), (ROWS, LABELS))
    script.use(script.state, ROWS, ANSWER)
    script.call("open", "print", text="0.760")
    assert evaluations(script.reading) == ()


def test_classes_have_an_accuracy_and_numbers_their_errors():
    truth, answer = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.5, 3.0, 3.5])
    found = measures(truth, answer)
    assert found == pytest.approx(
        {
            "accuracy": 0.5,
            "r2": r2_score(truth, answer),
            "rmse": mean_squared_error(truth, answer) ** 0.5,
            "mae": mean_absolute_error(truth, answer),
            "mse": mean_squared_error(truth, answer),
        }
    )
    assert measures(np.array(["a", "b"]), np.array(["a", "a"])) == {"accuracy": 0.5}
    assert measures(np.arange(99), np.arange(99)) == {}


FLOATS = arrays("float64", 60, elements=st.floats(-1e6, 1e6), unique=True)


@given(FLOATS, FLOATS)
def test_the_errors_are_scikit_learns_own(truth, answer):
    found = measures(truth, answer)
    assert "accuracy" not in found
    assert found["mae"] == pytest.approx(mean_absolute_error(truth, answer))
    assert found["mse"] == pytest.approx(mean_squared_error(truth, answer))
    assert found["r2"] == pytest.approx(r2_score(truth, answer))
