"""An expression of the notebook is looked up, and looking changes nothing."""

from __future__ import annotations

import ast
import copy

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import StandardScaler

from o16n.candidate.values import value_of


@pytest.fixture
def names():
    frame = pd.DataFrame({"a": [1.0, 2.0], "y": [0, 1]})
    return {
        "df": frame,
        "np": np,
        "pd": pd,
        "n": 3,
        "models": {"best": "m", 0: "first"},
        "scaler": StandardScaler().fit(frame[["a"]]),
        "cut": lambda _: frame.pop("a"),
        "m[0]": "a name no Python can have",
    }


@pytest.mark.parametrize(
    "text",
    [
        "df",
        "df['a']",
        "df.a",
        "df.drop(columns=['y'])",
        "df[['a']].to_numpy()",
        "df.iloc[:1]",
        "df[df['a'] > 1]",
        "df['a'].values.reshape(-1, 1)",
        "scaler.transform(df[['a']])",
        "np.log1p(df['a'])",
        "pd.DataFrame({'z': [n, -n]})",
        "models['best']",
        "(n + 1, n ** 2)",
        "not n",
        "n > 2 and len(df)",
        "list(range(n))",
    ],
)
def test_names_columns_arithmetic_and_harmless_calls_have_their_value(names, text):
    found, expected = value_of(names, text), eval(text, dict(names))
    assert type(found) is type(expected)
    np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))


@pytest.mark.parametrize(
    "text",
    [
        "df.drop(columns=['y'], inplace=True)",
        "df.drop(columns=['y'], **how)",
        "df.pop('a')",
        "df.insert(0, 'z', 1)",
        "cut(df)",
        "np.log(df['a'], out=df['a'])",
        "scaler.fit(df)",
        "scaler.fit_transform(df)",
        "open('x', 'w')",
        "exec('1')",
        "__import__('os')",
        "df.__class__",
        "().__class__.__bases__",
        "(z := 3)",
        "[one for one in df]",
        "lambda: df",
        "f'{df}'",
        "df if n else n",
        "print(df)",
        "df[",
        "x = 3",
        "",
        "unheard_of",
        "df['none']",
        "df.a.b",
        "1 / 0",
    ],
)
def test_what_might_change_or_fail_has_no_value_and_changes_nothing(names, text):
    before = copy.deepcopy({key: names[key] for key in ("df", "n", "models")})
    assert value_of(names, text) is None
    pd.testing.assert_frame_equal(names["df"], before["df"])
    assert (names["n"], names["models"]) == (before["n"], before["models"])
    assert "z" not in names


@pytest.mark.parametrize(
    "text", ["list(rows)", "pd.DataFrame(rows)", "np.array(rows)", "len(rows)"]
)
def test_what_looking_would_use_up_is_left_as_it_is(names, text):
    for rows in ((n for n in range(3)), iter([0, 1, 2]), map(int, range(3))):
        assert value_of({**names, "rows": rows}, text) is None
        assert list(rows) == [0, 1, 2]


def test_a_name_is_found_as_it_is_written(names):
    assert value_of(names, "m[0]") == "a name no Python can have"
    assert value_of(names, "df") is names["df"]


def test_the_names_of_the_kernel_are_not_added_to(names):
    before = set(names)
    value_of(names, "np.log(n)")
    assert set(names) == before


def test_whatever_is_let_through_is_an_expression_without_names_being_bound():
    from o16n.candidate.values import ALLOWED

    binding = (ast.NamedExpr, ast.Lambda, ast.comprehension, ast.Await, ast.Yield, ast.Starred)
    assert not set(ALLOWED) & set(binding)
