"""Copies for evidence: cheap while the notebook keeps the original, charged afterwards, never above the budget."""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd
import pytest

from o16n.watching.values import FLOOR, RAW, Values

MIB = 1 << 20


def frame(mib=1.0, seed=0):
    rows = int(mib * MIB / 8 / 4)
    return pd.DataFrame(np.random.default_rng(seed).normal(size=(rows, 4)), columns=list("abcd"))


def test_a_copy_of_a_living_frame_costs_nothing_and_of_a_dead_one_what_it_holds():
    values, one = Values(budget=10 * MIB), frame(2)
    values.token(one)
    values.settle()
    assert values.spent == 0
    del one
    gc.collect()
    values.settle()
    assert values.spent == pytest.approx(2 * MIB, rel=0.01)


def test_an_array_is_copied_and_charged_at_once():
    values, one = Values(budget=10 * MIB), np.ones(MIB // 8)
    token = values.token(one)
    one[:] = 0
    assert values.spent == MIB
    assert values.kept[token].sum() == MIB // 8


def test_the_oldest_copies_go_first_and_what_was_read_goes_last():
    values = Values(budget=FLOOR)
    raw = values.token(frame(20), raw=True)
    tokens = [values.token(frame(20, seed)) for seed in range(1, 5)]
    gc.collect()
    values.settle()
    assert raw in values.kept
    assert [one in values.kept for one in tokens] == [False] * 4
    assert values.spent <= FLOOR


def test_what_was_read_goes_too_where_there_is_far_too_much_of_it():
    values = Values(budget=FLOOR)
    count = (FLOOR + RAW) // (60 * MIB) + 3
    for seed in range(count):
        values.token(frame(60, seed), raw=True)
        gc.collect()
    values.settle()
    assert values.spent <= FLOOR + RAW
    assert 0 < len(values.kept) < count


def test_what_is_larger_than_the_budget_is_not_copied_but_borrowed_while_it_lives_unchanged():
    values, one, array = Values(budget=MIB), frame(2), np.ones(MIB // 4)
    tokens = [values.token(one), values.token(array)]
    assert values.kept == {}
    assert list(values.borrowed()) == tokens
    one.loc[:, "a"] = 0.0
    array *= 2
    assert values.borrowed() == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.__setitem__("a", 0.0),
        lambda one: one.loc.__setitem__((slice(None), "b"), 0.0),
        lambda one: one.__setitem__("new", 1.0),
        lambda one: one.drop(columns="a", inplace=True),  # noqa: PD002
        lambda one: one.rename(columns={"a": "z"}, inplace=True),  # noqa: PD002
        lambda one: one.drop(index=one.index[:100], inplace=True),  # noqa: PD002
        lambda one: one.pop("c"),
    ],
    ids=["column", "loc", "new column", "drop", "rename", "drop rows", "pop"],
)
@pytest.mark.parametrize("budget", [MIB, 10 * MIB])
@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_a_frame_changed_in_place_is_another_content_copied_or_not(change, budget):
    values, one = Values(budget=budget), frame(2)
    before = values.token(one)
    assert values.token(one) == before
    change(one)
    after = values.token(one)
    assert after != before
    assert values.known[after].thing == values.known[before].thing


def test_a_kept_frame_is_as_it_was_when_it_was_seen():
    values, one = Values(budget=10 * MIB), frame(1)
    token, first = values.token(one), one["a"].iloc[0]
    one.loc[:, "a"] = 7.0
    assert values.kept[token]["a"].iloc[0] == first


def test_versions_of_one_frame_are_charged_their_shared_memory_once():
    values, one = Values(budget=100 * MIB), frame(4)
    for n in range(5):
        values.token(one)
        one[f"new{n}"] = 1.0
    values.token(one)
    del one
    gc.collect()
    values.settle()
    assert len(values.kept) == 6
    assert values.spent == pytest.approx((4 + 5) * MIB, rel=0.05)


def test_a_container_of_objects_is_told_but_neither_kept_nor_remembered():
    class Thing:
        pass

    values, things = Values(), [Thing(), Thing()]
    first, second = values.token(things), values.token(things)
    assert first != second
    assert values.known[first].shape == (2,)
    assert values.kept == {}


def test_a_number_is_not_given_twice_though_an_id_is():
    values, numbers = Values(), set()
    for _ in range(50):
        numbers.add(values.thing(frame(0.01)))
    assert len(numbers) == 50


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("rows", [1000, 700_000])
def test_an_array_has_the_same_digest_until_it_changes_whatever_its_order(order, rows):
    values = Values()
    array = np.asarray(np.random.default_rng(0).normal(size=(rows, 8)), order=order)
    token = values.token(array)
    assert values.token(array) == token
    array += 1
    assert values.token(array) != token


def test_a_slice_of_a_large_frame_is_stamped_without_copying_it():
    import tracemalloc

    from o16n.watching.kinds import stamp

    part = frame(64).iloc[10:, 1:3]
    tracemalloc.start()
    try:
        stamp(part, "frame", held=False)
        assert tracemalloc.get_traced_memory()[1] < 2 * MIB
    finally:
        tracemalloc.stop()
