"""A state is what the estimator was after its fit, whatever the notebook does with it later."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from o16n.watching.frozen import freeze, weight
from o16n.watching.states import States

RNG = np.random.default_rng(0)
ROWS, OTHER = RNG.normal(size=(40, 2)), RNG.normal(5, 3, size=(40, 2))
TARGET = (ROWS[:, 0] > 0).astype(int)
MODELS = {
    "a regression": LinearRegression(),
    "a classifier": LogisticRegression(),
    "a forest": RandomForestClassifier(3, random_state=0),
    "a pipeline": make_pipeline(StandardScaler(), LogisticRegression()),
    "a search": GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2]}, cv=2),
    "a pipeline in a search": GridSearchCV(
        make_pipeline(StandardScaler(), LogisticRegression()), {}, cv=2
    ),
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_refit_does_not_reach_the_frozen_copy(model):
    model.fit(ROWS, TARGET)
    before = model.predict(ROWS).tolist()
    kept = freeze(model)
    model.fit(OTHER, 1 - TARGET)
    assert kept is not model
    assert kept.predict(ROWS).tolist() == before
    assert model.predict(OTHER).tolist() != kept.predict(OTHER).tolist() or isinstance(
        model, LinearRegression
    )


def test_a_partial_fit_does_not_reach_a_deep_copy():
    model = SGDClassifier(random_state=0).fit(ROWS, TARGET)
    before = model.coef_.tolist()
    kept = freeze(model, deep=True)
    model.partial_fit(OTHER, 1 - TARGET)
    assert model.coef_.tolist() != before
    assert kept.coef_.tolist() == before


def test_a_warm_start_is_copied_whole_without_being_asked():
    model = RandomForestClassifier(2, warm_start=True, random_state=0).fit(ROWS, TARGET)
    kept = freeze(model)
    model.set_params(n_estimators=4).fit(ROWS, TARGET)
    assert (len(kept.estimators_), len(model.estimators_)) == (2, 4)


def test_what_was_learned_is_shared_and_not_copied():
    model = LinearRegression().fit(ROWS, TARGET)
    assert freeze(model).coef_ is model.coef_
    pipe = make_pipeline(StandardScaler(), model)
    kept = freeze(pipe)
    assert kept.steps[1][1] is not model
    assert kept.steps[1][1].coef_ is model.coef_


def test_what_is_no_estimator_is_kept_as_it_is():
    for value in (3, "a", ROWS, [1, 2], (1, "a"), {"a": 1}):
        assert freeze(value) is value


def test_a_class_that_decides_how_it_is_copied_is_not_asked():
    class Odd(BaseEstimator):
        def fit(self, rows):
            self.seen_ = len(rows)
            return self

        def predict(self, rows):
            return rows

        def __copy__(self):
            raise AssertionError

        __deepcopy__ = __getstate__ = __copy__

    Odd.__module__ = "__main__"
    model = Odd().fit([1, 2])
    assert freeze(model).seen_ == freeze(model, deep=True).seen_ == 2


def test_a_weight_grows_with_what_was_learned():
    small = RandomForestClassifier(2, random_state=0).fit(ROWS, TARGET)
    large = RandomForestClassifier(20, random_state=0).fit(ROWS, TARGET)
    assert weight(large) > 3 * weight(small)
    assert weight(np.zeros(1000)) == 8000
    assert weight(LinearRegression().fit(ROWS, TARGET)) >= 16


class Event:
    """One event of a record, as far as the budget looks at it."""

    def __init__(self, kind, owner, state, number, **detail):
        self.kind, self.owner, self.state, self.number, self.detail = (
            kind,
            owner,
            state,
            number,
            detail,
        )


def fitted_three_times(budget):
    states = States(budget=budget)
    model = LinearRegression()
    for shift in range(3):
        states.remember(model.fit(ROWS, TARGET + shift), 7, deep=False)
    return states


def test_each_fit_is_a_state_of_its_own():
    states = fitted_three_times(None)
    assert list(states.kept) == [(7, 1), (7, 2), (7, 3)]
    assert [
        round(one.intercept_ - states.kept[7, 1].intercept_) for one in states.kept.values()
    ] == [0, 1, 2]
    assert states.fits == {7: 3}


@pytest.mark.parametrize(
    ("events", "living", "left"),
    [
        ([], {7}, {(7, 3)}),
        ([], set(), set()),
        ([Event("save", None, None, 1, states=[(7, 1)])], {7}, {(7, 1), (7, 3)}),
    ],
    ids=["the living one's last stays", "none is alive", "a saved one stays"],
)
def test_beyond_the_budget_superseded_states_are_let_go(events, living, left):
    states = fitted_three_times(0)
    states.drop(events, living)
    assert set(states.kept) == left
    assert states.spent == sum(states._weights.values())


def test_a_state_that_predicted_goes_after_one_that_never_did():
    states = fitted_three_times(None)
    states.budget = states._weights[7, 1] + 1
    states.drop([Event("use", 7, 1, 5)], {7})
    assert (7, 2) not in states.kept
    assert (7, 3) in states.kept


def test_within_the_budget_all_states_stay():
    states = fitted_three_times(10**9)
    states.drop([], set())
    assert len(states.kept) == 3


def test_what_only_lives_while_fit_runs_is_no_part_of_a_state():
    """From scikit-learn 1.9 on a callback context hangs on a Pipeline until its `fit` returns."""
    kept = []

    class Telling(LinearRegression):
        def fit(self, rows, target):
            attributes_then.update(vars(model))
            kept.append(freeze(model))
            return super().fit(rows, target)

    attributes_then: dict[str, object] = {}
    model = make_pipeline(StandardScaler(), Telling())
    model.fit(ROWS, TARGET)
    last = LinearRegression().fit(ROWS, TARGET)
    last._skl_callbacks_to_teardown = []
    assert "_callback_fit_ctx" in attributes_then
    assert not any("callback" in name for name in vars(kept[0]))
    assert not any("callback" in name for name in vars(freeze(last)))
    assert hasattr(last, "_skl_callbacks_to_teardown"), "the person's own is left alone"
