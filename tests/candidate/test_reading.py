"""Predictions are followed to what they were measured against: by identity, by view, by simple derivation."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import StandardScaler

from o16n.notebook.notebook import Place
from tests.candidate.records import Script

ROWS = np.arange(40.0).reshape(20, 2)
LABELS = np.array([0, 1] * 10)
SHARES = np.column_stack([np.linspace(0.9, 0.1, 20), np.linspace(0.1, 0.9, 20)])


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def model():
    return LogisticRegression().fit(ROWS, LABELS)


def test_models_are_the_fits_of_what_can_predict(script, model):
    script.fit(StandardScaler().fit(ROWS), ROWS)
    state = script.fit(model, ROWS, LABELS)
    assert list(script.reading.models) == [state]


def test_a_fit_without_a_target_counts_where_no_other_does(script):
    from sklearn.cluster import KMeans

    clusters = script.fit(KMeans(2, n_init=1).fit(ROWS), ROWS)
    assert list(script.reading.models) == [clusters]
    supervised = script.fit(LinearRegression().fit(ROWS, LABELS), ROWS, LABELS)
    assert list(script.reading.models) == [supervised]


def test_a_call_that_raised_is_no_event(script, model):
    state = script.fit(model, ROWS, LABELS)
    script.call("use", "m.predict", (ROWS,), owner=state[0], state=1, ok=False)
    assert script.reading.uses == ()


def test_a_place_is_in_the_notebooks_own_numbers(script, model):
    from o16n.candidate.reading import Reading

    script.fit(model, ROWS, LABELS)
    reading = Reading(script.record, {1: 7})
    (fit,) = reading.models.values()
    assert reading.place(fit.where) == Place(cell=7, line=1)
    assert reading.at(3, 4) == Place(cell=3, line=4)


def test_a_prediction_is_the_origin_of_itself_and_of_its_views(script, model):
    state = script.fit(model, ROWS, LABELS)
    script.use(state, ROWS, SHARES, "predict_proba")
    second = SHARES[:, 1]
    assert script.reading.origin(script.token(SHARES))[1] == "identity"
    assert script.reading.origin(script.token(second))[1] == "identity"


@pytest.mark.parametrize(
    "derive",
    [
        lambda shares: shares[:, 1].copy(),
        lambda shares: (shares[:, 1] > 0.5).astype(int),
        lambda shares: shares.argmax(axis=1),
        lambda shares: shares[:, 1].round(),
    ],
    ids=["a column", "a threshold", "the likeliest", "rounded"],
)
def test_what_is_simply_computed_from_a_prediction_is_found_by_its_content(script, model, derive):
    script.fit(model, ROWS, LABELS)
    script.use((1000, 1), ROWS, SHARES, "predict_proba")
    use, how = script.reading.origin(script.token(derive(SHARES)))
    assert use.name == "m.predict_proba"
    assert how.startswith("derived (")


def test_other_values_of_the_same_length_come_from_no_prediction(script, model):
    script.fit(model, ROWS, LABELS)
    script.use((1000, 1), ROWS, SHARES, "predict_proba")
    other = np.random.default_rng(1).random(20)
    assert script.reading.origin(script.token(other)) is None


def test_three_values_are_too_few_to_tell_a_prediction_by(script, model):
    script.fit(model, ROWS, LABELS)
    script.use((1000, 1), ROWS[:3], SHARES[:3, 1])
    assert script.reading.origin(script.token(SHARES[:3, 1].copy())) is None


def test_a_search_answers_for_its_best_estimator(script, model):
    search, inner = script.fit(model, ROWS, LABELS), LogisticRegression()
    script.things[id(inner)] = 77
    script.best[77] = search
    use = script.use((77, 0), ROWS, SHARES, "predict_proba")
    assert script.reading.model_of(use) == search


def test_the_best_estimator_fitted_again_by_itself_is_another_state(script, model):
    search, inner = script.fit(model, ROWS, LABELS), LogisticRegression().fit(ROWS, LABELS)
    again = script.fit(inner, ROWS, LABELS)
    script.best[again[0]] = search
    assert script.reading.refitted(search) == again
    assert script.reading.refitted(again) is None


def test_a_model_loaded_back_is_the_one_that_was_saved(script, model):
    state = script.fit(model, ROWS, LABELS)
    script.save(state, "m.pkl")
    loaded = LogisticRegression().fit(ROWS, LABELS)
    script.call("read", "load", gave=(loaded,), detail={"filename": "m.pkl"})
    use = script.use((script.token(loaded), 0), ROWS, SHARES)
    assert script.reading.model_of(use) == state


def test_a_cross_validated_estimator_answers_for_its_own_next_fit(script, model):
    first = script.fit(model, ROWS, LABELS)
    event = script.call("evaluate", "cross_val_score", (ROWS, LABELS), owner=first[0], state=0)
    assert script.reading.model_of(event) == first


def test_two_copies_of_one_content_are_the_same_and_other_shapes_are_not(script):
    one, copy, other = (script.token(v) for v in (ROWS, ROWS.copy(), ROWS[:10]))
    assert script.reading.same(one, copy)
    assert not script.reading.same(one, other)
    assert not script.reading.same(one, None)
    assert script.reading.same(None, None)


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("accuracy 0.750", 0.75, True),
        ("accuracy 0.75", 0.75, False),  # two digits prove nothing
        ("75.00 %", 0.75, True),
        ("accuracy: 0.7500", 0.75, True),
        ("12,345.5 in all", 12345.5, True),
        ("1.00e-3", 0.001, True),
        ("v0.75x", 0.75, False),
        ("75 rows", 0.75, False),
        ("", 0.75, False),
    ],
)
def test_a_number_counts_where_it_was_printed_in_its_cell_or_later(script, text, value, shown):
    script.call("open", "first")
    script.call("open", "second", text=text)
    assert script.reading.printed(value, 1) is shown
    assert script.reading.printed(value, 2) is shown
    assert not script.reading.printed(value, 3)
    assert not script.reading.printed(None, 1)


def test_the_partner_of_a_matrix_is_what_the_split_gave_with_it_through_transforms_too(script):
    x, x2, y, y2 = ROWS[:12], ROWS[12:], LABELS[:12], LABELS[12:]
    script.call("split", "train_test_split", (ROWS, LABELS), (x, x2, y, y2))
    scaled = x2 * 2
    script.call("use", "s.transform", (x2,), (scaled,), owner=5, state=1)
    reading = script.reading
    assert reading.partner(script.token(x)) == script.token(y)
    assert reading.partner(script.token(scaled)) == script.token(y2)
    assert reading.partner(script.token(ROWS)) is None
