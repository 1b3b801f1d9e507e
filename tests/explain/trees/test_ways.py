"""Tables, blocks and compiled loops give the Shapley values of the grouped game, to the last digits."""

from __future__ import annotations

import numpy as np
import pytest

from o16n.explain.trees import compiled, patterns, quadrature
from o16n.explain.trees.plan import plan_of
from tests.explain.trees.conftest import brute_force, owner_of


def by_tables(tree, columns, owner, out):
    patterns.add(tree, columns, owner, out)


def by_blocks(tree, columns, owner, out):
    quadrature.add(tree, columns, plan_of(tree, owner), out)


def by_loops(tree, columns, owner, out):
    pytest.importorskip("numba")
    compiled.add(tree, columns, plan_of(tree, owner), out)


WAYS = [by_tables, by_blocks, by_loops]


def amounts(way, forest, given, owner):
    rows = forest.encode(given)
    columns = np.ascontiguousarray(rows.T)
    out = np.zeros((len(forest.base), owner.max() + 1, len(rows)))
    for tree in forest.trees:
        way(tree, columns, owner, out)
    return out.transpose(2, 1, 0)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_adds_up_to_the_models_own_output(grown, way):
    for name, _, forest, given, output in grown:
        found = amounts(way, forest, given, owner_of(forest))
        gap = found.sum(axis=1) + forest.expected() - output
        assert np.abs(gap).max() < 1e-12, name


@pytest.mark.parametrize("way", WAYS)
def test_every_way_equals_the_definition_with_gaps_and_categories(grown, way):
    for name, _, forest, given, _ in grown:
        owner, rows = owner_of(forest), forest.encode(given)
        found = amounts(way, forest, given[:40], owner)
        for place in (0, 3, np.flatnonzero(np.isnan(given[:40]).any(axis=1)).max(initial=7)):
            exact = brute_force(forest, rows[place], owner.tolist())
            assert np.abs(found[place] - exact).max() < 1e-9, name


def test_the_ways_agree_on_single_columns_too(grown):
    for name, _, forest, given, _ in grown:
        owner = np.arange(5)
        first, *others = (amounts(way, forest, given, owner) for way in WAYS[:2])
        for other in others:
            assert np.abs(first - other).max() < 1e-12, name


def test_more_patterns_than_rows_are_worked_out_only_where_they_occur(grown):
    _, _, forest, given, _ = grown[1]
    owner = owner_of(forest)
    few = amounts(by_tables, forest, given[:3], owner)
    assert np.abs(few - amounts(by_tables, forest, given, owner)[:3]).max() < 1e-12


def test_rows_beyond_one_block_are_explained_alike(grown):
    _, _, forest, given, _ = grown[0]
    many = np.concatenate([given, given, given[:100]])
    assert len(many) > quadrature.BLOCK
    owner = owner_of(forest)
    for way in WAYS[1:]:
        found = amounts(way, forest, many, owner)
        assert np.abs(found[300:600] - found[:300]).max() < 1e-13


def test_a_table_adds_up_for_every_pattern():
    z = np.array([0.2, 0.5, 0.9])
    table = patterns.table(z)
    taken = np.array([[(one >> bit) & 1 for bit in range(3)] for one in range(8)])
    worth = (taken == 1).all(axis=1).astype(float)
    assert table.sum(axis=0) == pytest.approx(worth - z.prod())
    assert patterns.table(z, np.array([5, 1])) == pytest.approx(table[:, [5, 1]])


def test_without_a_compiler_it_is_said_and_nothing_breaks(monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "numba":
            raise ImportError(name)
        return real(name, *rest, **more)

    compiled.available.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    assert not compiled.available()
    monkeypatch.undo()
    compiled.available.cache_clear()
