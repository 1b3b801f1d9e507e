"""Values given for parameters arrive in their types, or are refused in words."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.errors import UnknownName, UsageError
from o16n.notebook.given import as_json, convert
from o16n.notebook.notebook import Place
from o16n.notebook.parameters import Parameter


def one(kind, default=None, **how):
    return (Parameter(name="p", type=kind, default=default, place=Place(cell=1, line=1), **how),)


def passed(kind, value, **how):
    return convert(one(kind, **how), {"p": value})["p"]


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        ("int", "7", 7),
        ("int", "-7", -7),
        ("int", "1_000", 1000),
        ("int", "01234", 1234),
        ("float", "3", 3.0),
        ("float", "1e-3", 0.001),
        ("str", "01234", "01234"),
        ("str", "true", "true"),
        ("str", "no", "no"),
        ("str", "nan", "nan"),
        ("str", "1_000", "1_000"),
        ("str", "[1,2]", "[1,2]"),
        ("str", "", ""),
        ("bool", "true", True),
        ("bool", "False", False),
        ("bool", "no", False),
        ("bool", "on", True),
        ("bool", "1", True),
        ("list", "[1,2]", [1, 2]),
        ("list", "(1, 'a')", [1, "a"]),
        ("list", '["a", true, null]', ["a", True, None]),
        ("list", "[]", []),
        ("list", "1,2", [1, 2]),
        ("dict", "{'a': (1, 2)}", {"a": [1, 2]}),
        ("dict", '{"a": false}', {"a": False}),
        ("any", "01234", "01234"),
        ("any", "true", True),
        ("any", "nan", "nan"),
        ("any", "2.5", 2.5),
        ("any", "[1,2]", [1, 2]),
        ("any", "plain words", "plain words"),
    ],
    ids=repr,
)
def test_text_from_a_shell_becomes_the_declared_type(kind, typed, expected):
    value = passed(kind, typed)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("int", np.int64(3), 3),
        ("int", 3.0, 3),
        ("float", np.float32(0.5), 0.5),
        ("float", 2, 2.0),
        ("bool", np.bool_(1), True),
        ("str", np.str_("a"), "a"),
        ("str", Path("data") / "a.csv", str(Path("data") / "a.csv")),
        ("str", dt.date(2026, 1, 2), "2026-01-02"),
        ("str", dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC), "2026-01-02T03:04:00+00:00"),
        ("str", pd.Timestamp("2026-01-02"), "2026-01-02T00:00:00"),
        ("list", (1, 2), [1, 2]),
        ("list", {3, 1, 2}, [1, 2, 3]),
        ("list", np.array([[1, 2]]), [[1, 2]]),
        ("dict", {"a": np.float64(1)}, {"a": 1.0}),
        ("any", (1, (2, None)), [1, [2, None]]),
    ],
    ids=repr,
)
def test_values_from_python_are_encoded_on_purpose(kind, value, expected):
    found = passed(kind, value)
    assert found == expected
    assert type(found) is type(expected)
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", "abc"),
        ("int", "1.5"),
        ("int", "true"),
        ("int", True),
        ("int", 1.5),
        ("int", ""),
        ("int", None),
        ("int", "9" * 5000),
        ("float", "abc"),
        ("float", True),
        ("float", "nan"),
        ("float", "inf"),
        ("float", float("nan")),
        ("bool", "perhaps"),
        ("bool", "2"),
        ("bool", 1.0),
        ("str", 1234),
        ("str", None),
        ("str", b"x"),
        ("list", "7"),
        ("list", "[1"),
        ("list", "{}"),
        ("list", [float("inf")]),
        ("dict", "[]"),
        ("dict", {1: 2}),
        ("dict", "{1: 2}"),
        ("dict", {"a": {2: 3}}),
        ("any", object()),
        ("any", pd.DataFrame()),
        ("any", {"a": b"x"}),
    ],
    ids=lambda one: repr(one).partition(" at 0x")[0],  # both workers must name a test alike
)
def test_what_is_of_another_type_is_refused_with_the_option_and_the_default(kind, value):
    with pytest.raises(UsageError) as refusal:
        passed(kind, value, default="the default")
    assert refusal.value.where == "-p p"
    assert "the default" in refusal.value.hint
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("value", [None, "None", "null"], ids=repr)
def test_none_is_allowed_where_it_is_optional(value):
    assert passed("int", value, optional=True) is None
    with pytest.raises(UsageError):
        passed("int", value)


@pytest.mark.parametrize(
    ("choices", "value", "expected"),
    [
        (("fast", "exact"), "fast", "fast"),
        ((1, 2), "2", 2),
        ((1, "1"), "1", "1"),
        ((0.5,), 0.5, 0.5),
    ],
)
def test_a_choice_is_taken_in_its_own_type(choices, value, expected):
    found = passed("any", value, choices=choices)
    assert (found, type(found)) == (expected, type(expected))


def test_what_is_no_choice_is_refused_with_the_choices():
    with pytest.raises(UsageError, match="'slow' is not among the choices; 'fast', 'exact'"):
        passed("str", "slow", choices=("fast", "exact"))


@pytest.mark.parametrize("name", ["a b", "a = 1; import os #", "1a", "", "class", "None", "a.b"])
def test_a_name_that_is_no_python_name_is_refused(name):
    with pytest.raises(UsageError, match="is not a Python name"):
        convert(one("int"), {name: "1"})


def test_an_unknown_name_says_which_is_near():
    parameters = (
        Parameter(name="learning_rate", type="float", default=0.1, place=Place(cell=1)),
        Parameter(name="rows", type="int", default=1, place=Place(cell=1)),
    )
    with pytest.raises(UnknownName, match="did you mean learning_rate"):
        convert(parameters, {"learnin_rate": "1"})


def test_a_notebook_without_parameters_says_how_to_get_some():
    with pytest.raises(UsageError, match=r"declares no parameters.*tag `parameters`"):
        convert((), {"a": "1"})


def test_nothing_given_is_nothing():
    assert convert(one("int"), {}) == {}


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(["bool", "int", "float", "str", "list", "dict", "any"]), st.text(max_size=12)
)
def test_any_text_is_a_json_value_of_the_type_or_refused(kind, text):
    try:
        value = passed(kind, text)
    except UsageError:
        return
    json.dumps(value, allow_nan=False)
    own = {"bool": bool, "int": int, "float": float, "str": str, "list": list, "dict": dict}
    assert kind == "any" or type(value) is own[kind]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
        max_leaves=8,
    )
)
def test_json_stays_as_it_is(value):
    assert as_json(value) == value


LINES = """
count = 1
share: float = 1
name = "x"
flag = False
maybe: int | None = 3
items = [0]
pairs = (0, 0)
table = {"a": 0}
free = None
mode: Literal["fast", "exact"] = "fast"
"""
GIVEN = {
    "count": "01234",
    "share": "3",
    "name": "01234",
    "flag": "yes",
    "maybe": "None",
    "items": "[1, 'a\"b', None]",
    "pairs": "(1, 2)",
    "table": "{'k': [True]}",
    "free": "nan",
    "mode": "exact",
}


@pytest.mark.filterwarnings("ignore")
def test_values_typed_in_a_shell_arrive_in_the_kernel_with_their_types(written, tmp_path):
    notebook = written(
        "from typing import Literal",
        (LINES, {"tags": ["parameters"]}),
        f"import json\nprint(json.dumps([[n, type(globals()[n]).__name__, globals()[n]] for n in {list(GIVEN)!r}]))",
    )
    words = [word for name, value in GIVEN.items() for word in ("-p", name, value)]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "o16n",
            "run",
            str(notebook.path),
            *words,
            "--out",
            str(tmp_path / "run"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    executed = json.loads((tmp_path / "run" / "executed.ipynb").read_text())
    (printed,) = executed["cells"][-1]["outputs"]
    assert json.loads("".join(printed["text"])) == [
        ["count", "int", 1234],
        ["share", "float", 3.0],
        ["name", "str", "01234"],
        ["flag", "bool", True],
        ["maybe", "NoneType", None],
        ["items", "list", [1, 'a"b', None]],
        ["pairs", "list", [1, 2]],
        ["table", "dict", {"k": [True]}],
        ["free", "str", "nan"],
        ["mode", "str", "exact"],
    ]
    assert json.loads((tmp_path / "run" / "run.json").read_text())["parameters"]["name"] == "01234"
