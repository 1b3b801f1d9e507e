"""recipe.json reads back as written; what it cannot be is refused in one line."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from o16n.errors import BundleError
from o16n.files import canonical_json
from o16n.recipe.recipe import Operation, Preparation, Recipe
from o16n.recipe.recipe_file import from_json, to_json
from o16n.recipe.replay import OPERATIONS, apply
from tests.bundle.strategies import TREES, changed_somewhere

RECIPE = Recipe(
    state="proven",
    reason="as read",
    raw_columns=("a", 7),
    operations=(
        Operation(function="o16n.select", arguments={"columns": ["a", 7]}, cell=3, line=4),
        Operation(function="o16n.rename", arguments={"columns": ["x", "y"]}),
        Operation(function="o16n.to_matrix", arguments={}),
    ),
    preparation=(Preparation(cell=1, line=2, text="pd.get_dummies(df)"),),
    inputs=("a", 7),
)
GOOD = json.loads(canonical_json(to_json(RECIPE)))
FRAME = pd.DataFrame({"b": [5.0, 6.0], "a": [1.0, 2.0], 7: [3.0, 4.0]})


def test_a_recipe_reads_back_as_written_and_answers():
    assert from_json(GOOD) == RECIPE
    assert (apply(from_json(GOOD), FRAME) == np.array([[1.0, 3.0], [2.0, 4.0]])).all()


@settings(deadline=None, max_examples=500)
@given(changed_somewhere(GOOD) | TREES)
def test_any_recipe_answers_or_is_refused_in_one_line(told):
    try:
        assert len(apply(from_json(told), FRAME)) == 2
    except BundleError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("operation", "match"),
    [
        ({"function": "os.system"}, "operation 1: unknown operation 'os.system'; a newer o16n"),
        ({"function": "pandas.eval"}, "unknown operation"),
        ({"function": "o16n.select.__globals__"}, "unknown operation"),
        ({"arguments": {}}, "o16n.select takes columns"),
        ({"arguments": {"columns": ["a"], "frame": 1}}, "o16n.select takes columns"),
        ({"arguments": {"columns": "a"}}, "columns that are not names"),
        ({"arguments": {"columns": [1.5]}}, "columns that are not names"),
        ({"arguments": {"columns": [True]}}, "columns that are not names"),
        ({"arguments": {"columns": [["a"]]}}, "columns that are not names"),
        ({"arguments": None}, "at operations"),
        ({"cell": "1"}, "at operations"),
    ],
    ids=range(11),
)
def test_an_operation_that_is_not_known_or_has_other_arguments_is_refused_on_load(operation, match):
    told = json.loads(json.dumps(GOOD))
    told["operations"][0] |= operation
    with pytest.raises(BundleError, match=match):
        from_json(told)


@pytest.mark.parametrize(
    ("operations", "match"),
    [
        ([("o16n.select", {"columns": ["nowhere"]})], "operation 1: o16n.select does not fit"),
        ([("o16n.rename", {"columns": ["one"]})], "operation 1: o16n.rename does not fit"),
        ([("o16n.to_matrix", {}), ("o16n.select", {"columns": ["a"]})], "operation 2"),
        ([("o16n.to_matrix", {}), ("o16n.to_matrix", {})], "operation 2"),
    ],
    ids=range(4),
)
def test_an_operation_that_does_not_fit_the_rows_is_refused_by_its_place(operations, match):
    steps = tuple(Operation(function=name, arguments=told) for name, told in operations)
    recipe = Recipe(state="proven", reason="", operations=steps)
    with pytest.raises(BundleError, match=match):
        apply(recipe, FRAME)


@pytest.mark.parametrize("state", ["missing", "no raw data"])
def test_a_recipe_that_is_not_proven_answers_nothing(state):
    with pytest.raises(BundleError, match="there is no recipe: because"):
        apply(Recipe(state=state, reason="because"), FRAME)


def test_operations_are_named_by_us_alone():
    assert all(name.startswith("o16n.") for name in OPERATIONS)
