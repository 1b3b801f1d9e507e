"""As many rows as the time allows, on rungs that are the same for every run."""

from __future__ import annotations

import time

import numpy as np
import pytest

from o16n.explain.question import PassedOverError, climb


def rows(first, past):
    return np.arange(first, past)


def test_what_is_quick_is_explained_whole():
    assert climb(rows, 0.0, most=73, seconds=5).tolist() == list(range(73))
    assert len(climb(rows, 0.0, most=1000, seconds=5)) == 200


def test_what_turns_out_slow_stops_on_a_rung():
    def slow(first, past):
        time.sleep(0.01 * (past - first))
        return rows(first, past)

    assert len(climb(slow, 0.0, most=200, seconds=0.4)) in (10, 25)


def test_what_is_known_to_be_slow_is_not_begun():
    with pytest.raises(PassedOverError, match="10 rows would take about 30 s, over the 12 s"):
        climb(lambda *_: pytest.fail("begun"), 3.0, most=200, seconds=12)
    assert len(climb(rows, 3.0, most=2, seconds=12)) == 2
