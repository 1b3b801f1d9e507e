"""`o16n package` of a short notebook, killed at seeded random moments, and what must hold after each.

Read by `runpy` from the tests that use it: this folder is no package.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from o16n.bundle.verify import verify
from o16n.bundle.write import next_place
from o16n.runs.status import list_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CELLS = (
    """from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler""",
    "data = load_wine(as_frame=True).frame",
    """X_train, X_test, y_train, y_test = train_test_split(
    data.drop(columns='target'), data['target'], random_state=1, stratify=data['target'])""",
    "import time\nfor step in range(10):\n    time.sleep(0.1); print('step', step, flush=True)",
    "model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train)",
    "print(accuracy_score(y_test, model.predict(X_test)))",
)
SEED = 20261124
SLOWEST = 180.0


@dataclass(frozen=True)
class Left:
    """What one kill left: when it struck, and what can be read afterwards."""

    victim: str
    moment: float
    exit_code: int
    status: str
    cells_done: int
    notebooks: int
    bundles: int
    hidden: int

    def __str__(self) -> str:
        return (
            f"{self.victim:8} {self.moment:6.2f} s  exit {self.exit_code:4}  {self.status:12} "
            f"{self.cells_done} cells  {self.notebooks:3} notebooks readable  "
            f"{self.bundles:2} bundles verified  {self.hidden:2} hidden ignored"
        )


def lay_out(folder: Path) -> Path:
    """Write the notebook into `folder` and return its path."""
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = [nbformat.v4.new_code_cell(one) for one in CELLS]
    path = folder / "wine.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": spec}), path)
    return path


def start(notebook: Path) -> subprocess.Popen[bytes]:
    """Start packaging in a session of its own."""
    command = [sys.executable, "-m", "o16n", "package", str(notebook)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)


def whole(notebook: Path) -> float:
    """Package once undisturbed and return the seconds it took."""
    began = time.monotonic()
    assert start(notebook).wait(SLOWEST) == 0
    return time.monotonic() - began


def kill_process(notebook: Path, moment: float) -> Left:
    """Send SIGKILL to the whole of o16n at `moment` and return what was left."""
    before = seen(notebook)
    process = start(notebook)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(moment)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return examined(notebook, "process", moment, process.wait(SLOWEST), before)


def kill_kernel(notebook: Path, moment: float) -> Left:
    """Send SIGKILL to the kernel `moment` seconds after it began, and return what was left."""
    before = seen(notebook)
    process = start(notebook)
    while not (kernels := kernels_of(process.pid)) and process.poll() is None:
        time.sleep(0.01)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(moment)
    for one in kernels:
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    return examined(notebook, "kernel", moment, process.wait(SLOWEST), before)


def seen(notebook: Path) -> set[str]:
    """Return the runs of `notebook` that are there."""
    return {one.id for one in list_runs(notebook.parent / "runs")}


def examined(notebook: Path, victim: str, moment: float, exit_code: int, before: set[str]) -> Left:
    """Assert what must hold in the notebook's folder whatever was killed, and return what is there."""
    folder = notebook.parent
    deadline = time.monotonic() + SLOWEST
    while kernels_in(folder):
        assert time.monotonic() < deadline, "a kernel outlived its run"
        time.sleep(0.1)
    notebooks = [nbformat.read(one, 4) for one in (folder / "runs").rglob("*.ipynb")]
    runs = list_runs(folder / "runs")
    for run in runs:
        assert run.status != "running", run
        if run.status == "completed":
            cells = nbformat.read(run.executed, 4).cells
            assert run.cells_done == len(CELLS), run
            assert all(one.metadata.papermill.status == "completed" for one in cells), run
    places = sorted((folder / "bundles").glob("*"))
    shown = [one for one in places if not one.name.startswith(".")]
    for one in shown:
        verify(one)
    assert next_place(folder / "bundles", "wine").name == f"wine-{len(shown) + 1}"
    last = next((one for one in runs if one.id not in before), None)
    return Left(
        victim=victim,
        moment=moment,
        exit_code=exit_code,
        status=last.status if last else "none yet",
        cells_done=last.cells_done if last else 0,
        notebooks=len(notebooks),
        bundles=len(shown),
        hidden=len(places) - len(shown),
    )


def kills(
    kill: Callable[[Path, float], Left], notebook: Path, count: int, longest: float
) -> Iterator[Left]:
    """Kill at seeded moments until `count` kills have struck; yield what each left.

    A moment that proves later than the end is no kill, and shortens the interval for the next.
    """
    dice = random.Random(SEED)
    struck = 0
    while struck < count:
        left = kill(notebook, dice.uniform(0, longest))
        if left.exit_code == 0:
            longest = left.moment
        else:
            struck += 1
        yield left


def kernels_of(parent: int) -> list[int]:
    """Return the kernels that the process `parent` has started."""
    mark = f"JPY_PARENT_PID={parent}\0".encode()
    return [pid for pid, told in _environments() if mark in told]


def kernels_in(folder: Path) -> list[int]:
    """Return the kernels of runs in `folder`."""
    mark = f"O16N_RUN={folder}/".encode()
    return [pid for pid, told in _environments() if mark in told]


def _environments() -> list[tuple[int, bytes]]:
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found.append((int(one.name), (one / "environ").read_bytes() + b"\0"))
    return found
