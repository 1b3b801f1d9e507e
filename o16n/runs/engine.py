"""papermill's engine with atomic saves, whole output and hidden requests.

Imported only by `runs.execute`, when a notebook is about to run: it imports papermill.
"""

from __future__ import annotations

import ast
import contextlib
import logging
import time
from typing import TYPE_CHECKING, Any

import nbformat  # noqa: TID253 - this module is imported inside a function only
import zmq
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient  # noqa: TID253 - as above
from papermill.engines import (  # noqa: TID253 - as above
    NBClientEngine,
    NotebookExecutionManager,
    papermill_engines,
)

from o16n.errors import NotebookError
from o16n.runs.kernels import does_not_start, lacks_o16n
from o16n.runs.progress import Failure, Progress
from o16n.runs.sockets import socket_folder
from o16n.runs.status import save

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from o16n.runs.progress import Plan

ENGINE = "o16n"
EVERY = 1.0
AUTOSAVE = 5
SLOWEST_OUTPUT = 600
# ipykernel's IOPub socket drops messages silently beyond 1000 unread ones; with XPUB_NODROP it
# waits for its reader instead. Its own thread must set it; a kernel without one answers an error.
NO_DROP = (
    "get_ipython().kernel.iopub_thread.schedule(lambda: get_ipython().kernel.iopub_thread"
    ".socket.setsockopt(__import__('zmq').XPUB_NODROP, 1))"
)
_HAS = "__import__('importlib.util', fromlist=['x']).find_spec({!r}) is not None"
FACTS = {
    "executable": "__import__('sys').executable",
    "python": "__import__('platform').python_version()",
    "o16n": _HAS.format("o16n"),
    "pip": _HAS.format("pip"),
}

_log = logging.getLogger("o16n.runs")
_log.addHandler(logging.NullHandler())  # nbclient's errors are told by run.json and one line


class StoppedError(Exception):
    """A signal asked the run to stop, and no cell is running."""


class PackagingError(NotebookError):
    """A hidden snippet raised; the notebook itself ran."""


class Manager(NotebookExecutionManager):  # type: ignore[misc]
    """papermill's record of cells, saved atomically, at most once a second and at each end."""

    def __init__(self, nb: Any, plan: Plan, progress: Progress) -> None:
        super().__init__(
            nb, output_path=str(plan.executed), progress_bar=False, autosave_cell_every=AUTOSAVE
        )
        self.plan, self.progress = plan, progress
        self._saved, self._unsaved = -EVERY, False

    def save(self, **_: Any) -> None:
        """Note that something changed, and save it where the last save is a second old."""
        self._unsaved = True
        self.last_save_time = self.now()
        self.tick()

    def tick(self) -> None:
        """Save what is due and tell the watcher."""
        if self._unsaved and time.monotonic() - self._saved >= EVERY:
            self.write()
        self.progress.on_event(self.progress)

    def write(self) -> None:
        """Save now."""
        self.progress.settle()
        save(self.plan.executed, notebook_text(self.nb))
        self._saved, self._unsaved = time.monotonic(), False


