"""Each interval and test against an independent computation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from o16n import statistics as ours


def scores(seed, ones, noughts, apart=1.0):
    rng = np.random.default_rng(seed)
    truth = np.r_[np.ones(ones, dtype=bool), np.zeros(noughts, dtype=bool)]
    return truth, rng.normal(size=ones + noughts) + apart * truth


# -- resampling


def test_resampling_within_strata_keeps_the_size_of_each():
    strata = np.array(["a"] * 3 + ["b"] * 5)
    for rows in ours.resamples(8, strata=strata, repeats=20):
        assert sorted(strata[rows]) == sorted(strata)
        assert (strata[rows] == strata).all()


def test_resampling_depends_on_the_seed_alone():
    one, two, other = (list(ours.resamples(9, repeats=5, seed=s)) for s in (1, 1, 2))
    assert all((a == b).all() for a, b in zip(one, two, strict=True))
    assert any((a != b).any() for a, b in zip(one, other, strict=True))


def test_large_samples_are_resampled_fewer_times_and_never_less_than_sixty():
    assert [ours.repeats_for(n) for n in (1, 5000, 10_000, 10**7)] == [1000, 1000, 500, 60]


def test_the_bootstrap_of_a_mean_agrees_with_scipys():
    values = np.random.default_rng(0).exponential(size=200)
    low, high = ours.bootstrap_interval(lambda rows: float(values[rows].mean()), len(values))
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=5000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=0.02)


def test_the_bootstrap_of_many_rows_is_the_normal_interval_of_the_mean():
    values = np.random.default_rng(0).normal(size=40_000)
    low, high = ours.bootstrap_interval(lambda rows: float(values[rows].mean()), len(values))
    half = 1.96 * values.std(ddof=1) / len(values) ** 0.5
    assert (high - low) / 2 == pytest.approx(half, rel=0.2)
    assert (high + low) / 2 == pytest.approx(values.mean())


def test_resamples_where_the_statistic_is_not_defined_are_left_out():
    def picky(rows):
        if rows[0] == 0:
            raise ValueError
        return math.nan if rows[0] == 1 else 5.0

    assert ours.bootstrap_interval(picky, 4) == (5.0, 5.0)
    assert all(map(math.isnan, ours.bootstrap_interval(lambda _: math.nan, 4)))


# -- shares


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (3, 3), (5, 20), (50, 100), (999, 1000)])
def test_wilson_is_scipys(successes, n):
    theirs = stats.binomtest(successes, n).proportion_ci(method="wilson")
    assert ours.wilson(successes, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_wilson_of_no_rows_is_not_a_number():
    assert all(map(math.isnan, ours.wilson(0, 0)))


@given(some.integers(1, 500).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n))))
def test_wilson_holds_the_share_and_stays_between_0_and_1(pair):
    successes, n = pair
    low, high = ours.wilson(successes, n)
    assert 0 <= low <= successes / n <= high <= 1


# -- AUC


@given(
    some.lists(some.tuples(some.booleans(), some.integers(0, 6)), min_size=2, max_size=60).filter(
        lambda rows: len({truth for truth, _ in rows}) == 2
    )
)
def test_placements_are_the_shares_of_pairs_won_counted_one_by_one(rows):
    truth = np.array([one for one, _ in rows])
    values = np.array([one for _, one in rows], dtype=float)
    wins = np.array([[(a > b) + 0.5 * (a == b) for b in values[~truth]] for a in values[truth]])
    auc, above, below = ours.auc_placements(truth, values)
    assert auc == pytest.approx(wins.mean())
    assert auc == pytest.approx(roc_auc_score(truth, values))
    assert above == pytest.approx(wins.mean(axis=1))
    assert below == pytest.approx(wins.mean(axis=0))


def brute_force_delong(truth, one, other):
    """The covariance of DeLong 1988, by the structural components over every pair."""
    components = []
    for values in (one, other):
        wins = (values[truth][:, None] > values[~truth]) + 0.5 * (
            values[truth][:, None] == values[~truth]
        )
        components.append((wins.mean(), wins.mean(axis=1), wins.mean(axis=0)))
    ten = np.cov([components[0][1], components[1][1]]) / truth.sum()
    one_nought = np.cov([components[0][2], components[1][2]]) / (~truth).sum()
    return components[0][0] - components[1][0], ten + one_nought


@pytest.mark.parametrize("seed", range(5))
def test_delong_is_the_published_covariance(seed):
    truth, one = scores(seed, 40, 70)
    other = one + np.random.default_rng(seed + 50).normal(size=110)
    difference, cov = brute_force_delong(truth, one, other)
    value, low, high = ours.delong(truth, one)
    assert value == pytest.approx(roc_auc_score(truth, one))
    assert (high - low) / 2 == pytest.approx(1.959964 * cov[0, 0] ** 0.5, rel=1e-6)
    value, low, high = ours.delong(truth, one, other)
    variance = cov[0, 0] + cov[1, 1] - 2 * cov[0, 1]
    assert value == pytest.approx(difference)
    assert (high - low) / 2 == pytest.approx(1.959964 * variance**0.5, rel=1e-6)


def test_delong_covers_the_true_auc_in_about_95_of_100_samples():
    true = stats.norm.cdf(1 / 2**0.5)
    held = sum(
        low <= true <= high
        for _, low, high in (ours.delong(*scores(seed, 60, 60)) for seed in range(400))
    )
    low, high = ours.wilson(held, 400)
    assert low <= 0.95 <= high


def test_delong_and_the_stratified_bootstrap_agree():
    truth, values = scores(3, 80, 120)
    low, high = ours.bootstrap_interval(
        lambda rows: float(roc_auc_score(truth[rows], values[rows])), 200, strata=truth
    )
    assert ours.delong(truth, values)[1:] == pytest.approx((low, high), abs=0.015)


def test_a_perfect_auc_on_few_rows_is_not_taken_for_certain():
    value, low, high = ours.delong([True, False, False], [0.9, 0.1, 0.2])
    assert (value, high) == (1.0, 1.0)
    assert low < 0.5
    assert ours.delong([True] * 50 + [False] * 50, np.arange(100)[::-1])[1] > 0.9
    assert ours.delong([True] * 50 + [False] * 50, np.arange(100))[2] < 0.1


def test_auc_of_one_class_is_refused():
    with pytest.raises(ValueError, match="both classes"):
        ours.delong([True, True], [0.1, 0.2])


def test_delong_with_a_single_positive_stays_wide():
    _, low, high = ours.delong([True] + [False] * 20, np.r_[10.5, np.arange(20)])
    assert high - low > 0.4


# -- many tests at once


@given(some.lists(some.floats(0, 1), max_size=40), some.sampled_from([0.01, 0.05, 0.2]))
def test_benjamini_hochberg_is_scipys_adjusted_p(p_values, q):
    rejected = ours.benjamini_hochberg(p_values, q=q)
    assert len(rejected) == len(p_values)
    if p_values:
        adjusted = stats.false_discovery_control(p_values, method="bh")
        clear = np.abs(adjusted - q) > 1e-12
        assert (rejected[clear] == (adjusted <= q)[clear]).all()


@given(some.lists(some.floats(0, 1), min_size=1, max_size=30))
def test_a_smaller_p_is_never_kept_where_a_larger_is_rejected(p_values):
    rejected = ours.benjamini_hochberg(p_values)
    if rejected.any():
        largest = max(p for p, out in zip(p_values, rejected, strict=True) if out)
        assert all(out for p, out in zip(p_values, rejected, strict=True) if p <= largest)


# -- differences of means


def test_the_gap_of_means_has_welchs_standard_error():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=30), rng.normal(2, 3, size=50)
    gap, error = ours.mean_gap(one, other)
    welch = stats.ttest_ind(one, other, equal_var=False)
    assert gap == pytest.approx(one.mean() - other.mean())
    assert gap / error == pytest.approx(welch.statistic)


def test_the_gap_of_shares_has_agresti_and_caffos_variance():
    one, other = np.r_[np.ones(9), np.zeros(1)], np.ones(20)
    gap, error = ours.mean_gap(one, other)
    by_hand = math.sqrt((10 / 12) * (2 / 12) / 12 + (21 / 22) * (1 / 22) / 22)
    assert (gap, error) == pytest.approx((-0.1, by_hand))


# -- calibration


def by_hand_ece(shares, truth, bins):
    order = np.argsort(shares, kind="stable")
    total = 0.0
    for part in np.array_split(order, min(bins, len(order))):
        total += abs(sum(shares[i] for i in part) - sum(truth[i] for i in part))
    return total / len(shares)


@given(
    some.lists(some.tuples(some.floats(0, 1), some.booleans()), min_size=1, max_size=80),
    some.integers(1, 20),
)
def test_the_calibration_error_is_that_of_a_loop_over_equal_bins(rows, bins):
    shares = np.array([one for one, _ in rows])
    truth = np.array([float(one) for _, one in rows])
    found = ours.expected_calibration_error(shares, truth, bins=bins)
    assert found == pytest.approx(by_hand_ece(shares, truth, bins), abs=1e-9)
    assert 0 <= found <= 1


def test_the_calibration_error_of_two_bins_by_hand():
    # bins (0.1, 0.2) and (0.8, 0.9): 0.15 against 0.5 and 0.85 against 1, half of the rows each
    found = ours.expected_calibration_error([0.1, 0.9, 0.2, 0.8], [0, 1, 1, 1], bins=2)
    assert found == pytest.approx((0.35 + 0.15) / 2)


def test_calibrated_shares_lie_within_their_own_null_and_shifted_ones_beyond():
    beyond = 0
    for seed in range(1, 101):
        rng = np.random.default_rng(seed)
        shares = rng.random(3000)
        truth = rng.random(3000) < shares
        error, mean, worst = ours.calibration_excess(shares, truth)
        beyond += error > worst
    low, high = ours.wilson(beyond, 100)
    assert low <= 0.05 <= high
    assert mean == pytest.approx(
        np.mean([by_hand_ece(shares, rng.random(3000) < shares, 15) for _ in range(30)]), rel=0.1
    )
    error, _, worst = ours.calibration_excess(shares**3, truth)
    assert error > worst + 0.1


def test_the_slope_is_that_of_an_unpenalised_logistic_regression():
    rng = np.random.default_rng(0)
    logit = rng.normal(size=4000) * 2
    truth = rng.random(4000) < 1 / (1 + np.exp(-0.6 * logit))
    slope, low, high = ours.calibration_slope(1 / (1 + np.exp(-logit)), truth)
    theirs = LogisticRegression(C=np.inf, tol=1e-8).fit(logit[:, None], truth).coef_[0, 0]
    assert slope == pytest.approx(theirs, abs=1e-4)
    assert low < 0.6 < high
    assert high - low < 0.15


@pytest.mark.parametrize(
    ("shares", "truth"),
    [
        ([0.2, 0.3, 0.4], [1, 1, 1]),  # one class
        ([0.5, 0.5, 0.5], [0, 1, 1]),  # constant
        ([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]),  # separated
    ],
)
def test_a_slope_without_a_finite_value_is_not_a_number(shares, truth):
    assert all(map(math.isnan, ours.calibration_slope(shares, truth)))


# -- means of finite populations


def test_the_mean_of_the_whole_population_is_exact():
    assert ours.mean_interval([1.0, 2.0, 6.0], 3) == (3.0, 3.0)
    assert ours.mean_interval([4.0], 10) == (4.0, 4.0)


@settings(max_examples=20, deadline=None)
@given(some.integers(0, 10_000))
def test_the_interval_of_a_mean_covers_the_populations(seed):
    rng = np.random.default_rng(seed)
    population = rng.normal(size=300)
    sample = rng.choice(population, 150, replace=False)
    low, high = ours.mean_interval(sample, 300)
    infinite = 1.96 * sample.std(ddof=1) / 150**0.5
    assert (high - low) / 2 == pytest.approx(infinite * math.sqrt(150 / 299), rel=1e-4)
    assert abs(population.mean() - sample.mean()) < 3 * (high - low)
