"""What a scorer is made of: the estimators at the bottom, their weights and their columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    BaggingClassifier,
    BaggingRegressor,
    RandomForestClassifier,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import FixedThresholdClassifier, RandomizedSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from o16n.explain.inputs import read_inputs
from o16n.explain.resolve import resolve, same, summed_by_owner

NAMES = ["age", "amount", "months"]


def members(model, numbers, truth_of=lambda score: score > 0):
    train, score, _, _ = numbers
    return resolve(model.fit(train, truth_of(score)), read_inputs(train)).members


def kinds(found):
    return [type(one.core).__name__ for one in found]


def test_searches_thresholds_and_pipelines_are_seen_through_in_any_order(numbers):
    inner = make_pipeline(StandardScaler(), LogisticRegression())
    search = RandomizedSearchCV(inner, {"logisticregression__C": [1.0]}, n_iter=1, cv=2)
    found = members(make_pipeline(FixedThresholdClassifier(search, threshold=0.3)), numbers)
    assert kinds(found) == ["LogisticRegression"]
    assert found[0].owner == (0, 1, 2)
    assert [type(one).__name__ for one in found[0].steps] == ["StandardScaler"]


def test_a_soft_vote_is_its_members_by_weight_each_behind_its_own_pipeline(numbers):
    pair = [
        ("a", make_pipeline(StandardScaler(), LogisticRegression())),
        ("b", RandomForestClassifier(3)),
    ]
    found = members(VotingClassifier(pair, voting="soft", weights=[3, 1]), numbers)
    assert kinds(found) == ["LogisticRegression", "RandomForestClassifier"]
    assert [one.weight for one in found] == [0.75, 0.25]
    assert [len(one.steps) for one in found] == [1, 0]


def test_a_hard_vote_and_a_calibration_are_no_averages(numbers):
    pair = [("a", LogisticRegression(max_iter=900)), ("b", RandomForestClassifier(3))]
    assert kinds(members(VotingClassifier(pair), numbers)) == ["VotingClassifier"]
    calibrated = CalibratedClassifierCV(RandomForestClassifier(3), cv=2)
    assert kinds(members(calibrated, numbers)) == ["CalibratedClassifierCV"]


def test_bagged_trees_see_their_own_columns(numbers):
    bag = BaggingRegressor(DecisionTreeRegressor(), n_estimators=4, max_features=2, random_state=0)
    found = members(bag, numbers, lambda score: score)
    assert [one.weight for one in found] == [0.25] * 4
    for one, places in zip(found, bag.estimators_features_, strict=True):
        assert one.owner == tuple(places)
        assert one.given(numbers[0]).tolist() == numbers[0].to_numpy()[:, places].tolist()


def test_a_bag_whose_member_never_saw_a_class_is_no_average(numbers):
    train, score, _, _ = numbers
    truth = np.where(np.arange(len(score)) == 3, 2, score > 0)
    bag = BaggingClassifier(KNeighborsClassifier(), 5, max_samples=0.1, random_state=0)
    found = resolve(bag.fit(train, truth), read_inputs(train)).members
    assert kinds(found) == ["BaggingClassifier"]


def test_a_vote_of_votes_multiplies_the_weights(numbers):
    inner = VotingRegressor([("a", Ridge()), ("b", DecisionTreeRegressor())])
    found = members(VotingRegressor([("x", inner), ("y", Ridge())]), numbers, lambda score: score)
    assert [one.weight for one in found] == [0.25, 0.25, 0.5]


def test_frames_with_texts_and_gaps_are_compared_cell_by_cell():
    one = pd.DataFrame({0: [1.0, np.nan], 1: ["x", None]})
    other = pd.DataFrame({0: [1.0, np.nan], 1: ["y", None]})
    assert same(one, other).tolist() == [[True, False], [True, True]]


def test_a_member_that_gives_a_frame_keeps_its_types(mixed):
    train, score, _, _ = mixed
    blocks = ColumnTransformer(
        [("t", OneHotEncoder(sparse_output=False), ["sex"]), ("n", "passthrough", NAMES)]
    ).set_output(transform="pandas")
    model = make_pipeline(blocks, DecisionTreeRegressor(max_depth=2)).fit(train, score)
    (found,) = resolve(model, read_inputs(train)).members
    assert found.owner == (3, 3, 0, 1, 4)
    assert list(found.given(train).columns)[-1] == "n__months"


def test_signed_sums_come_before_absolute_values():
    amounts = np.array([[[1.0], [-1.0], [2.0]]])
    assert summed_by_owner(amounts, (0, 0, 1), 2)[0, :, 0] == pytest.approx([0.0, 2.0])
