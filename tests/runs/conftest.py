"""Notebooks written cell by cell, and what `execute` made of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from o16n.errors import O16nError
from o16n.runs.execute import execute
from o16n.runs.job import Job
from o16n.runs.status import list_runs


@dataclass(frozen=True)
class Outcome:
    """One run as its record, its executed notebook and its error tell it."""

    run: Any
    error: O16nError | None

    @property
    def cells(self):
        return nbformat.read(self.run.executed, 4).cells

    @property
    def statuses(self):
        return [one.metadata.papermill.status for one in self.cells if one.cell_type == "code"]

    def text(self, index):
        return "".join(one.get("text", "") for one in self.cells[index].outputs)


@pytest.fixture
def notebook(tmp_path):
    """Write a notebook of so many code cells; `parameters` is a first cell tagged so."""

    def write(*cells, parameters="", name="a", kernel="python3", folder=None):
        made = [nbformat.v4.new_code_cell(one) for one in cells]
        if parameters:
            made.insert(0, nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
        spec = {"name": kernel, "display_name": kernel, "language": "python"}
        told = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": spec})
        path = (folder or tmp_path) / f"{name}.ipynb"
        nbformat.write(told, path)
        return path

    return write


@pytest.fixture
def run(notebook):
    """Run so many code cells and return the outcome, whatever it is."""

    def ran(*cells, parameters="", values=None, before=(), after=(), **job):
        path = notebook(*cells, parameters=parameters)
        error = None
        try:
            execute(
                Job(notebook=path, values=values or {}, **job),
                before=before,
                after=after,
            )
        except O16nError as raised:
            error = raised
        return Outcome(run=list_runs(path.parent)[-1], error=error)

    return ran


@pytest.fixture
def left_of():
    """Return the living processes that carry a run's directory in their environment."""

    def found(directory):
        mark = f"O16N_RUN={directory}".encode()
        return [one.name for one in Path("/proc").glob("[0-9]*") if mark in _environment(one)]

    return found


def _environment(process):
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""
