"""One row alone gets the columns and types that training had, where that loses nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.recipe.conform import conform, empty_of, form_of
from o16n.recipe.program import Shape
from o16n.recipe.refusal import RowsOut
from tests.recipe.programs import shape_of

REFUSE = lambda _: "refuse"  # noqa: E731 - a policy
MISSING = lambda _: "missing"  # noqa: E731 - a policy


def conformed(value, like, policy=REFUSE):
    shape = like if isinstance(like, Shape) else shape_of(like)
    return conform(value, form_of(shape), policy)


@pytest.mark.parametrize(
    ("given", "trained", "expected"),
    [
        ([1], [1.5], "float64"), ([True], [1], "int64"), ([1.0], [1], "int64"), ([1.5], [1], "float64"),
        ([None], [1], "object"), (["a"], [1.0], None), ([1], ["x"], "str"),
        (pd.to_datetime(["2020"]), pd.to_datetime(["2020-01-01 10:00:00.5"]), None),
    ],
    ids=range(8),
)  # fmt: skip
def test_a_type_widens_and_never_loses(given, trained, expected):
    like = pd.Series(trained)
    try:
        found = conformed(pd.Series(given), like)
    except ValueError:
        assert expected is None
    else:
        assert str(found.dtype) == (expected or str(like.dtype))


def test_columns_come_in_the_order_of_training_and_missing_ones_are_null():
    found = conformed(pd.DataFrame({"b": [1], "z": [9]}), pd.DataFrame({"a": [1.5], "b": [2]}))
    assert list(found.columns) == ["a", "b"]
    assert found["a"].isna().all()
    assert found["b"].tolist() == [1]


def test_doubled_and_nested_columns_are_left_and_ordered():
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
    assert conformed(twice, pd.DataFrame([[1.5, 2.5]], columns=["a", "a"])).equals(twice)
    nested = pd.DataFrame({("a", 1): [1.0], ("b", 2): [2.0]})
    assert conformed(nested[[("b", 2)]], nested).columns.tolist() == [("a", 1), ("b", 2)]


def test_levels_of_training_are_kept_and_an_unseen_one_is_refused_by_row():
    like = pd.Series(["x", "y"], dtype="category", name="g")
    assert conformed(pd.Series(["y"], name="g"), like).cat.codes.tolist() == [1]
    with pytest.raises(RowsOut) as caught:
        conformed(pd.Series(["y", "q", None], name="g"), like)
    assert caught.value.reasons == {1: "column 'g' holds 'q', which training never had"}
    assert conformed(pd.Series(["q"], name="g"), like, MISSING).isna().all()


@pytest.mark.parametrize(
    ("had", "wanted", "found"),
    [("f4", "f8", "f8"), ("i8", "f8", "f8"), ("U1", "O", "O"), ("f8", "M8[s]", "f8")],
)
def test_arrays_conform_to_numbers_and_objects_only(had, wanted, found):
    given = np.ones(2).astype(had)
    assert conformed(given, Shape(kind="array", dtypes=(np.dtype(wanted),))).dtype == np.dtype(
        found
    )


def test_a_value_of_another_kind_is_left_as_it_is():
    assert conformed([1], pd.Series([1.5])) == [1]
    assert conformed(3, pd.DataFrame({"a": [1]})) == 3
    assert form_of(None) is None
    assert form_of(Shape(kind="array")) is None


@pytest.mark.parametrize(
    "like",
    [pd.DataFrame({"a": [1], "b": ["x"]}), pd.Series([1.5]), np.ones(3)],
    ids=["frame", "series", "array"],
)
def test_nothing_has_the_form_too(like):
    found = empty_of(form_of(shape_of(like)))
    assert len(found) == 0
    assert shape_of(found) == shape_of(like)
