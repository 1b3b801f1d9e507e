"""A function of the notebook is opened where it is called: its statements, with the caller's names."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.candidate.calls import functions_of, opened


def shown(functions, call):
    """Return the statements that `call` opens, as text."""
    (node,) = ast.parse(call).body
    found = opened(node, functions_of([ast.parse(functions)]))
    return [ast.unparse(ast.fix_missing_locations(one)) for one in found]


TRAIN = "def train(m, X, y=default, *, deep=True):\n    m.fit(X, y)\n    return m"


@pytest.mark.parametrize(
    ("call", "fit"),
    [
        ("train(a, b, c)", "a.fit(b, c)"),
        ("train(a, b)", "a.fit(b, default)"),
        ("train(y=c, X=b, m=a)", "a.fit(b, c)"),
        ("train(SVC(), df[cols], df['y'])", "SVC().fit(df[cols], df['y'])"),
        ("best = train(a, b, c)", "best.fit(b, c)"),
        ("print(train(a, b, c))", "a.fit(b, c)"),
        ("scores = [train(a, b, c) for a in models]", "a.fit(b, c)"),
    ],
)
def test_parameters_are_what_the_caller_gave(call, fit):
    assert shown(TRAIN, call)[0] == fit


def test_a_returned_local_takes_the_caller_s_name_and_other_locals_none_that_can_be_written():
    text = "def make(data):\n    X = data.drop('y')\n    m = SVC().fit(X)\n    return m, X"
    first, second, _ = shown(text, "best, inputs = make(df)")
    assert first == "inputs = df.drop('y')"
    assert second == "best = SVC().fit(inputs)"
    first, second, _ = shown(text, "make(df)[0]")
    name = first.partition(" = ")[0]
    assert name.endswith("X")
    assert not name.isidentifier() or name != "X"
    assert second.endswith(f"SVC().fit({name})")


def test_a_local_of_a_global_s_name_is_not_that_global():
    (first, *_) = shown("def clean(df):\n    X = df.dropna()\n    return None", "clean(raw)")
    assert not first.startswith("X =")


@pytest.mark.parametrize("call", ["other(a)", "a.train(b)", "x = 3", "train"])
def test_what_is_no_call_of_the_notebook_s_function_opens_nothing(call):
    assert shown(TRAIN, call) == []


def test_the_last_definition_of_a_name_counts():
    text = "def f(a):\n    a.first()\ndef f(a):\n    a.second()"
    assert shown(text, "f(m)") == ["m.second()"]


def test_methods_and_inner_functions_are_not_the_notebook_s_own():
    text = "class A:\n    def f(self):\n        pass\ndef g():\n    def h():\n        pass"
    assert set(functions_of([ast.parse(text)])) == {"g"}


def test_two_calls_in_one_statement_are_both_opened():
    assert shown(TRAIN, "pair = train(a, b, c), train(d, e, f)")[::2] == [
        "a.fit(b, c)",
        "d.fit(e, f)",
    ]


def test_the_functions_themselves_are_left_as_they_were():
    functions = functions_of([ast.parse(TRAIN)])
    before = ast.dump(functions["train"])
    opened(ast.parse("train(a, b, c)").body[0], functions)
    assert ast.dump(functions["train"]) == before


NAMES = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=4, unique=True)


@settings(deadline=None)
@given(NAMES, st.integers(0, 4), st.integers(0, 4))
def test_every_parameter_has_the_value_python_gives_it(names, by_place, defaults):
    """Against Python's own binding: `f` really called, each parameter printed by its value."""
    defaults = min(defaults, len(names))
    told = [
        f"{one}={place + 100}" if place >= len(names) - defaults else one
        for place, one in enumerate(names)
    ]
    given = [str(place) for place in range(min(by_place, len(names)))]
    given += [
        f"{one}={place + 50}"
        for place, one in enumerate(names)
        if len(given) <= place < len(names) - defaults
    ]
    text = f"def f({', '.join(told)}):\n    seen({', '.join(names)})"
    seen = []
    exec(f"{text}\nf({', '.join(given)})", {"seen": lambda *values: seen.extend(values)})
    assert shown(text, f"f({', '.join(given)})") == [f"seen({', '.join(map(str, seen))})"]


@pytest.mark.parametrize("end", ["", "\n    return", "\n    return None, 3"])
def test_a_function_that_gives_no_local_back_names_nothing(end):
    text = f"def f(a, *, k, deep=None):\n    a.fit(k, deep){end}"
    assert shown(text, "x = f(m, k=X)")[0] == "m.fit(X, None)"
    assert shown(text, "x, y = f(m, k=X, deep=1)")[0] == "m.fit(X, 1)"


def test_a_named_parameter_without_a_default_keeps_its_name_where_it_is_not_given():
    assert shown("def f(*, k):\n    m.fit(k)", "f()") == ["m.fit(k)"]
