"""What a run is to do, what happens while it does, and the lines that tell a person."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from o16n.runs.forecast import Forecast

Phase = Literal["starting", "cells", "packaging", "ended"]
SHORTEST = 0.05


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the engine is to do; `cells` counts the code cells of the notebook's file."""

    executed: Path
    kernel_log: Path
    cwd: str
    cells: int
    environment: Mapping[str, str]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    cell_timeout: float | None = None
    deadline: float | None = None

    def seconds_left(self, _cell: Any = None) -> float | None:
        """Return what the next cell may take, None for any time."""
        left = None if self.deadline is None else self.deadline - time.monotonic()
        given = [one for one in (self.cell_timeout, left) if one is not None]
        # nbclient reads 0 as "for ever"
        return max(min(given), SHORTEST) if given else None


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What a cell raised, with its traceback as the kernel told it."""

    name: str
    message: str
    traceback: str
    count: int | None

    @classmethod
    def of(cls, error: Any, cell: Any) -> Failure:
        """Return the failure that nbclient's CellExecutionError tells of.

        What raises while a value is shown is no exception in the reply, only an output of the cell.
        """
        shown = [one for one in cell.outputs if one.output_type == "error"]
        told = shown[-1] if error.ename == "NoneType" and shown else error
        lines = told.traceback
        return cls(
            name=str(told.ename),
            message=str(told.evalue),
            traceback="\n".join(lines) if isinstance(lines, list) else str(lines),
            count=cell.execution_count,
        )


@dataclass(kw_only=True)
class Progress:
    """What has happened so far. `number` is the running cell's place among the file's code cells."""

    on_event: Callable[[Progress], None]
    phase: Phase = "starting"
    notebook: Any = None
    numbers: tuple[int | None, ...] = ()
    cells: int = 0
    cells_done: int = 0
    cell_seconds: tuple[float | None, ...] = ()
    number: int | None = None
    injected: bool = False
    cell_began: float = 0.0
    kernel: subprocess.Popen[bytes] | None = None
    python: str = ""
    failure: Failure | None = None
    died: bool = False
    timed_out: str = ""
    stopped: int = 0
    snippet_traceback: str = ""
    _stream: Any = None
    _parts: list[str] = field(default_factory=list)

    def begin(self, notebook: Any, cells: int) -> None:
        """Note the notebook that is about to run; a cell that papermill put in has no number."""
        self.notebook, self.cells = notebook, cells
        code = [one.cell_type == "code" for one in notebook.cells]
        inserted = sum(code) > cells
        numbers: list[int | None] = []
        count = 0
        for is_code, cell in zip(code, notebook.cells, strict=True):
            new = inserted and "injected-parameters" in cell.metadata.get("tags", [])
            count += is_code and not new
            numbers.append(count if is_code and not new else None)
        self.numbers = tuple(numbers)

    def start(self, index: int) -> None:
        """Note that the cell at `index` of the notebook begins."""
        self.number = self.numbers[index]
        self.injected = self.number is None and self.notebook.cells[index].cell_type == "code"
        self.cell_began = time.monotonic()

    def finish(self, index: int) -> None:
        """Note that it ended well."""
        self.cells_done += self.numbers[index] is not None
        self.number, self.injected = None, False

    def kill(self) -> None:
        """Kill the kernel and what it started, where anything of it lives."""
        if self.kernel is not None:
            # The kernel leads a session of its own, so its process id is that of the group.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.kernel.pid, signal.SIGKILL)

    def end(self) -> None:
        """Note that no cell will run any more, and what each of the file's took."""
        self.phase = "ended"
        by_number = zip(self.numbers, self.notebook.cells, strict=True)
        taken = [one.metadata.papermill.get("duration") for number, one in by_number if number]
        self.cell_seconds = tuple(None if one is None else round(one, 3) for one in taken)

    def goes_on(self, outs: list[Any], content: Mapping[str, Any]) -> bool:
        """Join streamed text to the output before it, where that is of the same stream."""
        last = self._stream
        if last is None or not outs or outs[-1] is not last or last["name"] != content["name"]:
            return False
        self._parts.append(content["text"])
        return True

    def open_stream(self, out: Any) -> None:
        """Note `out` as the one that streamed text may go on from."""
        self.settle()
        if out is not None and out["output_type"] == "stream":
            self._stream, self._parts = out, [out["text"]]

    def settle(self) -> None:
        """Write joined text into its output; later text begins anew from there."""
        if self._stream is not None:
            self._stream["text"] = "".join(self._parts)
            self._parts = [self._stream["text"]]


@dataclass(kw_only=True)
class Teller:
    """Tells a person what is happening: each cell once, each second where one line replaces another."""

    say: Callable[[str], None]
    live: bool
    forecast: Forecast | None
    began: float = field(default_factory=time.monotonic)
    _told: tuple[Phase, int | None] | None = None

    def __call__(self, progress: Progress) -> None:
        """Say where the run is, if that is news."""
        now = (progress.phase, progress.number)
        shown = progress.number is not None or progress.phase == "packaging"
        if shown and (self.live or now != self._told):
            self._told = now
            self.say(self._line(progress))

    def _line(self, progress: Progress) -> str:
        from o16n.runs.forecast import duration

        elapsed = duration(time.monotonic() - self.began)
        if progress.phase == "packaging":
            return f"packaging inside the kernel, {elapsed}"
        left = None
        if self.forecast is not None:
            spent = time.monotonic() - progress.cell_began
            left = self.forecast.remaining(progress.cells_done, spent)
        share = self._share(progress, left)
        words = [f"cell {progress.number} of {progress.cells}", f"{share:.0%}", elapsed]
        if left is not None:
            words.append(f"about {duration(left)} to go")
        bar = ("#" * round(share * 20)).ljust(20, ".")
        return f"[{bar}] {', '.join(words)}" if self.live else ", ".join(words)

    def _share(self, progress: Progress, left: float | None) -> float:
        if left is not None and self.forecast is not None and self.forecast.total > 0:
            return min(max(1 - left / self.forecast.total, 0.0), 1.0)
        return progress.cells_done / max(progress.cells, 1)
