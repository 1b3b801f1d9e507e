"""What a recipe freezes reads back to the bit and by type, here and in another process."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import struct
import subprocess
import sys
import zoneinfo
from collections import Counter, OrderedDict, defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from o16n.files import canonical_json
from o16n.recipe.program import Code, Named, Ref
from o16n.recipe.value_numbers import UnwritableError
from o16n.recipe.values import Reader, Writer
from tests.recipe.alike import alike

PARIS = "Europe/Paris"
PLAIN = [
    None, True, 3, -(2**80), -0.0, 1.5, float("nan"), float("-inf"), 1 + 2j, complex("nan"), "a", "é",
    "\ud800", b"\x00\xff", [1, (2, {3: "x", (1, 2): None})], {1, "b"}, frozenset([1]), ..., range(3),
    slice(1, None, Ref(3)), Ref(1), Named("numpy.log1p"), re.compile("a+", re.IGNORECASE),
    re.compile(b"a"), Counter("aab"), OrderedDict(a=1), defaultdict(int, {1: 2}),
    struct.unpack(">d", bytes.fromhex("7ff8000000000001"))[0], {"z": 1, "a": 2}, {}, (), [],
]  # fmt: skip
NUMPY = [
    np.float32(1.1), np.int8(3), np.True_, np.str_("x"), np.bytes_(b"x"), np.complex64(1j),
    np.float16(0.1), np.datetime64("2020-01-01"), np.datetime64("NaT", "ns"), np.timedelta64(3, "s"),
    np.float64(float("nan")), np.arange(6).reshape(2, 3), np.asfortranarray(np.eye(3)[:2]),
    np.array(["a", None, np.nan, 3, pd.NA], dtype=object), np.array(["2020", "NaT"], dtype="M8[ns]"),
    np.array([1, 2], dtype="m8[s]"), np.array(["a", "bcd"]), np.array([b"a"]), np.array(3.0),
    np.array([1.1, np.nan, -np.inf], dtype="f4"), np.array([1j]), np.array([True]), np.zeros((0, 3)),
    np.array([2**63], dtype="u8"), sparse.csr_matrix(np.eye(3)), sparse.csc_matrix(np.eye(3)),
    sparse.coo_matrix(np.eye(2)), sparse.csr_array(np.eye(2)),
]  # fmt: skip
TYPES = [
    np.dtype("f4"), np.dtype("O"), np.dtype("M8[s]"), np.dtype("U5"), np.dtype(">i4"),
    pd.StringDtype("python"), pd.StringDtype("python", na_value=np.nan), pd.Int64Dtype(),
    pd.BooleanDtype(), pd.Float32Dtype(), pd.CategoricalDtype(["b", "a"], ordered=True),
    pd.CategoricalDtype(), pd.DatetimeTZDtype("ns", PARIS), pd.PeriodDtype("M"),
    pd.IntervalDtype("float64", "left"), pd.SparseDtype("float64", 0.0),
]  # fmt: skip
TIMES = [
    pd.Timestamp("2020-01-01 10:00:00.123456789"), pd.Timestamp("2020-01-01", tz=PARIS),
    pd.Timestamp("2020-01-01", tz="UTC"), pd.Timestamp("2020-01-01").as_unit("s"), pd.NaT, pd.NA,
    pd.Timedelta("1h"), pd.Period("2020-03", "M"), pd.offsets.MonthEnd(2), pd.offsets.Day(3),
    pd.DateOffset(months=1, days=2), pd.offsets.Week(weekday=1), pd.Interval(1, 2.5, "left"),
    dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.date(2020, 1, 1), dt.timedelta(1, 2, 3),
    dt.datetime(2020, 10, 25, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo(PARIS)),
    dt.time(1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=2))), zoneinfo.ZoneInfo(PARIS),
]  # fmt: skip
INDEXES = [
    pd.Index([1, 2]), pd.Index(["a", "b"]), pd.Index(["a", None], dtype=object, name="n"),
    pd.RangeIndex(3, name="q"), pd.date_range("2020", periods=3), pd.Index([1, 2], dtype="Int64"),
    pd.MultiIndex.from_tuples([(1, "a"), (2, "b"), (1, "b")], names=["x", None]),
    pd.date_range("2020", periods=3, tz=PARIS), pd.timedelta_range("1h", periods=2),
    pd.period_range("2020", periods=2, freq="M"), pd.IntervalIndex.from_breaks([0, 1, 2]),
    pd.CategoricalIndex(["a", "b", "a"]), pd.DatetimeIndex(["2020-01-01"]).as_unit("s"),
    pd.Index([(1, 2), (3, 4)], tupleize_cols=False), pd.Index([True, False]),
]  # fmt: skip
TABLES = [
    pd.Series([1, 2]), pd.Series(["a", None], name=("x", 1)), pd.Series(["a", None], dtype=object),
    pd.Series(["a", None], dtype="string"), pd.Series([1, None], dtype="Int64"),
    pd.Series([True, None], dtype="boolean"), pd.Series(["a", "b", None], dtype="category"),
    pd.Series(pd.date_range("2020", periods=2, tz=PARIS)), pd.Series([pd.Timedelta("1D"), pd.NaT]),
    pd.Series(pd.period_range("2020", periods=2, freq="D")), pd.cut(pd.Series([1, 2, 3]), 2),
    pd.Series(pd.arrays.SparseArray([0, 0, 1.0])), pd.Categorical(["a", "b"]), pd.array([1, 2]),
    pd.Series([1.5, 2.5], index=pd.Index(["x", "y"], name="key")),
    pd.DataFrame({"a": [1, 2], "b": ["x", None]}), pd.DataFrame([[1, 2.0]], columns=["a", "a"]),
    pd.DataFrame(index=[1, 2]), pd.DataFrame({"a": []}), pd.DataFrame({("a", 1): [1], ("b", 2): [2]}),
    pd.DataFrame({0: [1], 1.5: [2]}, index=pd.Index(["r"], name="z")),
]  # fmt: skip
EVERY = [*PLAIN, *NUMPY, *TYPES, *TIMES, *INDEXES, *TABLES]


def no_code(_):
    raise AssertionError


def told(value):
    writer = Writer(no_code)
    inner = writer.write(value)
    return canonical_json({"value": inner, "tables": writer.tables})


def back(data):
    document = json.loads(data)
    return Reader(document["tables"], [], no_code).read(document["value"])


@pytest.mark.parametrize("value", EVERY, ids=range(len(EVERY)))
def test_a_value_reads_back_to_the_bit_and_by_type(value):
    assert alike(value, back(told(value)))


def test_alike_tells_apart_what_is_not_the_same():
    others = [(1, 1.0), (1, True), (0.0, -0.0), ("a", np.str_("a")), ([1], (1,)),
              (pd.Series(["a"]), pd.Series(["a"], dtype=object)), (pd.Index([1]), pd.RangeIndex(1, 2)),
              (np.array([1.0]), np.array([1])), (pd.NaT, None), ({1: 2, 3: 4}, {3: 4, 1: 2})]  # fmt: skip
    assert not any(alike(one, other) for one, other in others)


NAMES = st.text(max_size=5) | st.integers(-3, 3)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=6)
    | st.complex_numbers() | st.binary(max_size=5) | st.dates() | st.timedeltas()
    | st.datetimes(timezones=st.none() | st.just(dt.UTC) | st.timezones(), allow_imaginary=False)
    | st.sampled_from([pd.NA, pd.NaT, np.float32(0.1), np.int8(-3), ...])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(NAMES | st.tuples(NAMES, NAMES), inner, max_size=4)
        | st.sets(NAMES, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300)
@given(VALUES)
def test_any_nest_of_plain_values_reads_back(value):
    assert alike(value, back(told(value)))


@st.composite
def frames(draw):
    """A frame of up to 5 rows with columns of every usual type, natively or as objects."""
    rows = draw(st.integers(0, 5))
    texts = st.none() | st.text(max_size=4)
    cells = {
        "float64": st.floats(), "float32": st.floats(width=32), "int64": st.integers(-9, 9), "bool": st.booleans(),
        "object": texts | st.integers(), "str": texts, "string": texts, "category": st.sampled_from("abc"),
        "Int64": st.none() | st.integers(-9, 9), "datetime64[ns]": st.none() | st.dates(dt.date(1800, 1, 1), dt.date(2200, 1, 1)),
    }  # fmt: skip
    names = draw(st.lists(NAMES, max_size=4, unique=True))
    columns = {}
    for name in names:
        dtype = draw(st.sampled_from(sorted(cells)))
        held = draw(st.lists(cells[dtype], min_size=rows, max_size=rows))
        columns[name] = pd.Series(held, dtype=dtype)
    index = draw(st.sampled_from([pd.RangeIndex(rows), pd.Index(list("abcde")[:rows], name="k")]))
    return pd.DataFrame(columns, index=pd.RangeIndex(rows)).set_axis(index)


@settings(deadline=None, max_examples=200)
@given(frames())
def test_any_frame_reads_back_with_its_types_and_equal_frames_are_one_table(frame):
    assert alike(frame, back(told(frame)))
    assert len(json.loads(told([frame, frame.copy()]))["tables"]) == 1


OTHER = """
import sys, json
sys.path.insert(0, {root!r})
from tests.recipe.test_values import EVERY, told, back
from tests.recipe.alike import alike
given = json.load(sys.stdin)
for value, text in zip(EVERY, given, strict=True):
    assert told(value) == text.encode(), text
    assert alike(value, back(text)), text
