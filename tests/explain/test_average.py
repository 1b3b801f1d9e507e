"""Averages of models are explained by the average of exact explanations, where that is right."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.tree import DecisionTreeClassifier

from o16n.explain.explain import explain
from o16n.explain.explainers import average
from tests.explain.conftest import candidate_of, levels_of, path_game, shapley


def explained(model, numbers, truth_of, **more):
    train, score, test, later = numbers
    model.fit(train, truth_of(score))
    return explain(candidate_of(model, train, truth_of(score), test, truth_of(later), **more))


def yes(score):
    return (score > 0).astype(int)


@pytest.mark.parametrize("truth_of", [yes, levels_of])
def test_bagged_trees_of_some_columns_add_up_in_probability(numbers, truth_of):
    model = BaggingClassifier(
        DecisionTreeClassifier(max_depth=4), 6, max_features=2, random_state=0
    )
    found = explained(model, numbers, truth_of)
    assert (found.method, found.unit) == (average.METHOD, "probability")
    assert found.additivity.largest_error < 1e-12
    assert found.truth.exact


def test_the_average_is_that_of_the_members_shapley_values(numbers):
    _, _, test, _ = numbers
    pair = [
        ("a", DecisionTreeClassifier(max_depth=3)),
        ("b", DecisionTreeClassifier(max_depth=5)),
    ]
    model = VotingClassifier(pair, voting="soft", weights=[2, 1])
    found = explained(model, numbers, yes)
    case = found.cases[0]
    row = test.loc[[int(case.row)]]
    games = [shapley(path_game(one.tree_, row, [0, 1, 2]), 3)[0, :, 1] for one in model.estimators_]
    told = {one.column: one.amount for one in case.contributions}
    exact = (2 * games[0] + games[1]) / 3
    assert [told[name] for name in test.columns] == pytest.approx(exact.tolist(), abs=1e-9)


def test_regressors_of_two_families_say_that_their_games_differ(numbers):
    pair = [("a", Ridge()), ("b", RandomForestRegressor(5, random_state=0))]
    found = explained(VotingRegressor(pair), numbers, lambda score: score)
    assert (found.method, found.unit) == (average.METHOD, "target unit")
    assert average.MIXED in found.limits
    assert found.additivity.holds


@pytest.mark.parametrize(
    ("pair", "kind"),
    [
        (
            [("a", LogisticRegression(max_iter=900)), ("b", RandomForestClassifier(5))],
            "LogisticRegression",
        ),
        (
            [("a", HistGradientBoostingClassifier(max_iter=5)), ("b", ExtraTreesClassifier(5))],
            "HistGradientBoostingClassifier",
        ),
    ],
)
def test_members_behind_a_link_are_not_averaged_but_played_on_the_whole(numbers, pair, kind):
    found = explained(VotingClassifier(pair, voting="soft"), numbers, yes)
    told = f"the averaged {kind} adds up in no probability, which is what is averaged"
    assert told in found.passed_over
    assert "coalition" in found.method
    assert found.additivity.holds


def test_regressors_behind_a_logarithm_are_not_averaged(numbers):
    pair = [("a", HistGradientBoostingRegressor(loss="poisson", max_iter=5)), ("b", Ridge())]
    found = explained(VotingRegressor(pair), numbers, lambda score: np.abs(score) + 0.1)
    assert any("not what is averaged" in one for one in found.passed_over)
    assert found.additivity.holds
