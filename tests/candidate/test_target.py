"""The raw column that is predicted is told by name or by its values, and never guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import LabelEncoder

from o16n.candidate.candidate import Part, RawData
from o16n.candidate.target import equal_values, one_to_one, target_column
from o16n.errors import UnknownName
from o16n.recipe.recipe import Recipe

RAW = pd.DataFrame(
    {
        "age": [20, 30, 40, 50, 60, 70],
        "price": [2.0, 3.0, 5.0, 8.0, 13.0, 21.0],
        "bought": ["no", "yes", "no", "yes", "yes", "no"],
        "colour": ["red", "red", "blue", "red", "blue", "blue"],
        "twin": [2.0, 3.0, 5.0, 8.0, 13.0, 21.0],
    }
)


def told(y, *, frame=RAW, takes=("age",), named=None, rows=(5, 0, 3, 2)):
    """Return the target where `y` of `rows` was learned from the columns `takes`."""
    kept = frame.iloc[list(rows)]
    target = y.iloc[list(rows)] if isinstance(y, pd.Series) else np.asarray(y)[list(rows)]
    train = Part(X=kept[list(takes)], y=target, name="X", raw=kept[list(takes)])
    raw = RawData(frame=frame, call="read_csv", location="a.csv", digest="")
    recipe = Recipe(state="proven", reason="", inputs=tuple(takes), raw_columns=tuple(takes))
    return target_column(train, recipe, raw, named=named)


def test_a_target_that_kept_its_name_is_that_column():
    assert told(RAW["bought"]) == "bought"
    assert told(RAW["price"].rename("bought")) == "bought"


def test_a_target_without_a_name_is_the_column_of_its_values():
    one = RAW.drop(columns="twin")
    assert told(one["price"].to_numpy(), frame=one) == "price"
    assert told(one["price"].rename("renamed"), frame=one) == "price"


def test_a_coded_target_is_the_column_that_goes_with_it_one_to_one():
    codes = LabelEncoder().fit_transform(RAW["bought"])
    assert told(codes, rows=range(6)) == "bought"
    assert told((RAW["colour"] == "red").to_numpy(), rows=range(6)) == "colour"


def test_two_columns_that_fit_are_no_answer():
    assert told(RAW["price"].to_numpy()) is None


def test_a_column_that_the_model_takes_is_not_its_target():
    one = RAW.drop(columns="twin")
    assert told(one["price"].to_numpy(), frame=one, takes=("age", "price")) is None


def test_a_computed_target_is_none_of_the_columns():
    one = RAW.drop(columns="twin")
    assert told(np.log(one["price"]).to_numpy(), frame=one) is None


def test_a_person_s_word_counts_and_a_wrong_one_is_refused_with_the_nearest():
    assert told(RAW["bought"], named="colour") == "colour"
    with pytest.raises(UnknownName, match=r"--target.*did you mean price"):
        told(RAW["bought"], named="prize")


def test_without_raw_rows_the_name_is_all_there_is():
    recipe = Recipe(state="no raw data", reason="a matrix")
    bare = Part(X=np.zeros((3, 1)), y=pd.Series([1, 2, 3], name="y"), name="X")
    assert target_column(bare, recipe, None, named=None) == "y"
    assert target_column(bare, recipe, None, named="other") == "other"
    nameless = Part(X=np.zeros((3, 1)), y=np.zeros(3), name="X")
    assert target_column(nameless, recipe, None, named=None) is None


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.permutations(range(5)))
def test_a_column_coded_by_any_permutation_goes_with_its_codes(values, codes):
    column = pd.Series(values).astype(str)
    coded = [codes[one] for one in values]
    levels = len(set(values))
    assert one_to_one(column, coded) is (levels <= max(2, len(values) // 2))
    merged = [0 if one in (0, 1) else one for one in values]
    assert one_to_one(column, merged) is (
        levels <= max(2, len(values) // 2) and not {0, 1} <= set(values)
    )


def test_columns_of_another_length_do_not_fit():
    for fits in (equal_values, one_to_one):
        assert not fits(pd.Series([1, 1, 1]), [1, 1])
    assert equal_values(pd.Series(["a", "b"]), np.array(["a", "b"], dtype=object))
    assert not equal_values(pd.Series([1.0, np.nan]), [1.0, np.nan])


def test_columns_that_are_numbered_are_told_apart_too():
    frame = pd.DataFrame({0: [1, 2, 3], 1: [1, 2, 3], 2: [5, 7, 6]})
    assert told([1, 2, 3], frame=frame, takes=(0, 2), rows=range(3)) == "1"
    assert told([5, 7, 6], frame=frame, takes=(0, 2), rows=range(3)) is None