print("same", len(given))
"""


@pytest.mark.parametrize("seed", ["1", "77"])
def test_another_process_with_other_hashes_writes_the_same_bytes_and_reads_the_same(seed):
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OTHER.format(root=root)],
        input=json.dumps([told(value).decode() for value in EVERY]),
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"same {len(EVERY)}\n", done.stderr[-2000:]


class Own:
    __slots__ = ()


def itself():
    held = []
    held.append(held)
    return held


@pytest.mark.parametrize(
    ("value", "match"),
    [
        (Own(), "a tests.recipe.test_values.Own|a .*Own"),
        (print, "function builtins.print"),
        (Path, "type pathlib"),
        (np.zeros(2, dtype=[("a", "i4")]), "a numpy type"),
        (np.longdouble(1), "a numpy type"),
        (itself(), "holds itself"),
        (iter([1]), "list_iterator"),
        (defaultdict(lambda: 1), "a defaultdict of"),
    ],
    ids=["slots", "function", "type", "record", "long double", "itself", "iterator", "default"],
)  # fmt: skip
def test_what_is_no_data_is_refused_by_its_type(value, match):
    with pytest.raises(UnwritableError, match=match):
        told(value)


def test_an_object_with_a_state_is_put_aside_once():
    class Estimator:
        pass

    one, writer = Estimator(), Writer(no_code)
    assert writer.write([one, one]) == [{"frozen": 0}, {"frozen": 0}]
    assert writer.frozen == [one]


def test_code_refers_to_its_factory_and_carries_only_what_is_no_name():
    writer = Writer(lambda code: f"make_{code.name}")
    code = Code(kind="def", name="f", source="", frozen={"np": Named("numpy"), "m": 2.5})
    assert writer.write(code) == {"code": ["make_f", {"m": 2.5}]}
