"""Rows are held against the schema cell by cell; columns are found by name whatever their order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.bundle.schema import Outputs
from o16n.bundle.schema_of import infer_schema
from o16n.errors import RowsRefused
from o16n.scoring.validate import Problem, check_rows, problems

FRAME = pd.DataFrame({"age": [20, 30, 40, 50], "city": ["Graz", "Wien"] * 2})
SCHEMA = infer_schema(FRAME, Outputs(task="regression"))


def test_every_wrong_cell_is_a_problem_by_row_and_column():
    rows = pd.DataFrame({"city": ["Graz", "Rom", None], "age": ["x", 30, 39.5]}, index=[7, 8, 9])
    checked = check_rows(rows, SCHEMA)
    assert checked.problems == (
        Problem(row=0, column="age", value="x", reason="not a number"),
        Problem(
            row=1,
            column="city",
            value="Rom",
            reason="not among the levels of training (Graz, Wien)",
        ),
        Problem(row=2, column="age", value="39.5", reason="not a whole number"),
        Problem(
            row=2, column="city", value="", reason="missing, and training had no missing value"
        ),
    )
    assert checked.good.tolist() == [False] * 3
    assert problems(rows, SCHEMA).tolist() == [
        "age: x: not a number",
        "city: Rom: not among the levels of training (Graz, Wien)",
        "age: 39.5: not a whole number; city: missing, and training had no missing value",
    ]
    assert problems(rows, SCHEMA).index.tolist() == [7, 8, 9]


def test_only_the_good_rows_are_usable_with_their_index_and_training_types():
    rows = pd.DataFrame(
        {"more": [1, 2], "city": ["Wien", "Rom"], "age": ["30", "30"]}, index=["a", "b"]
    )
    usable = check_rows(rows, SCHEMA).usable()
    assert usable.index.tolist() == ["a"]
    assert list(usable.columns) == ["age", "city"]
    assert usable.dtypes.astype(str).tolist() == FRAME.dtypes.astype(str).tolist()


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        (FRAME[["age"]], "missing column 'city'"),
        (FRAME.rename(columns={"city": "City", "age": "Age"}), "missing columns 'age', 'city'; did you mean Age"),
        (pd.concat([FRAME, FRAME[["age"]]], axis=1), "2 columns are called 'age'; keep one"),
        (pd.DataFrame(), "missing columns"),
        (FRAME.set_axis(pd.MultiIndex.from_tuples([("a", "age"), ("a", "city")]), axis=1), "missing columns"),
    ],
    ids=range(5),
)  # fmt: skip
def test_a_table_without_the_columns_is_refused_whole(rows, match):
    with pytest.raises(RowsRefused, match=match) as caught:
        check_rows(rows, SCHEMA)
    assert caught.value.exit_code == 2


def test_numbers_outside_training_are_a_warning_that_says_how_many():
    checked = check_rows(FRAME.assign(age=[20, 30, 400, 500]), SCHEMA)
    assert checked.problems == ()
    assert checked.good.all()
    assert checked.warnings == ("age: 2 of 4 values lie outside the range of training, 20 to 50",)


@pytest.mark.parametrize("names", [[0, 1], ["0", "1"], [1, 0], ["1", "0"]], ids=str)
def test_a_column_called_by_a_number_is_found_as_number_or_text(names):
    trained = pd.DataFrame(np.arange(8.0).reshape(4, 2))
    schema = infer_schema(trained, Outputs(task="regression"))
    rows = trained[[int(one) for one in names]].set_axis(names, axis=1)
    pd.testing.assert_frame_equal(check_rows(rows, schema).usable(), trained)


def test_a_number_and_its_text_in_one_header_are_refused_not_guessed():
    schema = infer_schema(pd.DataFrame({"0": [1.0, 2.0]}), Outputs(task="regression"))
    with pytest.raises(RowsRefused, match="2 columns are called '0'"):
        check_rows(pd.DataFrame([[1.0, 2.0]], columns=["0", 0]), schema)


def test_a_value_that_is_long_or_has_lines_is_shown_short():
    rows = FRAME.assign(city=["x\n" * 500, "Graz", "Graz", "Graz"])
    text = problems(rows, SCHEMA).iloc[0]
    assert len(text) < 120
    assert "\n" not in text


def test_no_rows_have_no_problems():
    checked = check_rows(FRAME.iloc[:0], SCHEMA)
    assert checked.problems == ()
    assert len(checked.usable()) == 0
