"""A curve is the answer itself where the answer is known, and says how many rows it rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.explain.effects.dependence import curve
from tests.explain.effects.scenes import frame_of, scene


def test_the_curve_of_a_sum_is_its_own_part_plus_the_mean_of_the_rest():
    one = scene(lambda rows: 2 * rows["x"] + rows["y"])
    found = curve(one, 0, 100)
    rest = one.rows["y"].iloc[one.sample(100)].mean()
    for point in found.points:
        assert point.mean == pytest.approx(2 * point.at + rest)
        assert point.low <= point.mean <= point.high
        assert point.least < point.mean < point.most
    assert (found.n, found.population, found.shape) == (100, 400, "rises")
    assert found.span == pytest.approx(2 * (found.points[-1].at - found.points[0].at))


@pytest.mark.parametrize(
    ("answer", "shape"),
    [
        (lambda rows: -rows["x"], "falls"),
        (lambda rows: rows["x"] ** 2, "turns"),
        (lambda rows: rows["y"], "flat"),
        (lambda rows: rows["x"] + 0.001 * np.sin(40 * rows["x"]), "rises"),
    ],
)
def test_the_shape_is_told_in_a_word(answer, shape):
    assert curve(scene(answer), 0, 60).shape == shape


def test_the_interval_of_all_rows_has_no_width_since_nothing_was_left_out():
    point = curve(scene(lambda rows: rows["x"] + rows["y"]), 0, 400).points[0]
    assert point.low == point.mean == point.high


def test_values_beyond_the_percentiles_are_counted_as_left_out():
    frame = frame_of()
    frame.loc[:2, "x"] = 1e6
    found = curve(scene(lambda rows: rows["x"], frame), 0, 50)
    assert max(one.at for one in found.points) < 10
    drawn = [one.at for one in found.points]
    outside = (frame["x"] < min(drawn)) | (frame["x"] > max(drawn))
    assert found.left_out == outside.sum() >= 3


def test_levels_and_missing_values_have_points_by_name():
    found = curve(
        scene(lambda rows: rows["level"].map({"low": 0.0, "mid": 1.0, "high": 2.0})), 3, 50
    )
    assert [(one.value, one.mean) for one in found.points] == [("low", 0), ("mid", 1), ("high", 2)]
    gaps = curve(scene(lambda rows: rows["gaps"].fillna(9.0)), 4, 50)
    assert (gaps.points[-1].value, gaps.points[-1].mean, gaps.points[-1].at) == ("missing", 9, None)
    assert gaps.span < 9, "a missing value is no point of the scale"


def test_a_value_that_the_scorer_refuses_has_no_point():
    refuses = lambda rows: np.where(rows["level"] == "mid", np.nan, 1.0)  # noqa: E731
    assert [one.value for one in curve(scene(refuses), 3, 50).points] == ["low", "high"]


def test_dates_have_a_place_on_the_scale():
    frame = pd.DataFrame({"day": pd.date_range("2026-01-01", periods=60)})
    found = curve(scene(lambda rows: rows["day"].dt.day_of_year, frame, drivers=(0,)), 0, 60)
    assert found.shape == "rises"
    assert all(one.at is not None for one in found.points)