class Client(PapermillNotebookClient):  # type: ignore[misc]
    """Sends hidden requests before the first and after the last cell, and loses no output."""

    def __init__(self, manager: Manager, folder: Path | None, **how: Any) -> None:
        super().__init__(manager, **how)
        self.plan, self.progress, self.folder = manager.plan, manager.progress, folder

    def create_kernel_manager(self) -> Any:
        """Return a manager of a kernel reached by sockets in a private folder, TCP without one."""
        how: dict[str, Any] = {}
        if self.folder is not None:
            how = {"transport": "ipc", "connection_file": str(self.folder / "k.json")}
        self.km = AsyncKernelManager(kernel_name=self.kernel_name, **how)
        return self.km

    def start_new_kernel(self, **how: Any) -> None:
        """Start the kernel and remember its process.

        Raises:
            UsageError: its program cannot be started.
        """
        try:
            super().start_new_kernel(**how)
        except OSError as error:
            raise does_not_start(self.kernel_name, str(error)) from error
        self.progress.kernel = getattr(self.km.provisioner, "process", None)
        if self.progress.stopped:
            self.progress.kill()

    def start_new_kernel_client(self) -> Any:
        """Wait until the kernel answers.

        Raises:
            UsageError: it does not.
        """
        try:
            return super().start_new_kernel_client()
        except RuntimeError as error:
            last = self.plan.kernel_log.read_text(errors="replace").strip().splitlines()[-1:]
            raise does_not_start(self.kernel_name, *last) from error

    def hidden(self, code: str, facts: dict[str, str] | None = None) -> dict[str, Any]:
        """Execute silently and return the reply: no count, no history, no output, no name bound."""
        message = self.kc.execute(
            code, silent=True, store_history=False, allow_stdin=False, user_expressions=facts or {}
        )
        with self._watched():
            content: dict[str, Any] = self.wait_for_reply(message)["content"]
        return content

    def papermill_execute_cells(self) -> None:
        """As papermill, between the hidden requests; a failure is noted where it happened."""
        try:
            self._meet_kernel()
            self._snippets(self.plan.before)
            if self._cells():
                self.progress.phase = "packaging" if self.plan.after else "ended"
                self._snippets(self.plan.after)
        except BaseException:
            self.shutdown_kernel = "immediate"
            raise

    def _meet_kernel(self) -> None:
        self.hidden(NO_DROP)
        told = self.hidden("None", FACTS).get("user_expressions") or {}
        facts = {name: _literal(told.get(name)) for name in FACTS}
        self.progress.python = str(facts["python"] or "")
        if (self.plan.before or self.plan.after) and facts["o16n"] is False:
            raise lacks_o16n(str(facts["executable"]), pip=bool(facts["pip"]))

    def _snippets(self, snippets: tuple[str, ...]) -> None:
        for code in snippets:
            self.nb_man.write()  # packaging reads what the cells printed from the file
            self.nb_man.tick()
            content = self.hidden(code)
            if content["status"] != "ok":
                self.progress.snippet_traceback = "\n".join(content.get("traceback") or ())
                raise PackagingError(
                    f"packaging inside the kernel failed: {content.get('ename')}: {content.get('evalue')}"
                )

    def _cells(self) -> bool:
        """Run the cells; return whether all of them succeeded."""
        self.progress.phase = "cells"
        for index, cell in enumerate(self.nb.cells):
            if self.progress.stopped:
                raise StoppedError
            self.progress.start(index)
            self.nb_man.cell_start(cell, index)
            try:
                with self._watched():
                    self.execute_cell(cell, index)
            except CellExecutionError as error:
                self._blame(index, Failure.of(error, self.nb.cells[index]))
                return False
            except (DeadKernelError, CellTimeoutError):
                self._blame(index, None)
                raise
            else:
                self.progress.finish(index)
            finally:
                self.progress.settle()
                self.nb_man.cell_complete(self.nb.cells[index], cell_index=index)
        return True

    def _blame(self, index: int, failure: Failure | None) -> None:
        self.progress.failure = failure
        self.nb_man.cell_exception(self.nb.cells[index], cell_index=index)

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except DeadKernelError:
            self.progress.died = True
            raise
        except CellTimeoutError as error:
            self.progress.timed_out = str(error).splitlines()[0]
            raise

    async def _async_check_alive(self) -> None:
        # nbclient asks this every second while a cell runs: the one moment at which a silent cell
        # can be saved and timed without a second thread.
        self.nb_man.tick()
        # A message sent to the kernel, as nbclient does for an Output widget, can swallow the wake-up
        # of the reply that came meanwhile: nbclient then waits for ever. Looking again finds it.
        self.kc.shell_channel.socket.get(zmq.EVENTS)
        await super()._async_check_alive()

    def output(self, outs: list[Any], msg: dict[str, Any], *where: Any) -> Any:
        """Append an output; text that goes on from the one before it is joined to that one."""
        content, header = msg["content"], msg["parent_header"]
        free = not (self.output_hook_stack[header.get("msg_id")] or self.clear_before_next_output)
        if free and msg["msg_type"] == "stream" and self.progress.goes_on(outs, content):
            return None
        out = super().output(outs, msg, *where)
        self.progress.open_stream(out)
        return out


class Engine(NBClientEngine):  # type: ignore[misc]
    """papermill engine `o16n`: takes what to do as `plan` and tells what happens to `progress`."""

    @classmethod
    def execute_notebook(
        cls, nb: Any, kernel_name: str, *, plan: Plan, progress: Progress, **_: Any
    ) -> Any:
        """Run the cells of `nb` in a new kernel; whatever happens, no process of it is left."""
        manager = Manager(nb, plan, progress)
        nb.metadata.papermill["output_path"] = str(plan.executed)
        progress.begin(nb, plan.cells)
        manager.notebook_start()
        try:
            with socket_folder() as folder, plan.kernel_log.open("wb") as log:
                client = Client(
                    manager,
                    folder,
                    kernel_name=kernel_name,
                    log=_log,
                    timeout_func=plan.seconds_left,
                    iopub_timeout=SLOWEST_OUTPUT,
                    shell_timeout_interval=1,
                )
                try:
                    client.execute(env=dict(plan.environment), cwd=plan.cwd, stdout=log, stderr=log)
                finally:
                    progress.kill()
        finally:
            progress.end()
            manager.notebook_complete()
            manager.write()
        return nb


def notebook_text(nb: Any) -> str:
    """Return a notebook as nbformat writes it, without validating it at each save."""
    text: str = nbformat.v4.writes(nb)  # type: ignore[no-untyped-call]
    return text + "\n"


def register() -> str:
    """Make the engine known to papermill and return its name."""
    papermill_engines.register(ENGINE, Engine)
    return ENGINE


def _literal(told: Any) -> Any:
    """Return the value of a user expression, None where the kernel could not tell."""
    try:
        return ast.literal_eval(told["data"]["text/plain"])
    except (TypeError, KeyError, ValueError, SyntaxError):
        return None
