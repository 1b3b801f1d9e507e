"""H is nought of a sum, one of a product of centred columns, and names the pair that was planted."""

from __future__ import annotations

import numpy as np
import pytest

from o16n.explain.effects.interaction import strongest
from tests.explain.effects.scenes import frame_of, scene


def test_a_sum_has_no_interaction():
    found = strongest(scene(lambda rows: rows["x"] + 3 * rows["y"] ** 2, drivers=(0, 1)), 40)
    assert found.pair.h == found.pair.low == found.pair.high == 0.0


def test_h_agrees_with_its_definition_by_brute_force():
    one = scene(lambda rows: rows["x"] * rows["y"] + rows["x"], drivers=(0, 1))
    found = strongest(one, 30)
    rows = one.rows.iloc[one.sample(30)]
    x, y = rows["x"].to_numpy(), rows["y"].to_numpy()
    joint = x * y + x
    alone_x, alone_y = x * y.mean() + x, x.mean() * y + x.mean()
    centred = [part - part.mean() for part in (joint, alone_x, alone_y)]
    h2 = ((centred[0] - centred[1] - centred[2]) ** 2).sum() / (centred[0] ** 2).sum()
    assert found.pair.h == pytest.approx(h2**0.5)
    assert found.pair.low <= found.pair.h <= found.pair.high


def test_the_planted_pair_is_found_among_all():
    found = strongest(scene(lambda rows: rows["x"] + rows["y"] * (rows["level"] == "high")), 40)
    assert set(found.pair.columns) == {"y", "level"}
    assert found.tried == 6
    assert len(found.others) == 5
    assert (found.n, found.population, found.seed, found.resamples) == (40, 400, 0, 500)


def test_the_cells_are_mean_answers_over_both_and_none_where_there_is_no_answer():
    refuses = lambda rows: np.where(rows["level"] == "mid", np.nan, rows["x"])  # noqa: E731
    found = strongest(scene(refuses, drivers=(3, 0)), 20)
    assert found.down == ("low", "mid", "high")
    assert all(one is None for one in found.cells[1])
    for value, cell in zip(found.across, found.cells[0], strict=True):
        assert cell == pytest.approx(float(value), rel=1e-4)


def test_one_column_alone_has_no_pair():
    assert strongest(scene(lambda rows: rows["x"], frame_of(), drivers=(0,)), 20) is None
