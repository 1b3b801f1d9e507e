"""What the text is said to stand for holds what Python makes of it when it really runs."""

from __future__ import annotations

import contextlib
import io
import os
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.notebook.expressions import LONGEST
from o16n.notebook.outline import outline
from o16n.notebook.read import from_history
from o16n.notebook.values import WIDEST, Many, Text

IMPORTS = "import os\nfrom pathlib import Path\nflag = bool(os.environ.get('O16N_FLAG'))"
START = "p, q, r = 'data', 'raw', 'b.csv'\nl = [p, q, r]\nd = {'k': q, 'j': r}"


def told(*cells):
    """Return {mark: texts} of each `print(mark, text)`, as the text alone tells it."""
    found = {}
    for call in outline(from_history(["", *cells])).calls:
        if call.name == "builtins.print":
            mark = call.node.args[0].value
            found.setdefault(mark, set()).update(
                v.text for v in call.args[1] if isinstance(v, Text)
            )
    return found


def printed(*cells):
    """Return [(mark, text)] as the cells print when they run."""
    lines = io.StringIO()
    names = {"__name__": "__main__"}
    with contextlib.redirect_stdout(lines):
        for cell in cells:
            exec(cell, names)
    return [
        (int(mark), text)
        for mark, _, text in (x.partition(" ") for x in lines.getvalue().splitlines())
    ]


TEXTS = st.sampled_from(["p", "q", "r", "'x'", "'y.csv'"])
TEXT = st.recursive(
    TEXTS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} + '/' + {two[1]})"),
        st.tuples(TEXTS, TEXTS).map(lambda two: 'f"{{{}}}/{{{}}}"'.format(*two)),
        st.tuples(inner, inner).map(lambda two: f"os.path.join({two[0]}, {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"str(Path({two[0]}) / {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} if flag else {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} or {two[1]})"),
        inner.map(lambda one: f"(w := {one})"),
        inner.map(lambda one: f"(lambda u, v='z': u + v)({one})"),
    ),
    max_leaves=4,
)
PLACES = st.sampled_from(["0", "1", "-1", "len(l) - 1"])
LISTS = st.recursive(
    st.sampled_from(["l", "[p, q]", "(r, 'z', p)", "list(d.values())", "[*l, q]"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"(list({two[0]}) + list({two[1]}))"),
        inner.map(lambda one: f"list({one})[1:]"),
        inner.map(lambda one: f"sorted({one})"),
        inner.map(lambda one: f"list(reversed({one}))"),
        inner.map(lambda one: f"[one + '!' for one in {one} if one]"),
        inner.map(lambda one: f"[one for _, one in enumerate({one})]"),
    ),
    max_leaves=3,
)
PICKED = st.one_of(
    TEXT,
    st.tuples(LISTS, PLACES).map(
        lambda two: f"(list({two[0]}) or l)[{two[1]}]".replace("len(l) - 1", "0")
    ),
    st.sampled_from(["d['k']", "d['j']", "d.get('k')", "{**d, 'k': p}['k']", "dict(d, m=p)['m']"]),
)
SIMPLE = st.one_of(
    st.tuples(st.sampled_from("pqr"), PICKED).map(lambda two: f"{two[0]} = {two[1]}"),
    st.tuples(st.sampled_from("pqr"), TEXT).map(lambda two: f"{two[0]} += {two[1]}"),
    LISTS.map(lambda one: f"l = list({one}) or l"),
    st.sampled_from(
        [
            *("p, q = q, p", "p, *t = l\nq = t[-1]", "*t, p = l", "(p, q), r = (r, q), p"),
            *("l.append(r)", "l.insert(0, q)", "l.reverse()", "l.sort()", "l[0] = r", "l.extend([p])"),
            *("d['k'] = p", "d['n'] = q", "d.update(j=p)", "d |= {'j': q}", "d = {'k': r, **d}"),
            *("k = l\nk.append(p)", "l += [p]", "del l[0]\nl.append(q)"),
        ]
    ),
)  # fmt: skip


