"""A live function is known again in the text it came from, and in no other."""

from __future__ import annotations

import ast
import functools
import textwrap

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.notebook.same_code import defines, same_code


def ran(text):
    """Run a cell; return the names it leaves."""
    names = {"__name__": "__main__", "functools": functools, "np": np}
    exec(compile(text, "<cell>", "exec", dont_inherit=True), names)
    return names


def found(text, name):
    """Return (the definition of `name`, the statement at the top of the cell that holds it)."""
    for top in ast.parse(text).body:
        for node in ast.walk(top):
            if getattr(node, "name", "") == name and isinstance(node, ast.stmt):
                return node, top
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
                return node, top
    raise AssertionError(name)


def comes_from(text, live, name="f"):
    """Tell whether `live` came from what `text` defines as `name`."""
    node, top = found(text, name)
    return defines(node, live, top)


def outcome(function):
    """Return what a call gives, or how it fails."""
    try:
        return repr(function(1))
    except TypeError as error:
        return str(error)


EXPRESSIONS = st.recursive(
    st.sampled_from(["x", "y", "0", "1", "2.5", "-0.0", "'a'", "None", "True", "x.real", "abs(x)"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "*", "and", "<", "=="]), inner).map(" ".join),
        inner.map(lambda one: f"[{one} for x in range(3)]"),
        inner.map(lambda one: f"(lambda y: {one})(1)"),
        inner.map(lambda one: f'f"""{{({one})!r:>5}}"""').filter(
            lambda text: text.count('f"') == 1
        ),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} if {two[1]} else 'z')"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}, {two[1]})"),
    ),
    max_leaves=5,
)


@settings(deadline=None, max_examples=150)
@given(EXPRESSIONS, EXPRESSIONS, st.integers(0, 5))
def test_a_function_is_its_own_text_s_wherever_it_stands_and_another_s_only_where_they_agree(
    one, other, down
):
    text = f"def f(x, y=2):\n    return ({one})"
    live = ran(text)["f"]
    assert comes_from("\n" * down + f"# moved\nz = 1\n{text}  # and told", live) is True
    changed = f"def f(x, y=2):\n    return ({other})"
    trees = ast.dump(ast.parse(text)) == ast.dump(ast.parse(changed))
    if not comes_from(changed, live):
        assert not trees
    elif not trees:  # Python computes what is constant: then both give the same
        assert outcome(live) == outcome(ran(changed)["f"])


BEFORE = """
def f(x, y=1, *, key=None):
    '''Say what it does.'''
    total = 0
    for one in x:
        total += one * y
    return total if key is None else {key: total}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("total += one", "total -= one"),
        ("total = 0", "total = 0.0"),
        ("total = 0", "total = False"),
        ("total = 0", "total = -0"),
        ("Say what it does.", "Say what it did."),
        ("key is None", "key is not None"),
        ("one * y", "y * one"),
        ("*, key", "key"),
        ("(x, y=1, *", "(x, y=1, /, *"),
        ("*, key=None", "**key"),
        ("for one in", "for each in"),
        ("in x:", "in sorted(x):"),
    ],
)
def test_every_change_of_what_it_does_is_another_function(old, new):
    changed = BEFORE.replace(old, new)
    assert changed != BEFORE
    expected = old == "total = 0" and new == "total = -0"  # which is the same number
    assert comes_from(changed, ran(BEFORE)["f"]) is expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("y=1", "y=2"),
        ("key=None", "key=3"),
        ("x, y=1", "x: list, y: int = 1"),
        ("total = 0\n", "total = 0  # at first\n\n"),
        ("{key: total}", "{ key : total }"),
    ],
)
def test_defaults_annotations_comments_and_lines_are_no_part_of_the_code(old, new):
    changed = BEFORE.replace(old, new)
    assert changed != BEFORE
    assert comes_from(changed, ran(BEFORE)["f"]) is True


@pytest.mark.parametrize(
    ("one", "other"),
    [("*more", "**more"), ("more", "*more"), ("*, more", "more"), ("more, /", "more")],
)
def test_how_arguments_are_taken_is_part_of_the_code(one, other):
    live = ran(f"def f({one}):\n    return more")["f"]
    assert comes_from(f"def f({one}):\n    return more", live) is True
    assert comes_from(f"def f({other}):\n    return more", live) is False


def test_a_cell_whose_annotations_were_never_evaluated_is_known_again():
    live = ran("from __future__ import annotations\ndef f(x: Nowhere):\n    return x")["f"]
    assert comes_from("def f(x: Nowhere):\n    return x", live) is True


KINDS = {
    "an async function": "async def f(x):\n    async with x as y:\n        return await y",
    "a generator": "def f(x):\n    yield from x\n    yield 1",
    "a lambda": "f = lambda x, *a, **k: (x, a, k)",
    "a recursion": "def f(n):\n    return n and f(n - 1)",
    "a function in a function": "def f(x):\n    def g(y):\n        return x + y\n    return g",
    "a walrus and a match": (
        "def f(x):\n    if (n := len(x)) > 2:\n        return n\n"
        "    match x:\n        case [a, *b] if a in {1, 2}:\n            return b\n"
        "        case {'k': 1, **more}:\n            return more"
    ),
    "a try": "def f(x):\n    try:\n        return x()\n    except* ValueError as e:\n        e\n    finally:\n        x()",
    "a global": "def f():\n    global seen\n    seen = 1",
    "a doc alone": "def f():\n    'Nothing.'",
}


@pytest.mark.parametrize("text", KINDS.values(), ids=KINDS)
def test_every_kind_of_function_is_known_again(text):
    live = ran(text)["f"]
    assert comes_from(f"import os\n\n{text}", live) is True
    for other in KINDS.values():
        if other != text:
            assert comes_from(other, live) is False


DECORATED = {
    "a cache": ("@functools.lru_cache(maxsize=None)\ndef f(x):\n    return x", True),
    "wraps": (
        "def twice(g):\n    @functools.wraps(g)\n    def inner(x):\n        return g(g(x))\n    return inner\n@twice\n@functools.cache\ndef f(x):\n    return x",
        True,
    ),
    "one that hides it": (
        "def hide(g):\n    return g(1)\n@hide\ndef f(x):\n    return x",
        None,
    ),
    "numpy's": ("@np.vectorize\ndef f(x):\n    return x", None),
}


@pytest.mark.parametrize(("text", "expected"), DECORATED.values(), ids=DECORATED)
def test_a_decorated_function_is_known_where_the_decorator_keeps_it(text, expected):
    live = ran(text)["f"]
    assert comes_from(text, live) is expected
    if expected:
        assert comes_from(text.replace("return x", "return -x"), live) is False


CLASS = """
class f:
    rate = 3

    def __init__(self, k=1):
        self.k = k

    @property
    def twice(self):
        return 2 * self.k

    @staticmethod
    def plain(x):
        return x

    @classmethod
    def made(cls):
        return cls(4)

    def sup(self):
        return super().__repr__()
