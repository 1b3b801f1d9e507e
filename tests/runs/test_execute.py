"""run.json is true however a run ends, and what a person reads is one line."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from o16n.errors import NotebookError, RunFailed, UnknownName, UsageError
from o16n.grammar import Face
from o16n.notebook.given import convert
from o16n.notebook.parameters import read_parameters
from o16n.notebook.read import read_notebook
from o16n.runs.execute import execute
from o16n.runs.job import Job
from o16n.runs.status import list_runs, read_run

# What the middle one of three cells does; then the status, the error's name, line and text, and
# papermill's status of each code cell.
ENDS = {
    "1 / 0": ("failed", "ZeroDivisionError", 1, "division by zero"),
    "y = 1\nx = = 2": ("failed", "SyntaxError", 2, "invalid syntax"),
    "raise KeyboardInterrupt": ("failed", "KeyboardInterrupt", 1, ""),
    "class Odd(BaseException): pass\nraise Odd('hm')": ("failed", "Odd", 2, "hm"),
    "k = int(input('k: '))": ("failed", "StdinNotImplementedError", 1, "asks for input"),
    "import sys; sys.exit(3)": ("failed", "SystemExit", None, "3"),
    "import sys; sys.exit()": ("ended early", "SystemExit", None, ""),
    "import os; os._exit(7)": ("kernel died", "KernelDied", None, "exit code 7"),
    "import os; os.kill(os.getpid(), 9)": ("kernel died", "KernelDied", None, "SIGKILL"),
    "import ctypes; ctypes.string_at(0)": ("kernel died", "KernelDied", None, "SIGSEGV"),
}


@pytest.mark.parametrize("cell", ENDS)
def test_however_a_cell_ends_the_run_says_so(run, left_of, cell):
    status, name, line, message = ENDS[cell]
    outcome = run("x = 1; print('kept', flush=True)", cell, "z = 3")
    error = outcome.run.error
    assert (outcome.run.status, error.name, error.cell, error.line) == (status, name, 2, line)
    assert message in error.message
    assert (outcome.run.cells, outcome.run.cells_done) == (3, 1)
    assert outcome.statuses == ["completed", "failed", "pending"]
    assert "kept" in json.dumps(outcome.cells)
    assert left_of(outcome.run.directory) == []
    if status == "ended early":
        assert outcome.error is None
    else:
        assert isinstance(outcome.error, RunFailed)
        assert str(outcome.error).startswith("cell 2")
        assert "\n" not in str(outcome.error)


def test_a_run_completes_with_its_parameters_and_reads_back(notebook):
    path = notebook("print(n * 2)", parameters="n = 1")
    values = convert(read_parameters(read_notebook(path)), {"n": "21"})
    said = []
    run = execute(Job(notebook=path, values=values), face=Face(say=said.append))
    assert (run.status, run.cells, run.cells_done) == ("completed", 2, 2)
    assert run.python == sys.version.split()[0]
    assert len(run.cell_seconds) == 2
    assert read_run(run.directory) == run
    assert [one.id for one in list_runs(path.parent)] == [run.id]
    assert "42" in nbformat.read(run.executed, 4).cells[-1].outputs[0].text
    assert said[0] == "parameters: n = 21"
    assert said[1].startswith("cell 1 of 2")
    with pytest.raises(UnknownName, match="did you mean n"):
        convert(read_parameters(read_notebook(path)), {"nn": "1"})


def test_a_failing_cell_is_numbered_as_in_the_file_not_as_papermill_counts(run):
    outcome = run("x = 1", "1 / 0", parameters="n = 1", values={"n": 2})
    assert outcome.run.error.cell == 3
    outcome = run("", "x = 1", "y = 2\n1 / 0")
    assert (outcome.run.error.cell, outcome.run.error.line) == (3, 2)
    outcome = run("def f():\n    x = 1\n    return 1 / 0", "z = 1\nf()")
    assert (outcome.run.error.cell, outcome.run.error.line) == (2, 2)


def test_a_value_that_cannot_be_shown_is_told_with_what_it_raised(run):
    shown = "class D:\n    def _repr_html_(self):\n        raise ValueError('no picture')\nD()"
    outcome = run("x = 1", shown)
    assert "cell 2" in str(outcome.error)
    assert (outcome.run.error.name, outcome.run.error.message) == ("ValueError", "no picture")


def test_a_cell_out_of_time_and_a_run_out_of_time_are_told(run, left_of):
    one = run("x = 1", "import time; time.sleep(60)", cell_timeout=1)
    assert (one.run.status, one.run.error.cell) == ("timed out", 2)
    assert one.statuses == ["completed", "failed"]
    two = run(*["import time; time.sleep(0.7)"] * 9, timeout=3)
    assert two.run.status == "timed out"
    assert two.run.error.cell > 1
    assert left_of(two.run.directory) == []


def test_what_a_cell_is_allowed_to_raise_does_not_fail_the_run(notebook):
    path = notebook("1 / 0", "x = 1")
    told = nbformat.read(path, 4)
    told.cells[0].metadata["tags"] = ["raises-exception"]
    nbformat.write(told, path)
    assert execute(Job(notebook=path)).status == "completed"


def test_hidden_snippets_leave_no_trace(run, tmp_path):
    cells = ("x = 1\nx", "print(_, len(In)); sorted(n for n in dir() if n[:1] != '_')")
    plain = run(*cells)
    seen = run(
        *cells,
        before=("__import__('json')",),
        after=(f"open({str(tmp_path / 'out')!r}, 'w').write('after')",),
    )
    assert (tmp_path / "out").read_text() == "after"
    for one, two in zip(plain.cells, seen.cells, strict=True):
        assert one.execution_count == two.execution_count
        assert [o.get("data", o.get("text")) for o in one.outputs] == [
            o.get("data", o.get("text")) for o in two.outputs
        ]


def test_a_snippet_after_the_cells_finds_in_the_file_what_all_of_them_printed(run, tmp_path):
    copied = "from os import environ as e; from shutil import copy; "
    copied += f"copy(e['O16N_RUN'] + '/executed.ipynb', {str(tmp_path / 'seen')!r})"
    run("print('first')", "print('last')", after=(copied,))
    cells = nbformat.read(tmp_path / "seen", 4).cells
    assert [cell.outputs[0].text for cell in cells] == ["first\n", "last\n"]


def test_a_failing_snippet_names_packaging_and_the_notebook_still_ran(run):
    outcome = run("x = 1", after=("1 / 0",))
    assert isinstance(outcome.error, NotebookError)
    assert "packaging inside the kernel failed: ZeroDivisionError" in str(outcome.error)
    assert outcome.run.status == "completed"
    assert "packaging" in outcome.run.error.message
    assert outcome.statuses == ["completed"]
    assert "ZeroDivisionError" in (outcome.run.directory / "packaging.log").read_text()


def test_a_kernel_that_dies_while_packaging_is_not_completed(run):
    outcome = run("x = 1", after=("__import__('os')._exit(3)",))
    assert outcome.run.status == "kernel died"
    assert outcome.run.error.message == "the kernel ended itself outside any cell with exit code 3"
    assert outcome.run.cells_done == outcome.run.cells == 1


def test_nothing_is_packaged_from_a_notebook_that_failed(run, tmp_path):
    snippet = "open('snippet', 'w').close()"  # where the kernel stands: beside the notebook
    run("x = 1", "1 / 0", after=(snippet,))
    assert not (tmp_path / "snippet").exists()


def test_what_ended_early_is_not_packaged(run, tmp_path):
    out = tmp_path / "out"
    outcome = run("import sys; sys.exit()", "x = 1", after=(f"open({str(out)!r}, 'w')",))
    assert isinstance(outcome.error, RunFailed)
    assert "never ran" in str(outcome.error)
    assert not out.exists()


def test_a_run_directory_deleted_midway_is_one_line(notebook, tmp_path, left_of):
    out = tmp_path / "gone"
    path = notebook(f"import shutil; shutil.rmtree({str(out)!r})", "x = 1")
    with pytest.raises(UsageError, match="the run's directory is gone"):
        execute(Job(notebook=path, out=out))
    assert left_of(out) == []


def test_a_place_that_cannot_be_written_is_one_line(notebook, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written: Not a directory; name another"):
        execute(Job(notebook=notebook("x = 1"), out=tmp_path / "file" / "run"))


def test_a_full_disk_is_one_line(notebook, tmp_path):
    path = notebook("print('x' * 300_000)", "y = 1")

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = subprocess.run(
        [sys.executable, "-m", "o16n", "run", str(path)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=small_files,
    )
    assert done.returncode == 2
    assert "cannot be written: File too large" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert [one.status for one in list_runs(tmp_path)] != ["completed"]


def test_nothing_is_overwritten(notebook, tmp_path):
    path = notebook("x = 1")
    execute(Job(notebook=path, out=tmp_path / "one"))
    with pytest.raises(UsageError, match="a run is there already"):
        execute(Job(notebook=path, out=tmp_path / "one"))


def test_a_folder_whose_name_is_a_template_is_a_folder(notebook, tmp_path):
    folder = tmp_path / "{x} a"
    folder.mkdir()
    assert execute(Job(notebook=notebook("x = 1", folder=folder))).status == "completed"


def test_four_threads_run_at_once_and_the_folder_of_each_is_its_own(notebook, tmp_path):
    here = Path.cwd()
    folders = [tmp_path / str(n) for n in range(4)]
    for one in folders:
        one.mkdir()
    paths = [notebook("import os; print(os.getcwd())", folder=one) for one in folders]
    filters = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda path: execute(Job(notebook=path)), paths))
    assert [one.status for one in runs] == ["completed"] * 4
    for run, folder in zip(runs, folders, strict=True):
        assert nbformat.read(run.executed, 4).cells[0].outputs[0].text.strip() == str(folder)
    assert Path.cwd() == here
    assert warnings.filters == filters


def test_two_processes_in_one_folder_have_directories_of_their_own(notebook, tmp_path):
    path = notebook("x = 1")
    command = [sys.executable, "-m", "o16n", "run", str(path), "--json"]
    started = [subprocess.Popen(command, stdout=-1, stderr=-1) for _ in range(2)]
    told = [json.loads(one.communicate()[0]) for one in started]
    assert [one["status"] for one in told] == ["completed"] * 2
    assert {one["run"] for one in told} == {one.id for one in list_runs(tmp_path)}
    assert len(list_runs(tmp_path)) == 2


def old(path, **changes):
    told = json.loads(path.read_text())
    for cell in told["cells"]:
        cell.pop("id")
    path.write_text(json.dumps({**told, **changes}))
    return path


def test_old_formats_run(notebook, recwarn):
    cells = [{"cell_type": "code", "language": "python", "input": "print(6 * 7)", "outputs": []}]
    three = {
        "metadata": {"name": "old"},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": [{**cells[0], "collapsed": False, "metadata": {}}]}],
    }
    path = notebook("x = 1")
    path.write_text(json.dumps(three))
    assert execute(Job(notebook=path)).cells_done == 1
    path = old(notebook("print(6 * 7)"), nbformat_minor=2)
    run = execute(Job(notebook=path))
    assert nbformat.read(run.executed, 4).cells[0].outputs[0].text == "42\n"
    assert [str(one.message) for one in recwarn] == []


def test_what_nbformat_cannot_read_is_one_line(notebook):
    path = notebook("x = 1")
    path.write_text(json.dumps({"cells": json.loads(path.read_text())["cells"]}))
    with pytest.raises(NotebookError, match="papermill cannot read it as a notebook"):
        execute(Job(notebook=path))
    assert list_runs(path.parent)[0].status == "failed"


def test_the_source_is_kept_byte_for_byte_and_never_written(notebook):
    path = notebook("x = 1")
    before = path.read_bytes()
    run = execute(Job(notebook=path))
    assert path.read_bytes() == before == (run.directory / "source.ipynb").read_bytes()
    shutil.rmtree(run.directory)
    assert list_runs(path.parent) == ()
