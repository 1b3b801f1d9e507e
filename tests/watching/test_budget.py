"""Evidence takes a share of the memory that the process takes anyway."""

from __future__ import annotations

import sys

import numpy as np
import psutil
import pytest

from o16n.watching import budget
from o16n.watching.budget import CEILING, SHARE, allowance, peak


def test_the_peak_is_what_the_system_tells():
    held = np.ones(10_000_000)
    assert held.sum() == 10_000_000
    now = psutil.Process().memory_info().rss
    assert peak() >= 0.8 * now if sys.platform != "win32" else peak() == 0
    assert peak() < 100 * now


@pytest.mark.parametrize(
    ("process", "floor", "allowed"),
    [
        (0, 64 << 20, 64 << 20),
        (1 << 30, 64 << 20, 64 << 20),
        (8 << 30, 64 << 20, int((8 << 30) * SHARE)),
        (64 << 30, 64 << 20, CEILING),
        (64 << 30, CEILING + 1, CEILING + 1),
    ],
)
def test_it_is_the_floor_or_a_share_and_never_beyond_the_ceiling(
    monkeypatch, process, floor, allowed
):
    monkeypatch.setattr(budget, "peak", lambda: process)
    assert allowance(floor) == allowed
