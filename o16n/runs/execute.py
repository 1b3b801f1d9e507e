"""Execute a job by papermill; whatever happens, run.json tells it."""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
import time
import warnings
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from o16n.errors import NotebookError, O16nError, RunFailed, RunStopped
from o16n.files import canonical_json, sha256
from o16n.grammar import SILENT
from o16n.runs.forecast import forecast
from o16n.runs.job import CellError, Job, Run
from o16n.runs.kernels import choose_kernel, installed_kernels
from o16n.runs.outcome import judge
from o16n.runs.progress import Plan, Progress, Teller
from o16n.runs.status import held, save, write_run
from o16n.runs.stopping import stoppable

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator, Sequence

    from o16n.grammar import Face

EVERY = 1.0
PATIENCE = 5.0
KERNEL_LOG = "kernel.log"
NOT_INHERITED = ("JPY_PARENT_PID", "JPY_SESSION_NAME")


def execute(
    job: Job,
    *,
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    face: Face = SILENT,
) -> Run:
    """Run `job` in a fresh kernel and return the run, completed or ended early by `sys.exit()`.

    `before` and `after` are hidden snippets, sent ahead of the first cell and, where every cell
    succeeded, behind the last; they leave no trace in the executed notebook. `face` is told
    the values passed, the forecast, and each cell as it begins.

    Raises:
        NotebookError: the file is no notebook, or a snippet failed though the notebook ran.
        RunFailed: a cell raised, the kernel died, or time ran out; run.json says which.
        RunStopped: SIGINT, SIGTERM or SIGHUP arrived.
        UsageError: the run's directory cannot be written, or the kernel is not there or lacks o16n.
    """
    from o16n.notebook.read import read_notebook

    notebook = read_notebook(job.notebook)
    kernel = choose_kernel(notebook.kernel, installed_kernels(), asked=job.kernel)
    run = replace(_described(job), cells=len(notebook.code), kernel=kernel.name)
    if kernel.note:
        face.note(kernel.note)
    with held(run.directory):
        _lay_out(job, run)
        ended, failure = _run(job, run, (tuple(before), tuple(after)), _teller(job, run, face))
        write_run(ended)
    return _answer(ended, failure, wanted_whole=bool(before or after))


@dataclass(kw_only=True)
class _Recorder:
    """Keeps run.json up to date while cells run, at most once a second."""

    run: Run
    tell: Teller
    _written: float = 0.0

    def __call__(self, progress: Progress) -> None:
        self.tell(progress)
        if progress.phase != "ended" and time.monotonic() - self._written >= EVERY:
            self._written = time.monotonic()
            write_run(replace(self.run, cells_done=progress.cells_done, python=progress.python))


def _run(
    job: Job, run: Run, hidden: tuple[tuple[str, ...], tuple[str, ...]], tell: Teller
) -> tuple[Run, BaseException | None]:
    """Run the cells; return the run as it ended, and what ended it early."""
    began = time.monotonic()
    progress = Progress(on_event=_Recorder(run=run, tell=tell))
    plan = Plan(
        executed=run.executed,
        kernel_log=run.directory / KERNEL_LOG,
        cwd=str(job.notebook.parent.resolve()),
        cells=run.cells,
        environment=_environment(job, run),
        before=hidden[0],
        after=hidden[1],
        cell_timeout=job.cell_timeout,
        deadline=None if job.timeout is None else began + job.timeout,
    )
    with stoppable(progress):
        failure = _papermill(job, run, plan, progress)
    status, error = judge(failure, progress)
    _keep_logs(plan, progress)
    ended = replace(
        run,
        status=status,
        error=error,
        ended=_now(),
        seconds=round(time.monotonic() - began, 3),
        cells_done=progress.cells_done,
        cell_seconds=progress.cell_seconds,
        python=progress.python,
    )
    if status == "failed" and progress.failure is not None:
        # papermill has put its marks in front of the failing cell
        from o16n.runs.engine import notebook_text

        save(run.executed, notebook_text(progress.notebook))
    return ended, failure


def _papermill(job: Job, run: Run, plan: Plan, progress: Progress) -> BaseException | None:
    """Return what ended the run early, None where papermill was content.

    papermill works in a thread of its own: its event loop is no concern of the caller's, which may
    be a kernel with a running one, and signals reach the caller while it waits.
    """
    ended: list[BaseException] = []
    worker = threading.Thread(
        target=_work, args=(job, run, plan, progress, ended), name=f"o16n {run.id}", daemon=True
    )
    with _quietly():
        worker.start()
        try:
            worker.join()
        except KeyboardInterrupt as impatience:
            progress.kill()
            worker.join(PATIENCE)
            return impatience
    if not ended:
        return None
    if progress.kernel is None and not isinstance(ended[0], O16nError):
        told = f"{type(ended[0]).__name__}: {ended[0]}".splitlines()[0]
        return NotebookError(f"papermill cannot read it as a notebook: {told}", where=run.notebook)
    return ended[0]