def indented(lines):
    return "\n".join("    " + line for one in lines for line in one.split("\n"))


def blocks(inner):
    some = st.lists(inner, min_size=1, max_size=2).map(indented)
    return st.one_of(
        st.tuples(some, some).map(lambda two: f"if flag:\n{two[0]}\nelse:\n{two[1]}"),
        some.map(lambda one: f"if not flag:\n{one}"),
        some.map(lambda one: f"for r in l[:1]:\n{one}"),
        some.map(lambda one: f"for _ in range(flag):\n{one}"),
        some.map(lambda one: f"while flag:\n{one}\n    break"),
        some.map(lambda one: f"with open(os.devnull) as fh:\n{one}"),
        st.tuples(some, some).map(
            lambda two: f"try:\n{two[0]}\n    1 / flag\nexcept ZeroDivisionError:\n{two[1]}"
        ),
        some.map(lambda one: f"match flag:\n    case True:\n{indented([one])}"),
        some.map(
            lambda one: (
                f"def f(p, q='in'):\n    r = p\n{one.replace('l = ', 'm = ').replace('l += ', 'm = [r] + ').replace('d = ', 'e = ').replace('d |= ', 'e = ')}\n    return p\nq = f(r)"
            )
        ),
    )


PROGRAMS = st.lists(SIMPLE | blocks(SIMPLE), min_size=1, max_size=5)


@settings(deadline=None, max_examples=400)
@given(PROGRAMS, st.booleans())
def test_a_text_that_is_told_is_the_one_python_comes_to(statements, flag):
    marked = "\n".join(
        f"{one}\nprint({3 * mark}, p)\nprint({3 * mark + 1}, q)\nprint({3 * mark + 2}, r)"
        for mark, one in enumerate(statements)
    )
    cells = (IMPORTS, START, marked)
    os.environ["O16N_FLAG"] = "1" if flag else ""
    try:
        real = printed(*cells)
    except (UnboundLocalError, IndexError):
        return  # not every program of this kind runs
    texts = told(*cells)
    for mark, text in real:
        assert len(texts[mark]) in (0, WIDEST) or text in texts[mark], marked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p", {"data"}),
        ("p + '/' + r", {"data/b.csv"}),
        ("f'{p}/{r!s}'", {"data/b.csv"}),
        ("os.path.join(p, 'x', r)", {"data/x/b.csv"}),
        ("Path(p) / 'x' / r", {"data/x/b.csv"}),
        ("Path()", {"."}),
        ("l[1]", {"raw"}),
        ("l[-1]", {"data", "raw", "b.csv"}),
        ("l[1:][0]", {"data", "raw", "b.csv"}),
        ("(l + ['z'])[3]", {"z"}),
        ("d['k']", {"raw"}),
        ("d.get('k')", {"raw", "b.csv"}),
        ("{**d, 'm': p}['m']", {"data"}),
        ("dict(d, m=p)['m']", {"data"}),
        ("{one: 'x' for one in l}['data']", {"x"}),
        ("[one + '!' for one in l[:2]][0]", {"data!", "raw!", "b.csv!"}),
        ("p if flag else q", {"data", "raw"}),
        ("flag and p or q", {"data", "raw"}),
        ("(lambda u, v='z': u + v)(p)", {"dataz"}),
        ("(lambda *u: u[1])(p, q)", {"raw"}),
        ("(lambda **u: u['b'])(a=p, b=q)", {"raw"}),
        ("(w := p) + w", {"datadata"}),
        ("{True: p, 1.0: q}[1]", {"data", "raw"}),
        ("next(zip(l, d.values()))[0]", set()),
    ],
)
def test_a_text_is_told_as_closely_as_the_source_tells_it(text, expected):
    assert told(IMPORTS, START, f"print(1, {text})")[1] == expected


