"""What is not row-aligned is frozen as it was when it was used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from o16n.recipe.program import Circle, Code, Named
from tests.recipe.tracing.traced import last, traced

if TYPE_CHECKING:
    from pathlib import Path


def _code(folder: Path, *cells: str) -> Code:
    found = [
        one
        for op in traced(folder, *cells).recorder.program
        for one in (*op.arguments, *op.options.values())
        if isinstance(one, Code)
    ]
    return found[-1]


def test_a_statistic_is_frozen_at_its_use(tmp_path: Path) -> None:
    run = traced(tmp_path, "m = df['k'].mean()\ndf['b'] = df['k'] - m\nm = 0")
    frozen = [one.arguments[1] for one in run.recorder.program if one.function == "sub"]
    assert frozen == [pytest.approx(run.names["df"]["k"].mean())]


def test_a_dictionary_is_frozen_before_it_changes(tmp_path: Path) -> None:
    run = traced(tmp_path, "d = {'x': 1, 'y': 2, 'z': 3}\ndf['n'] = df['g'].map(d)\nd['x'] = 9")
    used = [one.arguments[2] for one in run.recorder.program if one.arguments[1:2] == ("map",)]
    assert used == [{"x": 1, "y": 2, "z": 3}]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("np.log1p", "numpy.log1p"),
        ("str", "builtins.str"),
        ("len", "builtins.len"),
        ("float", "builtins.float"),
    ],
)
def test_library_functions_are_known_by_name(value: str, name: str, tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        f"df['n'] = df['k'].apply({value})" if value != "len" else "df['n'] = df['g'].apply(len)",
    )
    used = [one.arguments[2] for one in run.recorder.program if one.arguments[1:2] == ("apply",)]
    assert used == [Named(name)]


def test_a_lambda_is_its_own_text(tmp_path: Path) -> None:
    code = _code(tmp_path, "df['n'] = df['k'].apply(lambda v: v + 1)")
    assert (code.kind, code.source) == ("lambda", "lambda v: v + 1")
    assert code.frozen == {}


def test_a_function_takes_along_what_it_reads(tmp_path: Path) -> None:
    code = _code(
        tmp_path,
        "limit = 2\ndef big(v):\n    return v > limit\ndf['n'] = df['k'].apply(big)\nlimit = 7",
    )
    assert (code.kind, code.name) == ("def", "big")
    assert code.source.startswith("def big(v):")
    assert code.frozen == {"limit": 2}


def test_a_closure_takes_along_its_cells(tmp_path: Path) -> None:
    code = _code(
        tmp_path, "def make(n):\n    return lambda v: v * n\ndf['n'] = df['k'].apply(make(3))"
    )
    assert code.frozen == {"n": 3}


def test_functions_that_call_each_other_go_together(tmp_path: Path) -> None:
    code = _code(
        tmp_path,
        "def half(v):\n    return v / 2\ndef quarter(v):\n    return half(half(v))\ndf['n'] = df['k'].apply(quarter)",
    )
    inner = code.frozen["half"]
    assert isinstance(inner, Code)
    assert inner.name == "half"


def test_a_function_that_calls_itself_is_written_once(tmp_path: Path) -> None:
    code = _code(
        tmp_path, "def f(v):\n    return 0 if v < 1 else f(v - 1)\ndf['n'] = df['k'].apply(f)"
    )
    assert code.frozen == {}


def test_modules_are_named(tmp_path: Path) -> None:
    code = _code(tmp_path, "import math\ndf['n'] = df['k'].apply(lambda v: math.sqrt(np.abs(v)))")
    assert code.frozen == {"math": Named("math"), "np": Named("numpy")}


def test_builtins_are_not_taken_along(tmp_path: Path) -> None:
    assert _code(tmp_path, "df['n'] = df['g'].apply(lambda v: len(str(v)))").frozen == {}


def test_an_array_is_copied(tmp_path: Path) -> None:
    run = traced(tmp_path, "w = np.array([1.0, 2.0])\nZ = df[['k', 'y']].values * w\nw[:] = 0")
    constants = [a for a in last(run).arguments if isinstance(a, np.ndarray)]
    assert constants[0].tolist() == [1.0, 2.0]


def test_lists_that_hold_rows_hold_references(tmp_path: Path) -> None:
    run = traced(tmp_path, "Z = np.column_stack([df['k'], df['y']])")
    (parts,) = last(run).arguments
    assert [type(one).__name__ for one in parts] == ["Ref", "Ref"]


def test_functions_that_call_each_other_are_a_circle_and_others_are_not(tmp_path: Path) -> None:
    cell = """def even(n):
    return True if n <= 0 else odd(n - 1)
def odd(n):
    return False if n <= 0 else even(n - 1)
def count(n):
    return 0 if n <= 0 else 1 + count(n - 1)
def twice(n):
    return count(n) + once(n)
def once(n):
    return count(n)"""
    run = traced(tmp_path, cell)
    freeze = run.recorder.freezer.code
    assert freeze(run.names["even"]).frozen["odd"].frozen["even"] == Circle(("even", "odd"))
    assert freeze(run.names["odd"]).frozen["even"].frozen["odd"] == Circle(("odd", "even"))
    shared = freeze(run.names["twice"]).frozen
    assert shared["once"].frozen["count"] is shared["count"]
    assert shared["count"].frozen == {}  # what calls itself is no circle