"""


@pytest.mark.parametrize("body", ["2 * self.k", "self.k = k", "return x", "cls(4)", "super()"])
def test_a_class_is_known_by_each_of_its_functions(body):
    live = ran(CLASS)["f"]
    changed = {
        "2 * self.k": "3 * self.k",
        "self.k = k": "self.k = -k",
        "return x": "return [x]",
        "cls(4)": "cls(5)",
        "super()": "super(f, self)",
    }
    assert comes_from(CLASS, live) is True
    assert comes_from(CLASS.replace(body, changed[body]), live) is False


def test_a_class_without_functions_is_told_by_nothing_but_its_name():
    live = ran("class f:\n    rate = 3")["f"]
    assert comes_from("class f:\n    rate = 4", live) is True


def test_a_class_is_no_function_and_a_function_no_class():
    names = ran("class c:\n    def g(self):\n        return 1\ndef f():\n    return 1")
    assert comes_from("class f:\n    def g(self):\n        return 1", names["f"]) is None
    assert comes_from("def f():\n    return 1", names["c"]) is None


def test_what_cannot_be_looked_into_tells_nothing():
    for value in (len, 3, None, np.add, functools.partial(max, 1)):
        assert comes_from("def f(x):\n    return x", value) is None


BRANCHES = """
if True:
    def f():
        return 1
else:
    def f():
        return 2
"""


def test_the_branch_that_ran_is_told_from_the_one_that_did_not():
    first, second = ast.parse(BRANCHES).body[0].body[0], ast.parse(BRANCHES).body[0].orelse[0]
    live = ran(BRANCHES)["f"]
    top = ast.parse(BRANCHES).body[0]
    assert defines(first, live, top) is True
    assert defines(second, live, top) is False  # the compiler leaves the other out


def test_two_of_one_name_on_different_lines_are_told_apart():
    text = "for n in (1, 2):\n    if n == 1:\n        def f():\n            return 'one'\n    else:\n        def f():\n            return 'two'"
    top = ast.parse(text).body[0]
    one, two = top.body[0].body[0], top.body[0].orelse[0]
    live = ran(text)["f"]
    assert live() == "two"
    assert (defines(one, live, top), defines(two, live, top)) == (False, True)


def test_a_decorator_of_several_lines_does_not_lose_the_function():
    text = textwrap.dedent("""
        x = 1
        @functools.lru_cache(
            maxsize=3,
        )
        @functools.wraps(
            len
        )
        def f(x):
            return x
    """)
    live = ran(text)["f"].__wrapped__
    del live.__wrapped__  # wraps(len) points at len
    assert comes_from(text, live) is True


def test_what_does_not_compile_on_its_own_is_nobody_s():
    node = ast.parse("def f():\n    return 1").body[0]
    top = ast.parse("return 3").body[0]
    assert defines(node, ran("def f():\n    return 1")["f"], top) is False


def test_code_is_the_same_wherever_it_was_compiled():
    one = compile("x = (1, 'a', {2, 3}, lambda: 4)", "<one>", "exec")
    other = compile("\n\nx = (1, 'a', {2, 3}, lambda: 4)", "<other>", "exec")
    assert same_code(one, other)
    assert not same_code(one, compile("x = (1, 'a', {2, 3}, lambda: 5)", "<one>", "exec"))
    assert not same_code(one, compile("x = (1, 'a', {2, 3}, lambda: 4.0)", "<one>", "exec"))
