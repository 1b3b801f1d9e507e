"""Each cell is read as the schema says, and refused with its reason: nothing is guessed or rounded."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.bundle.schema import Column
from o16n.scoring.cells import read_cells, typed

NUMBER = Column(name="x", kind="number", nullable=True, minimum=0, maximum=100, dtype="float64")
INTEGER = Column(name="x", kind="integer", nullable=False, minimum=0, maximum=100, dtype="int64")
SMALL = Column(name="x", kind="integer", nullable=False, dtype="int8")
TEXT = Column(name="x", kind="text", nullable=True, levels=("a", "b", "NA", "01"), dtype="str")
FREE = Column(name="x", kind="text", nullable=False, dtype="object")
TRUTH = Column(name="x", kind="boolean", nullable=False, dtype="bool")
DATE = Column(name="x", kind="datetime", nullable=True, dtype="datetime64[us]")
ZONED = Column(name="x", kind="datetime", nullable=True, dtype="datetime64[ns, UTC]")
CODED = Column(name="x", kind="integer", nullable=True, levels=(1, 2, 3), dtype="category")

ACCEPTED = [
    (NUMBER, 39, 39.0), (NUMBER, 39.5, 39.5), (NUMBER, "39.5", 39.5), (NUMBER, " 39 ", 39.0),
    (NUMBER, "-1.5e-3", -0.0015), (NUMBER, ".5", 0.5), (NUMBER, "5.", 5.0), (NUMBER, "+7", 7.0),
    (NUMBER, np.float32(0.5), 0.5), (NUMBER, 2**53 + 1, 2.0**53), (NUMBER, "1e308", 1e308),
    (INTEGER, 39, 39), (INTEGER, "39", 39), (INTEGER, 39.0, 39), (INTEGER, "39.0", 39),
    (INTEGER, np.int8(3), 3), (INTEGER, "9007199254740993", 9007199254740993),
    (INTEGER, str(2**63 - 1), 2**63 - 1), (SMALL, "-128", -128),
    (TEXT, "a", "a"), (TEXT, "NA", "NA"), (TEXT, "01", "01"), (FREE, "x" * 1000, "x" * 1000),
    (FREE, "", ""), (TRUTH, True, True), (TRUTH, np.bool_(0), False), (TRUTH, "True", True),
    (TRUTH, " FALSE", False), (TRUTH, "true", True),
    (DATE, "2026-01-31", pd.Timestamp("2026-01-31")), (DATE, dt.date(2026, 1, 31), pd.Timestamp("2026-01-31")),
    (DATE, "2026-01-31T12:00:00.5", pd.Timestamp("2026-01-31 12:00:00.5")),
    (DATE, "2026-01-31 12:00:00", pd.Timestamp("2026-01-31 12:00:00")),
    (ZONED, "2026-01-31T12:00:00+02:00", pd.Timestamp("2026-01-31T10:00:00Z")),
    (CODED, 2, 2), (CODED, "2", 2), (CODED, 2.0, 2),
]  # fmt: skip

REFUSED = [
    (NUMBER, "abc", "not a number"), (NUMBER, "", "not a number"), (NUMBER, True, "not a number"),
    (NUMBER, "True", "not a number"), (NUMBER, "1_000", "not a number"), (NUMBER, "0x10", "not a number"),
    (NUMBER, "1,234", "without a thousands separator"), (NUMBER, "1.234,5", "without a thousands"),
    (NUMBER, "3,5", "with a decimal point"), (NUMBER, "1 234", "without a thousands separator"),
    (NUMBER, "12 %", "not a number"), (NUMBER, "٣", "not a number"), (NUMBER, "½", "not a number"),
    (NUMBER, "1" * 500, "not a number"), (NUMBER, [1], "not a number"), (NUMBER, {}, "not a number"),
    (NUMBER, math.inf, "not finite"), (NUMBER, "-inf", "not finite"), (NUMBER, "Infinity", "not finite"),
    (NUMBER, "1e999", "not finite"), (NUMBER, 10**400, "not finite"), (NUMBER, 1j, "not a number"),
    (NUMBER, dt.date(2026, 1, 1), "not a number"),
    (INTEGER, 39.5, "not a whole number"), (INTEGER, "39.5", "not a whole number"),
    (INTEGER, None, "missing"), (INTEGER, math.nan, "missing"), (INTEGER, pd.NA, "missing"),
    (INTEGER, False, "not a number"), (INTEGER, 2**63, "too large for int64"),
    (INTEGER, str(2**70), "too large for int64"), (INTEGER, 1e300, "too large for int64"),
    (SMALL, 128, "too large for int8"), (SMALL, "-129", "too large for int8"),
    (TEXT, "c", r"not among the levels of training \(a, b, NA, 01\)"), (TEXT, 1, "not text"),
    (TEXT, "A", "not among the levels"), (TEXT, "a ", "not among the levels"), (TEXT, 1.0, "not text"),
    (TEXT, True, "not text"), (TEXT, b"a", "not text"), (FREE, None, "missing"), (FREE, 7, "not text"),
    (TRUTH, "yes", "not true or false"), (TRUTH, 1, "not true or false"), (TRUTH, 0.0, "not true or false"),
    (TRUTH, "1", "not true or false"), (TRUTH, None, "missing"), (TRUTH, "", "not true or false"),
    (DATE, "31.01.2026", "not a date as"), (DATE, "01/02/2026", "not a date as"), (DATE, 20260131, "not a date"),
    (DATE, "2026-13-01", "not a date as"), (DATE, "yesterday", "not a date as"), (DATE, "", "not a date as"),
    (DATE, "2026-01-31T12:00:00Z", "a date with a time zone"), (DATE, "9999999-01-01", "not a date"),
    (ZONED, "2026-01-31", "a date without its time zone"),
    (CODED, 4, "not among the levels"), (CODED, "x", "not a number"), (CODED, 2.5, "not a whole number"),
]  # fmt: skip


def _label(value):
    return ascii(value)[:40] if not isinstance(value, Column) else value.kind


def _ids(table):
    return [f"{n}-{_label(row[0])}-{_label(row[1])}" for n, row in enumerate(table)]


def _series(value):
    return pd.Series([value], dtype="object")


@pytest.mark.parametrize(("column", "value", "expected"), ACCEPTED, ids=_ids(ACCEPTED))
def test_a_cell_is_read_as_the_schema_says(column, value, expected):
    cells = read_cells(_series(value), column)
    assert cells.faults.tolist() == [""]
    found = typed(cells.read, column, pd.RangeIndex(1))
    assert found.iloc[0] == expected
    assert str(found.dtype) in (column.dtype, "category")


@pytest.mark.parametrize(("column", "value", "reason"), REFUSED, ids=_ids(REFUSED))
def test_a_cell_that_is_not_as_the_schema_says_is_refused_with_its_reason(column, value, reason):
    import re

    assert re.search(reason, read_cells(_series(value), column).faults[0])


@pytest.mark.parametrize("column", [NUMBER, TEXT, DATE, CODED], ids=_label)
@pytest.mark.parametrize("value", [None, math.nan, pd.NA, pd.NaT], ids=str)
def test_a_missing_cell_stays_missing_where_training_had_some(column, value):
    cells = read_cells(_series(value), column)
    assert cells.faults.tolist() == [""]
    assert typed(cells.read, column, pd.RangeIndex(1)).isna().all()


@pytest.mark.parametrize(
    ("values", "column", "faults"),
    [
        (np.array([1.0, math.nan, math.inf]), NUMBER, ["", "", "not finite"]),
        (np.array([1.0, 2.5, 1e300]), INTEGER, ["", "not a whole number", "too large for int64"]),
        (np.array([1, 200], "int64"), SMALL, ["", "too large for int8"]),
        (np.array([2**64 - 1], "uint64"), INTEGER, ["too large for int64"]),
        (pd.array([1, None], "Int64"), NUMBER, ["", ""]),
        (np.array([1, 9]), CODED, ["", "not among the levels of training (1, 2, 3)"]),
        (pd.Categorical(["a", "c"]), TEXT, ["", "not among the levels of training (a, b, NA, 01)"]),
        (pd.array(["a", None], "string"), TEXT, ["", ""]),
    ],
    ids=range(8),
)
def test_a_column_of_numbers_or_of_another_text_type_is_held_to_the_same(values, column, faults):
    assert read_cells(pd.Series(values), column).faults.tolist() == faults


def test_numbers_outside_the_range_of_training_are_counted_not_refused():
    cells = read_cells(pd.Series([-1.0, 50.0, 101.0, math.nan, math.inf]), NUMBER)
    assert cells.outside == 2
    assert cells.faults.tolist() == ["", "", "", "", "not finite"]
    assert read_cells(pd.Series(["-1", "x"], dtype="object"), NUMBER).outside == 1


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_written_out_is_read_bit_for_bit(number):
    cells = read_cells(_series(repr(number)), NUMBER)
    assert cells.faults[0] == ""
    assert float(cells.read[0]).hex() == number.hex()


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.binary(), st.none()),
       st.sampled_from([NUMBER, INTEGER, SMALL, TEXT, FREE, TRUTH, DATE, ZONED, CODED]))  # fmt: skip
def test_any_cell_is_read_or_refused(value, column):
    cells = read_cells(_series(value), column)
    if cells.faults[0] == "":
        assert len(typed(cells.read, column, pd.RangeIndex(1))) == 1


@pytest.mark.parametrize("missing", ["nan", "none"])
def test_what_stood_for_a_missing_object_in_training_stands_for_it_again(missing):
    column = Column(name="x", kind="text", nullable=True, dtype="object", missing=missing)
    found = typed(read_cells(_series(None), column).read, column, pd.RangeIndex(1)).iloc[0]
    assert (found is None) == (missing == "none")
