"""A model of many columns is explained by antithetic permutations, with their error."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from o16n.explain import coded
from o16n.explain.explain import explain
from o16n.explain.explainers import permutation
from tests.explain.conftest import candidate_of, marginal_game, shapley


@pytest.fixture(scope="module")
def wide():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(500, 13))
    truth = (rows[:, 0] + rows[:, 1] * rows[:, 2] > 0).astype(int)
    return rows, truth


def test_a_wide_model_adds_up_and_names_what_drives_it(wide):
    rows, truth = wide
    model = make_pipeline(PolynomialFeatures(2), LogisticRegression(max_iter=500)).fit(rows, truth)
    found = explain(candidate_of(model, rows[:400], truth[:400], rows[400:], truth[400:]))
    assert found.method == permutation.METHOD
    assert found.additivity.holds
    assert {one.column for one in found.drivers[:3]} == {"column 1", "column 2", "column 3"}
    assert not found.truth.exact
    assert 0 < found.truth.error < 0.2
    error = next(one for one in found.limits if "standard error" in one)
    assert 0 < float(re.search(r"up to ([\d.e-]+) probability", error)[1]) < 0.1


def test_the_sampled_values_are_near_the_enumerated_ones(mixed):
    train, score, test, _ = mixed
    names = ["age", "months", "sex"]
    truth = (score > 0).astype(int)
    frame = train[names].assign(sex=(train["sex"] == "m") * 1.0)
    model = GaussianNB().fit(frame, truth)
    rows = test[names].assign(sex=(test["sex"] == "m") * 1.0).iloc[:3]
    background = frame.sample(50, random_state=0)
    exact = shapley(marginal_game(lambda one: model.predict_proba(one)[:, 1], rows, background), 3)
    codes = coded.Coded(
        rows=rows.to_numpy(),
        background=background.to_numpy(),
        answer=lambda asked: model.predict_proba(
            frame.iloc[:0]
            .reindex(range(len(asked)))
            .assign(**dict(zip(names, asked.T, strict=True)))
        )[:, [1]],
    )
    for place in range(3):
        rng = np.random.default_rng(place)
        each = permutation.turns(codes, codes.rows[place], codes.background, rng)
        assert each.shape == (50, 3, 1)
        assert each.mean(axis=0)[:, 0] == pytest.approx(exact[place], abs=0.03)
        whole = codes.answer(codes.rows[[place]])[0] - codes.answer(codes.background)
        assert each.sum(axis=1) == pytest.approx(whole)


def test_two_runs_give_the_same_contributions(wide):
    rows, truth = wide
    model = GaussianNB().fit(rows, truth)
    candidate = candidate_of(model, rows[:400], truth[:400], rows[400:430], truth[400:430])
    one, other = explain(candidate), explain(candidate)
    assert one.drivers == other.drivers
    assert one.cases == other.cases
