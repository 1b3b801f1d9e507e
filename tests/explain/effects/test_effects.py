"""All effects come from the scorer within a time, say what was left out, and are the same twice."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from o16n.explain.effects.effects import Wanted, effects_of, to_json
from tests.explain.effects.scenes import frame_of, scene, sigmoid


def binary(rows=300, **told):
    frame = frame_of(rows)
    answer = lambda asked: sigmoid(2 * asked["x"] + asked["y"])  # noqa: E731
    truth = (np.random.default_rng(5).random(rows) < answer(frame)).astype(int).astype(object)
    return scene(answer, frame, classes=(0, 1), truth=truth, **told)


def test_every_part_is_there_and_states_its_rows():
    found = effects_of(
        binary(), Wanted(part="rows of a.csv", cases=("3", "7", "3", "x")), seconds=60
    )
    assert [one.column for one in found.curves] == ["x", "y", "near_x", "level"]
    assert {one.n for one in found.curves} == {200}
    assert found.interaction.n == 60
    assert [one.row for one in found.changes] == ["3", "7"]
    assert found.calibration.n == found.thresholds.n == found.goodness.n == 300
    assert found.left_out == ()
    assert (found.part, found.rows, found.refused, found.seed) == ("rows of a.csv", 300, 0, 0)


def test_a_second_run_differs_in_its_seconds_alone():
    wanted = Wanted(part="rows", cases=("1",))
    one, other = (replace(effects_of(binary(), wanted, seconds=60), seconds=0.0) for _ in range(2))
    assert json.dumps(to_json(one)) == json.dumps(to_json(other))
    assert json.loads(json.dumps(to_json(one), allow_nan=False))["format"] == 1


def test_a_slow_scorer_gets_fewer_rows_and_a_very_slow_one_says_what_was_left_out(monkeypatch):
    monkeypatch.setattr("o16n.explain.effects.scene.Scene.pace", lambda _: 0.001)
    few = effects_of(binary(), Wanted(part="rows"), seconds=9)
    assert {one.n for one in few.curves} == {30}
    none = effects_of(binary(), Wanted(part="rows"), seconds=1)
    assert none.curves == ()
    assert none.interaction is None
    section, why = none.left_out[0]
    assert "single columns" in section
    assert "over the 1 s allowed" in why
    assert none.goodness is not None


def test_who_has_little_time_asks_for_less_from_the_start():
    found = effects_of(binary(), Wanted(part="rows", most=80), seconds=60)
    assert {one.n for one in found.curves} == {80}
    assert found.interaction.n == 30


@pytest.mark.parametrize(
    ("told", "section", "why"),
    [
        ({"truth": None}, "calibration", "truth"),
        ({"classes": ()}, "nearest change", "decides nothing"),
        ({"unit": "share"}, "calibration", "no probabilities"),
    ],
)
def test_what_cannot_be_said_is_named_with_the_reason(told, section, why):
    one = binary()
    if "classes" in told:
        one = scene(lambda asked: asked["x"], frame_of(100), truth=np.zeros(100))
        told = {}
    found = effects_of(replace(one, **told), Wanted(part="rows"), seconds=60)
    assert any(section in name and why in reason for name, reason in found.left_out)
