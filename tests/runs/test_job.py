"""A job leaves time to run, and a run says where it went wrong as a person reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.errors import UsageError
from o16n.notebook.notebook import Place
from o16n.runs.job import CellError, Job, Run

NOTEBOOK = Path("train.ipynb")


@pytest.mark.parametrize("limit", [0, -1, -0.5, float("nan"), float("-inf")])
@pytest.mark.parametrize("which", ["timeout", "cell_timeout"])
def test_a_limit_that_leaves_no_time_is_refused(which, limit):
    with pytest.raises(UsageError, match="leaves no time to run"):
        Job(notebook=NOTEBOOK, **{which: limit})


@given(st.none() | st.floats(min_value=0.001), st.none() | st.floats(min_value=0.001))
def test_any_time_at_all_is_taken(timeout, cell_timeout):
    job = Job(notebook=NOTEBOOK, timeout=timeout, cell_timeout=cell_timeout)
    assert (job.timeout, job.cell_timeout, dict(job.values)) == (timeout, cell_timeout, {})


@given(st.none() | st.integers(1, 99), st.none() | st.integers(1, 99))
def test_an_error_s_place_reads_as_any_place_does(cell, line):
    error = CellError(name="ValueError", message="no", cell=cell, line=line)
    assert error.where == ("" if cell is None else str(Place(cell=cell, line=line)))


def test_a_run_s_notebook_lies_in_its_directory(tmp_path):
    run = Run(
        id="1", directory=tmp_path, notebook="train.ipynb", notebook_digest="", parameters={},
        status="completed", started="2026-01-01T00:00:00Z",
    )  # fmt: skip
    assert run.executed == tmp_path / "executed.ipynb"
    assert (run.error, run.cells, run.cell_seconds) == (None, 0, ())
