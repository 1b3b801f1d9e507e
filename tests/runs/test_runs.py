"""run.json is true however a run ends."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from o16n.errors import RunFailed, UnknownName
from o16n.notebook.given import convert
from o16n.notebook.parameters import read_parameters
from o16n.notebook.read import read_notebook
from o16n.runs.execute import execute
from o16n.runs.job import Job
from o16n.runs.status import list_runs, read_run


def write(path, *cells, parameters=None):
    made = [nbformat.v4.new_code_cell(one) for one in cells]
    if parameters:
        made.insert(0, nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=made,
            metadata={"kernelspec": {"name": "python3", "display_name": "p", "language": "python"}},
        ),
        path,
    )
    return path


def test_a_run_completes_with_its_parameters_and_reads_back(tmp_path):
    path = write(tmp_path / "a.ipynb", "print(n * 2)", parameters="n = 1")
    values = convert(read_parameters(read_notebook(path)), {"n": "21"})
    run = execute(Job(notebook=path, values=values))
    assert (run.status, run.cells_done) == ("completed", 3)
    assert read_run(run.directory) == run
    assert [one.id for one in list_runs(tmp_path)] == [run.id]
    executed = nbformat.read(run.executed, 4)
    assert "42" in executed.cells[-1].outputs[0].text
    with pytest.raises(UnknownName, match="did you mean n"):
        convert(read_parameters(read_notebook(path)), {"nn": "1"})


def test_a_cell_error_is_told_with_its_cell(tmp_path):
    path = write(tmp_path / "a.ipynb", "x = 1", "y = 2\n1 / 0", "z = 3")
    with pytest.raises(RunFailed, match="cell 2.*ZeroDivisionError"):
        execute(Job(notebook=path))
    run = list_runs(tmp_path)[0]
    assert run.status == "failed" and run.error is not None and run.error.cell == 2


def test_a_cell_that_asks_for_input_is_told_as_such(tmp_path):
    path = write(tmp_path / "a.ipynb", "x = 1", "k = int(input('k: '))")
    with pytest.raises(RunFailed, match=r"cell 2 line 1: .*the cell asks for input"):
        execute(Job(notebook=path))


def test_nothing_is_packaged_from_a_notebook_that_failed(tmp_path):
    snippet = "open('snippet', 'w').close()"  # where the kernel stands: beside the notebook
    with pytest.raises(RunFailed, match="ZeroDivisionError"):
        execute(Job(notebook=write(tmp_path / "a.ipynb", "x = 1", "1 / 0")), after=(snippet,))
    assert not (tmp_path / "snippet").exists()
    execute(Job(notebook=write(tmp_path / "a.ipynb", "x = 1")), after=(snippet,))
    assert (tmp_path / "snippet").exists()


def test_an_error_of_several_lines_is_told_by_its_first(tmp_path):
    path = write(
        tmp_path / "a.ipynb", "raise ValueError('what is wrong\\nsee https://example.org')"
    )
    with pytest.raises(RunFailed, match="ValueError: what is wrong;"):
        execute(Job(notebook=path))


def test_a_dead_kernel_is_not_called_completed(tmp_path):
    path = write(
        tmp_path / "a.ipynb", "import os, signal", "os.kill(os.getpid(), signal.SIGKILL)", "x = 1"
    )
    with pytest.raises(RunFailed, match="kernel died"):
        execute(Job(notebook=path))
    assert list_runs(tmp_path)[0].status == "kernel died"


def test_a_cell_out_of_time_is_told(tmp_path):
    path = write(tmp_path / "a.ipynb", "import time; time.sleep(60)")
    with pytest.raises(RunFailed, match="timed out"):
        execute(Job(notebook=path, cell_timeout=2))
    assert list_runs(tmp_path)[0].status == "timed out"


def test_hidden_snippets_leave_no_trace(tmp_path):
    path = write(
        tmp_path / "a.ipynb", "x = 1\nx", "sorted(n for n in dir() if not n.startswith('_'))"
    )
    plain = nbformat.read(execute(Job(notebook=path)).executed, 4)
    seen = nbformat.read(
        execute(
            Job(notebook=path),
            before=("__import__('json')",),
            after=(f"open({str(tmp_path / 'out')!r}, 'w').write('after')",),
        ).executed,
        4,
    )
    assert (tmp_path / "out").read_text() == "after"
    for one, two in zip(plain.cells, seen.cells, strict=True):
        assert one.execution_count == two.execution_count
        assert [o.get("data", o.get("text")) for o in one.outputs] == [
            o.get("data", o.get("text")) for o in two.outputs
        ]


def killed(path, after, number):
    """Run `path` in a process of its own and send it `number` after so many seconds."""
    code = f"from pathlib import Path\nfrom o16n.runs.execute import execute\nfrom o16n.runs.job import Job\nexecute(Job(notebook=Path({str(path)!r})))"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(after)
    process.send_signal(number)
    process.wait(60)
    os.killpg(process.pid, 0) if False else None


def test_a_killed_run_is_never_completed_and_always_readable(tmp_path):
    path = write(
        tmp_path / "a.ipynb",
        *[f"import time; time.sleep(0.2); print('x' * 10000, {n})" for n in range(100)],
    )
    dice = random.Random(0)
    for _ in range(3):
        killed(path, 2 + 4 * dice.random(), signal.SIGKILL)
    runs = list_runs(tmp_path)
    assert runs
    for run in runs:
        assert run.status == "interrupted"
        json.loads(Path(run.executed).read_text())


def test_a_terminated_run_says_stopped(tmp_path):
    path = write(tmp_path / "a.ipynb", "import time; time.sleep(100)")
    killed(path, 6, signal.SIGTERM)
    assert [run.status for run in list_runs(tmp_path)] == ["stopped"]
