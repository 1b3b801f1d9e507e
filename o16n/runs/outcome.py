"""What a run's end means: the status and the error that run.json tells."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

from o16n.errors import O16nError
from o16n.runs.job import CellError, Status

if TYPE_CHECKING:
    from o16n.runs.progress import Failure, Progress

_FRAME = re.compile(r"(?:Cell|Input) In ?\[(\d+)\](?:,? line (\d+)|, in <cell line: (\d+)>)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def judge(ended_by: BaseException | None, progress: Progress) -> tuple[Status, CellError | None]:
    """Return status and error of a run that `ended_by` ended, None where papermill was content."""
    if progress.stopped and ended_by is not None:
        name = signal.Signals(progress.stopped).name
        return "stopped", _error(progress, name, f"the run was stopped by {name}")
    if isinstance(ended_by, KeyboardInterrupt):
        return "stopped", _error(progress, "SIGINT", "the run was stopped by Ctrl-C")
    if progress.died:
        return "kernel died", _error(progress, "KernelDied", _death(progress))
    if progress.timed_out:
        return "timed out", _error(progress, "Timeout", progress.timed_out)
    if progress.failure is not None:
        return _raised(progress.failure, progress)
    return _elsewhere(ended_by, progress)


def _raised(failure: Failure, progress: Progress) -> tuple[Status, CellError]:
    message = (failure.message.strip().splitlines() or [""])[0]
    if failure.name == "StdinNotImplementedError":
        message = "the cell asks for input, which a run has nobody to give"
    error = _error(progress, failure.name, message, line=line_in_cell(failure))
    if failure.name == "SystemExit" and failure.message.strip() in ("", "0", "None"):
        return "ended early", error
    return "failed", error


def _elsewhere(
    ended_by: BaseException | None, progress: Progress
) -> tuple[Status, CellError | None]:
    """Judge what no cell did: a kernel that did not start, a snippet, a disk; or nothing at all."""
    ran = progress.phase == "ended" and progress.cells_done == progress.cells
    if ended_by is None or (ran and type(ended_by).__name__ == "PapermillExecutionError"):
        # papermill complains of an exception that the cell's tag `raises-exception` allows
        return "completed", None
    told = str(ended_by) if isinstance(ended_by, O16nError) else " ".join(str(ended_by).split())
    error = _error(progress, type(ended_by).__name__, told)
    return ("completed" if ran and progress.snippet_traceback else "failed"), error


def _error(progress: Progress, name: str, message: str, *, line: int | None = None) -> CellError:
    if progress.injected:
        message = f"in the parameters passed: {message}"
    return CellError(name=name, message=message, cell=progress.number, line=line)


def line_in_cell(failure: Failure) -> int | None:
    """Return the deepest line of the failing cell itself, not of a cell whose function it called."""
    found = None
    for count, line, legacy in _FRAME.findall(_COLOUR.sub("", failure.traceback)):
        if failure.count is None or int(count) == failure.count:
            found = int(line or legacy)
    return found


def _death(progress: Progress) -> str:
    when = "" if progress.number or progress.injected else " outside any cell"
    code = progress.kernel.poll() if progress.kernel is not None else None
    if code is None:
        return f"the kernel died{when}"
    if code < 0:
        name = signal.Signals(-code).name
        reason = ", as it is for lack of memory" if name == "SIGKILL" else ""
        return f"the kernel was ended by {name}{when}{reason}"
    return f"the kernel ended itself{when} with exit code {code}"
