"""Rows for the proof: telling ones first, unseen ones that never were, damaged ones of every kind."""

from __future__ import annotations

import numpy as np
import pandas as pd

from o16n.recipe.probes import damaged_rows, frame_of, records, telling_rows, unseen_rows

RNG = np.random.default_rng(0)
RAW = pd.DataFrame(
    {
        "f": RNG.normal(size=200), "i": RNG.integers(0, 99, 200), "g": ["common"] * 198 + ["rare", None],
        "b": RNG.random(200) < 0.5, "d": pd.date_range("2020", periods=200), "e": np.nan,
    }
)  # fmt: skip
EVERY = np.arange(200)


def test_nulls_extremes_and_rare_levels_come_first():
    picked = telling_rows(RAW, EVERY, count=30, seed=0).tolist()
    assert {199, 198, RAW.f.argmin(), RAW.f.argmax(), RAW.i.argmin(), RAW.i.argmax()} <= set(
        picked[:15]
    )
    assert len(picked) == len(set(picked)) == 30


def test_only_the_given_places_are_chosen_and_no_more_than_there_are():
    assert set(telling_rows(RAW, EVERY[50:60], count=30, seed=0).tolist()) == set(range(50, 60))
    assert len(telling_rows(RAW, EVERY[:0], count=30, seed=0)) == 0


def test_rows_are_plain_dicts_and_become_a_table_again():
    rows = records(RAW.iloc[[0, 199]], ["f", "g"])
    assert rows[0] == {"f": RAW.f[0], "g": "common"}
    assert frame_of(rows)["f"].tolist() == RAW.f.iloc[[0, 199]].tolist()
    assert frame_of([{("a", 1): 2, 7: "x"}]).columns.tolist() == [("a", 1), 7]
    mixed = frame_of([{"v": 1}, {"v": "x"}, {"v": None}])["v"]
    assert mixed.tolist() == [1, "x", None]
    assert frame_of([]).empty


def test_unseen_rows_have_the_values_of_training_and_its_types_in_other_company():
    made = unseen_rows(RAW, count=50, seed=0)
    assert list(made.dtypes) == list(RAW.dtypes)
    assert set(made.f) <= set(RAW.f)
    pairs = set(zip(RAW.f, RAW.i, strict=True))
    assert sum(one in pairs for one in zip(made.f, made.i, strict=True)) < 10
    assert len(unseen_rows(RAW, count=999, seed=0)) == 200


def test_each_column_is_damaged_by_what_its_type_can_suffer():
    made = damaged_rows(RAW, list(RAW.columns), seed=0)
    kinds = {name: {one.what for one in made if one.column == name} for name in RAW.columns}
    assert kinds["f"] == {"a null", "a far value", "a far negative value", "a text"}
    assert kinds["i"] == kinds["f"] | {"a fraction"}
    assert kinds["g"] == {"a null", "a new level", "an empty text", "a number"}
    assert kinds["b"] == kinds["d"] == {"a null", "a text"}
    far = [one.row["f"] for one in made if one.column == "f" and one.what == "a far value"]
    assert all(value > RAW.f.max() for value in far)
    assert all(list(one.row) == list(RAW.columns) for one in made)
    assert all(type(one.row["i"]) in (int, float, type(None), str) for one in made)
