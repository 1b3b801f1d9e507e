"""A name used before any cell above defines it is found, and no other."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.notebook import undefined
from o16n.notebook.read import from_history


def told(typed, *cells):
    return [
        (one.severity, str(one.place), one.message) for one in undefined.findings(typed(*cells))
    ]


def test_a_name_defined_nowhere_is_an_error_at_its_line_once(typed):
    found = told(typed, "x = 1", "y = (x +\n  ghost)\nghost")
    assert found == [("error", "cell 2 line 2", "ghost is used but defined nowhere")]


def test_a_name_defined_further_down_says_where(typed):
    found = told(typed, "print(later)", "a = 1\nlater = 2")
    assert found == [("error", "cell 1 line 1", "later is used before cell 2 line 2 defines it")]


def test_a_statement_that_needs_what_it_defines_is_told(typed):
    found = told(typed, "count += 1")
    assert found == [
        ("error", "cell 1 line 1", "count is used by the statement that first defines it")
    ]


def test_a_deleted_name_is_gone(typed):
    assert told(typed, "x = 1\ndel x", "x") == [
        ("error", "cell 2 line 1", "x is used before cell 1 line 1 defines it")
    ]


@pytest.mark.parametrize(
    "cells",
    [
        ["print(len([1]), __name__, _, Out, _i3, _12)", "display(get_ipython())"],
        ["def f():\n    return later", "later = 1\nf()"],
        ["def f(n):\n    return f(n - 1) if n else 0"],
        ["for i in range(3):\n    last = i\nprint(i, last)"],
        ["try:\n    import json as j\nexcept ImportError:\n    j = None\nj"],
        ["if (n := 3) > 2:\n    print(n)"],
        ["x = (m := 3) + m"],
        ["with open('a') as fh:\n    text = fh.read()\ntext"],
        ["while True:\n    if 'seen' in globals():\n        break\n    seen = 1"],
        ["class A:\n    size = 3\n    rows = [size]\n    def f(self):\n        return A"],
        ["from numpy import *", "zeros(3)"],
        ["from numpy import *\nzeros(3)", "ones(3)"],
        ["%pylab inline", "zeros(3)"],
        ["%run other.ipynb", "whatever"],
        ["files = !ls", "files"],
        ["%%capture out\nx = 1", "out, x"],
        ["%%bash --out listing\nls", "listing"],
        ["def f():\n    global G\n    G = 1\nf()\nG"],
        ["this is no python = 3\nvalue = 4", "value, python"],
        ["x: int = 3"],
        ["clear"],
        ["pip install x", "ls"],
        ["squares = [n * n for n in range(3)]"],
        ["import os.path", "os"],
        ["match 3:\n    case n if n > 2:\n        print(n)"],
    ],
)
def test_what_runs_from_the_top_is_not_complained_of(typed, cells):
    assert told(typed, *cells) == []


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("def f():\n    return ghost", "ghost"),
        ('if len("a") > 2:\n    ghost', "ghost"),
        ("try:\n    ghost\nexcept NameError:\n    pass", "ghost"),
        ("for i in []:\n    print(ghost)", "ghost"),
    ],
)
def test_where_a_branch_or_a_call_decides_it_is_a_warning(typed, cell, name):
    ((severity, _, message),) = told(typed, cell)
    assert (severity, message) == ("warning", f"{name} is used but defined nowhere")


NAME = st.sampled_from("abcde")
READS = st.one_of(
    NAME,
    st.tuples(NAME, NAME).map(lambda two: f"[{two[0]} for _ in [1] if {two[1]}]"),
    st.tuples(NAME, NAME).map(lambda two: f"[{two[0]} for {two[0]} in [{two[1]}]]"),
    NAME.map(lambda one: f"({one} := 1)"),
    NAME.map(lambda one: f"(lambda: {one})"),
    NAME.map(lambda one: f"(lambda: {one})()"),
    NAME.map(lambda one: f"f'{{{one}}}'"),
    NAME.map(lambda one: f"({one} if 0 else 1)"),
    st.just("1"),
)
LINE = st.one_of(
    st.tuples(NAME, READS).map(" = ".join),
    st.tuples(NAME, READS).map(" += ".join).map(lambda one: one.replace("+= ", "= 1 if 0 else ")),
    READS,
    NAME.map(lambda one: f"{one} += 0"),
    NAME.map(lambda one: f"del {one}"),
    NAME.map(lambda one: f"import os as {one}"),
    st.tuples(NAME, NAME, READS).map(lambda x: f"def {x[0]}(x={x[1]}):\n    return {x[2]}"),
    st.tuples(NAME, NAME).map(
        lambda two: f"def {two[0]}():\n    global {two[1]}\n    {two[1]} = 1"
    ),
    st.tuples(NAME, NAME, READS).map(
        lambda x: (
            f"class {x[0]}:\n    {x[1]} = {x[2]}\n    y = {x[1]}\n    def f(self):\n        return {x[1]}"
        )
    ),
    st.tuples(NAME, READS).map(lambda two: f"for {two[0]} in [{two[1]}]:\n    {two[0]}"),
    st.tuples(NAME, READS).map(lambda two: f"if {two[1]}:\n    {two[0]} = 1"),
    st.tuples(NAME, READS).map(lambda two: f"while {two[1]}:\n    {two[0]} = 1\n    break"),
    st.tuples(NAME, NAME, READS).map(
        lambda x: f"try:\n    {x[2]}\n    {x[0]} = 1\nexcept ValueError as {x[1]}:\n    pass"
    ),
    st.tuples(NAME, READS).map(lambda two: f"match 1:\n    case {two[0]}:\n        {two[1]}"),
    NAME.map(lambda one: f"{one}() if callable({one}) else 0"),
)


def first_missing(cells):
    """Run cells from the top; return (name, cell) of the first that is missing, None where none is."""
    names = {"__name__": "__main__"}
    for number, cell in enumerate(cells, 1):
        try:
            exec(cell, names)
        except NameError as error:
            return error.name, number
        except TypeError:
            return "stopped", number  # the text cannot say what is added to what
    return None


CELLS = st.lists(st.lists(LINE, min_size=1, max_size=3).map("\n".join), min_size=1, max_size=4)
STRAIGHT = st.one_of(
    st.tuples(NAME, NAME).map(" = ".join),
    st.tuples(NAME, NAME).map(lambda two: f"{two[0]} = [{two[1]} for _ in [1]]"),
    st.tuples(NAME, NAME).map(lambda two: f"{two[0]} = [{two[0]} for {two[0]} in [{two[1]}]]"),
    NAME.map(lambda one: f"{one} = 1"),
    NAME.map(lambda one: f"{one} |= 0" if one < "c" else f"del {one}"),
    NAME.map(lambda one: f"for {one} in [{one}]:\n    {one}"),
    NAME.map(lambda one: f"import os as {one}"),
)


def told_of(cells):
    return [*undefined.findings(from_history(["", *cells]))]


@settings(deadline=None, max_examples=300)
@given(CELLS)
def test_an_error_is_told_only_where_the_run_fails(cells):
    missing = first_missing(cells)
    errors = [one for one in told_of(cells) if one.severity == "error"]
    assert not errors or missing is not None
    assert all(one.place.cell >= missing[1] for one in errors)


@settings(deadline=None, max_examples=300)
@given(st.lists(STRAIGHT, min_size=1, max_size=6))
def test_the_first_name_that_a_straight_run_misses_is_the_first_error(cells):
    missing = first_missing(cells)
    errors = [
        (one.message.split()[0], one.place.cell)
        for one in told_of(cells)
        if one.severity == "error"
    ]
    if missing is None or missing[0] != "stopped":
        assert errors[:1] == ([] if missing is None else [missing])


@pytest.mark.parametrize(
    ("cell", "severity"),
    [
        ("for a in a:\n    pass", "error"),
        ("while a:\n    a = 0", "error"),
        ("if a > 1:\n    a = 1", "error"),
        ("match a:\n    case 1:\n        a = 2", "error"),
        ("with a as a:\n    pass", "error"),
        ("del a", "error"),
        ("for b in [1]:\n    a", "warning"),
        ("with open('x') as b:\n    a", "warning"),
        ("if 1:\n    a = 1\nelse:\n    a", None),
        ("class A:\n    a = 1\n    b = a", None),
        ("if (a := 1) and a:\n    pass", None),
    ],
)
def test_what_a_statement_reads_before_anything_else_is_certain(typed, cell, severity):
    assert [one[0] for one in told(typed, cell)] == ([severity] if severity else [])


def test_a_message_names_the_name_and_what_to_do(typed):
    found = [*undefined.findings(typed("ghost", "later\nlater = 1", "own += 1"))]
    assert [re.sub(r"cell \d+ line \d+", "…", one.message) for one in found] == [
        "ghost is used but defined nowhere",
        "later is used before … defines it",
        "own is used by the statement that first defines it",
    ]
    assert [one.hint for one in found] == [
        "define it, or import it",
        "move the definition up",
        "give it a value before",
    ]
