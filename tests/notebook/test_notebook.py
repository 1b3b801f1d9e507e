"""Notebooks are read as people leave them."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.errors import NotebookError, UsageError
from o16n.notebook.definitions import needed_source
from o16n.notebook.notebook import Cell
from o16n.notebook.parameters import convert, read_parameters
from o16n.notebook.read import from_history, read_notebook
from o16n.notebook.source import python_source


def cell(text, **how):
    return Cell(number=1, id=None, kind="code", source=text, **how)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install x\nx = 1", "pass\nx = 1"),
        ("files = !ls\nx = 1", "files = None\nx = 1"),
        ("df?\nx = 1", "pass\nx = 1"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%bash\nls -l", "\n"),
        ("x = (1\n% 2)\n%time y", "x = (1\n% 2)\ny"),
        ("s = '''\n%not a magic\n'''\n!ls", "s = '''\n%not a magic\n'''\npass"),
    ],
)
def test_what_is_not_python_is_neutralised_and_lines_stay(text, expected):
    assert python_source(cell(text)) == expected


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [
                "x = 1",
                "y = [1,\n % 2]" if False else "y = 7 % 2",
                "z = '!ls'",
                "def f(a):\n    return a",
                "# %time",
                "t = '''\n%x\n'''",
            ]
        ),
        min_size=1,
        max_size=6,
    )
)
def test_plain_python_survives_unchanged(lines):
    text = "\n".join(lines)
    assert python_source(cell(text)) == text
    ast.parse(text)


def test_old_formats_and_missing_ids_are_read(tmp_path):
    old = {
        "nbformat": 3,
        "metadata": {},
        "worksheets": [
            {"cells": [{"cell_type": "code", "input": ["a = 1\n", "b"], "prompt_number": 4}]}
        ],
    }
    (tmp_path / "a.ipynb").write_text(json.dumps(old))
    found = read_notebook(tmp_path / "a.ipynb").code[0]
    assert (found.source, found.execution_count, found.id, found.number) == ("a = 1\nb", 4, None, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"cells": 3}',
        '{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}',
    ],
)
def test_what_is_no_python_notebook_is_refused_in_one_line(tmp_path, text):
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(NotebookError) as refusal:
        read_notebook(tmp_path / "a.ipynb")
    assert "\n" not in str(refusal.value)


def notebook(tmp_path, text):
    told = {
        "cells": [
            {
                "cell_type": "code",
                "metadata": {"tags": ["parameters"]},
                "source": text,
                "outputs": [],
            }
        ],
        "metadata": {},
        "nbformat": 4,
    }
    (tmp_path / "p.ipynb").write_text(json.dumps(told))
    return read_notebook(tmp_path / "p.ipynb")


def test_parameters_keep_their_types(tmp_path):
    text = "from typing import Literal\na = 1  # how many\nb: float = 2\nc = 'k=v'\nd = dict(x=1)\ne: Literal['x', 'y'] = 'x'\nf, g = 1, True\nh: int | None = None\ni = a * 2\nj = [1, 2]\n"
    found = {one.name: one for one in read_parameters(notebook(tmp_path, text))}
    assert {name: one.type for name, one in found.items()} == {
        "a": "int",
        "b": "float",
        "c": "str",
        "e": "str",
        "f": "int",
        "g": "bool",
        "h": "int",
        "j": "list",
    }
    assert found["a"].help == "how many" and found["a"].place.line == 2


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("a", "7", 7),
        ("b", "3", 3.0),
        ("c", "01234", "01234"),
        ("g", "false", False),
        ("h", "None", None),
        ("j", "[3]", [3]),
    ],
)
def test_values_arrive_in_the_declared_type(tmp_path, name, typed, expected):
    found = read_parameters(
        notebook(tmp_path, "a = 1\nb = 2.5\nc = 'x'\ng = True\nh: int | None = 3\nj = [1]")
    )
    value = convert(found, {name: typed})[name]
    assert value == expected and type(value) is type(expected)


@pytest.mark.parametrize(
    ("name", "typed"),
    [("a", "abc"), ("a", "1.5"), ("g", "perhaps"), ("x = 1; import os #", "2"), ("zz", "1")],
)
def test_wrong_values_and_names_are_refused(tmp_path, name, typed):
    found = read_parameters(notebook(tmp_path, "a = 1\ng = True"))
    with pytest.raises(UsageError):
        convert(found, {name: typed})


def test_code_that_travels_is_what_is_needed_and_no_more():
    told = from_history(
        [
            "import numpy as np\nimport os",
            "SHIFT = 3.0\nUNUSED = os.getcwd()",
            "def shifted(x):\n    return np.abs(x) + SHIFT",
            "SHIFT = 4.0",
        ]
    )
    source = needed_source(told, ["shifted"], {"SHIFT": 5.0})
    assert "SHIFT = 5.0" in source and "def shifted" in source and "import numpy as np" in source
    assert "UNUSED" not in source


def test_a_closure_and_a_frame_in_a_global_are_refused_with_the_way_out():
    with pytest.raises(NotebookError, match="define it with def"):
        needed_source(from_history(["x = 1"]), ["inner"])
    with pytest.raises(NotebookError, match="line 1"):
        needed_source(
            from_history(["T = object()", "def f(x):\n    return T"]), ["f"], {"T": object()}
        )
