"""Estimators as they were after each fit: cheap, whole, and within the budget."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from o16n.watching.frozen import freeze, weight
from o16n.watching.record import Event, Where
from o16n.watching.states import States

X = np.random.default_rng(0).normal(size=(200, 4))
y = (X[:, 0] > 0).astype(int)
HERE = Where(cell=1, line=1, in_cell=1, in_line=1)


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        RandomForestClassifier(5, random_state=0),
        RandomForestClassifier(5, random_state=0, warm_start=True),
        make_pipeline(StandardScaler(), LogisticRegression()),
        VotingClassifier([("a", LogisticRegression()), ("b", SGDClassifier(random_state=0))]),
    ],
    ids=["linear", "forest", "warm forest", "pipeline", "vote"],
)
def test_a_frozen_estimator_answers_as_before_though_the_living_one_is_fitted_again(model):
    model.fit(X, y)
    frozen, before = freeze(model), model.predict(X)
    if model.get_params().get("warm_start"):
        model.set_params(n_estimators=9)
    model.fit(-3 * X + 1, 1 - y)
    assert (frozen.predict(X) == before).all()


def test_what_is_learned_bit_by_bit_is_copied_whole():
    model = SGDClassifier(random_state=0).partial_fit(X, y, classes=[0, 1])
    frozen, before = freeze(model, deep=True), model.coef_.copy()
    model.partial_fit(-X, y)
    assert (frozen.coef_ == before).all()
    assert (model.coef_ != before).any()


def test_of_a_class_of_the_notebooks_own_no_code_runs():
    heard = []

    class Own(ClassifierMixin, BaseEstimator):
        def fit(self, X, y):  # noqa: N803
            self.inner_, self.mean_ = LogisticRegression().fit(X, y), X.mean(0)
            return self

        def predict(self, X):  # noqa: N803
            return self.inner_.predict(X)

        def __getstate__(self):
            heard.append("getstate")
            return super().__getstate__()

        def __deepcopy__(self, memo):
            heard.append("deepcopy")
            return self

        @property
        def nbytes(self):
            heard.append("nbytes")
            return 1

    Own.__module__ = "__main__"
    model = Own().fit(X, y)
    for deep in (False, True):
        frozen = freeze(model, deep=deep)
        assert type(frozen) is Own
        assert frozen.inner_ is not model.inner_
        assert (frozen.mean_ is model.mean_) is not deep
    assert weight(model) > 0
    assert heard == []


def fitted(states, thing, mib):
    model = LogisticRegression()
    model.coef_ = np.zeros(int(mib * (1 << 20) / 8))
    return states.remember(model, thing, deep=False)


def test_beyond_the_budget_states_go_that_never_predicted_then_the_oldest_and_no_saved_one():
    states = States(budget=10 << 20)
    keys = [fitted(states, thing, 4) for thing in range(1, 6)]
    events = [
        Event(number=1, kind="use", name="predict", where=HERE, owner=2, state=1),
        Event(number=2, kind="save", name="dump", where=HERE, detail={"states": [[1, 1]]}),
    ]
    states.drop(events, living={5})
    assert keys[0] in states.kept  # saved
    assert keys[4] in states.kept  # alive
    assert [key in states.kept for key in keys[1:4]] == [True, False, False]


def test_a_living_model_of_any_size_is_no_charge_on_the_budget():
    states = States(budget=1 << 20)
    keys = [fitted(states, thing, 4) for thing in (1, 2, 3)]
    states.drop((), living={1, 2, 3})
    assert list(states.kept) == keys
