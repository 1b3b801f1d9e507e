"""Names are told as Python's compiler sees them, on every Python alike."""

from __future__ import annotations

import ast

import pytest

from o16n.notebook.names import cell_names, opens_by_magic, statement_names
from o16n.notebook.notebook import Cell

# statement → (defines, uses at once, uses when called); names of builtins are uses too
CASES = {
    "x = y": ("x", "y", ""),
    "x += 1": ("x", "x", ""),
    "x: int = y": ("x", "int y", ""),
    "a, (b, *c) = d": ("a b c", "d", ""),
    "a[b].c = d": ("", "a b d", ""),
    "del q": ("", "", ""),
    "x = [i for i in n]": ("x", "n", ""),
    "x = {i: j for i in n for j in i if k}": ("x", "n k", ""),
    "x = (i for i in n if k)": ("x", "n k", ""),
    "x = [lambda: i + free for i in n]": ("x", "n", "free"),
    "(w := f(v))": ("w", "f v", ""),
    "[z := i for i in n]": ("z", "n", ""),
    "if (n := v) and n: m = n": ("n m", "v n", ""),
    "for i in xs:\n    t = i": ("i t", "xs i", ""),
    "with open(p) as fh:\n    t = fh": ("fh t", "open p fh", ""),
    "import a.b.c, d.e as e": ("a e", "", ""),
    "from a import b as c": ("c", "", ""),
    "def f(a, b=c):\n    return a + b + z": ("f", "c", "z"),
    "@deco\ndef f(x: Ann) -> Ret:\n    y = x\n    return y": ("f", "deco Ann Ret", ""),
    "def f():\n    global G\n    G = h": ("f", "", "h"),
    "def outer():\n    c = 1\n    def inner():\n        return c + d\n    return inner": (
        "outer",
        "",
        "d",
    ),
    "def f(n):\n    return n and f(n - 1)": ("f", "", "f"),
    "lambda u: u + g": ("", "", "g"),
    "f'{a} {b!r:>{c}}'": ("", "a b c", ""),
    "class A(B, metaclass=M):\n    k = 1\n    m = k + r\n    def f(self):\n        return s": (
        "A",
        "B M r",
        "s",
    ),
    "class A:\n    x = x": ("A", "x", ""),
    "try:\n    import foo\nexcept ImportError as err:\n    foo = None": (
        "err foo",
        "ImportError",
        "",
    ),
    "match v:\n    case {'a': aa, **rest}: bb = aa": ("aa rest bb", "v aa", ""),
    "await thing()": ("", "thing", ""),
    "async def f():\n    await g()": ("f", "", "g"),
    "while c:\n    c = d": ("c", "c d", ""),
    "return 3": ("", "", ""),
    "1 if a else b": ("", "a b", ""),
    "print(*args, **kw)": ("", "print args kw", ""),
    "x = y = z": ("x y", "z", ""),
}


@pytest.mark.parametrize(("text", "expected"), CASES.items(), ids=CASES)
def test_a_statement_defines_and_uses(text, expected):
    (node,) = ast.parse(text).body
    found = statement_names(node)
    at_once = {use.name for use in found.uses if not use.deferred}
    later = {use.name for use in found.uses if use.deferred}
    defines, now, then = (set(part.split()) for part in expected)
    assert found.defines == defines
    assert at_once - {"__annotations__"} == now
    assert later == then


def test_a_use_stands_on_its_own_line():
    (node,) = ast.parse("f(\n  a,\n  [b\n   for x in c],\n)").body
    lines = {use.name: use.line for use in statement_names(node).uses}
    assert lines == {"f": 1, "a": 2, "b": 3, "c": 4}


def test_what_a_function_binds_by_global_is_kept_apart():
    (node,) = ast.parse("def f():\n    global G\n    G = 1").body
    found = statement_names(node)
    assert (found.defines, found.globals_set) == ({"f"}, {"G"})


def test_a_deleted_name_is_told():
    (node,) = ast.parse("del a, b[0]").body
    assert statement_names(node).deletes == {"a"}


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("from m import *", True),
        ("exec(code)", True),
        ("globals()['x'] = 1", True),
        ("if x:\n    from m import *", True),
        ("x = vars(y)", False),
        ("get_ipython().run_line_magic('matplotlib', 'inline')", False),
    ],
)
def test_what_may_bring_in_names_is_marked(text, opens):
    (node,) = ast.parse(text).body
    assert statement_names(node).opens is opens


def cell(text):
    return Cell(number=1, id=None, kind="code", source=text)


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("%pylab inline", True),
        ("x\n  %run other.py", True),
        ("%store -r x", True),
        ("%time x", False),
    ],
)
def test_magics_that_bring_in_names_are_known(text, opens):
    assert opens_by_magic(cell(text)) is opens


def test_magics_of_a_cell_define_what_they_bind():
    found = cell_names(cell("files = !ls\n%time m = f(files)\n%%not"))
    assert [one.defines for one in found] == [{"files"}, {"m"}, frozenset()]


def test_a_cell_that_is_no_python_has_no_names():
    assert cell_names(cell("for in")) == ()
