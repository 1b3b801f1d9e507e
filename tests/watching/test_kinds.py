"""What a value is, is told by its class alone; a stamp changes exactly where the content does."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler
from sklearn.utils import Bunch

from o16n.watching.kinds import (
    WHOLE,
    attributes,
    blocks_of,
    digest,
    is_estimator,
    is_plain,
    is_plain_throughout,
    kind_of,
    plainly,
    sample,
    shape_of,
    size_of,
    stamp,
)


class Loud:
    """A class of the notebook's that complains of whatever is asked of it."""

    def _cry(self, *_):
        raise AssertionError("a method of the notebook's own ran")

    __eq__ = __len__ = __getattr__ = __repr__ = __iter__ = __bool__ = _cry
    __hash__ = None
    fit = property(_cry)
    predict = property(_cry)


DataFrame = type("DataFrame", (), {})
KINDS = {
    "frame": pd.DataFrame({"a": [1]}),
    "series": pd.Series([1]),
    "index": pd.Index([1]),
    "categorical": pd.Categorical(["a"]),
    "array": np.zeros(2),
    "sparse": sparse.csr_matrix(np.eye(2)),
    "list": [1],
    "tuple": (1,),
    "dict": {},
    "set": {1},
    "estimator": LinearRegression(),
    "Bunch": Bunch(a=1),
    "int": 3,
    "str": "a",
}


@pytest.mark.parametrize(("kind", "value"), KINDS.items(), ids=KINDS)
def test_a_value_has_the_kind_of_its_class(kind, value):
    assert kind_of(value) == kind


def test_a_class_of_the_notebook_s_own_is_told_with_its_package():
    assert kind_of(DataFrame()) == f"{__name__.partition('.')[0]}.DataFrame"
    assert not is_estimator(LinearRegression)
    assert is_estimator(StandardScaler())


def test_nothing_of_the_notebook_s_own_runs_when_it_is_looked_at():
    loud = Loud()
    assert is_estimator(loud)
    assert kind_of(loud) == "estimator"
    assert not is_plain(loud)
    assert plainly((1, loud)) == (1, ("object", id(loud)))
    assert attributes(loud) == {}
    assert shape_of(loud, "estimator") == ()


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (1, True), ("a", True), (None, True), (1j, True), (b"", True), (np.float64(1), True),
        (pd.Timestamp("2026-01-01"), True), (dt.date(2026, 1, 1), True), (decimal.Decimal(1), True),
        ([1], False), (np.zeros(2), False), (object(), False), (len, False),
    ],
    ids=lambda one: type(one).__name__ if not isinstance(one, bool) else "",
)  # fmt: skip
def test_one_number_text_or_date_is_plain(value, plain):
    assert is_plain(value) is plain


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ([1, "a", (2, [3])], True),
        ({"a": 1, "b": [2]}, True),
        ([[[[1]]]], False),
        ([object()], False),
        ({"a": {}}, False),
        ([1] * 20_000, True),
    ],
    ids=["nested", "a dict", "too deep", "an object", "a dict inside", "a long one"],
)
def test_a_container_is_plain_to_a_depth(value, plain):
    assert bool(is_plain_throughout(value)) is plain


ARRAYS = st.tuples(
    st.integers(1, 6), st.integers(1, 4), st.sampled_from("fi"), st.sampled_from("CF")
)


@settings(deadline=None)
@given(ARRAYS, st.data())
def test_one_number_changed_anywhere_is_another_digest(how, data):
    rows, columns, kind, order = how
    array = np.asarray(np.arange(rows * columns).reshape(rows, columns), dtype=kind, order=order)
    before = digest(array), stamp(array, "array")
    assert (digest(array.copy()), stamp(array.copy(), "array")) == before
    array[data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))] += 1
    assert digest(array) != before[0]
    assert stamp(array, "array") != before[1]


def test_a_digest_is_of_the_values_whatever_order_memory_has():
    array = np.arange(12.0).reshape(3, 4)
    assert digest(np.asfortranarray(array)) == digest(array) == digest(array[::1])
    assert digest(np.array([], dtype=float)) == 0
    times = np.array(["2026-01-01", "NaT"], dtype="M8[ns]")
    assert digest(times) == digest(times.copy())


def test_objects_are_digested_where_they_are_plain_and_by_identity_where_they_are_not():
    one, other = object(), object()
    assert digest(np.array(["a", None], dtype=object)) == digest(
        np.array(["a", None], dtype=object)
    )
    assert digest(np.array([one], dtype=object)) != digest(np.array([other], dtype=object))
    loud = np.empty(1, dtype=object)
    loud[0] = Loud()
    assert digest(loud) == digest(loud.copy())


def test_of_what_is_too_large_a_sample_from_all_over_is_digested():
    array = np.zeros(WHOLE // 8 + 1000)
    before = digest(array)
    array[:] = 1
    assert digest(array) != before
    assert sample(array) == sample(array.copy())


def test_a_frame_s_stamp_changes_with_a_cell_a_column_and_a_name():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    held = frame.copy(deep=False)
    before = stamp(frame, "frame")
    assert stamp(frame, "frame") == before
    frame.loc[0, "a"] = 9.0
    assert stamp(frame, "frame") != before
    assert held.loc[0, "a"] == 1.0
    renamed = held.rename(columns={"a": "z"})
    assert stamp(renamed, "frame") != before
    assert stamp(held.assign(c=1), "frame") != before


def test_a_list_s_stamp_changes_with_its_things():
    things = [1, 2]
    before = stamp(things, "list")
    things[0] = 5
    assert stamp(things, "list") != before
    assert stamp(3, "int") is None


@pytest.mark.parametrize(
    ("kind", "shape", "size"),
    [
        ("frame", (1, 1), 8), ("series", (1,), 8), ("array", (2,), 16), ("list", (1,), 64),
        ("tuple", (1,), 64), ("dict", (0,), 0), ("estimator", (), 0), ("Bunch", (), 0),
        ("sparse", (2, 2), 32), ("int", (), 0),
    ],
)  # fmt: skip
def test_a_value_s_shape_and_size_are_told(kind, shape, size):
    assert shape_of(KINDS[kind], kind) == shape
    assert size_of(KINDS[kind], kind) == size


def test_a_frame_is_made_of_its_blocks():
    assert [one.shape for one in blocks_of(pd.DataFrame({"a": [1], "b": [2], "c": [0.5]}))] == [
        (2, 1),
        (1, 1),
    ]
    assert blocks_of([1]) == []
