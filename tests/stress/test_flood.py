"""20,000 flushed lines of one cell are kept, also where every processor is busy."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pytest

from o16n.runs.execute import execute
from o16n.runs.job import Job

LINES = 20_000


@pytest.fixture
def _busy():
    count = (os.cpu_count() or 1) + 1
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    yield
    for one in burners:
        one.kill()
        one.wait()


@pytest.mark.usefixtures("_busy")
@pytest.mark.parametrize("trial", range(3))
def test_no_line_of_a_flood_is_lost_on_a_busy_machine(tmp_path, trial):
    path = tmp_path / "a.ipynb"
    cell = nbformat.v4.new_code_cell(f"for i in range({LINES}):\n    print(i, flush=True)")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    run = execute(Job(notebook=path))
    (output,) = nbformat.read(run.executed, 4).cells[0].outputs
    assert output.text.splitlines() == [str(n) for n in range(LINES)]
    assert run.status == "completed"


def test_a_swallowed_wake_up_never_hangs_a_run(tmp_path):
    path = tmp_path / "a.ipynb"
    code = "import ipywidgets\no = ipywidgets.Output()\nwith o:\n    print('inside')\no"
    cells = [nbformat.v4.new_code_cell(code) for _ in range(300)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert execute(Job(notebook=path, cell_timeout=60)).status == "completed"
