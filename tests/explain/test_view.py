"""A model behind a recipe is explained in the raw columns, whose part in it is found by moving them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.explain.explain import explain
from o16n.explain.inputs import read_inputs
from o16n.explain.moved import owners_by_moving
from o16n.explain.question import PassedOverError
from o16n.explain.served import Served
from o16n.explain.view import views_of
from tests.explain import recipes
from tests.explain.conftest import path_game, shapley


@pytest.fixture(scope="module")
def separate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("separate")
    return recipes.prepared(folder, recipes.DUMMIES, recipes.SPLIT, recipes.FOREST)


@pytest.fixture(scope="module")
def together(tmp_path_factory):
    folder = tmp_path_factory.mktemp("together")
    return recipes.prepared(folder, recipes.RATIO, recipes.SPLIT, recipes.FOREST)


def acting(found):
    return {one.column for one in found.drivers if one.strength > 1e-12}


def test_a_recipe_that_keeps_columns_apart_gives_exact_tree_shap_of_raw_columns(separate):
    found = explain(separate)
    assert found.method == "exact tree SHAP, grouped by column"
    assert found.columns == "raw columns"
    assert acting(found) == {"age", "amount", "housing", "sex", "months"}
    assert found.additivity.largest_error < 1e-12
    values = {one.value for case in found.cases for one in case.contributions}
    assert values & {"own", "rent", "free"}


def test_it_is_the_shapley_value_of_the_grouped_game(separate):
    found = explain(separate)
    names = list(separate.recipe.raw_columns)
    inputs = list(separate.train.X.columns)
    owner = [names.index(one.split("_")[0]) for one in inputs]  # get_dummies writes column_level
    case = found.cases[0]
    row = separate.test.X.loc[[int(case.row)]]
    trees = separate.model.estimators_
    exact = np.mean(
        [shapley(path_game(one.tree_, row, owner), len(names))[0, :, 1] for one in trees], axis=0
    )
    told = {one.column: one.amount for one in case.contributions}
    assert [told[name] for name in names] == pytest.approx(exact.tolist(), abs=1e-9)


def test_a_recipe_that_mixes_columns_is_explained_on_the_whole_scorer_and_says_so(together):
    found = explain(together)
    assert "coalition" in found.method
    assert found.columns == "raw columns"
    assert acting(found) == {"amount", "months", "age", "housing"}
    assert any("several raw columns at once" in one for one in found.limits)
    assert found.additivity.holds


def test_without_raw_rows_the_models_own_inputs_are_explained(separate):
    from dataclasses import replace

    bare = replace(separate, train=replace(separate.train, raw=None))
    found = explain(bare)
    assert found.columns == "model inputs"
    assert "housing_own" in {one.column for one in found.drivers}
    assert any("which the recipe makes of raw rows" in one for one in found.limits)


def test_the_raw_view_comes_first(separate):
    views = list(views_of(separate, np.random.default_rng(0), []))
    assert [one.columns for one in views] == ["raw columns", "model inputs"]
    assert views[0].resolved is not None


class Does:
    """A way from raw rows to inputs, as a function."""

    def __init__(self, function):
        self.transform = function


FRAME = pd.DataFrame(
    {
        "a": np.arange(300.0) % 17,
        "b": np.where(np.arange(300) == 250, "rare", "usual"),
        "c": np.arange(300.0)[::-1] % 23,
    }
)


def owners(function):
    return owners_by_moving(Does(function), read_inputs(FRAME), 0)


def test_each_input_is_of_the_column_that_moves_it_whatever_it_is_called():
    found = owners(
        lambda rows: pd.DataFrame(
            {"c_like": rows["a"] ** 2, "same": 1.0, "a": rows["c"], "b": rows["c"].isin([3])}
        )
    )
    assert found == [0, 0, 2, 2]


def test_a_level_of_one_row_in_many_is_found_too():
    assert owners(lambda rows: (rows[["b"]] == "rare").to_numpy().astype(float)) == [1]


@pytest.mark.parametrize(
    "mixing",
    [
        lambda rows: rows[["a"]].to_numpy() / (1 + rows[["c"]].to_numpy()),
        lambda rows: ((rows["a"] > 8) & (rows["c"] > 11)).to_numpy()[:, None],
        lambda rows: rows.groupby("b")["a"].transform("mean").to_numpy()[:, None],
    ],
    ids=["ratio", "both", "batch"],
)
def test_an_input_of_two_columns_or_of_other_rows_is_of_none(mixing):
    assert owners(mixing) is None


def test_too_many_inputs_are_not_tried(monkeypatch):
    monkeypatch.setattr("o16n.explain.moved.MOST_INPUTS", 2)
    with pytest.raises(PassedOverError, match="3 model inputs are too many"):
        owners(lambda rows: np.zeros((len(rows), 3)))


def test_a_row_without_an_answer_is_named(together):
    from dataclasses import replace

    strict = replace(together.recipe, state="refused", reason="because")
    served = Served(model=together.model, recipe=strict)
    with pytest.raises(Exception, match="there is no recipe: because"):
        served.transform(together.train.raw)


def test_the_served_scorer_answers_as_the_model_does_behind_its_recipe(together):
    served = Served(model=together.model, recipe=together.recipe)
    rows = together.test.raw[list(together.recipe.raw_columns)]
    told = served.ask("predict_proba", rows)
    assert told == pytest.approx(together.model.predict_proba(together.test.X))
    assert served.offers("predict")
    assert not served.offers("decision_function")


def test_inputs_without_names_are_told_by_the_raw_columns_that_they_are(tmp_path):
    """`X = df[["months", "age"]].to_numpy()` leaves a model that knows no names, in another order."""
    made = recipes.prepared(tmp_path, recipes.ARRAY, recipes.SPLIT, recipes.FOREST)
    assert not hasattr(made.test.X, "columns")
    found = explain(made)
    assert found.columns == "raw columns"
    assert acting(found) == {"age", "months"}
    assert found.additivity.largest_error < 1e-12
    raw = made.test.raw
    for case in found.cases:
        told = {one.column: one.value for one in case.contributions}
        assert float(told["age"]) == pytest.approx(float(raw.loc[int(case.row), "age"]), rel=1e-3)


def test_a_structure_that_cannot_be_read_is_told_and_the_whole_scorer_is_explained(
    separate, monkeypatch
):
    def broken(*_):
        raise KeyError("no such step")

    monkeypatch.setattr("o16n.explain.view.resolve", broken)
    found = explain(separate)
    assert "coalition" in found.method
    assert any("cannot be read: KeyError: 'no such step'" in one for one in found.passed_over)
