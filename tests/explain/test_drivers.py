"""Strength, interval and direction of each column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.explain.drivers import direction, drivers_of


def test_the_interval_widens_with_what_was_left_out():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=50), "b": rng.normal(size=50)})
    amounts = np.stack([frame["a"] * 2, frame["b"] * 0.5], axis=1)[:, :, None]
    every, some = drivers_of(frame, amounts, 50), drivers_of(frame, amounts, 5000)
    assert [one.column for one in every] == ["a", "b"]
    assert every[0].low == every[0].high
    assert some[0].low < some[0].strength < some[0].high
    assert every[0].strength == pytest.approx(np.abs(frame["a"] * 2).mean())
    assert every[0].direction == pytest.approx(1.0)


def test_opposite_contributions_of_a_column_do_not_cancel_in_its_strength():
    frame = pd.DataFrame({"a": [0.0, 1.0]})
    found = drivers_of(frame, np.array([[[-1.0]], [[1.0]]]), 2)
    assert found[0].strength == 1.0


def test_with_several_outputs_each_has_its_strength_and_no_direction_is_claimed():
    frame = pd.DataFrame({"a": [0.0, 1.0]})
    found = drivers_of(frame, np.array([[[-1.0, 3.0]], [[1.0, 3.0]]]), 2)
    assert found[0].by_output == (1.0, 3.0)
    assert found[0].strength == 2.0
    assert found[0].direction is None


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pd.Series([1.0, 2.0, 3.0]), pytest.approx(-1.0)),
        (pd.Series([1, 2, None], dtype="Int64"), pytest.approx(-1.0)),
        (pd.Series([True, False, False]), pytest.approx(0.87, abs=0.01)),
        (pd.Series(["a", "b", "c"]), None),
        (pd.Series([1.0, 1.0, 1.0]), None),
        (pd.Series([np.nan] * 3), None),
    ],
)
def test_a_direction_is_a_rank_correlation_where_it_has_a_meaning(column, expected):
    assert direction(column, np.array([3.0, 2.0, 1.0])) == expected
