"""A matrix is followed back through its transformers to the split it came from."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from o16n.candidate.flow import Flow
from tests.candidate.records import Script

ROWS = np.arange(40.0).reshape(20, 2)
LABELS = np.array([0, 1] * 10)


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def halves(script):
    """A split of rows and labels; returns its four parts."""
    parts = ROWS[:12].copy(), ROWS[12:].copy(), LABELS[:12].copy(), LABELS[12:].copy()
    script.call("split", "train_test_split", (ROWS, LABELS), parts)
    return parts


def chain(script, value):
    return Flow(script.reading).chain(script.token(value))


def test_a_part_of_a_split_knows_its_half_and_what_was_split(script, halves):
    for place, part in enumerate(halves):
        found = chain(script, part)
        assert (found.half, found.above) == (place % 2, script.token((ROWS, LABELS)[place // 2]))
        assert found.transforms == ()


def test_what_was_transformed_knows_its_transformers_in_their_state(script, halves):
    scaler = script.fit(StandardScaler().fit(halves[0]), halves[0])
    once, twice = halves[1] * 2, halves[1] * 4
    script.use(scaler, halves[1], once, "transform")
    script.use(scaler, once, twice, "transform")
    found = chain(script, twice)
    assert (found.half, len(found.transforms), found.states) == (1, 2, {scaler})
    assert [one.number for one in found.transforms] == [4, 3]


def test_a_fit_that_transforms_is_on_the_way_and_a_plain_fit_is_not(script, halves):
    scaled = halves[0] * 2
    model = StandardScaler().fit(halves[0])
    state = script.fit(model, halves[0], method="fit_transform", gave=(scaled,))
    assert chain(script, scaled).states == {state}
    assert Flow(script.reading).fit_of(state).name == "StandardScaler.fit_transform"
    assert Flow(script.reading).fit_of((1, 1)) is None


def test_a_view_and_an_equal_copy_are_followed_too(script, halves):
    view = halves[1][:, :1]
    assert chain(script, view).half == 1
    assert chain(script, halves[1].copy()).half == 1


def test_three_rows_are_too_few_to_be_told_by_their_content(script):
    parts = ROWS[:17].copy(), ROWS[17:].copy()
    script.call("split", "train_test_split", (ROWS,), parts)
    assert chain(script, parts[1].copy()).split is None


def test_what_comes_from_nowhere_has_no_split(script, halves):
    found = chain(script, np.full((5, 2), 7.0))
    assert (found.split, found.half, found.above, found.transforms) == (None, None, None, ())
    assert Flow(script.reading).chain(None).split is None


def test_a_prediction_is_no_transform(script, halves):
    state = script.fit(LogisticRegression().fit(halves[0], halves[2]), halves[0], halves[2])
    answer = halves[3].copy() + 5
    script.use(state, halves[1], answer)
    assert chain(script, answer).split is None


def test_a_transform_that_gives_its_own_input_ends(script):
    state = script.fit(StandardScaler().fit(ROWS), ROWS)
    script.use(state, ROWS, ROWS, "transform")
    assert len(chain(script, ROWS).transforms) == 20


def test_a_model_predicts_and_a_transformer_does_not(script, halves):
    scaler = script.fit(StandardScaler().fit(halves[0]), halves[0])
    model = script.fit(LogisticRegression().fit(halves[0], halves[2]), halves[0], halves[2])
    flow = Flow(script.reading)
    assert flow.predicts(model[0])
    assert not flow.predicts(scaler[0])
    assert not flow.predicts(None)
