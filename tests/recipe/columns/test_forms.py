"""Columns and tables are what pandas has, there and back, and nothing changes one from behind."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from o16n.recipe.columns.forms import Away, Table, conformed, light, plain
from o16n.recipe.conform import form_of
from tests.recipe.alike import alike
from tests.recipe.columns.rows import frames
from tests.recipe.programs import shape_of


@settings(max_examples=40, deadline=None, derandomize=True)
@given(frame=frames())
def test_a_frame_and_its_columns_come_back_as_they_were(frame):
    assert alike(plain(light(frame)), frame)
    assert alike(plain(light(frame[["f", "g"]])), frame[["f", "g"]])
    assert all(alike(plain(light(frame[one])), frame[one]) for one in frame)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(frame=frames())
def test_a_frame_changed_in_place_reaches_no_table_and_no_other_frame(frame):
    before = frame.copy(deep=True)
    table = light(frame)
    for one in (frame, plain(table)):
        for at, value in enumerate(
            (9.0, 9.0, 9, 9, True, "new", "new", "new", "S", pd.Timestamp(2000, 1, 1))
        ):
            one.iloc[0, at] = value
    assert alike(plain(table), before)
    series = plain(table.column("f"))
    series.iloc[0] = 9.0
    assert alike(plain(table.column("f")), before["f"])


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
        pd.DataFrame([[1, 2]], columns=[1.5, "a"]),
        pd.DataFrame([[1, 2]], columns=pd.Index(["a", "b"], name="named")),
    ],
    ids=["doubled", "of two levels", "fractions", "named"],
)
def test_column_labels_that_say_more_than_a_name_have_no_form(frame):
    with pytest.raises(Away):
        light(frame)


def test_a_result_gets_the_types_of_training_where_that_is_certain():
    seen = pd.DataFrame({"a": [1.5], "b": [2.0], "c": [3]})
    rows = pd.DataFrame({"a": [1], "b": [True], "c": [4.0]})
    made = plain(conformed(light(rows), form_of(shape_of(seen))))
    assert alike(made, rows.astype({"a": float, "b": float, "c": int}))
    column = conformed(light(rows["c"]), form_of(shape_of(seen["c"])))
    assert alike(plain(column), rows["c"].astype(int))


@pytest.mark.parametrize(
    "rows",
    [
        pd.DataFrame({"b": [1], "a": [1]}),
        pd.DataFrame({"a": [1.0]}),
        pd.DataFrame({"a": [1.0], "b": [2.5]}),
        pd.DataFrame({"a": [1.0], "b": [np.nan]}),
        pd.DataFrame({"a": ["x"], "b": [1]}),
        pd.Series([1]),
        np.array([[1.0, 2.0]]),
    ],
    ids=[
        "another order",
        "a column less",
        "a fraction",
        "missing",
        "a text",
        "a series",
        "an array",
    ],
)
def test_a_result_that_would_have_to_be_changed_more_is_left_to_pandas(rows):
    form = form_of(shape_of(pd.DataFrame({"a": [1.5], "b": [2]})))
    with pytest.raises(Away):
        conformed(light(rows), form)


def test_an_array_keeps_its_type_and_no_column_is_found_that_is_not_there():
    form = form_of(shape_of(np.array([1.5])))
    assert conformed(np.array([2.5]), form).tolist() == [2.5]
    with pytest.raises(Away):
        conformed(np.array([2]), form)
    table = light(pd.DataFrame({"a": [1]}))
    assert type(table) is Table
    for name in ("b", ["a"]):
        with pytest.raises(Away):
            table.column(name)
