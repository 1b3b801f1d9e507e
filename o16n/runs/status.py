"""run.json: written at start, while cells run, and at end; read with the truth about dead runs."""

from __future__ import annotations

import fcntl
import json
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from o16n.errors import UsageError
from o16n.files import canonical_json, write_atomically
from o16n.runs.job import CellError, Run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMAT = 1
RECORD = "run.json"
LOCK = ".lock"


def save(path: Path, content: bytes | str) -> None:
    """Write one of a run's files atomically.

    Raises:
        UsageError: the disk is full, or the run's directory cannot be written or is gone.
    """
    try:
        write_atomically(path, content)
    except OSError as error:
        raise cannot_write(path.parent, error) from error


def cannot_write(directory: Path, error: OSError) -> UsageError:
    """Return the error for a run's directory that cannot be written."""
    gone = isinstance(error, FileNotFoundError) and directory.parent.exists()
    what = "is gone" if gone else f"cannot be written: {error.strerror or error}"
    return UsageError(
        f"the run's directory {what}", where=str(directory), hint="name another by --out"
    )


def write_run(run: Run) -> None:
    """Write run.json atomically.

    Raises:
        UsageError: it cannot be written.
    """
    told: dict[str, Any] = {"format": FORMAT, **asdict(run)}
    told.pop("directory")
    save(run.directory / RECORD, canonical_json(told))


def read_run(directory: Path) -> Run:
    """Return the run in `directory`; one that says *running* and that no process holds was interrupted.

    Raises:
        UsageError: there is no run, or a newer o16n wrote it.
    """
    try:
        told = json.loads((directory / RECORD).read_bytes())
    except (OSError, ValueError) as error:
        raise UsageError("no run is there", where=str(directory)) from error
    number = told.get("format") if isinstance(told, dict) else None
    if number != FORMAT:
        raise UsageError(
            f"run.json has format {number}, this o16n reads {FORMAT}",
            where=str(directory),
        )
    known = {one.name for one in fields(Run)} & told.keys()
    values = {name: told[name] for name in known}
    values["cell_seconds"] = tuple(told.get("cell_seconds") or ())
    values["error"] = CellError(**told["error"]) if told.get("error") else None
    run = Run(directory=directory, **values)
    if run.status == "running" and not is_held(directory):
        return replace(run, status="interrupted")
    return run


@contextmanager
def held(directory: Path) -> Iterator[None]:
    """Make the run's directory and hold its lock, which is freed however the process ends.

    Raises:
        UsageError: the directory is that of another run, or cannot be made.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        file = (directory / LOCK).open("xb")
    except FileExistsError as error:
        raise UsageError(
            "a run is there already, and nothing is overwritten", where=str(directory)
        ) from error
    except OSError as error:
        raise cannot_write(directory, error) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_held(directory: Path) -> bool:
    """Tell whether a living process holds the run's lock."""
    try:
        with (directory / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def list_runs(folder: Path) -> tuple[Run, ...]:
    """Return the runs below `folder`, oldest first; copies that a bundle carries are not runs."""
    found = [one.parent for one in folder.rglob(RECORD) if "evidence" not in one.parts]
    return tuple(read_run(one) for one in sorted(found, key=_began))


def _began(directory: Path) -> tuple[str, int, str]:
    """Return when a run began: its name tells the second, its lock, written once, which of two came first."""
    lock = directory / LOCK
    written = lock.stat().st_mtime_ns if lock.exists() else 0
    return directory.name.partition("-")[0], written, directory.name
