"""A column is the same numbers, levels and digests however its values are stored."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.readiness import columns
from o16n.readiness.columns import MISSING, digests, each, is_number, levels, numbers

WHOLE = st.lists(st.integers(-100, 100), min_size=1, max_size=20)
TEXTS = st.lists(st.sampled_from(["a", "b", "1", "None", "", "é"]), min_size=1, max_size=20)


def digest_of(*values):
    """Return the digests of rows whose columns are `values`."""
    return digests(pd.DataFrame(dict(enumerate(values)))).tolist()


@settings(deadline=None, max_examples=60)
@given(
    WHOLE, st.sampled_from(["float64", "float32", "Int64", "int16", "Float64", "int64[pyarrow]"])
)
def test_whole_numbers_have_the_digests_of_any_type_that_holds_them(values, kind):
    one = pd.Series(values, dtype="int64")
    try:
        other = one.astype(kind)
    except (ImportError, TypeError):
        return  # pyarrow is not part of every installation
    assert digest_of(one) == digest_of(other)


@settings(deadline=None, max_examples=60)
@given(TEXTS)
def test_texts_have_the_digests_of_their_categories(values):
    one = pd.Series(values, dtype=object)
    told = digest_of(one)
    assert digest_of(one.astype("category")) == told
    assert digest_of(one.astype("str")) == told
    assert (
        digest_of(pd.Series(pd.Categorical(values, categories=sorted(set(values), reverse=True))))
        == told
    )


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from("ab"), st.booleans()), min_size=2, max_size=25
    )
)
def test_two_rows_have_one_digest_exactly_where_they_are_equal(rows):
    told = digests(pd.DataFrame(rows, columns=["n", "t", "b"]))
    for one, digest in zip(rows, told, strict=True):
        for other, other_digest in zip(rows, told, strict=True):
            assert (one == other) == (digest == other_digest)


def test_numbers_that_are_equal_have_one_digest():
    assert digest_of([1, 0]) == digest_of([1.0, -0.0]) == digest_of([True, False])
    assert len(set(digest_of([1.0, 2.0, np.nan]))) == 3
    assert len(set(digest_of([np.nan, np.nan]))) == 1
    assert digest_of(pd.Series([1, None], dtype="Int64")) == digest_of([1.0, np.nan])


def test_a_text_is_not_the_number_it_spells():
    assert digest_of(["1"]) != digest_of([1])


TIMES = pd.to_datetime(["2026-01-02 03:04:05", None, "1969-12-31 00:00:00"])


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_are_nanoseconds_in_whatever_unit_they_are_kept(unit):
    found = numbers(pd.Series(TIMES.as_unit(unit)))
    assert np.isnan(found[1])
    assert found[[0, 2]].tolist() == [1_767_323_045e9, -86_400e9]
    assert digest_of(TIMES.as_unit(unit)) == digest_of(TIMES.as_unit("ns"))


def test_times_of_a_zone_are_told_apart_by_their_instant():
    here = pd.Series(pd.to_datetime(["2026-01-01 12:00"]).tz_localize("Europe/Berlin"))
    there = here.dt.tz_convert("UTC")
    assert is_number(here)
    assert numbers(here).tolist() == numbers(there).tolist()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2], True),
        ([1.5, None], True),
        ([True, False], True),
        (pd.array([1, None], dtype="Int64"), True),
        (pd.array([True, None], dtype="boolean"), True),
        (pd.to_datetime(["2026-01-01"]), True),
        (["a", "b"], False),
        (pd.Categorical([1, 2]), False),
        ([1, "a"], False),
        ([None, None], False),
    ],
    ids=str,
)
def test_what_has_an_order_and_a_distance_is_a_number(values, expected):
    assert is_number(pd.Series(values)) is expected


def test_missing_numbers_are_not_a_number_and_missing_levels_are_named():
    kinds = [pd.array([1, None], dtype="Int64"), pd.array([1, None], dtype="Float64"), [1.0, None]]
    for kind in kinds:
        found = numbers(pd.Series(kind))
        assert found.dtype == "float64"
        assert found[0] == 1
        assert np.isnan(found[1])
    for gone in (None, np.nan, pd.NA, pd.NaT):
        assert levels(pd.Series(["a", gone], dtype=object)).tolist() == ["a", MISSING]
    assert levels(pd.Series(pd.Categorical(["a", None]))).tolist() == ["a", MISSING]


def test_columns_of_one_name_are_each_their_own():
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])
    assert [(name, one.tolist()) for name, one in each(frame)] == [("a", [1, 3]), ("a", [2, 4])]
    assert len(set(columns.digests(frame))) == 2


def test_an_empty_frame_has_no_digests_and_one_without_columns_equal_ones():
    assert digests(pd.DataFrame({"a": []})).shape == (0,)
    assert len(set(digests(pd.DataFrame(index=[5, 7])))) <= 1
