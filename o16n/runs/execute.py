"""Execute a job by papermill; whatever happens, run.json tells it."""

from __future__ import annotations

import contextlib
import fcntl
import platform
import secrets
import signal
import threading
import time
import warnings
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import O16nError, RunFailed, UsageError
from o16n.files import canonical_json, sha256, write_atomically
from o16n.runs.engine import Progress, register
from o16n.runs.job import CellError, Job, Run, Status
from o16n.runs.status import LOCK, write_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class _StoppedError(BaseException):
    """SIGTERM or SIGINT arrived."""


def execute(
    job: Job,
    *,
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    say: Callable[[str], None] | None = None,
) -> Run:
    """Run `job` in a fresh kernel and return the completed run.

    `before` and `after` are hidden snippets, sent ahead of the first cell and, where every cell
    succeeded, behind the last; they leave no trace in the executed notebook.

    Raises:
        RunFailed: a cell raised, the kernel died, a cell ran out of time, or the run was stopped;
            run.json says which.
    """
    run = _started(job)
    with (run.directory / LOCK).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        write_run(run)
        clock = time.monotonic()
        progress = Progress(on_cell=_reporter(run, say))
        failure = _run_papermill(job, run, progress, before=tuple(before), after=tuple(after))
        status, error = _judged(failure, progress)
        ended = replace(
            run,
            status=status,
            error=error,
            ended=_now(),
            seconds=round(time.monotonic() - clock, 3),
            cells=progress.cells,
            cells_done=progress.done,
        )
        write_run(ended)
    if isinstance(failure, O16nError):
        raise failure
    if error is not None:
        where = (
            f"cell {error.cell}" + (f" line {error.line}" if error.line else "")
            if error.cell
            else ""
        )
        raise RunFailed(
            f"{status}: {error.name}: {error.message}", where=where, hint=f"see {ended.executed}"
        )
    return ended


def _started(job: Job) -> Run:
    source = job.notebook.read_bytes()
    moment = datetime.now(UTC)
    number = secrets.token_hex(3)
    name = f"{moment:%Y%m%dT%H%M%SZ}-{number}"
    directory = job.out or job.notebook.parent / "runs" / job.notebook.stem / name
    if (directory / "run.json").exists():
        raise UsageError("a run is there already, and nothing is overwritten", where=str(directory))
    directory.mkdir(parents=True, exist_ok=True)
    directory = directory.resolve()
    write_atomically(directory / "source.ipynb", source)
    write_atomically(directory / "executed.ipynb", source)
    write_atomically(directory / "parameters.json", canonical_json(dict(job.values)))
    write_atomically(directory / LOCK, b"")
    return Run(
        id=name,
        directory=directory,
        notebook=job.notebook.name,
        notebook_digest=sha256(source),
        parameters=dict(job.values),
        status="running",
        started=_now(),
        python=platform.python_version(),
    )


def _run_papermill(
    job: Job, run: Run, progress: Progress, *, before: tuple[str, ...], after: tuple[str, ...]
) -> BaseException | None:
    """Return what ended the run early, None where every cell and snippet succeeded."""
    import os

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import papermill

        environment = {
            **os.environ,
            "O16N_NOTEBOOK": str(job.notebook.resolve()),
            "O16N_RUN": str(run.directory),
        }
        engine = register(progress, after, before, environment)
        try:
            with _stoppable():
                papermill.execute_notebook(
                    str(run.directory / "source.ipynb"),
                    str(run.executed),
                    parameters=dict(job.values),
                    engine_name=engine,
                    kernel_name=_kernel(job.notebook),
                    language="python",
                    cwd=str(job.notebook.parent.resolve()),
                    progress_bar=False,
                    execution_timeout=job.cell_timeout,
                    request_save_on_cell_execute=True,
                )
        except (_StoppedError, KeyboardInterrupt) as stop:
            return stop
        except Exception as error:  # noqa: BLE001 - told in run.json and raised as RunFailed by the caller
            return error
    return None


def _judged(failure: BaseException | None, progress: Progress) -> tuple[Status, CellError | None]:
    if failure is None:
        return "completed", None
    name = str(getattr(failure, "ename", None) or type(failure).__name__)
    message = str(getattr(failure, "evalue", None) or failure or "").strip().splitlines()
    error = CellError(
        name=name,
        message=message[0] if message else "",
        cell=progress.running,
        line=_line(failure),
    )
    if isinstance(failure, _StoppedError | KeyboardInterrupt):
        return "stopped", replace(error, name="Stopped", message="the run was stopped by a signal")
    if progress.died:
        return "kernel died", replace(error, message="the kernel died, as by lack of memory")
    if progress.timed_out:
        return "timed out", replace(error, message="the cell ran out of time")
    if name == "StdinNotImplementedError":
        error = replace(error, message="the cell asks for input, which a run has nobody to give")
    count = getattr(failure, "exec_count", None)
    return "failed", replace(error, cell=count if isinstance(count, int) else progress.running)


def _line(failure: BaseException) -> int | None:
    import re

    for text in reversed(list(getattr(failure, "traceback", None) or ())):
        plain = re.sub(r"\x1b\[[0-9;]*m", "", str(text))
        if "Cell In[" in plain and (found := re.search(r"-+> (\d+)|, line (\d+)", plain)):
            return int(found[1] or found[2])
    return None


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Turn SIGTERM and SIGINT into an exception, so that the kernel is shut down and run.json told."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: Any) -> None:
        raise _StoppedError

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _reporter(run: Run, say: Callable[[str], None] | None) -> Callable[[Progress], None]:
    told = {"cell": 0, "clock": time.monotonic()}

    def on_cell(progress: Progress) -> None:
        if progress.running and progress.running != told["cell"]:
            told["cell"] = progress.running
            write_run(replace(run, cells=progress.cells, cells_done=progress.done))
            if say is not None:
                say(
                    f"cell {progress.running} of {progress.cells}, {time.monotonic() - told['clock']:.0f} s"
                )

    return on_cell


def _kernel(notebook: Path) -> str:
    from jupyter_client.kernelspec import KernelSpecManager

    from o16n.notebook.read import read_notebook

    name = read_notebook(notebook).kernel
    return name if name in KernelSpecManager().find_kernel_specs() else "python3"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
