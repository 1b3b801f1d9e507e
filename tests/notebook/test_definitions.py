"""Code that travels with a model is what it needs, as it ran, and no more; else it is refused by line."""

from __future__ import annotations

import ast
import codeop
import os
import subprocess
import sys

import pytest

from o16n.errors import NotebookError
from o16n.notebook.definitions import needed_source
from o16n.notebook.read import from_history


def ran(*cells):
    """Run cells as IPython does, by statement; return (the notebook, the names it left)."""
    names = {"__name__": "__main__", "In": list(cells)}
    compiler = codeop.Compile()  # keeps what `from __future__` switches on
    for cell in cells:
        for node in ast.parse(cell).body:
            flags = compiler.flags & annotations.compiler_flag
            code = compile(ast.Module([node], []), "<cell>", "exec", flags=flags, dont_inherit=True)
            compiler.flags |= code.co_flags & annotations.compiler_flag
            exec(code, names)
    return from_history(["", *cells]), names


def source(*cells, of="f"):
    notebook, names = ran(*cells)
    return needed_source(notebook, of.split(), names)


def elsewhere(text, call):
    """Return what `call` gives where only `text` was run."""
    names = {"__name__": "json"}  # any module there is: dataclasses look theirs up
    exec(compile(text, "<code>", "exec", dont_inherit=True), names)
    return eval(call, names)


CASES = {
    "a function alone": (["def f(x):\n    return x + 1"], "f(1)", 2),
    "another function": (["def g(x):\n    return 2 * x", "def f(x):\n    return g(x)"], "f(3)", 6),
    "a later function": (["def f(x):\n    return g(x)", "def g(x):\n    return 2 * x"], "f(3)", 6),
    "recursion": (["def f(n):\n    return n and n + f(n - 1)"], "f(3)", 6),
    "mutual recursion": (
        ["def f(n):\n    return n and g(n - 1)", "def g(n):\n    return n and f(n - 1)"],
        "f(4)",
        0,
    ),
    "a global at its last value": (["A = 1\ndef f():\n    return A", "A = 5"], "f()", 5),
    "an augmented global": (["A = 1\nA += 2\ndef f():\n    return A"], "f()", 3),
    "a computed global": (
        ["import math\nA = math.pi * 2\ndef f():\n    return A"],
        "round(f(), 3)",
        6.283,
    ),
    "a loop's last value": (["for A in range(4):\n    pass\ndef f():\n    return A"], "f()", 3),
    "a list and a dict": (["A = [1, {'k': (2,)}]\ndef f():\n    return A[1]['k'][0]"], "f()", 2),
    "an infinite number": (["A = float('inf')\ndef f(x):\n    return x < A"], "f(3)", True),
    "an empty set": (["A = set()\ndef f(x):\n    return x in A"], "f(3)", False),
    "a numpy number": (
        ["import numpy as np\nA = np.float64(1.5)\ndef f():\n    return type(A).__name__, A + 1"],
        "f()",
        ("float64", 2.5),
    ),
    "a numpy array": (
        [
            "import numpy as np\nA = np.array([[1, 2]], dtype='int16')\ndef f():\n    return A.dtype.str[1:], A.shape, int(A.sum())"
        ],
        "f()",
        ("i2", (1, 2), 3),
    ),
    "a compiled pattern": (
        ["import re\nA = re.compile('a+', re.I)\ndef f(t):\n    return A.sub('b', t)"],
        "f('xAa')",
        "xb",
    ),
    "a logger": (
        ["import logging\nlog = logging.getLogger('x')\ndef f():\n    return log.name"],
        "f()",
        "x",
    ),
    "an import": (["import math\ndef f(x):\n    return math.sqrt(x)"], "f(4)", 2.0),
    "an import by another name": (
        ["import os.path as p\ndef f():\n    return p.join('a', 'b')"],
        "f()",
        f"a{os.sep}b",
    ),
    "a submodule": (["import os.path\ndef f():\n    return os.path.basename('a/b')"], "f()", "b"),
    "a name from a module": (
        ["from math import sqrt as root, pi\ndef f(x):\n    return root(x)"],
        "f(4)",
        2.0,
    ),
    "an import inside try": (
        [
            "try:\n    import no_such_thing as m\nexcept ImportError:\n    import math as m\ndef f(x):\n    return m.sqrt(x)"
        ],
        "f(4)",
        2.0,
    ),
    "a failed import's stand-in": (
        [
            "try:\n    import no_such_thing as m\nexcept ImportError:\n    m = None\ndef f():\n    return m is None"
        ],
        "f()",
        True,
    ),
    "a star import": (
        ["from math import *\ndef f(x):\n    return sqrt(x) + floor(pi)"],
        "f(4)",
        5.0,
    ),
    "a bound method of a module": (
        ["from random import random\ndef f():\n    return 0 <= random() < 1"],
        "f()",
        True,
    ),
    "an alias": (["import math\nroot = math.sqrt\ndef f(x):\n    return root(x)"], "f(4)", 2.0),
    "an import inside": (["def f(x):\n    import math\n    return math.sqrt(x)"], "f(4)", 2.0),
    "a lambda beside": (["g = lambda x: x * A\nA = 3\ndef f(x):\n    return g(x)"], "f(2)", 6),
    "names in an f-string": (
        ["A = 'a'\nW = 5\ndef f(x):\n    return f'{A:>{W}}{x!r}'"],
        "f('b')",
        "    a'b'",
    ),
    "a name in an annotation": (
        ["import decimal\ndef f(x: decimal.Decimal) -> 'not.real':\n    return x"],
        "f(1)",
        1,
    ),
    "a name in a comprehension": (
        ["A = 2\ndef f(xs):\n    return [x * A for x in xs if x]"],
        "f([0, 1])",
        [2],
    ),
    "a default": (["A = 2\ndef f(x=A, *, y=[A]):\n    return x, y"], "f()", (2, [2])),
    "a decorator of the notebook": (
        [
            "import functools\ndef twice(g):\n    @functools.wraps(g)\n    def inner(x):\n        return g(g(x))\n    return inner",
            "@twice\ndef f(x):\n    return x + 1",
        ],
        "f(1)",
        3,
    ),
    "a decorator of a library": (
        ["import functools\n@functools.lru_cache(maxsize=None)\ndef f(x):\n    return x + 1"],
        "f(1)",
        2,
    ),
    "a definition inside if": (
        ["if True:\n    def f(x):\n        return 1\nelse:\n    def f(x):\n        return 2"],
        "f(0)",
        1,
    ),
    "a definition inside else": (
        ["if not True:\n    def f(x):\n        return 1\nelse:\n    def f(x):\n        return 2"],
        "f(0)",
        2,
    ),
    "a definition inside try": (
        ["try:\n    def f(x):\n        return 1\nfinally:\n    pass"],
        "f(0)",
        1,
    ),
    "a closure inside": (
        ["def f(x):\n    def inner(y):\n        return x + y\n    return inner(1)"],
        "f(2)",
        3,
    ),
    "a shadowed builtin": (["max = lambda *a: 42\ndef f():\n    return max(1, 2)"], "f()", 42),
    "a magic in the cell": (["pass\nA = 2\ndef f():\n    return A"], "f()", 2),
}


