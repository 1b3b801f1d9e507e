"""The executed notebook is papermill's own, whole, and readable at every moment."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time

import nbformat
import papermill
import pytest

from o16n.errors import O16nError
from o16n.grammar import Face
from o16n.runs.execute import execute
from o16n.runs.job import Job
from o16n.runs.status import list_runs

LINES = 6_000  # more than all buffers on the way hold; `nox -s stress` sends 20,000
VARIED = [
    "import sys\nprint('out'); print('err', file=sys.stderr); n",
    """from IPython.display import display, HTML, clear_output
h = display(HTML('<b>1</b>'), display_id='h')
print('a', flush=True); print('b', flush=True)
d = display('later', display_id=True)""",
    "h.update(HTML('<b>2</b>')); d.update('replaced')",
    "for k in range(3):\n    clear_output(wait=True)\n    print(k, flush=True)",
    "print('gone', flush=True); clear_output(); print('stays', flush=True)",
    "import ipywidgets\nipywidgets.IntSlider(3)",
    "import warnings\nprint('x', end='', flush=True); print('y', end='', flush=True)",
]
DIFFERS = re.compile(r"(input|output)_path|(start|end)_time|duration|id|iopub\..*|shell\..*")
ID = re.compile(r"0x[0-9a-f]+|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


def comparable(notebook):
    """Return what must be equal: all but times, ids and paths, with split streams joined."""

    def without(value):
        if isinstance(value, dict):
            kept = {k: without(v) for k, v in value.items() if not DIFFERS.fullmatch(k)}
            if kept and all(map(ID.fullmatch, kept)):  # the state of widgets, by id
                return sorted(kept.values(), key=repr)
            return kept
        if isinstance(value, list):
            return [without(one) for one in value]
        return ID.sub("…", value) if isinstance(value, str) else value

    told = json.loads(json.dumps(notebook))
    for cell in told["cells"]:
        joined = []
        for out in cell.get("outputs", []):
            last = joined[-1] if joined else {}
            if out["output_type"] == "stream" and last.get("name") == out["name"]:
                last["text"] += out["text"]
            else:
                joined.append(out)
        cell["outputs"] = joined
    return without(told)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("last", ["x = 1", "def f():\n    1 / 0\nf()"])
def test_the_executed_notebook_equals_papermills_own(notebook, tmp_path, last):
    path = notebook(*VARIED, last, "never = 1", parameters="n = 1")
    told = nbformat.read(path, 4)
    told.cells.insert(1, nbformat.v4.new_markdown_cell("# Text"))
    nbformat.write(told, path)
    ours_failed = theirs_failed = False
    try:
        papermill.execute_notebook(
            str(path),
            str(tmp_path / "theirs.ipynb"),
            {"n": 5},
            cwd=str(tmp_path),
            progress_bar=False,
        )
    except papermill.PapermillExecutionError:
        theirs_failed = True
    try:
        execute(Job(notebook=path, values={"n": 5}))
    except O16nError:
        ours_failed = True
    run = list_runs(tmp_path)[0]
    ours, theirs = nbformat.read(run.executed, 4), nbformat.read(tmp_path / "theirs.ipynb", 4)
    assert ours_failed == theirs_failed
    assert comparable(ours) == comparable(theirs)
    assert ours.metadata.papermill.output_path == str(run.executed)
    nbformat.validate(ours)
    again = papermill.execute_notebook(
        str(run.executed), None, {"n": 6}, progress_bar=False, prepare_only=True
    )
    assert sum("n = 6" in one.source for one in again.cells) == 1


# The cell stops its reader for a second, as a busy machine would, and prints on meanwhile.
FLOOD = """
import os, signal, subprocess
subprocess.Popen(["sh", "-c", f"sleep 1; kill -CONT {os.getppid()}"])
os.kill(os.getppid(), signal.SIGSTOP)
for i in range(%d):
    print(i, flush=True)
"""


def test_no_line_is_lost_while_the_reader_is_slow(notebook, tmp_path):
    path = notebook(FLOOD % LINES, "'after'")
    subprocess.run(
        [sys.executable, "-m", "o16n", "run", str(path)], check=True, stderr=subprocess.DEVNULL
    )
    (run,) = list_runs(tmp_path)
    (output,) = nbformat.read(run.executed, 4).cells[0].outputs
    assert output.text.splitlines() == [str(n) for n in range(LINES)]


def test_a_reply_whose_wake_up_was_swallowed_is_found(run):
    # papermill itself hangs for ever about once in ten times here: see the comment in the engine
    cell = "import ipywidgets\nfor _ in range(10):\n    o = ipywidgets.Output()\n    with o:\n        print('inside')\no"
    outcome = run(*[cell] * 12, cell_timeout=60)
    assert outcome.run.status == "completed"
    assert "inside" in outcome.run.executed.read_text()
    assert max(outcome.run.cell_seconds) < 30


def test_nothing_is_warned_of_and_no_port_is_opened(run):
    outcome = run(
        "k = get_ipython().kernel; print(k.parent.transport, k.parent.connection_file)",
    )
    transport, connection = outcome.text(0).split()
    assert transport == "ipc"
    assert "o16n-kernel-" in connection
    log = outcome.run.directory / "kernel.log"
    assert not log.exists() or "encryption" not in log.read_text()


def test_what_a_cell_printed_is_saved_while_it_still_runs(notebook, tmp_path):
    flag = tmp_path / "go"
    wait = f"import time, pathlib\nwhile not pathlib.Path({str(flag)!r}).exists(): time.sleep(0.05)"
    path = notebook("print('first')", wait)
    seen = []

    def look(_line):
        # called once a second by the engine while the second cell waits
        run = list_runs(tmp_path)[0]
        cells = nbformat.read(run.executed, 4).cells
        seen.append((run.status, [one.metadata.papermill.status for one in cells]))
        if (cells[0].outputs and run.cells_done == 1) or time.monotonic() - began > 20:
            flag.touch()

    began = time.monotonic()
    execute(Job(notebook=path), face=Face(say=look, live=True))
    assert ("running", ["completed", "running"]) in seen


def test_the_record_and_the_notebook_are_whole_whenever_they_are_read(notebook, tmp_path):
    path = notebook(*[f"print('x' * 200_000, {n})" for n in range(15)])
    stop, faults, reads = threading.Event(), [], []

    def read_on():
        while not stop.is_set():
            for one in tmp_path.rglob("*.ipynb"):
                try:
                    json.loads(one.read_text())
                    reads.append(one)
                except ValueError as error:
                    faults.append(error)

    reader = threading.Thread(target=read_on)
    reader.start()
    try:
        execute(Job(notebook=path))
    finally:
        stop.set()
        reader.join()
    assert reads
    assert faults == []
