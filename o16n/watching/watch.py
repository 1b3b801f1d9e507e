"""Put the watcher into a kernel; it lives here, never in the user's names, and is imported when a cell needs it."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from IPython.core.interactiveshell import InteractiveShell

    from o16n.watching.watcher import Watcher


# The cell that runs now: IPython's account of it, and the file name its code was compiled under.
# A plain tuple, since to make a class costs as much as all else that loading does.
Running = tuple[Any, str]

_current: Watcher | None = None
_waiting: InteractiveShell | None = None


def install(shell: InteractiveShell) -> None:
    """Watch `shell` from here on, once: the rest of the running cell too, where it has a rest.

    A cell that only loads the extension costs about a millisecond; the next one pays for the rest.
    """
    global _waiting  # noqa: PLW0603 - one kernel, one watcher, and no name of the user's
    if _waiting is shell or (_current is not None and _current.shell is shell):
        return
    running = _running()
    if running is not None and _has_a_rest(running[0].raw_cell):
        _start(shell, running)
        return
    _waiting = shell
    shell.events.register("pre_run_cell", _first_cell)


def current() -> Watcher | None:
    """Return the watcher of this kernel, None where nothing is watched."""
    return _current if _waiting is None else _start(_waiting)


@contextlib.contextmanager
def unheard() -> Iterator[None]:
    """Leave o16n's own work out of the record, though it is done in a cell of the person's.

    Where each call pays for being heard (Python 3.11), none is meanwhile.
    """
    watcher = current()
    if watcher is None:
        yield
        return
    profiling = watcher.listening and watcher.mechanism.name.endswith("profile")
    watcher.listener.paused = True
    if profiling:
        watcher.mechanism.stop()
    try:
        yield
    finally:
        watcher.listener.paused = False
        if profiling:
            watcher.mechanism.start()


def _start(shell: InteractiveShell, running: Running | None = None) -> Watcher:
    global _current, _waiting  # noqa: PLW0603 - as above
    from o16n.watching.watcher import Watcher

    if _waiting is not None:
        _waiting.events.unregister("pre_run_cell", _first_cell)
        _waiting = None
    _current = Watcher(shell).start(running)
    return _current


def _first_cell(info: Any) -> None:
    """A cell begins while nothing watches yet; its code is compiled after this."""
    if _waiting is not None:
        _start(_waiting).begin(info)


def _has_a_rest(cell: str) -> bool:
    """Tell whether more than one statement can stand in `cell`, so that more may follow the one that runs."""
    return len(cell.strip().splitlines()) > 1 or ";" in cell.strip().rstrip(";")


def _running() -> Running | None:
    """Return the cell that led here, None outside cells and in one that runs silently."""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - IPython tells nobody which cell runs
    while frame is not None and frame.f_code.co_name != "run_cell_async":
        frame = frame.f_back
    info = frame.f_locals.get("info") if frame is not None else None
    if frame is None or info is None or info.silent:
        return None
    return info, str(frame.f_locals.get("cell_name", ""))
