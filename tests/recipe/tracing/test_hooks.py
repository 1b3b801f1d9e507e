"""Each kind of operation on rows is written down by an exact name; what touches no rows is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from o16n.recipe.program import Ref
from o16n.recipe.replay import play
from o16n.recipe.steps import check
from tests.recipe.lifted import lifted
from tests.recipe.tracing.traced import frame, functions, last, traced, value_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "function"),
    [
        ("s = df['a'] + 1", "add"),
        ("s = 1 - df['a']", "sub"),
        ("s = df['a'] * df['k']", "mul"),
        ("s = df['a'] / 2", "truediv"),
        ("s = df['k'] // 2", "floordiv"),
        ("s = df['k'] % 2", "mod"),
        ("s = df['a'] ** 2", "pow"),
        ("s = -df['a']", "neg"),
        ("s = ~(df['k'] > 1)", "invert"),
        ("s = (df['k'] > 1) & (df['y'] == 1)", "and_"),
        ("s = (df['k'] > 1) | (df['y'] == 1)", "or_"),
        ("s = (df['k'] > 1) ^ (df['y'] == 1)", "xor"),
        ("s = df['k'] != 2", "ne"),
        ("s = df['k'] <= 2", "le"),
        ("s = df.a", "attribute"),
        ("s = df.values", "attribute"),
        ("s = df['g'].str", "attribute"),
        ("s = df[['a', 'k']]", "getitem"),
        ("s = df.loc[:, 'a']", "loc"),
        ("s = df.iloc[:, 1]", "iloc"),
        ("s = df['a'].abs()", "method"),
        ("s = np.log1p(df['k'])", "numpy.log1p"),
        ("s = np.where(df['k'] > 1, 1, 0)", "numpy.where"),
        ("s = pd.to_numeric(df['k'])", "pandas.to_numeric"),
        ("s = df[['a', 'k']].values @ np.array([1.0, 2.0])", "matmul"),
        ("s = abs(df['a'])", "builtins.abs"),
        ("s = np.c_[df['a'], df['k']]", "numpy.column_stack"),
        ("s = pd.cut(df['k'], 3)", "rules.cut"),
        ("s = pd.get_dummies(df['g'])", "rules.get_dummies"),
        ("s = df.select_dtypes('number')", "rules.select_columns"),
        ("s = df.groupby('g')['k'].transform('mean')", "rules.group_table"),
        ("s, levels = pd.factorize(df['g'])", "nth"),
        ("s = list(zip(df['a'], df['k']))", "builtins.list"),
    ],
)
def test_what_makes_rows_is_written_by_name(line: str, function: str, tmp_path: Path) -> None:
    run = traced(tmp_path, line)
    assert run.failed == []
    assert last(run).function == function
    assert any(isinstance(one, Ref) for one in last(run).arguments) or last(run).uses


@pytest.mark.parametrize(
    ("line", "function"),
    [
        ("df['n'] = 1", "setitem"),
        ("df[['n', 'm']] = df[['a', 'k']]", "setitem"),
        ("df.loc[df['k'] > 1, 'a'] = 0", "set_loc"),
        ("df.iloc[:, 1] = 0.0", "set_iloc"),
        ("del df['a']", "delitem"),
        ("df.columns = [c.upper() for c in df.columns]", "setattr"),
        ("df.a = df.a * 2", "setattr"),
        ("df.fillna(0, inplace=True)", "method"),
        ("df.rename(columns={'a': 'b'}, inplace=True)", "method"),
        ("df.insert(0, 'n', 1)", "method"),
        ("df['k'] += 1", "setitem"),
        ("df.k *= 2", "setattr"),
    ],
)
def test_what_changes_rows_in_place_is_written_as_a_change(
    line: str, function: str, tmp_path: Path
) -> None:
    run = traced(tmp_path, line)
    assert run.failed == []
    assert last(run).function == function
    assert (last(run).changes, last(run).makes) == (1, None)


@pytest.mark.parametrize(
    "line",
    [
        "x = len(df)",
        "x = df.shape[0]",
        "x = df.columns",
        "x = df['a'].mean()",
        "x = df['g'].unique()",
        "x = [c for c in df.columns if df[c].dtype == 'float64']",
        "x = df.isnull().sum()",
        "x = sorted(df['g'].unique())",
        "x = {'a': 1}['a'] + 2",
        "print(df)",
        "x = type(df)",
        "x = df.dtypes",
        "x = isinstance(df, pd.DataFrame)",
    ],
)
def test_facts_are_values_and_no_operation_lives_on(line: str, tmp_path: Path) -> None:
    run = traced(tmp_path, line)
    assert run.failed == []
    value = run.names.get("x")
    assert value is None or run.recorder.known.find(value) is None


def test_a_name_bound_to_the_same_object_is_the_same_rows(tmp_path: Path) -> None:
    run = traced(tmp_path, "other = df\nother['n'] = 1")
    assert last(run).changes == 1
    assert "n" in run.names["df"].columns


def test_a_copy_is_rows_of_its_own(tmp_path: Path) -> None:
    run = traced(tmp_path, "other = df.copy()\nother['n'] = 1")
    assert last(run).changes == 2
    assert "n" not in run.names["df"].columns


def test_what_library_code_does_inside_is_one_operation(tmp_path: Path) -> None:
    run = traced(tmp_path, "df['n'] = df['k'].apply(lambda v: v * 2 + 1)")
    assert functions(run) == ["source", "getitem", "apply", "setitem"]


def test_what_is_written_down_can_be_read_and_gives_the_same(tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        "df['n'] = (df['k'] * 2 - 1).clip(0, 3)\ndf.loc[df['n'] > 2, 'n'] = 9\nX = df[['n', 'k']]",
        "m = LogisticRegression().fit(X, df['y'])\np = m.predict(X)",
    )
    found = lifted(run)
    check(found.recipe)
    again = play(found.recipe, frame()[["k", "a", "g", "y", "id"]])
    np.testing.assert_array_equal(again.value.to_numpy(), run.names["X"].to_numpy())
    assert value_of(run) is not None
