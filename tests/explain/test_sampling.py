"""Rows are explained until the ranking is known; less time widens the intervals and fails nothing."""

from __future__ import annotations

import time

import numpy as np
import pytest

from o16n.explain.inputs import read_inputs
from o16n.explain.question import Found, Ready
from o16n.explain.sampling import (
    BATCH,
    explain_until_known,
    is_resolved,
    order_of,
    ranking_of,
    rows_needed,
)


def ready(truth, *, pause=0.0, forecast=0.0):
    """Return an explainer that knows the contributions `truth` (N, d) of all rows."""

    def amounts(rows, places):
        assert rows.rows[:, 0].tolist() == places.tolist()
        time.sleep(pause * len(places))
        return Found(amounts=truth[places][:, :, None])

    return Ready(
        amounts=amounts,
        output=lambda rows: np.zeros((len(rows), 1)),
        base=np.zeros(1),
        unit="target unit",
        game="",
        background="",
        background_rows=1,
        seconds=lambda count: forecast * count,
    )


def sampled(truth, *, seconds=60.0, **more):
    said = []
    rows = read_inputs(np.arange(len(truth))[:, None])
    order = order_of(truth.sum(axis=1), 0)
    found = explain_until_known(ready(truth, **more), rows, order, seconds=seconds, say=said.append)
    return found, said


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(0)
    return rng.normal(size=(30_000, 12)) * np.linspace(2.0, 0.5, 12)


def test_it_stops_when_the_ten_strongest_are_known_and_says_how_long_all_would_take(many):
    found, said = sampled(many)
    assert found.stopped == "resolved"
    assert BATCH < len(found.places) < 6000
    assert len(found.places) % BATCH == 0
    assert "all 30000 would take about" in said[0]
    exact = np.abs(many).mean(axis=0)
    near = np.abs(found.amounts[:, :, 0]).mean(axis=0)
    assert np.argsort(-near)[:10].tolist() == np.argsort(-exact)[:10].tolist()
    assert np.abs(near / exact - 1)[:10].max() < 0.06


def test_more_rows_in_the_file_do_not_cost_more(many):
    few, all_of = sampled(many[:8000])[0], sampled(many)[0]
    assert len(all_of.places) <= 1.5 * len(few.places)


def test_few_rows_are_explained_whole(many):
    found, said = sampled(many[:120])
    assert (found.stopped, sorted(found.places)) == ("all rows", list(range(120)))
    assert said == []


def test_a_budget_ends_it_with_fewer_rows(many):
    found, _ = sampled(many, seconds=0.3, pause=4e-4, forecast=4e-4)
    assert found.stopped == "budget"
    assert 10 <= len(found.places) < 1000


def test_what_is_slow_begins_with_few_rows_and_grows(many):
    found, said = sampled(many, seconds=0.5, pause=5e-3, forecast=5e-3)
    assert "explained 25 rows" in said[0] or "explained 50 rows" in said[0]
    assert len(found.places) <= 100


def test_no_row_is_explained_twice_and_all_are_in_the_order(many):
    order = order_of(many.sum(axis=1), 3)
    assert sorted(order.tolist()) == list(range(len(many)))
    assert sorted(order_of(np.zeros(7), 0).tolist()) == list(range(7))


def test_every_beginning_holds_each_tenth_of_the_answers_alike():
    scores = np.random.default_rng(0).exponential(size=5000)
    tenth = np.argsort(np.argsort(scores)) * 10 // 5000
    order = order_of(scores, 0)
    for count in (10, 250, 1000):
        held = np.bincount(tenth[order[:count]], minlength=10)
        assert held.max() - held.min() <= 1
    assert order_of(scores, 1).tolist() != order.tolist()


def strengths(means, count=400, noise=0.1):
    rng = np.random.default_rng(0)
    return np.abs(rng.normal(means, noise, size=(count, len(means))))


def test_neighbours_are_resolved_or_tied_or_open():
    pairs = ranking_of(strengths([4.0, 2.0, 1.99, 1.0]), 10_000, ["a", "b", "c", "d"])
    assert [(one.first, one.second) for one in pairs] == [("a", "b"), ("b", "c"), ("c", "d")]
    assert [one.state for one in pairs] == ["resolved", "tie", "resolved"]
    assert pairs[1].low < 0 < pairs[1].high
    wide = ranking_of(np.array([[8.0, 0.0], [0.0, 6.0]] * 5), 10_000)
    assert wide[0].state == "open"


def test_columns_that_add_nothing_are_no_neighbours():
    values = strengths([2.0, 1.0, 0.0], noise=0.0)
    values[:, 2] = np.random.default_rng(0).normal(size=400) * 1e-17  # rounding
    assert [one.second for one in ranking_of(values, 400, ["a", "b", "c"])] == ["b"]
    assert ranking_of(values * 0, 400) == ()
    assert is_resolved(values * 0, 400)


def test_what_is_needed_follows_from_the_spread():
    rng = np.random.default_rng(0)
    values = np.abs(rng.normal(size=(500, 1)))
    spread, mean = values.std(ddof=1), values.mean()
    assert rows_needed(values, 10**9) == pytest.approx(
        (1.96 * spread / (0.05 * mean)) ** 2, rel=0.01
    )
    assert rows_needed(values, 600) < 600
    assert not is_resolved(values, 10**9)
    assert rows_needed(values * 0, 10) == 0
