"""Errors are told by group with n and interval, and a planted bad corner is found and measured apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.explain.effects.goodness import FEWEST, goodness
from tests.explain.effects.scenes import frame_of, scene


def planted(rows=2000):
    """Answers that are wrong in one corner half of the time, else in one of twenty rows."""
    frame = frame_of(rows)
    rng = np.random.default_rng(1)
    corner = ((frame["x"] > 0.5) & (frame["level"] == "high")).to_numpy()
    wrong = rng.random(rows) < np.where(corner, 0.5, 0.05)
    said = (frame["y"] > 0).to_numpy()
    truth = np.where(wrong, ~said, said).astype(int).astype(object)
    return scene(
        lambda asked: (asked["y"] > 0).astype(float), frame, classes=(0, 1), truth=truth
    ), wrong


def test_the_planted_corner_is_found_on_one_half_and_told_of_the_other():
    one, wrong = planted()
    found = goodness(one, one.ask(one.rows))
    worst = found.slices[0]
    assert "level = high" in worst.rule
    assert "x >" in worst.rule
    assert worst.worse
    assert worst.low <= worst.error <= worst.high
    assert found.looked + found.measured == found.n == 2000
    assert found.overall == pytest.approx(wrong.mean())
    assert all("level = high" in part.rule for part in found.slices if part.worse)
    assert not all(part.worse for part in found.slices)


def test_errors_by_chance_alone_give_no_slice_that_is_called_worse():
    worse = 0
    for seed in range(10):
        frame = frame_of(800, seed)
        truth = np.random.default_rng(seed + 100).integers(0, 2, 800).astype(object)
        one = scene(
            lambda asked: (asked["y"] > 0).astype(float), frame, classes=(0, 1), truth=truth
        )
        worse += sum(part.worse for part in goodness(one, one.ask(frame)).slices)
    assert worse <= 3, "a tenth of thirty"


def test_groups_count_their_own_rows_and_small_ones_are_not_shown():
    one, wrong = planted(400)
    found = goodness(one, one.ask(one.rows))
    high = next(part for part in found.groups if (part.column, part.level) == ("level", "high"))
    inside = (one.rows["level"] == "high").to_numpy()
    assert high.n == inside.sum()
    assert high.error == pytest.approx(wrong[inside].mean())
    assert min(part.n for part in found.groups) >= FEWEST == found.smallest
    quarters = [part for part in found.groups if part.column == "x"]
    assert [part.n for part in quarters] == [100, 100, 100, 100]


def test_the_columns_that_drive_a_group_are_its_own():
    one, _ = planted(400)
    amounts = np.zeros((400, 5))
    amounts[:, 1] = 1.0
    amounts[(one.rows["level"] == "high").to_numpy(), 4] = 3.0
    found = goodness(one, one.ask(one.rows), amounts)
    high = next(part for part in found.groups if part.level == "high")
    low = next(part for part in found.groups if part.level == "low")
    assert high.drivers[0] == ("gaps", 3.0)
    assert low.drivers[0] == ("y", 1.0)


def test_a_regression_is_told_by_its_absolute_error():
    frame = frame_of(600)
    truth = (frame["x"] + np.where(frame["level"] == "low", 2.0, 0.1)).to_numpy()
    one = scene(lambda asked: asked["x"], frame, truth=truth)
    found = goodness(one, one.ask(frame))
    assert found.measure == "mean absolute error"
    assert "level = low" in found.slices[0].rule
    assert found.slices[0].error == pytest.approx(2.0)


def test_gaps_are_a_group_and_few_rows_have_no_tree():
    frame = frame_of(120)
    one = scene(
        lambda asked: (asked["y"] > 0).astype(float),
        frame,
        classes=(0, 1),
        truth=np.array([0, 1] * 60, dtype=object),
        drivers=(4,),
    )
    found = goodness(one, one.ask(frame))
    assert [part.n for part in found.groups if part.level == "missing"] == [30]
    assert found.slices == ()


def test_without_the_truth_there_is_nothing_to_tell():
    one = scene(lambda asked: asked["x"], pd.DataFrame({"x": [1.0, 2.0]}), drivers=(0,))
    assert goodness(one, one.ask(one.rows)) is None
