"""Calibration and thresholds count what a person would count by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.explain.effects.outcomes import calibration, thresholds
from tests.explain.effects.scenes import scene

P = np.array([0.1, 0.2, 0.35, 0.6, 0.7, 0.9])
TRUE = np.array([0, 0, 1, 0, 1, 1], dtype=object)
SIX = pd.DataFrame({"p": P})


def of_six(truth=TRUE, **told):
    return scene(lambda rows: rows["p"], SIX, classes=(0, 1), truth=truth, drivers=(0,), **told)


def test_a_calibrated_score_has_no_error_beyond_chance_and_a_doubled_one_has():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"p": rng.random(4000)})
    truth = np.array(rng.random(4000) < frame["p"], dtype=int).astype(object)
    good = scene(lambda rows: rows["p"], frame, classes=(0, 1), truth=truth, drivers=(0,))
    bad = scene(lambda rows: rows["p"] ** 3, frame, classes=(0, 1), truth=truth, drivers=(0,))
    right, wrong = (calibration(one, one.ask(frame)) for one in (good, bad))
    assert right.error < 0.03
    assert wrong.error > 0.2
    assert sum(one.n for one in right.bins) == right.n == 4000
    assert sum(one.low <= one.said <= one.high for one in right.bins) >= 8
    assert right.of == "y = 1"


def test_thresholds_are_counted_and_the_cheapest_is_named():
    one = of_six()
    found = thresholds(one, one.ask(SIX))
    half = next(point for point in found.points if point.at == 0.5)
    assert (half.alarms, half.found, half.right) == (3 / 6, 2 / 3, 2 / 3)
    assert half.cost == 2 / 6
    assert (found.false_yes, found.false_no, found.stated) == (1.0, 1.0, False)
    assert found.cost_best == min(point.cost for point in found.points) == pytest.approx(1 / 6)
    assert (found.n, found.positives, found.served) == (6, 3, 0.5)
    assert found.cost_served == half.cost


def test_costs_move_the_cheapest_threshold():
    one = of_six()
    careful = thresholds(one, one.ask(SIX), costs=(5.0, 1.0))
    eager = thresholds(one, one.ask(SIX), costs=(1.0, 5.0), band=(0.3, 0.6))
    assert careful.best > 0.6
    assert eager.best <= 0.35
    assert careful.stated
    assert eager.band == (0.3, 0.6)


def test_a_threshold_that_the_model_tuned_is_told_as_it_is_served():
    one = of_six()
    asked = one.ask(SIX)
    asked.labels[2] = 1
    assert thresholds(one, asked).served == 0.35


@pytest.mark.parametrize("truth", [None, np.zeros(6, dtype=object)], ids=["unknown", "one class"])
def test_without_two_classes_in_the_truth_there_is_no_curve(truth):
    one = of_six(truth)
    assert thresholds(one, one.ask(SIX)) is None


def test_rows_without_an_answer_do_not_count():
    one = scene(
        lambda rows: np.where(rows["p"] > 0.8, np.nan, rows["p"]),
        SIX,
        classes=(0, 1),
        truth=TRUE,
        drivers=(0,),
    )
    asked = one.ask(SIX)
    assert calibration(one, asked).n == thresholds(one, asked).n == 5


def test_a_number_is_not_calibrated():
    one = scene(lambda rows: rows["p"], SIX, truth=P, drivers=(0,))
    assert calibration(one, one.ask(SIX)) is None
    assert thresholds(one, one.ask(SIX)) is None
