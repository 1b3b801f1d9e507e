"""A cell is told by the names it bound, changed and deleted, at the price of the names it mentions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression

from o16n.watching.cells import LONGEST_TEXT, Cells
from o16n.watching.values import Values


class Kernel:
    """Names and what cells did to them, without a shell."""

    def __init__(self, **names):
        self.names = dict(names)
        self.objects = Values()
        self.cells = Cells(names=self.names, hidden={"quit": quit}, values=self.objects)

    def run(self, source, *, ok=True, fitted=()):
        """Run a cell; return what was noted of it."""
        self.cells.begin(source, "id")
        exec(source, self.names)
        self.names.pop("__builtins__", None)
        self.cells.finish(ok=ok, fitted=set(fitted))
        return self.cells.runs[-1]

    def told(self, source):
        run = self.run(source)
        return run.bound, run.changed, run.deleted


CHANGES = {
    "a new name": ("b = 1", (("b",), (), ())),
    "a name bound anew": ("a = [9]", (("a",), (), ())),
    "a list that grew": ("a.append(1)", ((), ("a",), ())),
    "a dict that got a key": ("d['k'] = 2", ((), ("d",), ())),
    "an array written to": ("x[0] = 5", ((), ("x",), ())),
    "a column set": ("df['c'] = 1", ((), ("df",), ())),
    "a cell of a frame": ("df.iloc[0, 0] = 9.0", ((), ("df",), ())),
    "a column put in": ("df.insert(1, 'c', 2)", ((), ("df",), ())),
    "a column renamed in place": ("df.columns = ['z']", ((), ("df",), ())),
    "a series written to": ("s.iloc[0] = 7", ((), ("s",), ())),
    "a name deleted": ("del a", ((), (), ("a",))),
    "a look": ("df.head(); x.sum(); len(a)", ((), (), ())),
    "nothing": ("", ((), (), ())),
}


@pytest.fixture
def kernel():
    return Kernel(
        a=[1], d={}, x=np.zeros(3), df=pd.DataFrame({"a": [1.0, 2.0]}), s=pd.Series([1, 2]), _hid=1
    )


@pytest.mark.parametrize(("source", "told"), CHANGES.values(), ids=CHANGES)
def test_what_a_cell_did_to_names_is_told(kernel, source, told):
    assert kernel.told(source) == told


def test_a_hidden_name_and_ipythons_own_are_none_of_the_notebooks():
    kernel = Kernel(quit=quit, In=[], Out={})
    assert kernel.told("_x = 1; In.append(2); Out[1] = 3") == ((), (), ())
    assert kernel.told("quit = 1")[0] == ("quit",)


def test_a_name_that_the_text_does_not_mention_is_not_looked_into(kernel):
    kernel.names["f"] = lambda: kernel.names["a"].append(1)
    assert kernel.told("f()") == ((), (), ())


def test_a_fitted_estimator_has_changed_though_its_stamp_has_not(kernel):
    model = kernel.names["m"] = LinearRegression()
    thing = kernel.objects.thing(model)
    assert kernel.run("pass", fitted=[thing]).changed == ("m",)
    assert kernel.run("pass").changed == ()


def test_the_frame_held_while_a_cell_runs_is_let_go_afterwards(kernel):
    kernel.run("df.head()")
    assert kernel.cells._before == {}


def test_a_cell_knows_its_order_source_digest_and_outcome(kernel):
    first, again = kernel.run("b = 1"), kernel.run("b = 1", ok=False)
    assert (first.order, first.ok, first.id, first.source) == (1, True, "id", "b = 1")
    assert (again.order, again.ok) == (2, False)
    assert first.digest == again.digest != kernel.run("b = 2").digest
    assert first.start <= first.end <= again.start


def test_a_source_that_is_no_utf_8_has_a_digest_too(kernel):
    kernel.cells.begin("s = '\udcff'", None)
    assert len(kernel.cells.running.digest) == 16


def test_what_is_printed_is_kept_up_to_a_length(kernel):
    kernel.cells.print("before any cell")
    kernel.cells.begin("print()", None)
    for _ in range(3):
        kernel.cells.print("x" * (LONGEST_TEXT // 2))
    assert kernel.cells.running.text == "x" * LONGEST_TEXT


def test_what_a_magic_runs_belongs_to_the_cell_that_holds_it(kernel):
    cells = kernel.cells
    cells.begin("%%capture\nb = 1", "outer")
    cells.begin("b = 1", "inner", inner=True)
    cells.finish(ok=True, fitted=set())
    assert cells.running.id == "outer"
    cells.finish(ok=True, fitted=set())
    assert (cells.running, len(cells.runs)) == (None, 1)


def test_an_end_without_a_begin_is_nothing(kernel):
    kernel.cells.finish(ok=True, fitted=set())
    assert kernel.cells.runs == []


@pytest.mark.parametrize(
    ("outer", "inner", "file", "above"),
    [
        ("a = 1", None, "/tmp/ipykernel_1/2.py", 0),
        ("\n\na = 1", None, "/tmp/ipykernel_1/2.py", 2),
        ("%%time\na = 1", None, "<timed exec>", 1),
        ("%%capture\na = 1", "a = 1\n", "<ipython-input-1>", 1),
        ("%%capture\n\n%%time\n\na = 1", "\n%%time\n\na = 1\n", "<timed exec>", 4),
    ],
)
def test_lines_are_those_that_a_person_sees(kernel, outer, inner, file, above):
    kernel.cells.begin(outer, None)
    if inner is not None:
        kernel.cells.begin(inner, None, inner=True)
    assert kernel.cells.shift(file) == above


def test_outside_a_cell_no_line_is_shifted(kernel):
    assert kernel.cells.shift("<timed exec>") == 0


def test_an_object_whose_size_cannot_be_told_is_known_by_its_identity_alone(kernel):
    class Broken(pd.DataFrame):
        @property
        def columns(self):
            raise RuntimeError("never asked for")

    Broken.__name__, Broken.__module__ = "DataFrame", "pandas"
    kernel.names["odd"] = Broken.__new__(Broken)
    assert kernel.told("odd") == ((), (), ())


def test_estimators_in_containers_are_called_by_their_place(kernel):
    first, second = LinearRegression(), LinearRegression()
    kernel.names |= {"models": {"rf": first}, "tried": [second]}
    things = [kernel.objects.thing(one) for one in (first, second)]
    kernel.run("pass")
    names = [set(kernel.objects.names.get(-thing, {})) for thing in things]
    assert names == [{"models['rf']"}, {"tried[0]"}]


NAMES = st.sampled_from(["p", "q", "r"])


@given(st.lists(st.tuples(NAMES, st.integers(0, 3)), max_size=8))
def test_every_binding_to_another_object_is_told_in_order(steps):
    kernel, held = Kernel(), {}
    for name, number in steps:
        value = f"list_{number}"
        kernel.names[value] = kernel.names.get(value, [number])
        bound, _, _ = kernel.told(f"{name} = {value}")
        assert bound == (() if held.get(name) == value else (name,))
        held[name] = value
