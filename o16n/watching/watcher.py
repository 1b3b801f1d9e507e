"""The watcher of one shell: it hears each cell begin and end, and what is called in between."""

from __future__ import annotations

import atexit
import os
import sys
from typing import TYPE_CHECKING, Any, Protocol

from o16n.watching.calls import Calls
from o16n.watching.cells import Cells
from o16n.watching.kinds import is_harmless, kind_of
from o16n.watching.listening import Listener
from o16n.watching.record import Estimator, Record
from o16n.watching.states import States
from o16n.watching.values import Values

if TYPE_CHECKING:
    from types import FrameType

    from IPython.core.interactiveshell import InteractiveShell

    from o16n.watching.watch import Running


class Mechanism(Protocol):
    """How the interpreter is listened to; `unseen` tells that the last value displayed was not heard."""

    name: str
    unseen: bool

    def start(self) -> bool:
        """Begin; False where it cannot."""
        ...

    def on(self) -> bool:
        """Tell whether it still hears."""
        ...

    def stop(self) -> None:
        """Remove every trace."""
        ...


class Watcher:
    """Listens from `start` to `stop` to what the cells of one shell do."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        names: dict[str, Any] = shell.user_ns
        values = Values()
        cells = Cells(names=names, hidden=shell.user_ns_hidden, values=values)
        self.calls = Calls(names=names, values=values, states=States(), cells=cells)
        self.listener = Listener(calls=self.calls)
        self.mechanism: Mechanism = _mechanism(self.listener)
        self.listening = False
        self.gaps: list[int] = []
        self.before: tuple[str, ...] = ()

    def start(self, running: Running | None = None) -> Watcher:
        """Begin to listen, unless the only way to do so is taken by another tool.

        `running` is the cell that runs already: what is left of it is watched too.
        """
        self.listening = self.mechanism.start()
        self.before = _history(self.shell)
        if running is not None:
            self.before = self.before[:-1]  # the cell that runs is in the history already
            info, file = running
            self.begin(info)
            self.calls.entered(file)
        self.shell.events.register("pre_run_cell", self.begin)
        self.shell.events.register("post_run_cell", self._finish)
        os.register_at_fork(after_in_child=self.silence)  # a forked worker is none of our business
        atexit.register(self.silence)  # while the interpreter dies, this module's names are None
        return self

    def silence(self) -> None:
        """Stop listening in this process."""
        self.mechanism.stop()
        self.listening = False

    def stop(self) -> None:
        """Remove every trace from the shell."""
        self.silence()
        atexit.unregister(self.silence)
        self.shell.events.unregister("pre_run_cell", self.begin)
        self.shell.events.unregister("post_run_cell", self._finish)

    def record(self) -> Record:
        """Return what was observed so far."""
        calls, values, states = self.calls, self.calls.values, self.calls.states
        self.listener.guarded(self._note_columns)()
        names = values.names
        estimators = {
            thing: Estimator(
                thing=thing,
                type=kind,
                fits=states.fits.get(thing, 0),
                names=tuple(sorted(names.get(-thing, {}))),
            )
            for thing, kind in states.types.items()
        }
        return Record(
            mechanism=self.mechanism.name,
            cells=tuple(calls.cells.runs),
            events=tuple(calls.events),
            values=dict(values.known),
            names={token: tuple(sorted(found)) for token, found in names.items() if token > 0},
            estimators=estimators,
            kept={**values.kept, **values.borrowed()},
            states={**values.boosters(states.fits), **states.kept},
            best=dict(calls.best),
            living=values.things(),
            errors=tuple(self.listener.errors),
            gaps=tuple(dict.fromkeys(self.gaps)),
            before=self.before,
        )

    def _note_columns(self) -> None:
        """Note the named columns that are as long as a prediction: hand-written metrics compare them."""
        values, order = self.calls.values, len(self.calls.cells.runs)
        lengths = {
            values.known[token].shape[:1]
            for event in self.calls.events
            if event.kind == "use"
            for token in event.output
        } - {(), (1,)}
        for name, value in list(self.calls.names.items()):
            if name.startswith("_") or kind_of(value) not in ("series", "array"):
                continue
            if len(value.shape) == 1 and value.shape in lengths:
                token = values.token(value)
                if token is not None:
                    values.names.setdefault(token, {})[name] = order

    def begin(self, info: Any) -> None:
        """Hear that a cell begins; `info` is IPython's account of it."""
        self.listener.guarded(self._open)(info)

    def _open(self, info: Any) -> None:
        if not self.mechanism.on():
            self.listening = self.mechanism.start()
        source, cell_id = info.raw_cell or "", getattr(info, "cell_id", None)
        self.calls.cells.begin(source, cell_id, inner=_cells_on_the_stack() > 1)

    def _finish(self, result: Any) -> None:
        self.listener.guarded(self._close)(bool(result.success), result.result)

    def _close(self, ok: bool, displayed: Any) -> None:  # noqa: FBT001 - IPython's own word
        calls = self.calls
        if calls.open is not None:  # a recorded call that never returned: it raised
            calls.finish(None, ok=False)
        cell = calls.cells.running
        if cell is None:
            return
        if not self.mechanism.on():
            self.gaps.append(cell.order)
        if self.mechanism.unseen and is_harmless(displayed):
            calls.cells.print(f"{displayed!r}\n")
        fitted = {
            one.owner
            for one in calls.events
            if one.kind == "fit" and one.where.in_cell == cell.order and one.owner is not None
        }
        calls.cells.finish(ok=ok, fitted=fitted)


def _cells_on_the_stack() -> int:
    """Return how many cells run, one within another: a magic may run a cell of its own."""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - IPython tells nobody
    count = 0
    while frame is not None:
        count += frame.f_code.co_name == "run_cell_async"
        frame = frame.f_back
    return count


def _history(shell: InteractiveShell) -> tuple[str, ...]:
    """Return what the shell has executed so far, as it was typed."""
    raw = getattr(shell.history_manager, "input_hist_raw", ())
    return tuple(map(str, raw[1:]))


def _mechanism(listener: Listener) -> Mechanism:
    if sys.version_info >= (3, 12):
        from o16n.watching.monitoring import Monitoring

        return Monitoring(listener)
    from o16n.watching.profiling import Profiling

    return Profiling(listener)
