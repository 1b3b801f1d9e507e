"""A value has the code that training gave it, in whatever order rows come."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.recipe.refusal import RowsOut
from o16n.recipe.rules.factorize.replay import replay

VALUES = st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=10)


@settings(deadline=None)
@given(VALUES, st.randoms())
def test_codes_are_those_of_pandas_on_the_training_rows(values, chance):
    column = pd.Series(values, dtype=object)
    codes, uniques = pd.factorize(column)
    places = list(range(len(values)))
    chance.shuffle(places)
    found, known = replay(column.iloc[places], list(uniques), policy=lambda _: "refuse")
    assert found.tolist() == codes[places].tolist()
    assert known == list(uniques)


def test_numbers_keep_their_codes_alone():
    codes, uniques = pd.factorize(np.array([30, 10, 30, 20]))
    for value, code in zip([30, 10, 30, 20], codes, strict=True):
        assert replay([value], list(uniques), policy=lambda _: "refuse")[0].tolist() == [code]


def test_a_value_that_training_never_had_is_refused_and_a_missing_one_is_not():
    column = pd.Series(["a", None, "z"], name="kind", dtype=object)
    with pytest.raises(RowsOut) as out:
        replay(column, ["a", "b"], policy=lambda _: "refuse")
    assert out.value.reasons == {2: "column 'kind' holds 'z', which training never had"}
    codes, _ = replay(column, ["a", "b"], policy=lambda name: {"kind": "missing"}[name])
    assert codes.tolist() == [0, -1, -1]
