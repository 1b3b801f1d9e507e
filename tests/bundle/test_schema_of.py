"""The schema says what training saw: types, ranges rounded outward, levels, missing values, and no secret."""

from __future__ import annotations

import datetime as dt
import decimal
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.bundle.schema import Column, Outputs
from o16n.bundle.schema_of import column_of, infer_schema, outward, schema_from_json, schema_to_json
from o16n.errors import BundleError, NotebookError
from o16n.files import canonical_json
from tests.bundle.strategies import TREES, changed_somewhere

OUTPUTS = Outputs(task="binary", classes=("no", "yes"), positive="yes", probabilities=True)
ROWS = 8


def _s(*values, **how):
    return pd.Series(list(values) * 4, **how)


INFERRED = [
    (_s(1, 2), {"kind": "integer", "dtype": "int64", "minimum": 1.0, "maximum": 2.0}),
    (_s(1, 2, dtype="int8"), {"kind": "integer", "dtype": "int8", "minimum": 1.0, "maximum": 2.0}),
    (_s(1.5, None), {"kind": "number", "dtype": "float64", "nullable": True, "minimum": 1.5, "maximum": 1.5}),
    (_s(1.5, np.inf), {"kind": "number", "dtype": "float64", "minimum": 1.5, "maximum": 1.5}),
    (_s(1, None, dtype="Int64"), {"kind": "integer", "dtype": "Int64", "nullable": True, "minimum": 1.0, "maximum": 1.0}),
    (_s("a", "b"), {"kind": "text", "dtype": "str", "levels": ("a", "b")}),
    (_s("a", None, dtype="object"), {"kind": "text", "dtype": "object", "nullable": True, "levels": ("a",), "missing": "none"}),
    (_s("a", np.nan, dtype="object"), {"kind": "text", "dtype": "object", "nullable": True, "levels": ("a",)}),
    (_s("a", "b", dtype="string"), {"kind": "text", "dtype": "string", "levels": ("a", "b")}),
    (_s("b", "a", dtype=pd.CategoricalDtype(["b", "a", "z"], ordered=True)), {"kind": "text", "dtype": "category", "levels": ("b", "a", "z"), "ordered": True}),
    (_s(3, 1, dtype="category"), {"kind": "integer", "dtype": "category", "levels": (1, 3)}),
    (_s(True, False), {"kind": "boolean", "dtype": "bool"}),  # noqa: FBT003 - the value under test
    (_s(True, None, dtype="object"), {"kind": "boolean", "dtype": "object", "nullable": True, "missing": "none"}),  # noqa: FBT003 - the value under test
    (_s(1, 2, dtype="object"), {"kind": "integer", "dtype": "object", "minimum": 1.0, "maximum": 2.0}),
    (pd.to_datetime(_s("2026-01-01", None)), {"kind": "datetime", "dtype": "datetime64[us]", "nullable": True}),
    (pd.to_datetime(_s("2026-01-01", None), utc=True), {"kind": "datetime", "dtype": "datetime64[us, UTC]", "nullable": True}),
    (_s(None, None, dtype="float64"), {"kind": "number", "dtype": "float64", "nullable": True}),
    (_s(None, None, dtype="object"), {"kind": "text", "dtype": "object", "nullable": True, "levels": (), "missing": "none"}),
]  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), INFERRED, ids=range(len(INFERRED)))
def test_a_column_is_described_as_training_saw_it(values, expected):
    assert column_of("x", values) == Column(**{"name": "x", "nullable": False, **expected})


