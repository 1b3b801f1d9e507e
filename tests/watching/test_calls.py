"""A call is told by its arguments as they were, and nothing of the notebook's is kept alive by it."""

from __future__ import annotations

import gc
import io
import sys
import weakref
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.watching.calls import (
    TEXT,
    Calls,
    _answers,
    _flat,
    _place,
    arguments_of,
    number,
    weakly,
)
from o16n.watching.cells import Cells
from o16n.watching.record import Where
from o16n.watching.states import States
from o16n.watching.values import Values


@pytest.fixture
def calls():
    names = {}
    values = Values()
    cells = Cells(names=names, hidden={}, values=values)
    return Calls(names=names, values=values, states=States(), cells=cells)


def told(function, *given, **named):
    """Return the arguments of `function` as a hook sees them when it starts."""
    seen = {}

    def hook(frame, event, _):
        if event == "call" and frame.f_code is function.__code__:
            seen.update(arguments_of(frame.f_code, frame))

    before = sys.getprofile()
    sys.setprofile(hook)
    try:
        function(*given, **named)
    finally:
        sys.setprofile(before)
    return seen


def plain(a, b=2, *, c=3): ...
def split(*arrays, test_size=None): ...
def opened(self, *args, **kwargs): ...
def keyed(data, **kwargs): ...
def local(a):
    inner = a + 1
    return inner, inner


def test_arguments_are_told_by_name_with_their_defaults():
    assert told(plain, 1, c=5) == {"a": 1, "b": 2, "c": 5}
    assert told(local, 1) == {"a": 1}


def test_those_of_a_star_are_told_one_by_one_and_those_of_two_stars_by_their_names():
    assert told(split, 1, 2, test_size=3) == {"test_size": 3, "arrays0": 1, "arrays1": 2}
    assert told(opened, 0, "wb") == {"self": 0, "args0": "wb"}
    assert told(keyed, 1, label=2) == {"data": 1, "label": 2}


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (1, 1.0),
        (True, 1.0),
        (0.5, 0.5),
        (np.float32(0.25), 0.25),
        (np.int64(3), 3.0),
        (np.array(2.0), 2.0),
        (np.array([2.0]), None),
        (np.str_("2"), 2.0),
        (np.str_("two"), None),
        ("2", None),
        (None, None),
        ([1], None),
        (1j, None),
    ],
)
def test_a_single_number_is_a_result_and_nothing_else_is(value, answer):
    assert number(value) == answer


@given(st.floats(allow_nan=False, width=32))
def test_a_number_is_told_to_the_bit(value):
    assert number(np.float32(value)) == value


def test_what_cannot_be_held_weakly_is_not_held():
    class Thing: ...

    thing = Thing()
    held = weakly(thing)
    assert held() is thing
    del thing
    gc.collect()
    assert held() is None
    assert weakly(3) is weakly(None) is None


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("a.csv", "a.csv"),
        (Path("data") / "a.csv", str(Path("data") / "a.csv")),
        ('{"a": [1]}', "text"),
        ("[1, 2]", "text"),
        ("<table></table>", "text"),
        ("x" * 400, "x" * TEXT),
        (io.StringIO("secret"), ""),
        (object(), "builtins.object"),
    ],
)
def test_a_place_is_told_as_text_and_what_is_read_through_never_with_its_content(place, text):
    assert _place(place) == text


def test_what_is_saved_is_told_one_step_into_containers_each_once():
    one, other = object(), object()
    found = _flat({"obj": {"m": one, "n": [other]}, "file": "a.pkl", "more": (one, other)}, one)
    assert [value for value in found if value is one] == [one]
    assert [value for value in found if value is other] == [other]


def test_a_container_that_counts_its_looks_is_not_asked():
    class Loud(list):
        def __iter__(self):
            raise AssertionError("code of the notebook ran")

    class LoudDict(dict):
        def values(self):
            raise AssertionError("code of the notebook ran")

    inside = object()
    assert any(one is inside for one in _flat({"a": Loud([inside])}, None))
    assert any(one is inside for one in _flat({"a": LoudDict(k=inside)}, None))


@pytest.mark.parametrize(
    ("role", "value", "count"),
    [
        ("split", [1, 2, 3], 3),
        ("method", (1, 2), 2),
        ("use", (1, 2), 1),
        ("split", list(range(30)), 1),
    ],
)
def test_several_answers_count_by_themselves_where_a_call_gives_several(role, value, count):
    assert len(_answers(role, None, value)) == count


def test_an_answer_that_is_the_estimator_itself_is_none():
    owner = object()
    assert _answers("method", owner, owner) == ()
    assert _answers("method", owner, (owner, 1)) == (1,)


def test_a_call_is_an_event_with_its_inputs_result_and_place(calls):
    where = Where(cell=1, line=2, in_cell=1, in_line=2)
    rows = np.arange(6.0)
    calls.begin(
        "metric", "accuracy_score", where, {"y_true": rows, "y_pred": rows, "normalize": True}
    )
    calls.finish(0.75)
    (event,) = calls.events
    assert (event.number, event.kind, event.name, event.where) == (
        1,
        "metric",
        "accuracy_score",
        where,
    )
    assert set(event.inputs) == {"y_true", "y_pred"}
    assert len(set(event.inputs.values())) == 1, "one array has one token"
    assert (event.result, event.output, event.ok) == (0.75, (), True)
    assert calls.open is None


def test_a_call_that_raised_is_told_so_and_gives_nothing(calls):
    where = Where(cell=1, line=1, in_cell=1, in_line=1)
    calls.begin("read", "read_csv", where, {"filepath_or_buffer": "none.csv", "sep": ","})
    calls.finish(None, ok=False)
    (event,) = calls.events
    assert (event.ok, event.output) == (False, ())
    assert event.detail == {"filepath_or_buffer": "none.csv"}


def test_an_open_call_keeps_neither_its_arguments_nor_its_estimator_alive(calls):
    class Model:
        def fit(self, rows): ...
        def predict(self, rows): ...

    model = Model()
    gone = weakref.ref(model)
    where = Where(cell=1, line=1, in_cell=1, in_line=1)
    calls.begin("method", "Model.fit", where, {"self": model}, owner=model)
    del model
    gc.collect()
    assert gone() is None


def test_no_cell_leads_to_a_call_that_no_cell_made(calls):
    assert calls.where(sys._getframe()) is None
