"""What a name held when a statement ran: as it is, made again, or not told."""

from __future__ import annotations

import textwrap

import numpy as np
import pytest

from o16n.candidate.gone import gone
from o16n.candidate.since import as_it_was, changed_since
from o16n.candidate.statements import statements
from o16n.notebook.notebook import Cell, Notebook, Place

SPLIT = "from sklearn.model_selection import train_test_split as cut, train_test_split\n"
FIT = "m.fit(a, t)"


@pytest.fixture
def lived():
    def live(*sources):
        cells = [Cell(number=n, id=None, kind="code", source=s) for n, s in enumerate(sources, 1)]
        names = {"np": np, "m": type("M", (), {"fit": lambda *_: None})()}
        for one in cells:
            exec(textwrap.dedent(one.source), names)
        return names, statements(Notebook(path=None, cells=tuple(cells)))

    return live


START = SPLIT + "X, y = np.arange(20).reshape(-1, 1), np.arange(20)"
CUT = "a, b, t, u = train_test_split(X, y, random_state=3)"
AT = Place(cell=3, line=1)


def test_a_name_that_nobody_touched_holds_it_still(lived):
    names, ran = lived(START, CUT, FIT)
    assert as_it_was(names, ran, "a", AT) is names["a"]
    assert changed_since(names, ran, "a", AT) is None


def test_a_split_with_a_seed_is_made_again_and_one_by_chance_is_not(lived):
    names, ran = lived(START, CUT, FIT, "old = a; a, b, t, u = train_test_split(X, y)")
    assert np.array_equal(as_it_was(names, ran, "a", AT), names["old"])
    assert str(changed_since(names, ran, "a", AT).place) == "cell 4 line 1"
    names, ran = lived(START, CUT.replace(", random_state=3", ""), FIT, "a = 1")
    assert as_it_was(names, ran, "a", AT) is None


def test_what_the_split_was_given_must_be_as_it_was(lived):
    names, ran = lived(START, CUT, FIT, "a = 1", "X = X * 2")
    assert as_it_was(names, ran, "a", AT) is None
    names, ran = lived(START, CUT, FIT, "a = 1", "X[0] = 7")
    assert as_it_was(names, ran, "a", AT) is None


def test_a_plain_expression_is_made_again(lived):
    names, ran = lived(START, CUT + "; s = a.astype(float)", "m.fit(s, t)", "s = 0")
    assert np.array_equal(as_it_was(names, ran, "s", AT), names["a"])


def test_a_loops_own_rounds_are_no_later_change(lived):
    names, ran = lived(START, CUT, "for n in (1, 2):\n    z = X[:n]\n    m.fit(z, y)")
    assert len(as_it_was(names, ran, "z", Place(cell=3, line=3))) == 2


def test_models_that_were_tried_and_replaced_are_gone_unless_kept(lived):
    def those(*cells):
        code = [Cell(number=n, id=None, kind="code", source=s) for n, s in enumerate(cells, 1)]
        ran = statements(Notebook(path=None, cells=tuple(code)))
        return [(name, str(place)) for name, place in gone(ran, lambda name: name == "c")]

    one, two = "c = A().fit(X, y)\nc.score(X, y)", "c = B().fit(X, y)\nc.score(X, y)"
    assert those(one, two) == [("c", "cell 1 line 1")]
    assert those(one, "kept = c", two) == []
    assert those(one, "every.append(c)", two) == []
    assert those(one.splitlines()[0], two) == []
    assert those("for k in (1, 2):\n    c = A(k).fit(X, y)\n    c.score(X, y)", two) == []
