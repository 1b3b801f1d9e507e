"""A signal ends a run in order; what cannot be caught is derived from the lock."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import nbformat
import pytest

from o16n.runs.status import list_runs

WAIT = "print('kept', flush=True); import time; time.sleep(100)"
IN_A_THREAD = """
import sys, threading
from pathlib import Path
from o16n.runs.execute import execute
from o16n.runs.job import Job
one = threading.Thread(target=execute, args=(Job(notebook=Path(sys.argv[1])),))
one.start(); one.join()
"""


@pytest.fixture
def stopped(notebook, tmp_path):
    """Start a run whose second cell waits, send `number` while it does, and return what was left."""

    def stop(number, *command):
        path = notebook("x = 1", WAIT, "y = 1")
        process = subprocess.Popen(
            [sys.executable, *(command or ("-m", "o16n", "run")), str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        while not (runs := list_runs(tmp_path)) or runs[0].cells_done < 1:
            time.sleep(0.05)
        process.send_signal(number)
        process.said = process.communicate(timeout=60)
        return process, list_runs(tmp_path)[0]

    return stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_run_says_so_and_leaves_no_kernel(stopped, left_of, number):
    process, run = stopped(number)
    assert (run.status, run.error.name, run.error.cell) == ("stopped", number.name, 2)
    assert process.returncode == 130
    assert process.said[0] == ""
    assert process.said[1].splitlines()[-1].startswith("RunStopped: cell 2: the run was stopped")
    cells = nbformat.read(run.executed, 4).cells
    assert [one.metadata.papermill.status for one in cells] == ["completed", "failed", "pending"]
    assert cells[1].outputs[0].text == "kept\n"
    assert left_of(run.directory) == []


@pytest.mark.parametrize(
    ("number", "command"), [(signal.SIGKILL, ()), (signal.SIGTERM, ("-c", IN_A_THREAD))]
)
def test_what_cannot_be_caught_is_interrupted_and_the_kernel_follows(
    stopped, left_of, number, command
):
    process, run = stopped(number, *command)
    assert process.returncode == -number
    assert (run.status, run.error) == ("interrupted", None)
    nbformat.read(run.executed, 4)
    for _ in range(200):
        if not left_of(run.directory):
            return
        time.sleep(0.1)
    pytest.fail("the kernel outlived its run")
