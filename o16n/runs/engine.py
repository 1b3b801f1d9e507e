"""papermill's engine with atomic saves and hidden requests; used only by runs.execute."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import NotebookError
from o16n.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY = 1.0
SLOWEST_OUTPUT = 600


@dataclass(kw_only=True)
class Progress:
    """What the run record needs while cells run."""

    cells: int = 0
    done: int = 0
    running: int | None = None
    saved: float = 0.0
    died: bool = False
    timed_out: bool = False
    on_cell: Callable[[Progress], None] = field(default=lambda _: None)


def register(
    progress: Progress, after: tuple[str, ...], before: tuple[str, ...], environment: dict[str, str]
) -> str:
    """Register an engine for one run and return its name."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NBClientEngine, papermill_engines

    class Client(PapermillNotebookClient):  # type: ignore[misc]
        """Sends hidden requests before the first and after the last cell."""

        def papermill_execute_cells(self) -> None:
            _hidden(self, before)
            try:
                super().papermill_execute_cells()
            except DeadKernelError:
                progress.died = True
                raise
            except CellTimeoutError:
                progress.timed_out = True
                raise
            # papermill raises a cell's error only later; what comes after needs the whole notebook
            if all(_status(cell) != "failed" for cell in self.nb.cells):
                _hidden(self, after)

    class Engine(NBClientEngine):  # type: ignore[misc]
        """Saves atomically, at most once a second and at each end."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **how: Any) -> Any:
            _save_sparsely(nb_man, progress)
            client = Client(
                nb_man,
                kernel_name=kernel_name,
                timeout=how.get("execution_timeout"),
                startup_timeout=how.get("start_timeout", 60),
                iopub_timeout=SLOWEST_OUTPUT,
            )
            return client.execute(env=environment, cwd=how.get("cwd"))

    name = f"o16n-{id(progress)}"
    papermill_engines.register(name, Engine)
    return name


def _hidden(client: Any, snippets: tuple[str, ...]) -> None:
    """Execute `snippets` in the kernel outside any cell.

    Raises:
        NotebookError: one of them failed.
    """
    for code in snippets:
        message = client.kc.execute(code, silent=True, store_history=False, allow_stdin=False)
        content = client.wait_for_reply(message)["content"]
        if content["status"] != "ok":
            said = f"{content.get('ename')}: {content.get('evalue')}"
            raise NotebookError(f"packaging inside the kernel failed: {said}")


def _save_sparsely(manager: Any, progress: Progress) -> None:
    """Replace the whole-file, non-atomic save of every cell event by an atomic one a second."""
    import nbformat

    code = [cell for cell in manager.nb.cells if cell.cell_type == "code"]
    progress.cells = len(code)

    def save(**_: Any) -> None:
        states = [_status(cell) for cell in code]
        progress.done = sum(state == "completed" for state in states)
        progress.running = states.index("running") + 1 if "running" in states else None
        progress.on_cell(progress)
        ended = "running" not in states and "pending" not in states
        if time.monotonic() - progress.saved < EVERY and not ended and "failed" not in states:
            return
        progress.saved = time.monotonic()
        write_atomically(Path(manager.output_path), nbformat.writes(manager.nb) + "\n")

    original_path = Path(manager.output_path)
    manager.save = save
    del original_path


def _status(cell: Any) -> Any:
    return cell.metadata.get("papermill", {}).get("status")
