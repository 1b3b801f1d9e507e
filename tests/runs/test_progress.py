"""Cells are numbered as in the file, and a person sees where a run is."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.runs.forecast import Forecast
from o16n.runs.progress import SHORTEST, Plan, Progress, Teller


def cells(*kinds):
    """Make a notebook of code (c), markdown (m) and injected (i) cells."""
    made = {
        "c": lambda: nbformat.v4.new_code_cell("1"),
        "m": lambda: nbformat.v4.new_markdown_cell("1"),
        "i": lambda: nbformat.v4.new_code_cell("1", metadata={"tags": ["injected-parameters"]}),
    }
    return nbformat.v4.new_notebook(cells=[made[one]() for one in kinds])


@pytest.mark.parametrize(
    ("kinds", "in_file", "numbers"),
    [
        ("cmc", 2, (1, None, 2)),
        ("cic", 2, (1, None, 2)),  # papermill put one in
        ("cic", 3, (1, 2, 3)),  # the file held it already
        ("ic", 1, (None, 1)),
        ("", 0, ()),
    ],
)
def test_a_cell_that_papermill_put_in_has_no_number(kinds, in_file, numbers):
    progress = Progress(on_event=lambda _: None)
    progress.begin(cells(*kinds), in_file)
    assert progress.numbers == numbers


def test_cells_are_counted_and_the_injected_one_is_known_as_such():
    progress = Progress(on_event=lambda _: None)
    progress.begin(cells(*"cimc"), 2)
    seen = []
    for index in range(4):
        progress.start(index)
        seen.append((progress.number, progress.injected))
        progress.finish(index)
    assert seen == [(1, False), (None, True), (None, False), (2, False)]
    assert progress.cells_done == 2


@given(st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), st.text(max_size=5))))
def test_joined_streams_say_what_the_separate_ones_said(messages):
    progress, outs = Progress(on_event=lambda _: None), []
    for name, text in messages:
        content = {"name": name, "text": text}
        if not progress.goes_on(outs, content):
            outs.append({"output_type": "stream", **content})
            progress.open_stream(outs[-1])
    progress.settle()
    expected = []
    for name, text in messages:
        if expected and expected[-1][0] == name:
            expected[-1][1] += text
        else:
            expected.append([name, text])
    assert [[one["name"], one["text"]] for one in outs] == expected


def test_a_cleared_output_is_not_gone_on_from():
    progress = Progress(on_event=lambda _: None)
    out = {"output_type": "stream", "name": "stdout", "text": "a"}
    progress.open_stream(out)
    assert not progress.goes_on([], {"name": "stdout", "text": "b"})


def test_what_a_cell_may_take_is_the_smaller_of_its_own_and_the_runs_limit(tmp_path):
    base = {"executed": tmp_path, "kernel_log": tmp_path, "cwd": "", "cells": 1, "environment": {}}
    assert Plan(**base).seconds_left() is None
    assert Plan(**base, cell_timeout=5).seconds_left() == 5
    soon = time.monotonic() + 2
    assert 0 < Plan(**base, cell_timeout=5, deadline=soon).seconds_left() <= 2
    # nbclient takes 0 for "no limit"
    assert Plan(**base, deadline=time.monotonic() - 9).seconds_left() == SHORTEST


def test_killing_takes_the_whole_group_and_is_harmless_twice():
    code = "import subprocess, sys; subprocess.run(['sleep', '100'])"
    kernel = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    progress = Progress(on_event=lambda _: None, kernel=kernel)
    while not children(kernel.pid):
        time.sleep(0.01)
    (child,) = children(kernel.pid)
    progress.kill()
    assert kernel.wait(10) == -9
    while alive(child):
        time.sleep(0.01)
    progress.kill()
    Progress(on_event=lambda _: None).kill()


def children(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def at(number, done, phase="cells"):
    return SimpleNamespace(
        number=number, cells=4, cells_done=done, phase=phase, cell_began=time.monotonic()
    )


def test_each_cell_is_said_once_where_lines_stay():
    said = []
    tell = Teller(say=said.append, live=False, forecast=None)
    for one in (at(1, 0), at(1, 0), at(None, 1), at(2, 1), at(None, 4, "packaging")):
        tell(one)
    assert said == [
        "cell 1 of 4, 0%, 0 s",
        "cell 2 of 4, 25%, 0 s",
        "packaging inside the kernel, 0 s",
    ]


def test_a_live_line_has_a_bar_and_goes_by_the_forecast():
    said = []
    told = Forecast(seconds=(90.0, 5.0, 3.0, 2.0), source="")
    tell = Teller(say=said.append, live=True, forecast=told)
    tell(at(2, 1))
    tell(at(2, 1))
    assert said == ["[##################..] cell 2 of 4, 90%, 0 s, about 10 s to go"] * 2
