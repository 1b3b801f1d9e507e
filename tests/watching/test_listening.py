"""What is pickled is read from the cell's text, and the watcher's own faults stay its own."""

from __future__ import annotations

import ast
import collections
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.watching.calls import Calls
from o16n.watching.cells import Cells
from o16n.watching.listening import Listener, dumped
from o16n.watching.states import States
from o16n.watching.values import Values

MODEL, SCALER = object(), object()


class Holder:
    def __init__(self):
        self.model = MODEL

    @property
    def loud(self):
        raise AssertionError("code of the notebook ran")


class Shouting(dict):
    def __getitem__(self, key):
        raise AssertionError("code of the notebook ran")


NAMES = {
    "m": MODEL,
    "h": Holder(),
    "d": {"m": MODEL, "deep": {"m": MODEL}, 1: SCALER},
    "l": [SCALER, MODEL],
    "key": "m",
    "place": 1,
    "odd": Shouting(m=MODEL),
    "counted": collections.Counter(m=3),
}


@pytest.fixture
def listener():
    names = dict(NAMES)
    values = Values()
    cells = Cells(names=names, hidden={}, values=values)
    return Listener(calls=Calls(names=names, values=values, states=States(), cells=cells))


@pytest.mark.parametrize(
    ("call", "saved"),
    [
        ("pickle.dump(m, f)", MODEL),
        ("dump(m, open('a', 'wb'))", MODEL),
        ("pickle.dump(obj=m, file=f)", MODEL),
        ("pickle.dump(file=f, obj=m)", MODEL),
        ("s = pickle.dumps(m)", MODEL),
        ("f.write(pickle.dumps(m))", MODEL),
        ("pickle.dump(h.model, f)", MODEL),
        ("pickle.dump(d['m'], f)", MODEL),
        ("pickle.dump(d[key], f)", MODEL),
        ("pickle.dump(d['deep']['m'], f)", MODEL),
        ("pickle.dump(d[1], f)", SCALER),
        ("pickle.dump(l[place], f)", MODEL),
        ("pickle.dump([m, d[1]], f)", [MODEL, SCALER]),
        ("pickle.dump((m, l[0]), f)", [MODEL, SCALER]),
        ("pickle.dump({'model': m, 'scaler': l[0]}, f)", [MODEL, SCALER]),
    ],
)
def test_what_is_pickled_is_looked_up_by_the_text_of_the_call(call, saved):
    assert dumped(call, 1, NAMES) == saved


@pytest.mark.parametrize(
    "call",
    [
        "pickle.dump(make(), f)",
        "pickle.dump(m.copy(), f)",
        "pickle.dump(d['none'], f)",
        "pickle.dump(l[7], f)",
        "pickle.dump(l[key], f)",
        "pickle.dump(h.none, f)",
        "pickle.dump(unknown, f)",
        "pickle.dump(l[0:1], f)",
        "pickle.dump(d[[]], f)",
        "pickle.dump()",
        "pickle.load(f)",
        "save(m)",
        "this is no python",
    ],
)
def test_what_the_text_does_not_tell_is_nothing(call):
    assert dumped(call, 1, NAMES) is None


@pytest.mark.parametrize("call", ["pickle.dump(h.loud, f)", "pickle.dump(odd['m'], f)"])
def test_no_code_of_the_notebooks_own_is_run_to_look_something_up(call):
    assert dumped(call, 1, NAMES) is None


def test_of_several_calls_the_one_on_the_running_line_counts_also_where_it_spans_lines():
    source = "pickle.dump(m, f)\npickle.dump(\n    d[1],\n    f,\n)\npickle.dump(l, f)"
    assert dumped(source, 1, NAMES) is MODEL
    assert [dumped(source, line, NAMES) for line in (2, 3, 4, 5)] == [SCALER] * 4
    assert dumped(source, 7, NAMES) is None


PLACES = st.lists(
    st.sampled_from(["['m']", ".model", "[0]", "[key]", "[place]", "['deep']"]), max_size=4
)


@given(st.sampled_from(sorted(NAMES)), PLACES)
def test_whatever_is_written_looking_up_raises_nothing_and_tells_the_same_twice(root, places):
    call = f"pickle.dump({root}{''.join(places)}, f)"
    assert ast.parse(call)
    assert dumped(call, 1, NAMES) is dumped(call, 1, NAMES)


def test_a_fault_of_the_watchers_own_is_noted_by_class_and_line_and_never_with_data(listener):
    def hook(value):
        raise KeyError(value)

    assert listener.guarded(hook)("a person's name") is None
    line = hook.__code__.co_firstlineno + 1
    assert listener.errors == [f"KeyError in test_listening.py line {line}"]


def test_what_stops_the_kernel_is_not_swallowed(listener):
    def hook():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        listener.guarded(hook)()
    assert listener.errors == []


def test_outside_a_cell_and_while_paused_nothing_is_heard(listener):
    cells = listener.calls.cells
    assert not listener.here()
    cells.begin("a = 1", "id")
    assert listener.here()
    listener.paused = True
    assert not listener.here()
    listener.paused = False
    cells.finish(ok=True, fitted=set())
    assert not listener.here()


def test_another_thread_is_none_of_the_notebooks(listener):
    listener.calls.cells.begin("a = 1", "id")
    listener.thread += 1
    assert not listener.here()


def test_equal_code_of_two_cells_is_two_code_objects(listener):
    first, second = (compile("def fit(X): return X", "<ipython-input-1>", "exec") for _ in range(2))
    assert first == second
    frame = sys._getframe()
    assert listener.role(first, frame) == listener.role(second, frame)
    assert len(listener.known) == 2