@pytest.mark.parametrize(
    "text",
    [
        "p[:-4] + '.parquet'",
        "p.upper()",
        "f'{p:>9}'",
        "f'{p!r}'",
        "f'{p:{flag}}'",
        "p * 2",
        "'%s.csv' % p",
        "'{}.csv'.format(p)",
        "Path(p).parent",
        "os.environ['HOME']",
        "unheard_of",
        "3",
        "not p",
        "p < q",
    ],
)
def test_a_text_that_only_running_would_tell_is_not_told(text):
    assert told(IMPORTS, START, f"print(1, {text})")[1] == set()


def test_what_a_function_keeps_in_the_notebook_s_names_is_told():
    cell = "def f():\n    global p\n    p = 'kept'\ndef g():\n    x = 'one'\n    def h():\n        nonlocal x\n        x = 'two'\n    h()\n    return x"
    found = told(IMPORTS, START, cell, "f()\nprint(1, p)\nprint(2, g())")
    assert found == {1: {"data", "kept"}, 2: {"one", "two"}}


def test_a_name_that_a_pattern_binds_is_no_longer_what_it_was():
    cell = "match os.environ:\n    case {'A': p, **q}:\n        print(1, p)\n    case [*r]:\n        print(2, r)"
    found = told(IMPORTS, START, cell)
    assert found == {1: set(), 2: set()}


def test_an_import_in_a_function_is_known_there():
    cell = "def f():\n    import os.path as where\n    return where.join('a', 'b')\nprint(1, f())"
    assert told(cell) == {1: {"a/b"}}


def test_a_call_stands_at_its_own_line_and_cell():
    cells = ["x = 1", "def f(a):\n    return (\n        len(a)\n    )", "f(\n  str(x)\n)"]
    places = {one.name: str(one.place) for one in outline(from_history(["", *cells])).calls}
    assert places == {"builtins.str": "cell 3 line 2", "builtins.len": "cell 2 line 3"}


def test_a_class_is_looked_up_where_only_a_star_brings_it():
    cells = ["from sklearn.svm import *", "m = SVC()\nm.fit(X)\nother(X)"]
    (fit,) = outline(from_history(["", *cells])).fits
    assert fit.made.cls == "sklearn.svm.SVC"


LIBRARY = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))[::7]


@pytest.mark.parametrize("path", LIBRARY, ids=lambda one: one.stem)
def test_any_program_people_have_written_is_walked_to_its_end(path):
    source = path.read_text(encoding="utf-8", errors="replace")
    found = outline(from_history(["", source, "last_call_of_all = print('reached')"]))
    assert found.calls[-1].args == ((Text("reached"),),)


def test_a_text_that_would_take_for_ever_is_left_and_said_to_be_unfinished():
    deep = "\n".join(f"def f{n}(x):\n    f{n + 1}(x); f{n + 1}(x); f{n + 1}(x)" for n in range(6))
    cell = "\n".join(["f0(1)"] * LONGEST)
    found = outline(from_history(["", deep, cell[: 6 * 2000]]))
    assert not found.whole
    assert len(found.calls) < LONGEST


def test_a_list_knows_its_places_only_while_nothing_moves_them():
    cells = (START, "m = [p, q]\nm.append(r)\nprint(1, m[2])\nm.insert(0, 'z')\nprint(2, m[2])")
    found = told(IMPORTS, *cells)
    assert found == {1: {"b.csv"}, 2: {"data", "raw", "b.csv", "z"}}


def test_what_is_appended_in_a_branch_may_stand_at_any_place():
    cells = (START, "m = [p]\nif flag:\n    m.append(q)\nm.append(r)\nprint(1, m[1])")
    assert told(IMPORTS, *cells)[1] == {"data", "raw", "b.csv"}


def test_lists_are_walked_as_objects_that_two_names_may_hold():
    assert told(IMPORTS, START, "k = l\nk += ['z']\nprint(1, l[3])")[1] == {"z"}
    assert isinstance(outline(from_history(["", "l = [1]\nlen(l)"])).calls[0].args[0][0], Many)
