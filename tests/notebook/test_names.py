"""Names are told as Python's compiler sees them, on every Python alike."""

from __future__ import annotations

import ast
import symtable
import sys
import sysconfig
from pathlib import Path

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


IMPLICIT = {"__class__", "__classdict__", "__conditional_annotations__", "__static_attributes__"}
IMPLICIT |= {"__annotations__", "__debug__", "__firstlineno__"}
COMPREHENSIONS = ("listcomp", "setcomp", "dictcomp", "genexpr")


def by_symtable(text):
    """Return (defined at once, defined by a call, used at once, used by a call) as `symtable` tells."""
    found = [set(), set(), set(), set()]

    def walk(table, deferred):
        module = table.get_type() == "module"
        for one in table.get_symbols():
            name = one.get_name()
            binds = one.is_assigned() or one.is_imported() or one.is_namespace()
            if binds and (module or one.is_declared_global()):
                found[deferred].add(name)
            if one.is_referenced() and (module or one.is_global()):
                found[2 + deferred].add(name)
        for child in table.get_children():
            waits = child.get_type() == "function" and child.get_name() not in COMPREHENSIONS
            walk(child, deferred or waits)

    walk(symtable.symtable(text, "<cell>", "exec"), deferred=False)
    return found


def told_otherwise(tree):
    """Return names whose use `symtable` tells by another rule than running does.

    The target of `x += 1` is read; a class body reads from outside what it binds later; since 3.12
    the variable of a comprehension counts as its surroundings' own.
    """
    found = set(IMPLICIT)
    for node in ast.walk(tree):
        inside = []
        if isinstance(node, ast.AugAssign | ast.comprehension):
            inside = [node.target]
        elif isinstance(node, ast.ClassDef):
            found |= {one.name for one in node.body if hasattr(one, "name")}
        found |= {one.id for top in inside for one in ast.walk(top) if isinstance(one, ast.Name)}
    return found


LIBRARY = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))[::6]


@pytest.mark.parametrize("path", LIBRARY, ids=lambda one: one.stem)
def test_the_names_are_those_of_python_s_own_symbol_table(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        text = ast.unparse(node)
        if (
            any(getattr(one, "type_params", ()) for one in ast.walk(node))
            or "\ntype " in f"\n{text}"
        ):
            continue  # symtable gives these scopes of their own
        found = statement_names(ast.parse(text).body[0])
        ours = [
            found.defines | found.deletes,
            found.globals_set,
            {use.name for use in found.uses if not use.deferred},
            {use.name for use in found.uses if use.deferred},
        ]
        apart = told_otherwise(node)
        for own, theirs in zip(ours, by_symtable(text), strict=True):
            assert own - apart == theirs - apart, text[:99]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
def test_bases_of_a_generic_class_are_read_at_once_and_bounds_later():
    (node,) = ast.parse("class A[T: Bound](Base[T]):\n    x = y").body
    uses = {use.name: use.deferred for use in statement_names(node).uses}
    assert uses == {"Base": False, "y": False, "Bound": True}


def test_a_text_alone_in_a_cell_defines_nothing():
    (found,) = cell_names(cell("'What this notebook is about.'"))
    assert (found.defines, found.uses) == (frozenset(), ())


def test_a_class_in_a_function_reads_no_name_of_its_own_making():
    (node,) = ast.parse("def f():\n    class A:\n        x = y\n    return A").body
    assert [use.name for use in statement_names(node).uses] == ["y"]
