"""A rewritten cell computes what the cell computes, and says where it stands."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.recipe.tracing.instrument import Texts, instrumented
from o16n.recipe.tracing.trace import CellText, trace
from tests.recipe.constructs import CONSTRUCTS, HEAD, raw_rows
from tests.recipe.tracing.traced import traced

if TYPE_CHECKING:
    from pathlib import Path

    from tests.recipe.constructs import Construct

SNIPPETS = {
    "arithmetic": "x = 2 + 3 * 4 - 5 / 2 ** 2 // 1 % 3\nx = -x\nx = ~7 & 3 | 1 ^ 2",
    "comparisons": "x = [1 < 2, 1 == 1.0, 2 >= 3, 1 < 2 < 3, 3 in [1, 3], None is None, 1 != 2]",
    "slices": "a = list(range(10))\nx = a[1:5], a[::-1], a[-1], a[:3], a[2:9:2]",
    "slices of two": "import numpy as np\na = np.arange(12).reshape(3, 4)\nx = a[1:, ::2].tolist(), a[..., 0].tolist(), a[:, None, 1].shape",
    "stores": "d = {}\nd['a'] = d['b'] = 1\nd['a'] += 4\nl = [0, 0]\nl[1], l[0] = 5, 6\nx = d, l",
    "annotations of functions": "def f(a: int, b: 1 + 1) -> str: ...\nx = f.__annotations__",
    "deletes": "d = {1: 2, 3: 4}\ndel d[1]\ny = 1\ndel y\nx = d",
    "attributes": "class A:\n    k = 1\na = A()\na.k = 5\na.k += 1\nx = a.k, A.k",
    "functions": "def f(a, b=2, *c, d=3, **e):\n    return a, b, c, d, e\nx = f(1), f(1, 3, 4, d=5, g=6), f(*[1, 2], **{'d': 0})",
    "decorators": "def twice(f):\n    return lambda *a: f(f(*a))\n@twice\ndef inc(v):\n    return v + 1\nx = inc(1)",
    "closures": "def make(n):\n    def add(v):\n        nonlocal n\n        n += v\n        return n\n    return add\nf = make(1)\nx = f(2), f(3)",
    "recursion": "def fact(n):\n    return 1 if n < 2 else n * fact(n - 1)\nx = fact(6)",
    "lambdas": "f = lambda a, b=1: a + b\nx = sorted([3, 1, 2], key=lambda v: -v), f(2)",
    "comprehensions": "x = [v * 2 for v in range(4)], {v: k for k, v in enumerate('ab')}, {v for v in 'aa'}, sum(v for v in range(4))",
    "nested comprehensions": "x = [[r * c for c in range(3)] for r in range(2)], [a + b for a in 'xy' for b in 'pq' if b != 'q']",
    "unpacking in a comprehension": "x = [a + b for a, b in zip([1, 2], [3, 4])], [k for k, (i, j) in {1: (2, 3)}.items()]",
    "walrus": "x = [y := 5, y ** 2]\nif (n := len(x)) > 1:\n    z = n",
    "loops": "x = []\nfor i in range(5):\n    if i == 1:\n        continue\n    if i == 4:\n        break\n    x.append(i)\nelse:\n    x.append('no')",
    "loops over a length": "a = [3, 4]\nx = []\nfor i in range(len(a)):\n    x.append(a[i])\nlast = i",
    "while": "n = 0\nwhile n < 3:\n    n += 1\nx = n",
    "exceptions": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    x = str(e)\nfinally:\n    z = 1",
    "with": "import contextlib\nwith contextlib.suppress(KeyError):\n    {}['a']\nx = 1",
    "match": "match {'k': 5}:\n    case {'k': v} if v > 3:\n        x = v\n    case _:\n        x = 0",
    "classes": "class B:\n    def __init__(self, v):\n        self.v = v\n    @property\n    def w(self):\n        return self.v * 2\n    @staticmethod\n    def s(a):\n        return a\n    @classmethod\n    def c(cls, a):\n        return cls(a).w\nclass C(B):\n    def __init__(self):\n        super().__init__(4)\nx = C().w, B.s(1), B.c(3)",
    "f-strings": "v = 3.14159\nx = f'{v:.2f} {v!r:>10} {[1, 2][0]}'",
    "generators": "def g(n):\n    for i in range(n):\n        yield i * 2\nx = list(g(3))",
    "conditional expressions": "v = 4\nx = 'big' if v > 3 and not v == 5 else 'small'",
    "star targets": "a, *b = [1, 2, 3]\n(c, d), e = (4, 5), 6\nx = a, b, c, d, e",
    "annotations": "v: int = 4\nx = v",
    "globals in functions": "k = 1\ndef f():\n    global k\n    k = k + 1\nf()\nx = k",
    "string methods": "x = ' a,b '.strip().split(','), '{}'.format(3), 'a' in 'abc'",
    "iterators": "import itertools\nz = zip('ab', itertools.count())\nm = map(str, itertools.count())\ne = enumerate(itertools.count(5))\nx = next(z), next(m), next(m), next(e)",
    "options named like anything": "def f(*a, **k):\n    return a, k\nclass A:\n    def g(self, *a, **k):\n        return a, k\nx = f(1, site=2, function=3, name=4, owner=5, self=6), A().g(1, site=2, owner=3, name=4, function=5)",
    "locals": "def f():\n    a = 1\n    return sorted(locals())\nx = f()",
}


def _plain(source: str) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, "<plain>", "exec", dont_inherit=True), space)
    return space


@pytest.mark.parametrize("source", SNIPPETS.values(), ids=SNIPPETS.keys())
def test_python_means_what_it_meant(source: str) -> None:
    run = trace([CellText(order=1, number=1, source=source)])
    assert run.failed == []
    assert run.names["x"] == _plain(source)["x"]


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda one: one.name)
def test_a_preparation_gives_the_table_that_it_gave(construct: Construct, tmp_path: Path) -> None:
    import warnings

    path = tmp_path / "rows.csv"
    raw_rows().to_csv(path, index=False)
    head = HEAD.format(path=str(path)) + "np.random.seed(0)\n"
    run = trace([CellText(order=1, number=1, source=head + construct.code)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = _plain(head + construct.code)
    assert run.failed == []
    for name in ("df", "train", "test", "X", "y"):
        if name in plain:
            _assert_same(run.names[name], plain[name])


def _assert_same(one: Any, other: Any) -> None:
    if isinstance(other, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
    elif isinstance(other, pd.Series):
        pd.testing.assert_series_equal(one, other)
    else:
        both = [v.toarray() if hasattr(v, "toarray") else v for v in (one, other)]
        np.testing.assert_array_equal(*both)


NUMBERS = st.recursive(
    st.integers(-9, 9).map(str) | st.sampled_from(["a", "b"]),
    lambda inner: st.tuples(
        inner, st.sampled_from(["+", "-", "*", "&", "|", "<", "=="]), inner
    ).map(lambda one: f"({one[0]} {one[1]} {one[2]})"),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(text=NUMBERS)
def test_any_expression_keeps_its_value(text: str) -> None:
    source = f"a = 3\nb = 5\nx = {text}"
    assert trace([CellText(order=1, number=1, source=source)]).names["x"] == _plain(source)["x"]


def test_each_operation_knows_its_cell_line_and_text(tmp_path: Path) -> None:
    run = traced(tmp_path, "# first\n\ndf['b'] = (df['a']\n           .fillna(0))")
    site = run.recorder.program[-1].site
    assert (site.cell, site.line, site.text) == (2, 3, "df['b'] = (df['a']")


def test_a_statement_that_raises_stops_only_itself() -> None:
    cells = [CellText(order=1, number=1, source="a = 1\nb = 1 / 0\nc = 3")]
    run = trace(cells)
    assert run.failed == [(1, 2, "ZeroDivisionError: division by zero")]
    assert run.names["c"] == 3


def test_a_cell_that_does_not_parse_is_left_out() -> None:
    cells = [CellText(order=1, number=1, source="a ="), CellText(order=2, number=2, source="b = 2")]
    run = trace(cells)
    assert run.names["b"] == 2
    assert run.failed[0][:2] == (1, 1)


def test_sys_exit_ends_nothing() -> None:
    run = trace([CellText(order=1, number=1, source="import sys\nsys.exit(3)\na = 1")])
    assert run.names["a"] == 1


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    trace(
        [
            CellText(
                order=1, number=1, source="print('loud')\nimport sys\nprint('x', file=sys.stderr)"
            )
        ]
    )
    assert capsys.readouterr() == ("", "")


def test_the_trace_stops_when_its_time_is_up() -> None:
    cells = [CellText(order=1, number=1, source="import time\ntime.sleep(0.05)\na = 1")]
    run = trace(cells, seconds=0.02)
    assert run.stopped
    assert "a" not in run.names


def test_every_top_statement_becomes_a_module_of_its_own() -> None:
    source = "a = 1\nfor i in range(2):\n    a += i\ndel a"
    assert len(instrumented(Texts(), 1, source, ast.parse(source))) == 3
