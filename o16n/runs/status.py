"""run.json: written at start, per cell and at end; read with the truth about dead runs."""

from __future__ import annotations

import fcntl
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from o16n.errors import UsageError
from o16n.files import canonical_json, write_atomically
from o16n.runs.job import CellError, Run

FORMAT = 1
RECORD = "run.json"
LOCK = ".lock"


def write_run(run: Run) -> None:
    """Write run.json atomically."""
    told: dict[str, Any] = {"format": FORMAT, **asdict(run)}
    told.pop("directory")
    write_atomically(run.directory / RECORD, canonical_json(told))


def read_run(directory: Path) -> Run:
    """Return the run in `directory`; one that says *running* and that no process holds was interrupted.

    Raises:
        UsageError: there is no run.
    """
    try:
        told = json.loads((directory / RECORD).read_bytes())
    except (OSError, ValueError) as error:
        raise UsageError("no run is there", where=str(directory)) from error
    told.pop("format")
    error_told = told.pop("error")
    run = Run(directory=directory, error=CellError(**error_told) if error_told else None, **told)
    if run.status == "running" and not is_held(directory):
        return replace(run, status="interrupted")
    return run


def is_held(directory: Path) -> bool:
    """Tell whether a living process holds the run's lock."""
    try:
        with (directory / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def list_runs(folder: Path) -> tuple[Run, ...]:
    """Return the runs below `folder`, oldest first."""
    return tuple(
        read_run(one.parent) for one in sorted(folder.rglob(RECORD)) if "evidence" not in one.parts
    )
