"""Columns that move together are named, and rows that cannot occur are counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.explain.effects.together import together
from tests.explain.effects.scenes import frame_of, scene


def test_the_column_that_follows_another_comes_first_and_its_mixed_rows_were_not_seen():
    found = together(scene(lambda rows: rows["x"]))
    first, others = found[0], found[1:]
    assert {first.first, first.second} == {"x", "near_x"}
    assert first.measure == "Spearman's ρ"
    assert first.strength > 0.99
    assert first.unseen > 0.6
    assert all(one.unseen < 0.1 for one in others)
    assert len(found) == 6


def test_independent_levels_have_no_strength_and_equal_ones_have_one():
    rng = np.random.default_rng(0)
    same = rng.choice(list("abc"), 3000)
    frame = pd.DataFrame({"one": same, "other": same, "else": rng.choice(list("xyz"), 3000)})
    found = together(scene(lambda rows: np.zeros(len(rows)), frame, drivers=(0, 1, 2)))
    assert found[0].strength == pytest.approx(1.0, abs=1e-6)
    assert found[0].measure == "Cramér's V"
    assert all(one.strength < 0.05 for one in found[1:])
    assert found[0].unseen == pytest.approx(2 / 3, abs=0.05)


def test_a_constant_moves_with_nothing():
    frame = pd.DataFrame({"same": ["a"] * 50, "x": range(50)})
    found = together(scene(lambda rows: rows["x"], frame, drivers=(0, 1)))
    assert (found[0].strength, found[0].unseen) == (0.0, 0.0)


def test_gaps_are_a_part_of_their_own():
    frame = frame_of(200)
    found = together(scene(lambda rows: rows["x"], frame, drivers=(4, 0)))
    assert abs(found[0].strength) < 0.2
    assert found[0].n == 200
