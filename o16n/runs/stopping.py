"""SIGTERM, SIGINT and SIGHUP end a run in order: the kernel is killed, and run.json is told."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.runs.progress import Progress

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextlib.contextmanager
def stoppable(progress: Progress) -> Iterator[None]:
    """Note a signal in `progress` and kill the kernel: the engine then ends as for a dead kernel.

    Nothing is raised inside the event loop, so nothing is left half done. A second Ctrl-C raises
    KeyboardInterrupt. Outside the main thread Python cannot catch signals: there the process dies
    as it would, and the reader of run.json derives *interrupted* from the lock.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _frame: Any) -> None:
        if progress.stopped and number == signal.SIGINT:
            raise KeyboardInterrupt
        progress.stopped = number
        progress.kill()

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