@pytest.mark.parametrize(("cells", "call", "expected"), CASES.values(), ids=CASES)
def test_it_gives_elsewhere_what_it_gives_here(cells, call, expected):
    assert elsewhere(source(*cells), call) == expected


CLASSES = {
    "a base of the notebook": (
        [
            "class B:\n    k = 2\n    def g(self):\n        return self.k",
            "class f(B):\n    def h(self):\n        return self.g() + 1",
        ],
        "f().h()",
        3,
    ),
    "a global in the body": (
        ["R = 3", "class f:\n    rate = R\n    def h(self):\n        return self.rate"],
        "f().h()",
        3,
    ),
    "a function it calls": (
        ["def g():\n    return 1\nclass f:\n    def h(self):\n        return g()"],
        "f().h()",
        1,
    ),
    "a dataclass": (
        [
            "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass f:\n    x: int = 2"
        ],
        "f().x",
        2,
    ),
    "annotations never evaluated": (
        [
            "from __future__ import annotations",
            "class f:\n    def h(self, x: Nowhere = 3) -> Ghost:\n        return x",
        ],
        "f().h()",
        3,
    ),
    "super and properties": (
        [
            "class B:\n    def h(self):\n        return 1\nclass f(B):\n    @property\n    def p(self):\n        return super().h()\n    @staticmethod\n    def s():\n        return 2"
        ],
        "f().p + f.s()",
        3,
    ),
    "an estimator": (
        [
            "from sklearn.base import BaseEstimator, TransformerMixin as T\nclass f(T, BaseEstimator):\n    def __init__(self, k=1):\n        self.k = k"
        ],
        "f(k=3).get_params()",
        {"k": 3},
    ),
}


@pytest.mark.parametrize(("cells", "call", "expected"), CLASSES.values(), ids=CLASSES)
def test_a_class_gives_elsewhere_what_it_gives_here(cells, call, expected):
    assert elsewhere(source(*cells), call) == expected


def test_nothing_else_travels():
    text = source(
        "import os, math\nimport numpy as np",
        "A = 1\nB = 2\ndef g():\n    return os.getcwd()",
        "def f(x):\n    return math.sqrt(x) + A",
        "f(1)\nprint(B)",
    )
    assert text == "import math\n\nA = 1\n\ndef f(x):\n    return math.sqrt(x) + A\n"


def test_the_last_of_several_definitions_counts():
    text = source("def f():\n    return 1", "def f():\n    return 2")
    assert elsewhere(text, "f()") == 2


def test_the_definition_counts_that_ran_last_wherever_it_stands():
    for first, second in [
        ("def f(x):\n    return 'a'", "def f(x):\n    return 'b'"),
        ("def f(x):\n    return x + 1", "def f(x):\n    return x - 1"),
        ("def f(x):\n    return abs(x)", "def f(x):\n    return str(x)"),
        (
            "class f(int):\n    def g(self):\n        return +self",
            "class f(int):\n    def g(self):\n        return -self",
        ),
    ]:
        _, names = ran(second, first)  # the cell above was run again
        text = needed_source(from_history(["", first, second]), ["f"], names)
        assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(first))


