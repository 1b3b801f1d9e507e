"""Every error is one line that says what, where and what to do, with the exit code of its kind."""

from __future__ import annotations

import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n import errors

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.O16nError)
]


def test_the_tree_that_is_drawn_is_the_tree_that_is_there():
    drawn = re.findall(r"^[│├└─ ]*(\w+) {2,}.*?(?:\(exit (\d)\))?$", errors.__doc__, re.MULTILINE)
    assert {name for name, _ in drawn} == {kind.__name__ for kind in KINDS}
    for name, code in drawn:
        if code:
            assert getattr(errors, name).exit_code == int(code), name


def test_a_child_stands_below_its_parent_in_the_drawing():
    lines = errors.__doc__.splitlines()
    depth = {m[2]: len(m[1]) for line in lines if (m := re.match(r"([│├└─ ]*)(\w+) {2,}", line))}
    for kind in KINDS:
        if kind is not errors.O16nError:
            assert depth[kind.__name__] == depth[kind.__base__.__name__] + 4


@pytest.mark.parametrize("kind", [one for one in KINDS if one is not errors.UnknownName])
def test_an_error_says_where_what_and_what_to_do(kind):
    error = kind("it is broken", where="cell 3 line 4", hint="mend it")
    assert str(error) == "cell 3 line 4: it is broken; mend it"
    assert str(kind("it is broken")) == "it is broken"


@given(st.text(), st.text(), st.text())
def test_an_error_is_one_line_whatever_it_quotes(what, where, hint):
    text = str(errors.BundleError(what, where=where, hint=hint))
    assert len(text.splitlines()) <= 1


def test_an_unknown_name_says_the_nearest_or_all():
    near = errors.UnknownName("column", "agee", ["age", "income"], where="data.csv")
    assert str(near) == "data.csv: unknown column 'agee'; did you mean age?"
    assert str(errors.UnknownName("column", "zzz", ["b", "a"])).endswith("known: a, b")
    assert str(errors.UnknownName("column", "zzz", [])) == "unknown column 'zzz'"


def test_a_notebook_shows_one_red_line():
    shown = errors.BundleError("it is broken", where="x")._render_traceback_()
    assert shown == ["\x1b[31mBundleError: x: it is broken\x1b[0m"]
