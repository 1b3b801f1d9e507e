"""Columns that no model input depends on are optional; filters that depend on them let rows through."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from o16n.errors import RowsRefused
from o16n.recipe.optional import find_optional, placeholder
from o16n.recipe.program import Code, Named
from o16n.recipe.replay import play
from tests.recipe.programs import Program

RNG = np.random.default_rng(0)
RAW = pd.DataFrame(
    {
        "used": RNG.normal(size=80), "constant": 3, "label": RNG.integers(0, 2, 80), "note": RNG.choice(["x", "y"], 80),
        "limit": RNG.integers(0, 9, 80), "gap": np.where(RNG.random(80) < 0.2, np.nan, 1.0),
    }
)  # fmt: skip


def found(build, **how):
    p = Program(RAW)
    recipe = p.recipe(build(p))
    return recipe, find_optional(recipe, RAW, in_time=how.get("in_time", lambda: True), seed=0)


def plain(p):
    used, constant = p.add("getitem", p.source, "used"), p.add("getitem", p.source, "constant")
    return p.add("add", used, constant)


def test_what_the_input_does_not_depend_on_is_optional_and_a_constant_column_is_not():
    _, needed = found(plain)
    assert sorted(needed.optional) == ["gap", "label", "limit", "note"]
    assert needed.loose == ()


def test_a_filter_on_an_optional_column_is_loose_and_one_on_a_needed_column_is_not():
    def filtered(p):
        few = p.add(
            "getitem",
            p.source,
            p.add("lt", p.add("getitem", p.source, "limit"), 7),
            role="filter",
            follows=p.source,
        )
        near = p.add(
            "getitem",
            few,
            p.add("lt", p.add("getitem", few, "used"), 1.0),
            role="filter",
            follows=few,
        )
        whole = p.add("method", near, "dropna", role="filter", subset=["gap"])
        return p.add("getitem", whole, "used")

    recipe, needed = found(filtered)
    assert "limit" in needed.optional
    assert "gap" in needed.optional
    assert "used" not in needed.optional
    assert [recipe.operations[n].role for n in needed.loose] == ["filter", "filter"]
    assert needed.loose == (3, 7)
    row = RAW.iloc[[0]].assign(used=0.5)[["used"]]
    loose = replace(recipe, optional=needed.optional, loose=needed.loose)
    assert play(loose, row).value.tolist() == [0.5]
    assert play(loose, row.assign(used=9.0)).value is None


def test_a_null_or_a_far_value_that_matters_makes_a_column_needed():
    def rare(p):
        gap = p.add("method", p.add("getitem", p.source, "gap"), "isna")
        far = p.add("gt", p.add("getitem", p.source, "used"), 50.0)
        return p.add("or_", gap, far)

    _, needed = found(rare)
    assert "gap" not in needed.optional
    assert "used" not in needed.optional


def test_a_column_whose_change_raises_is_needed():
    def strict(p):
        notes = p.add("method", p.add("getitem", p.source, "note"), "map", {"x": 1, "y": 2})
        code = Code(kind="lambda", name="f", source="lambda v: 1 // (v < 50)", frozen={})
        p.add("method", p.add("getitem", p.source, "limit"), "map", code)
        return p.add(
            "add", notes, p.add("method", p.add("getitem", p.source, "limit"), "map", code)
        )

    _, needed = found(strict)
    assert "note" not in needed.optional


def test_columns_that_time_did_not_allow_are_named_and_count_as_needed():
    turns = iter([True, True, False, False, False, False])
    _, needed = found(plain, in_time=lambda: next(turns))
    assert needed.untried == ("label", "note", "limit", "gap")
    assert needed.optional == {}


def test_a_sample_that_cannot_be_replayed_says_so():
    with pytest.raises(RowsRefused):
        found(
            lambda p: p.add(
                "method", p.add("getitem", p.source, "note"), "astype", Named("builtins.int")
            )
        )


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ([1.0, 2.0, 2.0], 2.0),
        ([None, "b", "b", "a"], "b"),
        ([None, None], np.nan),
        ([[1], [2]], [1]),
    ],
    ids=range(4),
)
def test_a_placeholder_is_the_commonest_value_of_training(cells, value):
    told = placeholder(pd.Series(cells))
    assert told == value or (pd.isna(told) and pd.isna(value))


def test_nobodys_name_stands_in_for_a_column_that_tells_rows_apart():
    raw = RAW.assign(
        name=[f"person {k}" for k in range(80)],
        number=range(1000, 1080),
        code=[f"k{k}" for k in range(80)],
    )
    p = Program(raw)
    code = Code(kind="lambda", name="f", source="lambda v: v != v or v[0] == 'k'")
    first = p.add("method", p.add("getitem", p.source, "code"), "map", code)
    recipe = p.recipe(p.add("add", p.add("getitem", p.source, "used"), p.add("mul", first, 0)))
    needed = find_optional(recipe, raw, in_time=lambda: True, seed=0)
    assert needed.optional["name"] == ""
    assert needed.optional["number"] == 0
    assert needed.optional["code"].startswith(
        "k"
    )  # an empty text is one that the notebook cannot take
