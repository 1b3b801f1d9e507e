"""What is done to each row by itself gives in a recipe what it gives in the notebook."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.preprocessing import PowerTransformer

from o16n.recipe.rules.assemble.replay import replay as assemble
from o16n.recipe.rules.boxcox.replay import replay as power
from o16n.recipe.rules.enumerate.replay import replay as numbered
from o16n.recipe.rules.map.replay import replay as mapped
from o16n.recipe.rules.select_columns.replay import replay as select
from o16n.recipe.rules.stored.replay import replay as stored
from o16n.recipe.rules.to_datetime.replay import replay as to_datetime
from o16n.recipe.rules.zip.replay import replay as zipped

NUMBERS = st.lists(
    st.integers(1, 400).map(lambda one: one / 4), min_size=6, max_size=20, unique=True
)


@settings(deadline=None, max_examples=30)
@given(NUMBERS)
def test_a_power_transform_keeps_the_exponent_of_training(values):
    column = np.array(values, dtype=float)
    trained, exponent = stats.yeojohnson(column)
    assert power(column, kind="yeojohnson", lmbda=exponent) == (pytest.approx(trained), exponent)
    for place in range(len(column)):
        alone, _ = power(column[[place]], kind="yeojohnson", lmbda=exponent)
        assert alone == pytest.approx(trained[[place]])


def test_both_kinds_of_power_transform_are_scikit_learn_s_too():
    column = np.random.default_rng(0).exponential(3, 50)
    for kind, name in (("boxcox", "box-cox"), ("yeojohnson", "yeo-johnson")):
        theirs = PowerTransformer(method=name, standardize=False).fit(column[:, None])
        found, _ = power(column, kind=kind, lmbda=theirs.lambdas_[0])
        assert found == pytest.approx(theirs.transform(column[:, None])[:, 0])


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["2026-01-02", "2026-03-04"], "%Y-%m-%d"),
        (["02/01/2026", "04/03/2026"], "%d/%m/%Y"),
        (["01/02/2026", "03/04/2026"], "%m/%d/%Y"),
    ],
)
def test_a_date_is_read_by_the_format_of_training_whichever_rows_come(texts, form):
    trained = pd.to_datetime(pd.Series(texts), format=form)
    assert trained.dt.day.tolist() == [2, 4]
    for place in (0, 1):
        alone = to_datetime(pd.Series([texts[place]]), format=form)
        assert alone.tolist() == [trained[place]]
    assert to_datetime(pd.Series(["nothing"]), format=form, errors="coerce").isna().all()


ROWS = st.lists(st.tuples(st.integers(), st.text(max_size=3)), min_size=1, max_size=6)


@given(ROWS, st.integers(-3, 3))
def test_loops_over_rows_give_what_python_s_own_give(rows, start):
    left, right = [one for one, _ in rows], [one for _, one in rows]
    assert zipped(left, right) == list(zip(left, right, strict=True))
    assert numbered(left, start) == list(enumerate(left, start))
    assert mapped(lambda a, b: (b, a), left, right) == [(b, a) for a, b in rows]


def test_columns_put_together_have_the_names_of_training():
    made = assemble({0: pd.Series([1, 2]), 1: pd.Series(["x", "y"])}, ["n", "n"])
    assert list(made.columns) == ["n", "n"]
    assert made.iloc[:, 1].tolist() == ["x", "y"]


def test_the_columns_that_training_had_left_are_left():
    told = pd.DataFrame({"a": [1], "b": ["x"], "c": [None]})
    assert list(select(told, ["c", "a"]).columns) == ["c", "a"]


def test_a_stored_column_is_in_a_copy():
    told = pd.DataFrame({"a": [1, 2]})
    made = stored(told, "b", pd.Series([3, 4]))
    assert made["b"].tolist() == [3, 4]
    assert list(told.columns) == ["a"]
