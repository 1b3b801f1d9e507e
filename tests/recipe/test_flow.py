"""Which raw column feeds which model input is seen by changing one at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.preprocessing import OneHotEncoder

from o16n.recipe.flow import WIDEST, flow
from o16n.recipe.recipe import Recipe
from tests.recipe.programs import Program

RNG = np.random.default_rng(0)
RAW = pd.DataFrame(
    {
        "a": RNG.normal(size=80).round(2), "k": RNG.integers(0, 9, 80), "g": RNG.choice(["x", "y"], 80),
        "constant": 3, "note": RNG.choice(["some", "text"], 80),
    }
)  # fmt: skip


def prepared(p):
    ratio = p.add("truediv", p.add("getitem", p.source, "a"), p.add("add", p.add("getitem", p.source, "k"), 1))  # fmt: skip
    p.add("setitem", p.source, "ratio", ratio, changes=p.source)
    p.add("setitem", p.source, "more", p.add("getitem", p.source, "constant"), changes=p.source)
    wide = p.add("rules.get_dummies", p.source, levels={"g": ["x", "y"]}, columns=["a", "k", "constant", "note", "ratio", "more", "g_x", "g_y"])  # fmt: skip
    return p.add("getitem", wide, ["k", "ratio", "more", "g_x", "g_y"])


def told(found):
    return {(found.raw[one], found.inputs[other]) for one, other in found.feeds}


def test_each_input_has_the_columns_that_it_was_made_of_and_no_other():
    p = Program(RAW)
    found = flow(p.recipe(prepared(p)), RAW)
    assert found.raw == tuple(RAW)
    assert found.inputs == ("k", "ratio", "more", "g_x", "g_y")
    assert told(found) == {
        ("a", "ratio"), ("k", "ratio"), ("k", "k"), ("constant", "more"), ("g", "g_x"), ("g", "g_y"),
    }  # fmt: skip


def test_inputs_without_names_are_numbered_or_named_by_the_model():
    p = Program(RAW)
    matrix = p.add("method", p.add("getitem", p.source, ["a", "k"]), "to_numpy")
    assert flow(p.recipe(matrix), RAW).inputs == ("input 1", "input 2")
    assert flow(p.recipe(matrix, inputs=("first", "second")), RAW).inputs == ("first", "second")


def test_a_column_that_only_decides_whether_a_row_is_answered_feeds_nothing():
    p = Program(RAW)
    small = p.add("lt", p.add("getitem", p.source, "k"), 7)
    some = p.add("getitem", p.source, small, role="filter", follows=p.source)
    found = flow(p.recipe(p.add("getitem", some, ["a"])), RAW)
    assert told(found) == {("a", "a")}


def test_a_sparse_matrix_is_looked_at_too():
    p = Program(RAW)
    encoder = OneHotEncoder().fit(RAW[["g"]])
    made = p.add("method", encoder, "transform", p.add("getitem", p.source, ["g"]))
    recipe = p.recipe(made)
    assert told(flow(recipe, RAW)) == {("g", "input 1"), ("g", "input 2")}
    assert sparse.issparse(encoder.transform(RAW[["g"]]))


@pytest.mark.parametrize(
    "rows", [RAW.drop(columns="k"), RAW.iloc[:0]], ids=["a column less", "none"]
)
def test_rows_that_cannot_be_replayed_tell_nothing(rows):
    p = Program(RAW)
    assert flow(p.recipe(prepared(p)), rows) is None


def test_what_is_no_recipe_or_far_too_wide_tells_nothing():
    assert flow(Recipe(state="proven", reason=""), RAW) is None
    wide = pd.DataFrame(np.zeros((3, WIDEST + 1)), columns=[f"c{n}" for n in range(WIDEST + 1)])
    p = Program(wide)
    assert flow(p.recipe(p.source), wide) is None