@pytest.mark.parametrize(
    ("values", "match"),
    [
        (_s("a", 1, dtype="object"), "column 'x' holds text and numbers"),
        (_s("a", 1.5, dtype="object"), "column 'x' holds values of several kinds|text and numbers"),
        (_s("a", True, dtype="object"), "several kinds"),  # noqa: FBT003 - the value under test
        (_s([1], [2], dtype="object"), "several kinds"),
        (_s(decimal.Decimal(1), dtype="object"), "holds decimal"),
        (_s(dt.date(2026, 1, 1), dtype="object"), "holds date"),
        (_s(b"a", dtype="object"), "holds bytes"),
        (_s(1 + 2j), "holds complex"),
        (pd.to_timedelta(_s("1D")), "holds timedelta"),
        (pd.Series(pd.period_range("2026", periods=ROWS, freq="D")), "holds period"),
        (pd.Series(pd.arrays.SparseArray([0.0, 1.0] * 4)), "holds Sparse"),
    ],
    ids=range(11),
)
def test_a_column_that_no_file_could_give_back_is_refused_by_name_with_what_to_do(values, match):
    with pytest.raises(NotebookError, match=match) as caught:
        infer_schema(pd.DataFrame({"x": values}), OUTPUTS)
    assert "where the data is read" in str(caught.value)


def test_a_column_like_an_identifier_tells_none_of_its_values():
    names = pd.Series([f"person {n}" for n in range(ROWS)])
    assert column_of("x", names).levels is None
    assert column_of("x", names.astype("category")).levels is None


@pytest.mark.parametrize(
    "names", [[1.5], [("a", "b")], [None], [True], [dt.date(2026, 1, 1)]], ids=str
)
def test_a_column_name_that_no_header_can_tell_is_refused(names):
    frame = pd.DataFrame(np.zeros((2, 1)))
    frame.columns = pd.Index(names, dtype="object", tupleize_cols=False)
    with pytest.raises(NotebookError, match="for a name"):
        infer_schema(frame, OUTPUTS)


@pytest.mark.parametrize("names", [["a", "a"], [0, "0"]], ids=str)
def test_two_columns_of_one_name_are_refused(names):
    frame = pd.DataFrame(np.zeros((2, 2))).set_axis(pd.Index(names, dtype="object"), axis=1)
    with pytest.raises(NotebookError, match="2 columns are called"):
        infer_schema(frame, OUTPUTS)


@given(st.floats(-1e12, 1e12), st.floats(0, 1e12))
def test_a_range_is_only_ever_widened_and_tells_two_digits(low, more):
    high = low + more
    small, large = outward(low, high)
    assert small <= low + abs(low) * 1e-11
    assert large >= high - abs(high) * 1e-11
    assert all(len(f"{abs(one):.11e}".partition("e")[0].rstrip("0")) <= 4 for one in (small, large))


@pytest.mark.parametrize("value", [5e-324, 1.7e308, -1.7e308, 1.79e308], ids=str)
def test_the_range_of_extreme_numbers_is_a_range(value):
    small, large = outward(value, value)
    assert -np.inf < small <= value <= large < np.inf or abs(value) > 1.7e308
    canonical_json([small, large])


def _schema():
    frame = pd.DataFrame({"n": [1.5, None] * 4, "t": ["a", "b"] * 4, 7: pd.Categorical([1, 2] * 4)})
    return infer_schema(frame, OUTPUTS)


def test_a_schema_reads_back_as_written():
    told = json.loads(canonical_json(schema_to_json(_schema())))
    assert schema_from_json(told) == _schema()
    assert [one["name"] for one in told["columns"]] == ["n", "t", 7]


GOOD = json.loads(canonical_json(schema_to_json(_schema())))


@settings(deadline=None, max_examples=500)
@given(changed_somewhere(GOOD) | TREES)
def test_any_schema_is_read_or_refused_in_one_line(told):
    try:
        schema_from_json(told)
    except BundleError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"dtype": "os.system"}, "has a dtype 'os.system', which is none"),
        ({"dtype": "datetime64[us, ../../x]" + "y" * 50}, "which is none"),
        ({"dtype": "bool"}, "has a number stored as bool"),
        ({"kind": "text"}, "has a text stored as float64"),
        ({"name": "t"}, "names a column twice"),
        ({"name": "7"}, "names a column twice"),
        ({"kind": "float"}, "at columns\\[0\\].kind"),
        ({"levels": [[1]]}, "at columns\\[0\\].levels"),
    ],
    ids=range(8),
)
def test_a_column_that_cannot_be_is_refused(change, match):
    told = json.loads(json.dumps(GOOD))
    told["columns"][0] |= change
    with pytest.raises(BundleError, match=match):
        schema_from_json(told)