def _work(job: Job, run: Run, plan: Plan, progress: Progress, ended: list[BaseException]) -> None:
    import asyncio

    import papermill

    from o16n.runs.engine import register

    # papermill formats the path as a template, and would write the result without care: the engine
    # saves it.
    source = str(run.directory / "source.ipynb").replace("{", "{{").replace("}", "}}")
    try:
        papermill.execute_notebook(
            source,
            None,
            parameters=dict(job.values),
            engine_name=register(),
            kernel_name=run.kernel,
            language="python",
            progress_bar=False,
            plan=plan,
            progress=progress,
        )
    except BaseException as error:  # noqa: BLE001 - judged, told in run.json and raised by `_answer`
        ended.append(error)
    finally:
        with contextlib.suppress(RuntimeError):  # no kernel was started, so no loop
            _close(asyncio.get_event_loop())


def _close(loop: asyncio.AbstractEventLoop) -> None:
    """End what nbclient leaves waiting after a cell that timed out or a kernel that died."""
    import asyncio

    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.close()


def _answer(run: Run, failure: BaseException | None, *, wanted_whole: bool) -> Run:
    """Return the run, or raise what a person has to know."""
    error = run.error
    if run.status == "completed" and error is None:
        return run
    if run.status == "ended early" and not wanted_whole:
        return run
    if run.status == "stopped":
        raise RunStopped("the run was stopped", where=error.where if error else "", hint=_see(run))
    if isinstance(failure, O16nError):
        raise failure
    assert error is not None
    raise RunFailed(f"{run.status}: {_words(run, error)}", where=error.where, hint=_see(run))


def _words(run: Run, error: CellError) -> str:
    if run.status == "ended early":
        return "a cell called sys.exit(), so the cells after it never ran"
    if run.status == "failed":
        return f"{error.name}: {error.message}" if error.message else error.name
    return error.message


def _see(run: Run) -> str:
    log = (run.directory / KERNEL_LOG).is_file()
    return f"see {run.executed}" + (f" and {KERNEL_LOG} beside it" if log else "")


def _described(job: Job) -> Run:
    moment = datetime.now(UTC)
    name = f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    directory = job.out or job.notebook.parent / "runs" / job.notebook.stem / name
    return Run(
        id=name,
        directory=directory.resolve(),
        notebook=job.notebook.name,
        notebook_digest=sha256(job.notebook.read_bytes()),
        parameters=dict(job.values),
        status="running",
        started=_now(),
    )


def _lay_out(job: Job, run: Run) -> None:
    source = job.notebook.read_bytes()
    save(run.directory / "source.ipynb", source)
    save(run.executed, source)
    save(run.directory / "parameters.json", canonical_json(dict(job.values)))
    write_run(run)


def _teller(job: Job, run: Run, face: Face) -> Teller:
    expected = forecast(job.notebook, cells=run.cells)
    if job.values:
        given = ", ".join(f"{name} = {value!r}" for name, value in job.values.items())
        face.note(f"parameters: {given}")
    if expected is not None:
        face.note(f"the cells will take {expected}")
    return Teller(say=face.say, live=face.live, forecast=expected)


def _environment(job: Job, run: Run) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    told = {"O16N_NOTEBOOK": str(job.notebook.resolve()), "O16N_RUN": str(run.directory)}
    return {**kept, **told}


def _keep_logs(plan: Plan, progress: Progress) -> None:
    """Keep what the kernel wrote outside any cell, and why a snippet failed."""
    with contextlib.suppress(FileNotFoundError):
        if plan.kernel_log.stat().st_size == 0:
            plan.kernel_log.unlink()
    if progress.snippet_traceback:
        save(plan.executed.parent / "packaging.log", progress.snippet_traceback + "\n")


class _Quiet:
    """How many runs of this process hold warnings back, and how to let them out again."""

    lock = threading.Lock()
    depth = 0
    filters: warnings.catch_warnings[None]


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Hold back what papermill and nbformat warn of; the filters are one for all threads."""
    with _Quiet.lock:
        if _Quiet.depth == 0:
            _Quiet.filters = warnings.catch_warnings()
            _Quiet.filters.__enter__()
            warnings.simplefilter("ignore")
        _Quiet.depth += 1
    try:
        yield
    finally:
        with _Quiet.lock:
            _Quiet.depth -= 1
            if _Quiet.depth == 0:
                _Quiet.filters.__exit__(None, None, None)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
