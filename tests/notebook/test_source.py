"""IPython's own syntax is neutralised; lines stay where they were."""

from __future__ import annotations

import ast
import json
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.notebook.notebook import Cell
from o16n.notebook.source import parsed, python_source, python_tree

ROOT = Path(__file__).parents[2]


def cell(text):
    return Cell(number=1, id=None, kind="code", source=text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install x\nx = 1", "pass\nx = 1"),
        ("!!ls\nx = 1", "pass\nx = 1"),
        ("!ls \\\n  -l\nx = 1", "pass\n\nx = 1"),
        ("%load_ext a \\\n b \\\n c\nx", "pass\n\n\nx"),
        ("files = !ls\nx = 1", "files = None\nx = 1"),
        ("d['a=b'] = !ls", "d['a=b'] = None"),
        ("x = %timeit -o f()", "x = None"),
        ("a, b = %foo \\\n bar\nc=1", "a, b = None\n\nc=1"),
        ("df?\nx = 1", "pass\nx = 1"),
        ("?df\nx = 1", "pass\nx = 1"),
        ("x = df.head??", "pass"),
        ("s = 'really?'\n!ls", "s = 'really?'\npass"),
        ("s = '!ls'\n%x", "s = '!ls'\npass"),
        (",f a b", "pass"),
        (";f a b", "pass"),
        ("/f 1 2", "pass"),
        ("pip install x", "pass"),
        ("\ncd data\n", "\npass\n"),
        ("time m.fit(X)", "m.fit(X)"),
        ("if a:\n    %time f()\n    !ls\nelse:\n    b", "if a:\n    f()\n    pass\nelse:\n    b"),
        (
            "try:\n  %load_ext x\nexcept Exception:\n  pass",
            "try:\n  pass\nexcept Exception:\n  pass",
        ),
        ("for i in a:\n    out = !echo {i}", "for i in a:\n    out = None"),
        ("x = (1\n% 2)\n%time y", "x = (1\n% 2)\ny"),
        ("x = 1 + \\\n% 2\n", "x = 1 + \\\n% 2\n"),
        ("s = '''\n%not a magic\n'''\n!ls", "s = '''\n%not a magic\n'''\npass"),
        ("s = 'abc\\\n%def'\n!ls", "s = 'abc\\\n%def'\npass"),
        ("%time", "pass"),
        ("%time m.fit(X, y)\nz", "m.fit(X, y)\nz"),
        ("%timeit -n 10 -r 3 f(x)", "f(x)"),
        ("%time for i in x: print(i)", "for i in x: print(i)"),
        ("%time -h", "pass"),
        ("%sql rows << SELECT 1\nrows", "rows = None\nrows"),
        (">>> x = 1\n>>> y = 2", "x = 1\ny = 2"),
        ("In [1]: x = 1\n   ...: y = 2", "x = 1\ny = 2"),
        ("  x = 1\n  y = 2", "x = 1\ny = 2"),
    ],
)
def test_what_is_not_python_becomes_pass_and_what_it_binds_stays_bound(text, expected):
    assert python_source(cell(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%%time\nx = 1", "\nx = 1"),
        ("\n\n%%time\nx = 1", "\n\n\nx = 1"),
        ("%%time\n!ls\nx = 1", "\npass\nx = 1"),
        ("%%capture out\nx = 1", "out = None\nx = 1"),
        ("%%capture --no-stderr out\nx", "out = None\nx"),
        ("%%bash\nls -l", "\n"),
        ("%%bash --out listing\nls -l", "listing = None\n"),
        ("%%writefile a.py\nx = 1", "\n"),
        ("%%html\n<b>", "\n"),
        ("%%sql\nSELECT 1", "\n"),
        ("%%unknown\nx = 1", "\nx = 1"),
        ("%%unknown\n<b>", "\n"),
        ("%%time\nx = (", "\nx = ("),
        ("%%time", ""),
        ("%%", ""),
        ("%%time?", "pass"),
    ],
)
def test_a_cell_magic_leaves_its_body_where_that_is_python(text, expected):
    assert python_source(cell(text)) == expected


@pytest.mark.parametrize(
    "text", ["x = = 1", "def f(:\n  pass", "s = '\ud83d'", "a\x00b", "(" * 2000]
)
def test_what_is_no_python_has_no_tree_and_raises_nothing_else(text):
    assert python_tree(cell(text)) is None
    with pytest.raises(SyntaxError):
        parsed(python_source(cell(text)))


def test_python_s_own_warnings_are_not_told():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert python_source(cell("x = '\\d' is 'a'")) == "x = '\\d' is 'a'"


PYTHON = st.sampled_from(
    [
        "x = 1",
        "y = 7 % 2",
        "z = '!ls'",
        "def f(a):\n    return a % 2",
        "# %time x?",
        "t = '''\n%x\n!ls\n'''",
        "v = (a\n% b)",
        "w = f'{x!r} {y!s:>10}'",
        "if x:\n    y = '?'",
        "k = 1 + \\\n    2",
    ]
)
MAGIC = st.sampled_from(
    [
        "%matplotlib inline",
        "!ls -l | grep '('",
        "files = !ls *.csv",
        "r = %timeit -o f()",
        "df?",
        "?df",
        "df.head??",
        "!echo \\\n  two",
        "%time x = f(1)",
        "for i in x:\n    !echo {i}\n    %time f(i)",
        "with a as b:\n    out = !ls",
        "%load_ext thing \\\n  more",
        ",f a b",
        "/f 1 2",
        "a, b = !ls",
        "x = np.sin?",
        "%cd ~/data",
        "!!ls",
        "d['k'] = %magic \\\n more",
    ]
)


@settings(deadline=None, max_examples=100)
@given(st.lists(PYTHON, min_size=1, max_size=6))
def test_plain_python_is_returned_unchanged(parts):
    text = "\n".join(parts)
    ast.parse(text)
    assert python_source(cell(text)) == text


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet=st.sampled_from("ab =%!?'\"\\#()[]\n\t,;/:>.-<é\r"), max_size=60))
def test_whatever_is_typed_keeps_its_lines_and_raises_nothing(text):
    assert python_source(cell(text)).count("\n") == text.count("\n")


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=60))
def test_any_text_keeps_its_lines(text):
    assert python_source(cell(text)).count("\n") == text.count("\n")


@settings(deadline=None, max_examples=200)
@given(st.lists(PYTHON | MAGIC, min_size=1, max_size=6), st.sampled_from(["", "  ", "\n\n"]))
def test_where_ipython_can_run_a_cell_its_python_parses(parts, before):
    from IPython.core.inputtransformer2 import TransformerManager

    text = "\n".join(parts)
    if before.strip("\n"):
        text = "\n".join(before + line for line in text.split("\n"))
    else:
        text = before + text
    try:
        ast.parse(TransformerManager().transform_cell(text))
    except SyntaxError:
        return
    ours = python_source(cell(text))
    ast.parse(ours)
    assert ours.count("\n") == text.count("\n")


@pytest.mark.parametrize("name", ["credit", "penguins", "diabetes"])
def test_the_examples_are_python_as_they_are(name):
    told = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text())
    for one in told["cells"]:
        if one["cell_type"] == "code":
            text = "".join(one["source"])
            assert python_source(cell(text)) == text