def test_what_was_typed_and_is_in_no_file_is_taken_from_the_history():
    _, names = ran("def f():\n    return 7")
    assert elsewhere(needed_source(from_history(["", "x = 1"]), ["f"], names), "f()") == 7


def test_magics_beside_a_definition_do_no_harm():
    notebook = from_history(["", "%matplotlib inline\ndef f():\n    return 3\n!ls"])
    _, names = ran("def f():\n    return 3")
    names["In"] = []
    assert elsewhere(needed_source(notebook, ["f"], names), "f()") == 3


def test_without_a_kernel_the_text_alone_is_followed():
    notebook = from_history(["", "import math\nA = 2\ndef f(x):\n    return math.sqrt(x) + A"])
    assert elsewhere(needed_source(notebook, ["f"]), "f(4)") == 4.0


REFUSED = {
    "a lambda": (["f = lambda x: x"], "no definition of its own", ""),
    "a closure": (
        ["def outer(k):\n    def f(x):\n        return x + k\n    return f\ng = outer(1)"],
        "no definition of its own",
        "",
    ),
    "a frame": (
        ["import pandas as pd\nT = pd.DataFrame({'a': [1]})\ndef f():\n    return T"],
        "reads T, a DataFrame",
        "cell 1 line 2",
    ),
    "a generator": (
        ["G = (i for i in range(3))\ndef f():\n    return G"],
        "reads G, a generator",
        "cell 1 line 1",
    ),
    "a big array": (
        ["import numpy as np\nA = np.zeros(20_000)\ndef f():\n    return A"],
        "reads A, an array of 20,000",
        "cell 1 line 2",
    ),
    "an object array": (
        ["import numpy as np\nA = np.array([object()])\ndef f():\n    return A"],
        "reads A",
        "cell 1 line 2",
    ),
    "a knot": (["A = []\nA.append(A)\ndef f():\n    return A"], "reads A", "cell 1 line 1"),
    "a fitted scaler": (
        [
            "from sklearn.preprocessing import StandardScaler\ns = StandardScaler()\ndef f(x):\n    return s.transform(x)"
        ],
        "reads s, a StandardScaler",
        "cell 1 line 2",
    ),
    "a global that is set": (
        ["N = 0\ndef f():\n    global N\n    N = N + 1"],
        "sets the global N",
        "cell 1 line 2",
    ),
    "a list that grows": (
        ["L = []\ndef f(x):\n    x = x + 1\n    L.append(x)"],
        "changes L, a list",
        "cell 1 line 4",
    ),
    "a dict that is written": (
        ["D = {}\ndef f(x):\n    D[x] = 1"],
        "changes D, a dict",
        "cell 1 line 3",
    ),
    "a changed default": (
        ["A = 1\ndef f(x=A):\n    return x", "A = 2"],
        "another default",
        "cell 1 line 2",
    ),
    "a changed class value": (
        ["A = 1\nclass f:\n    rate = A", "A = 2"],
        "another value of rate",
        "cell 1 line 2",
    ),
    "a set class value": (
        ["class f:\n    rate = 1", "f.rate = 2"],
        "another value of rate",
        "cell 1 line 1",
    ),
    "a changed base": (
        [
            "class B:\n    def g(self):\n        return 1",
            "class f(B):\n    pass",
            "class B:\n    def g(self):\n        return 2",
        ],
        "another base B",
        "cell 2 line 1",
    ),
    "a notebook's own word": (["def f(x):\n    display(x)"], "uses display", "cell 1 line 2"),
    "an edited cell": (
        ["exec('def f():\\n    return 1')\nif False:\n    def f():\n        return 2"],
        "no longer what its cell says",
        "cell 1 line 3",
    ),
}


@pytest.mark.parametrize(("cells", "what", "where"), REFUSED.values(), ids=REFUSED)
def test_what_would_be_another_thing_elsewhere_is_refused_by_its_line(cells, what, where):
    with pytest.raises(NotebookError) as refusal:
        source(*cells)
    assert what in str(refusal.value)
    assert refusal.value.where.startswith(where)
    assert "\n" not in str(refusal.value)


def test_a_name_known_only_to_the_kernel_is_named_where_it_is_used():
    notebook, names = ran("def f():\n    return given")
    names["given"] = object()
    with pytest.raises(NotebookError, match=r"cell 1 line 2: .* reads given, a object"):
        needed_source(notebook, ["f"], names)


def test_the_text_is_the_same_in_every_process():
    code = (
        "from tests.notebook.test_definitions import source\n"
        "print(source(\"A = {'x', 'y', 'z', 1, None}\\nimport math, os\\ndef f():\\n    return A, math.pi, os.sep\"))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={
                **os.environ,
                "PYTHONHASHSEED": str(seed),
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
        ).stdout
        for seed in range(4)
    }
    assert len(texts) == 1


def test_nothing_is_left_in_the_process():
    before = set(sys.modules)
    source("def f():\n    return 1")
    assert {name for name in set(sys.modules) - before if "needed_source" in name} == set()
