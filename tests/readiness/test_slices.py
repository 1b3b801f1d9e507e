"""Slices cut a column into parts that a person can name, and no row is lost or told twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from o16n.readiness.slices import LEVELS, QUARTERS, sensitive_frame, slices
from o16n.settings import Settings


def named(values, name="a", **how):
    """Return {name of the slice: its places}."""
    frame = pd.DataFrame({name: values})
    return {one.name: np.flatnonzero(one.inside).tolist() for one in slices(frame, **how)}


VALUES = st.one_of(
    st.lists(st.floats(-1e6, 1e6) | st.just(np.nan), min_size=1, max_size=60),
    st.lists(st.integers(-50, 50), min_size=1, max_size=60),
    st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=40),
    st.lists(st.booleans(), min_size=1, max_size=10),
    st.lists(st.text("abc", max_size=3), min_size=1, max_size=60),
)


@settings(deadline=None, max_examples=150)
@given(VALUES)
def test_no_row_is_in_two_slices_and_only_rare_levels_are_in_none(values):
    column = pd.Series(values)
    found = named(values)
    inside = sorted(place for places in found.values() for place in places)
    assert len(inside) == len(set(inside))
    few = column.nunique() + column.isna().any() <= LEVELS
    if few or pd.api.types.is_numeric_dtype(column.dtype):
        assert inside == list(range(len(values)))
    assert all(found.values())


@settings(deadline=None, max_examples=100)
@given(st.lists(st.floats(-1e6, 1e6), min_size=LEVELS + 1, max_size=80, unique=True))
def test_quarters_are_pandas_own_and_in_order(values):
    theirs = pd.Series(values).rank(method="first").to_numpy()
    found = named(values)
    assert [name.removeprefix("a: ") for name in found] == [f"{word} quarter" for word in QUARTERS]
    ends = [max(values[place] for place in places) for places in found.values()]
    starts = [min(values[place] for place in places) for places in found.values()]
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))
    for share, end in zip((0.25, 0.5, 0.75), ends, strict=False):
        assert end == sorted(values)[int(np.ceil(share * len(values))) - 1]
        assert theirs[values.index(end)] == np.ceil(share * len(values))


def test_equal_numbers_stay_in_one_quarter():
    found = named([0] * 40 + list(range(1, 21)))
    assert len(found["a: lowest quarter"]) == 40
    assert "a: second quarter" not in found


def test_rows_without_a_value_are_a_slice_of_their_own():
    assert named(["x", None, "x"]) == {"a = x": [0, 2], "a = missing": [1]}
    assert named([*map(float, range(20)), np.nan])["a = missing"] == [20]


def test_only_the_commonest_levels_are_slices():
    values = [f"v{n}" for n in range(20) for _ in range(20 - n)]
    assert list(named(values)) == [f"a = v{n}" for n in range(LEVELS)]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([1.0, 2.0], ["a = 1", "a = 2"]),
        ([0.123456, 0.5], ["a = 0.1235", "a = 0.5"]),
        ([0.123451, 0.123452], ["a = 0.123451", "a = 0.123452"]),
        ([1, 2], ["a = 1", "a = 2"]),
        ([True, False], ["a = True", "a = False"]),
        (["x" * 50, "y"], [f"a = {'x' * 40}", "a = y"]),
        ([1e6, 2e6], ["a = 1e+06", "a = 2e+06"]),
    ],
    ids=str,
)
def test_a_level_is_named_as_short_as_keeps_it_apart(values, told):
    assert sorted(named(values)) == sorted(told)


@pytest.mark.parametrize(
    ("column", "expected"),
    [("sex", True), ("sex_female", True), ("sexton", False), ("essex", False), ("age", False)],
)
def test_a_declared_column_and_its_encoded_ones_are_sensitive(column, expected):
    (first, *_) = slices(pd.DataFrame({column: ["a", "b"]}), sensitive=("sex",))
    assert first.sensitive is expected


def test_a_sensitive_column_that_the_model_does_not_see_is_found_in_the_raw_rows(build):
    raw = build.frame(200).assign(sex=["f", "m"] * 100)
    rows, target = raw[["c0", "c1"]], build.classes(raw)
    train, test = build.cut(rows, target, 150)
    model = LogisticRegression().fit(*train)
    known = Settings(sensitive=("sex", "creed", "c0"))
    subject = build.subject(model, train, test, raw=raw, settings=known)
    sample = subject.sample(subject.tested)
    frame, lost = sensitive_frame(subject, sample)
    assert lost == ("creed",)  # c0 is the model's own
    assert frame["sex"].tolist() == raw["sex"][150:].tolist()


def test_without_raw_rows_a_sensitive_column_is_not_to_be_had(build, clean):
    bare = replace(clean.candidate, raw=None)
    subject = replace(clean, candidate=bare, settings=Settings(sensitive=("sex",)))
    frame, lost = sensitive_frame(subject, subject.sample(subject.tested))
    assert (list(frame.columns), lost) == ([], ("sex",))
