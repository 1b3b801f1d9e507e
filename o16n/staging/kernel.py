"""Staging from inside a kernel, which is left as it was; its outcome travels as a file."""

from __future__ import annotations

import contextlib
import json
import os
import random
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n import errors
from o16n.files import canonical_json, write_atomically
from o16n.staging.stage import stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.notebook.notebook import Notebook
    from o16n.watching.record import Record

RESULT = "package.json"
INJECTED = "injected-parameters"  # papermill's tag for the cell it adds
WATCH = "__import__('o16n.watching.watch', fromlist=['x']).install(get_ipython())"


@contextlib.contextmanager
def kernel_as_it_was() -> Iterator[None]:
    """Give random states, working directory and warning filters back as they were; nothing is watched."""
    import numpy as np

    from o16n.watching.watch import unheard

    state, numpy_state, folder = random.getstate(), np.random.get_state(), Path.cwd()  # noqa: NPY002
    try:
        with warnings.catch_warnings(), unheard():
            warnings.simplefilter("ignore")
            yield
    finally:
        random.setstate(state)
        np.random.set_state(numpy_state)  # noqa: NPY002 - the person's legacy state
        os.chdir(folder)


def watched() -> Record | None:
    """Return the record of this kernel, None where nobody watches it."""
    from o16n.watching.watch import current

    watcher = current()
    return watcher.record() if watcher is not None else None


def stage_in_kernel(namespace: dict[str, Any], path: str, request: str) -> None:
    """Stage from inside a run's kernel; leave the outcome as package.json in the run's directory."""
    from o16n.notebook.read import read_notebook
    from o16n.watching.watch import unheard

    run = Path(os.environ["O16N_RUN"])
    result = run / RESULT
    try:
        notebook = as_executed(read_notebook(Path(path)), read_notebook(run / "executed.ipynb"))
        record = watched()
        with unheard():
            staged = stage(namespace, notebook, json.loads(request), record=record)
    except errors.O16nError as error:
        told = {
            "error": type(error).__name__,
            "what": error.what,
            "where": error.where,
            "hint": error.hint,
        }
        write_atomically(result, canonical_json(told))
    else:
        write_atomically(result, canonical_json({"staged": str(staged)}))


def as_executed(notebook: Notebook, executed: Notebook) -> Notebook:
    """Return `notebook` with the counts and outputs of this run in place of those that were stored.

    Raises:
        NotebookError: the executed notebook has other cells.
    """
    ran = iter([cell for cell in executed.code if INJECTED not in cell.tags])
    pairs = [(cell, next(ran, None) if cell.kind == "code" else None) for cell in notebook.cells]
    if any(cell.kind == "code" and (not one or one.source != cell.source) for cell, one in pairs):
        raise errors.NotebookError(
            "the executed notebook has other cells", where=str(executed.path)
        )
    cells = tuple(
        replace(cell, execution_count=one.execution_count, outputs=one.outputs) if one else cell
        for cell, one in pairs
    )
    return replace(notebook, cells=cells)


def staged_by(directory: Path) -> Path:
    """Return the directory that `stage_in_kernel` staged, or raise what it raised."""
    told = json.loads((directory / RESULT).read_bytes())
    if "staged" in told:
        return Path(told["staged"])
    kind = getattr(errors, told["error"], errors.NotebookError)
    error: errors.O16nError = kind.__new__(
        kind
    )  # whatever the kind was made from, its words are these
    errors.O16nError.__init__(error, told["what"], where=told["where"], hint=told["hint"])
    raise error
