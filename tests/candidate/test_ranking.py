"""The evidence decides in a fixed order; where it does not, it proposes or says that it is ambiguous."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.tree import DecisionTreeClassifier

from o16n.candidate.ranking import BEST, label, rank
from tests.candidate.records import Script

RNG = np.random.default_rng(0)
ROWS, LABELS = RNG.normal(size=(60, 2)), RNG.integers(0, 2, 60)
TRAIN, TEST = (ROWS[:40], LABELS[:40]), (ROWS[40:], LABELS[40:])


def fitted(depth):
    return DecisionTreeClassifier(max_depth=depth, random_state=0).fit(*TRAIN)


def wrong(many, seed=0):
    """Return answers of which `many` of 20 are wrong."""
    places = np.random.default_rng(seed).permutation(20)[:many]
    answer = TEST[1].copy()
    answer[places] = 1 - answer[places]
    return answer


def tried(script, state, answer):
    script.use(state, TEST[0], answer)
    value = float((answer == TEST[1]).mean())
    script.metric(TEST[1], answer, value, text=f"{value:.3f}")


def several(*names, errors=(), script=None):
    """Note a fit for each name, each tried with so many wrong answers; return (script, states)."""
    script = script or Script()
    states = [script.fit(fitted(n + 1), *TRAIN, name=name) for n, name in enumerate(names)]
    for seed, (state, many) in enumerate(zip(states, errors, strict=False)):
        if many is not None:
            tried(script, state, wrong(many, seed))
    return script, states


def test_without_a_fit_nothing_is_decided():
    found = rank(Script().reading)
    assert (found.status, found.model, found.because) == ("ambiguous", None, "no fit was seen")


def test_one_fit_is_decided_by_being_the_only_one():
    script, (state,) = several("m")
    found = rank(script.reading)
    assert (found.status, found.model) == ("decided", state)
    assert found.because == "it is the only model that was fitted"
    assert [one.label for one in found.ranking] == ["m (DecisionTreeClassifier)"]


def test_the_saved_one_is_decided_though_another_is_better_and_named_best():
    script, (_, saved) = several("best_one", "b", errors=(1, 9))
    script.save(saved)
    found = rank(script.reading)
    assert (found.status, found.model, found.because) == ("decided", saved, "the notebook saves it")


def test_of_two_saved_ones_the_name_decides_and_both_reasons_are_told():
    script, (one, best) = several("a", "best_b")
    script.save(one, "a.pkl")
    script.save(best, "b.pkl")
    found = rank(script.reading)
    assert found.model == best
    assert found.because == (
        "the notebook saves it and it is named best or final, or is the best of a search"
    )


def test_the_only_one_that_predicts_held_out_rows_is_decided():
    script, (_, used) = several("a", "b", errors=(None, 4))
    found = rank(script.reading)
    assert (found.status, found.model) == ("decided", used)
    assert found.because == "it is the only one that predicts held-out rows"


def test_the_best_by_the_shared_metric_is_proposed_with_the_ranking():
    script, (one, two, three) = several("a", "b", "c", errors=(8, 0, 12))
    found = rank(script.reading)
    assert (found.status, found.model) == ("proposed", two)
    assert [ranked.model for ranked in found.ranking] == [two, one, three]
    assert [ranked.value for ranked in found.ranking] == [1.0, 0.6, 0.4]
    assert found.because == "its accuracy of 1 is the best of 3 (3 fitted)"


def test_a_difference_within_one_standard_error_is_told():
    script, _ = several("a", "b", errors=(5, 6))
    found = rank(script.reading)
    assert found.status == "proposed"
    assert found.because.endswith("within one standard error of b (DecisionTreeClassifier)")


def test_equal_values_are_ambiguous():
    script, _ = several("a", "b", errors=(5, 5))
    found = rank(script.reading)
    assert (found.status, found.model) == ("ambiguous", None)
    assert "have the same accuracy, 0.75" in found.because


def test_models_that_nothing_measured_are_ambiguous():
    script, _ = several("a", "b")
    found = rank(script.reading)
    assert (found.status, len(found.ranking)) == ("ambiguous", 2)
    assert found.because == "nothing measured them on the same rows"


def test_models_measured_on_rows_of_their_own_cannot_be_compared():
    script, (one, two) = several("a", "b")
    for state, part in ((one, slice(40, 50)), (two, slice(50, 60))):
        rows, labels = ROWS[part].copy(), LABELS[part].copy()
        answer = labels.copy()
        script.use(state, rows, answer)
        script.metric(labels, answer, 1.0)
    assert rank(script.reading).status == "ambiguous"


def test_training_rows_decide_nothing():
    script, states = several("a", "b")
    for state, many in zip(states, (0, 3), strict=True):
        answer = TRAIN[1].copy()
        answer[:many] = 1 - answer[:many]
        script.use(state, TRAIN[0], answer)
        script.metric(TRAIN[1], answer, 1 - many / 40)
    assert rank(script.reading).status == "ambiguous"


def test_the_smaller_error_is_the_better():
    script = Script()
    truth = TEST[0][:, 0]
    states = [script.fit(Ridge(alpha).fit(ROWS[:40], ROWS[:40, 0]), ROWS[:40], ROWS[:40, 0], name=name)
              for alpha, name in ((1.0, "a"), (9.0, "b"))]  # fmt: skip
    for state, off in zip(states, (0.5, 0.1), strict=True):
        answer = truth + off
        script.use(state, TEST[0], answer)
        script.metric(truth, answer, off, name="mean_absolute_error")
    found = rank(script.reading)
    assert (found.model, found.ranking[0].metric) == (states[1], "mae")


def test_a_refit_with_equal_class_parameters_and_data_is_no_rival():
    script = Script()
    script.fit(fitted(2), *TRAIN, name="m")
    last = script.fit(fitted(2), TRAIN[0].copy(), TRAIN[1].copy(), name="m2")
    found = rank(script.reading)
    assert (found.status, found.model) == ("decided", last)


def test_a_save_of_an_equal_fit_stands_for_it():
    script = Script()
    first = script.fit(fitted(2), *TRAIN, name="m")
    script.save(first)
    again = script.fit(fitted(2), *TRAIN, name="m")
    script.fit(fitted(3), *TRAIN, name="other")
    found = rank(script.reading)
    assert (found.status, found.model) == ("decided", again)


def test_a_later_model_on_other_columns_makes_the_tried_one_no_answer():
    script, (first,) = several("a", errors=(2,))
    wide = np.column_stack([ROWS[:40], ROWS[:40, 0] ** 2])
    script.fit(LogisticRegression().fit(wide, LABELS[:40]), wide, LABELS[:40], name="b")
    found = rank(script.reading)
    assert found.status == "ambiguous"
    assert first in {one.model for one in found.ranking}


@given(st.permutations([0, 4, 9, 13]))
def test_the_order_of_the_cells_decides_nothing_where_numbers_do(errors):
    script, states = several("a", "b", "c", "d", errors=errors)
    assert rank(script.reading).model == states[errors.index(0)]


@pytest.mark.parametrize(
    ("name", "telling"),
    [
        *(
            (one, True)
            for one in ("best", "best_model", "model_best", "final", "Final_rf", "rf_tuned")
        ),
        *((one, True) for one in ("opt", "optimal_2", "best1", "models['best']")),
        *((one, False) for one in ("bestimmt", "finale", "model", "tuner", "option", "b_est")),
    ],
)
def test_a_telling_name_is_a_word_of_its_own(name, telling):
    assert bool(BEST.search(name)) is telling


def test_a_state_is_told_by_its_plainest_name_its_fit_or_its_place():
    script = Script(loops={"m"})
    model = fitted(2)
    script.fit(model, *TRAIN, name="m")
    state = script.fit(model, *TRAIN, name="the_tree")
    nameless = script.fit(fitted(3), *TRAIN)
    reading = script.reading
    assert label(reading, state) == "the_tree (DecisionTreeClassifier, fit 2 of 2)"
    assert label(reading, nameless) == "the DecisionTreeClassifier fitted in cell 3 line 1"
