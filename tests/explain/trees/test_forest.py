"""A forest is explained the way that costs least, and says before how long that takes."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor

from o16n.explain.trees import compiled, forest, patterns, quadrature
from o16n.explain.trees.forest import Work
from o16n.explain.trees.read import read
from tests.explain.trees.conftest import rows_of


@pytest.fixture(scope="module")
def deep():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 20))
    model = RandomForestRegressor(4, random_state=0).fit(rows, rows[:, :9].sum(axis=1))
    return Work(read(model), np.arange(20), 20), rows, model.predict(rows)


def ways_of(monkeypatch):
    asked = []
    for name, module in (("tables", patterns), ("blocks", quadrature), ("loops", compiled)):
        real = module.add

        def told(*given, name=name, real=real):
            asked.append(name)
            return real(*given)

        monkeypatch.setattr(module, "add", told)
    return asked


def test_the_way_is_chosen_by_cost_and_the_answer_is_the_same(deep, monkeypatch):
    work, rows, output = deep
    asked = ways_of(monkeypatch)
    found = []
    for step, compiling in ((1.0, 9e9), (0.0, 9e9), (1.0, -1.0)):
        monkeypatch.setattr(forest, "STEP", step)
        monkeypatch.setattr(forest, "COMPILING", compiling)
        if compiling < 0:
            pytest.importorskip("numba")
            monkeypatch.setattr(forest, "LEAF", 1.0)
        found.append(work.amounts(rows[:50]))
        assert (
            np.abs(found[-1].sum(axis=1)[:, 0] + work.forest.expected() - output[:50]).max() < 1e-9
        )
        assert np.abs(found[-1] - found[0]).max() < 1e-12
    assert asked == ["tables"] * 4 + ["blocks"] * 4 + ["loops"] * 4


def test_a_forecast_grows_with_the_rows_and_counts_compiling_once(deep, monkeypatch):
    pytest.importorskip("numba")
    _, rows, _ = deep
    work = Work(deep[0].forest, np.arange(20), 20)
    assert 0 < work.seconds(100) < work.seconds(10_000)
    monkeypatch.setattr(forest, "COMPILING", 0.001)
    before = work.seconds(3000)
    work.amounts(rows)
    assert work.is_compiled
    assert work.seconds(3000) == pytest.approx(before - 0.001)


def test_without_a_compiler_the_forecast_is_the_longer_one(deep, monkeypatch):
    work = Work(deep[0].forest, np.arange(20), 20)
    monkeypatch.setattr(forest, "COMPILING", 0.001)
    monkeypatch.setattr(compiled, "available", lambda: False)
    without = work.seconds(3000)
    monkeypatch.setattr(compiled, "available", lambda: True)
    assert work.seconds(3000) < without


def test_columns_of_one_player_are_explained_as_one(grown_pair):
    ungrouped, grouped = grown_pair
    assert grouped.shape[1] == 2
    assert grouped.sum(axis=1) == pytest.approx(ungrouped.sum(axis=1))
    assert np.abs(grouped[:, 1] - ungrouped[:, 1:].sum(axis=1)).max() > 1e-6  # a game of its own


@pytest.fixture(scope="module")
def grown_pair():
    rows, score = rows_of(200)
    model = read(RandomForestRegressor(3, random_state=0).fit(rows, score))
    return (
        Work(model, np.arange(5), 5).amounts(rows),
        Work(model, np.array([0, 1, 1, 1, 1]), 2).amounts(rows),
    )
