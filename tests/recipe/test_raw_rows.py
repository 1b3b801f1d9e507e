"""Raw rows get the columns and types of training; a cell that cannot be of its type refuses its own row only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.errors import BundleError, RowsRefused
from o16n.recipe.program import Shape
from o16n.recipe.raw_rows import enforce
from o16n.recipe.recipe import Recipe
from tests.recipe.programs import shape_of

TRAINED = pd.DataFrame(
    {
        "f": [1.5, None], "i": [1, 2], "b": [True, False], "t": ["x", None], "o": pd.Series(["x", 1], dtype=object),
        "c": pd.Categorical(["u", "v"]), "d": pd.to_datetime(["2020-01-01", None]), "n": pd.Series([1, None], dtype="Int64"),
        "s": pd.to_timedelta(["1h", None]), "u": pd.Series([1, 2], dtype="uint8"),
    }
)  # fmt: skip
ROW = {
    "f": 1,
    "i": 3.0,
    "b": 1,
    "t": "y",
    "o": None,
    "c": "v",
    "d": "2021-05-06",
    "n": "7",
    "s": "2h",
    "u": 5,
}


def enforced(rows, **more):
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows)
    return enforce(Recipe(state="proven", reason="", raw=shape_of(TRAINED), **more), frame)


def test_plain_values_become_what_training_had():
    found = enforced([ROW])
    assert list(found.frame.dtypes) == list(TRAINED.dtypes)
    assert found.frame.iloc[0].to_dict() == {
        "f": 1.0, "i": 3, "b": True, "t": "y", "o": None, "c": "v", "d": pd.Timestamp("2021-05-06"), "n": 7,
        "s": pd.Timedelta("2h"), "u": 5,
    }  # fmt: skip
    assert found.verdicts == {}


def test_rows_of_training_are_themselves():
    pd.testing.assert_frame_equal(enforced(TRAINED).frame, TRAINED)
    assert enforced(TRAINED.iloc[:0]).frame.shape == (0, 10)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("f", "abc", "column 'f' holds 'abc', which is not a number"),
        ("i", None, "column 'i' is missing, and training had no missing value"),
        ("i", 3.5, "column 'i' holds 3.5, which is not a whole number"),
        ("i", "x", "column 'i' holds 'x', which is not a number"),
        ("i", 1e30, "not a whole number that training's type holds"),
        ("u", -1, "column 'u' holds -1, which is not a whole number"),
        ("u", 300, "column 'u' holds 300"),
        ("b", None, "column 'b' is missing, and training had no missing value"),
        ("b", "maybe", "column 'b' holds 'maybe', which is not true or false"),
        ("t", 7, "column 't' holds 7, which is not text"),
        ("c", "w", "column 'c' holds 'w', which training never had"),
        ("d", "soon", "column 'd' holds 'soon', which is no time"),
        ("s", "soon", "column 's' holds 'soon', which is no time"),
        ("n", "x", "column 'n' holds 'x', which is not a number"),
    ],
    ids=range(14),
)
def test_a_bad_cell_refuses_its_row_and_no_other(column, value, reason):
    found = enforced([ROW, {**ROW, column: value}, ROW])
    assert found.places.tolist() == [0, 2]
    assert len(found.frame) == 2
    assert list(found.frame.dtypes) == list(TRAINED.dtypes)
    assert reason in str(found.verdicts[1])


@pytest.mark.parametrize("column", ["f", "t", "o", "c", "d", "n", "s"])
def test_a_null_passes_where_the_type_has_one(column):
    found = enforced([{**ROW, column: None}])
    assert found.verdicts == {}
    assert found.frame[column].isna().all()


def test_absent_optional_columns_get_their_value_of_training_and_others_are_asked_for():
    short = [{k: v for k, v in ROW.items() if k != "t"}]
    assert enforced(short, optional={"t": "x"}).frame["t"].tolist() == ["x"]
    with pytest.raises(RowsRefused, match="missing column 't'; the recipe cannot do without it"):
        enforced(short)
    with pytest.raises(RowsRefused, match="several columns are called 'f'"):
        enforced(pd.DataFrame([[1, 2]], columns=["f", "f"]))


def test_columns_beyond_those_of_training_are_left_out_in_any_order():
    frame = TRAINED[TRAINED.columns[::-1]].assign(extra=1)
    pd.testing.assert_frame_equal(enforced(frame).frame, TRAINED)


@pytest.mark.parametrize(
    "raw", [None, Shape(kind="frame", columns=("a",), dtypes=())], ids=["none", "no types"]
)
def test_a_recipe_that_tells_no_raw_columns_is_refused(raw):
    with pytest.raises(BundleError, match="tells no raw columns"):
        enforce(Recipe(state="proven", reason="", raw=raw), TRAINED)


def test_a_type_that_cannot_be_given_is_one_line():
    raw = Shape(kind="frame", columns=("a",), dtypes=(pd.PeriodDtype("M"),))
    with pytest.raises(RowsRefused, match="cannot be read as the types of training"):
        enforce(Recipe(state="proven", reason="", raw=raw), pd.DataFrame({"a": ["never"]}))


@pytest.mark.parametrize("dtype", ["str", "object"])
def test_texts_are_what_they_were_natively_or_as_objects(dtype):
    trained = pd.DataFrame({"t": pd.Series(["x", None], dtype=dtype)})
    recipe = Recipe(state="proven", reason="", raw=shape_of(trained))
    found = enforce(recipe, pd.DataFrame([{"t": "y"}, {"t": np.nan}]))
    assert found.frame["t"].dtype == trained["t"].dtype
    assert found.frame["t"].isna().tolist() == [False, True]
