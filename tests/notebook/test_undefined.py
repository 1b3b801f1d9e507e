"""A name used before any cell above defines it is found, and no other."""

from __future__ import annotations

import pytest

from o16n.notebook import undefined


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
