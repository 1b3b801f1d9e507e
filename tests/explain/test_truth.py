"""What speaks for the numbers, and against numbers that are made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from o16n.explain.explanation import Additivity
from o16n.explain.inputs import read_inputs
from o16n.explain.question import Attributed, Ready
from o16n.explain.truth import Explained, rank_correlation, truth_of

HOLDS = Additivity(rows=1, largest_error=0.0, tolerance=1e-6, holds=True)
WEIGHTS = np.array([3.0, -1.0, 0.3, 0.0])


def explained(amounts=None, *, rows=300, level=False, error=None):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(rows, 4)), columns=list("abcd"))
    if level:
        frame["d"] = pd.Categorical(rng.choice(["u", "v"], rows))
    told = frame.assign(d=0.0).to_numpy(dtype="float64") * WEIGHTS
    amounts = told if amounts is None else amounts(told)

    def output(asked):
        numbers = asked.frame.assign(d=0.0).to_numpy(dtype="float64")
        return (numbers @ WEIGHTS)[:, None]

    ready = Ready(
        amounts=lambda *_: pytest.fail("nothing is explained anew"),
        output=output,
        base=np.zeros(1),
        unit="target unit",
        game="",
        background="",
        background_rows=1,
        seconds=lambda _: 0.0,
    )
    attributed = Attributed(
        amounts=amounts[:, :, None],
        base=np.zeros(1),
        output=output(read_inputs(frame)),
        unit="target unit",
        background="",
        error=error,
    )
    inputs = read_inputs(frame)
    return Explained(rows=inputs, attributed=attributed, background=inputs, ready=ready, seed=0)


def test_right_contributions_agree_hold_in_halves_and_beat_chance():
    found = truth_of(explained(), HOLDS, seconds=20)
    assert found.exact
    assert found.error is None
    assert found.agreement > 0.99
    assert found.agreement_rows == 200
    assert (found.halves, found.signs) == (pytest.approx(1.0), 1.0)
    assert found.deletion.better
    assert found.deletion.strongest[0] > 1.5 * found.deletion.chance[0]
    assert found.deletion.strongest[-1] == pytest.approx(found.deletion.chance[-1])


def test_contributions_of_the_wrong_columns_are_found_out():
    found = truth_of(explained(lambda told: told[:, [3, 2, 1, 0]]), HOLDS, seconds=20)
    assert found.agreement < 0
    assert not found.deletion.better


def test_contributions_of_chance_differ_between_the_halves():
    def chance(told):
        return np.random.default_rng(1).normal(size=told.shape)

    found = truth_of(explained(chance), HOLDS, seconds=20)
    assert found.halves < 0.9 or found.agreement < 0.5


def test_nothing_is_exact_that_misses_or_is_sampled():
    misses = replace(HOLDS, holds=False)
    assert not truth_of(explained(), misses, seconds=20).exact
    sampled = truth_of(explained(error=np.full(300, 0.02)), HOLDS, seconds=20)
    assert (sampled.exact, sampled.error) == (False, 0.02)


def test_categories_are_put_out_as_categories():
    found = truth_of(explained(level=True), HOLDS, seconds=20)
    assert found.deletion.better


def test_what_does_not_fit_in_the_time_or_has_no_meaning_is_left_out():
    short = truth_of(explained(), HOLDS, seconds=0.1)
    assert (short.agreement, short.agreement_rows, short.deletion) == (None, 0, None)
    few = truth_of(explained(rows=4), HOLDS, seconds=20)
    assert (few.halves, few.signs, few.agreement, few.deletion) == (None, None, None, None)


def test_what_never_varies_has_no_ranks():
    assert rank_correlation(np.ones(4), np.arange(4.0)) is None
    assert rank_correlation(np.arange(4.0), np.ones(4)) is None
    assert rank_correlation(np.arange(4.0), np.arange(4.0) ** 2) == pytest.approx(1.0)
