"""Each interval holds its number, points the way that is better, and is what its method publishes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import balanced_accuracy_score, mean_absolute_error, roc_auc_score

from o16n import metrics
from o16n.metrics import Outputs
from o16n.readiness.intervals import Measured, _on_rows, gain, measure

KNOWN = metrics.METRICS


def labelled(labels, classes=(0, 1)):
    return Outputs(labels=np.asarray(labels), classes=classes)


def shared(shares):
    """Return the outputs of a binary model whose probability of class 1 is `shares`."""
    values = np.asarray(shares, dtype=float)
    return Outputs(
        labels=(values > 0.5).astype(int),
        probabilities=np.column_stack([1 - values, values]),
        classes=(0, 1),
    )


def counted(numbers):
    values = np.asarray(numbers, dtype=float)
    return Outputs(labels=values, numbers=values)


PAIRS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=60
)


@settings(deadline=None)
@given(PAIRS)
def test_the_interval_of_accuracy_is_wilson_s(rows):
    truth, labels, _ = map(np.array, zip(*rows, strict=True))
    found = measure(KNOWN["accuracy"], truth, labelled(labels), seed=0)
    hits = int((truth == labels).sum())
    theirs = stats.binomtest(hits, len(rows)).proportion_ci(method="wilson")
    assert (found.value, found.method) == (pytest.approx(hits / len(rows)), "Wilson")
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@settings(deadline=None)
@given(PAIRS)
def test_the_gain_of_accuracy_has_the_exact_interval_of_the_rows_that_differ(rows):
    truth, labels, other = map(np.array, zip(*rows, strict=True))
    found = gain(KNOWN["accuracy"], truth, labelled(labels), labelled(other), seed=0)
    better = int(((labels == truth) & (other != truth)).sum())
    worse = int(((labels != truth) & (other == truth)).sum())
    apart = better + worse
    assert found.value == pytest.approx((better - worse) / len(rows))
    if not apart:
        assert (found.low, found.high) == (0, 0)
        return
    theirs = stats.binomtest(better, apart).proportion_ci(method="exact")
    ends = [(2 * end - 1) * apart / len(rows) for end in (theirs.low, theirs.high)]
    assert (found.low, found.high) == pytest.approx(tuple(ends), abs=1e-9)


@settings(deadline=None)
@given(PAIRS)
def test_a_gain_turned_round_is_a_loss_of_the_same_size(rows):
    truth, labels, other = map(np.array, zip(*rows, strict=True))
    there = gain(KNOWN["accuracy"], truth, labelled(labels), labelled(other), seed=0)
    back = gain(KNOWN["accuracy"], truth, labelled(other), labelled(labels), seed=0)
    assert (there.value, there.low, there.high) == pytest.approx(
        (-back.value, -back.high, -back.low)
    )


@pytest.fixture(scope="module")
def drawn():
    """Return (truth, good shares, poor shares) of 400 rows."""
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 2, 400)
    good = 1 / (1 + np.exp(-(2.0 * truth - 1 + rng.normal(size=400))))
    poor = 1 / (1 + np.exp(-(0.4 * truth + rng.normal(size=400))))
    return truth, good, poor


def test_auc_and_its_gain_have_delong_s_intervals(drawn):
    truth, good, poor = drawn
    found = measure(KNOWN["roc_auc"], truth, shared(good), seed=0)
    assert (found.value, found.method) == (pytest.approx(roc_auc_score(truth, good)), "DeLong")
    better = gain(KNOWN["roc_auc"], truth, shared(good), shared(poor), seed=0)
    assert better.method == "DeLong, paired"
    assert better.value == pytest.approx(roc_auc_score(truth, good) - roc_auc_score(truth, poor))
    rng = np.random.default_rng(1)
    draws = []
    for _ in range(120):
        rows = np.concatenate(
            [rng.choice(np.flatnonzero(truth == c), (truth == c).sum()) for c in (0, 1)]
        )
        draws.append(
            roc_auc_score(truth[rows], good[rows]) - roc_auc_score(truth[rows], poor[rows])
        )
    assert (better.low, better.high) == pytest.approx(
        tuple(np.quantile(draws, (0.025, 0.975))), abs=0.03
    )


def test_auc_against_a_constant_is_auc_above_a_half(drawn):
    truth, good, _ = drawn
    alone = measure(KNOWN["roc_auc"], truth, shared(good), seed=0)
    better = gain(KNOWN["roc_auc"], truth, shared(good), shared(np.full(400, 0.3)), seed=0)
    ends = (alone.value - 0.5, alone.low - 0.5, alone.high - 0.5)
    assert (better.value, better.low, better.high) == pytest.approx(ends)


@pytest.mark.parametrize("name", ["brier", "balanced_accuracy", "roc_auc", "accuracy"])
def test_the_better_model_gains_whichever_way_a_metric_points(drawn, name):
    truth, good, poor = drawn
    found = gain(KNOWN[name], truth, shared(good), shared(poor), seed=0)
    assert 0 < found.low <= found.value <= found.high


@pytest.mark.parametrize("name", ["rmse", "mae", "r2"])
def test_the_closer_numbers_gain(name):
    rng = np.random.default_rng(0)
    truth = rng.normal(size=300)
    near, far = truth + rng.normal(0, 0.3, 300), truth + rng.normal(0, 0.9, 300)
    found = gain(KNOWN[name], truth, counted(near), counted(far), seed=0)
    assert 0 < found.low <= found.value <= found.high
    assert found.method == "paired bootstrap, 1,000 resamples"


def test_a_mean_of_errors_has_the_interval_that_scipy_s_bootstrap_gives():
    rng = np.random.default_rng(0)
    truth, said = rng.normal(size=250), rng.normal(size=250)
    found = measure(KNOWN["mae"], truth, counted(said), seed=0)
    theirs = stats.bootstrap(
        (np.abs(truth - said),), np.mean, n_resamples=2000, method="percentile", rng=rng
    ).confidence_interval
    assert found.value == pytest.approx(mean_absolute_error(truth, said))
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.03)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=4, max_size=40),
    st.integers(0, 99),
)
def test_balanced_accuracy_of_rows_drawn_within_classes_is_scikit_learn_s(rows, seed):
    truth, labels = map(np.array, zip(*rows, strict=True))
    counted_by_rows = _on_rows(KNOWN["balanced_accuracy"], truth, labelled(labels, (0, 1, 2)))
    rng = np.random.default_rng(seed)
    drawn = np.concatenate(
        [rng.choice(np.flatnonzero(truth == c), (truth == c).sum()) for c in set(truth)]
    )
    theirs = np.mean([(labels[drawn][truth[drawn] == c] == c).mean() for c in set(truth)])
    assert counted_by_rows(drawn) == pytest.approx(theirs)
    assert counted_by_rows(np.arange(len(truth))) == pytest.approx(
        np.mean([(labels[truth == c] == c).mean() for c in set(truth)])
    )


def test_balanced_accuracy_is_what_scikit_learn_calls_so():
    truth, labels = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 1, 0])
    found = measure(KNOWN["balanced_accuracy"], truth, labelled(labels, (0, 1, 2)), seed=0)
    assert found.value == pytest.approx(balanced_accuracy_score(truth, labels))
    assert found.low <= found.value <= found.high


def test_an_interval_depends_on_the_seed_alone(drawn):
    truth, good, _ = drawn
    one, again, other = (measure(KNOWN["brier"], truth, shared(good), seed=s) for s in (1, 1, 2))
    assert one == again
    assert (one.low, one.high) != (other.low, other.high)


def test_where_a_metric_is_not_defined_it_is_refused():
    with pytest.raises(ValueError, match="one class"):
        measure(KNOWN["roc_auc"], np.zeros(9, dtype=int), shared(np.linspace(0, 1, 9)), seed=0)


def test_a_measured_number_is_read_with_its_interval():
    assert str(Measured(value=0.5, low=0.41234, high=0.6, method="Wilson")) == (
        "0.500 (95 % 0.412 to 0.600)"
    )
