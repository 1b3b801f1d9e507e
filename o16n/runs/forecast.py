"""About how long a run will take, by what its cells took before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from o16n.errors import UsageError
from o16n.runs.status import RECORD, read_run

if TYPE_CHECKING:
    from pathlib import Path

    from o16n.runs.job import Run

NEWEST = 20
LONG = 10.0


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Seconds per code cell of the notebook's file, and where they were taken from."""

    seconds: tuple[float, ...]
    source: str

    @property
    def total(self) -> float:
        """Seconds for all cells."""
        return sum(self.seconds)

    def remaining(self, done: int, spent: float = 0.0) -> float:
        """Return the seconds to go after `done` cells and `spent` seconds in the next one."""
        current = self.seconds[done] if done < len(self.seconds) else 0.0
        return max(current - spent, 0.0) + sum(self.seconds[done + 1 :])

    def __str__(self) -> str:
        return f"about {duration(self.total)}, {self.source}"


def forecast(notebook: Path, *, cells: int) -> Forecast | None:
    """Return the forecast for a notebook of so many code cells, None where nothing is known.

    The last completed run of the notebook in `runs/` beside it is asked first, then the times that
    Jupyter or papermill stored in the file.
    """
    return _by_runs(notebook.parent / "runs" / notebook.stem, cells) or _by_file(notebook, cells)


def duration(seconds: float) -> str:
    """Return seconds as a person says them: `8 s`, `3 min`, `1 h 20 min`."""
    if seconds < 100:  # noqa: PLR2004 - "100 s" reads worse than "2 min"
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004 - as above


def _by_runs(folder: Path, cells: int) -> Forecast | None:
    try:
        newest = sorted((one for one in folder.iterdir() if one.is_dir()), reverse=True)[:NEWEST]
    except OSError:
        return None
    for directory in newest:
        run = _completed(directory)
        if run is not None and len(run.cell_seconds) == cells:
            seconds = tuple(one or 0.0 for one in run.cell_seconds)
            return Forecast(seconds=seconds, source=f"as the run of {run.started} took")
    return None


def _completed(directory: Path) -> Run | None:
    if not (directory / RECORD).is_file():
        return None
    try:
        run = read_run(directory)
    except UsageError:
        return None
    return run if run.status == "completed" else None


def _by_file(notebook: Path, cells: int) -> Forecast | None:
    try:
        told = json.loads(notebook.read_bytes())
        code = [one for one in told["cells"] if one["cell_type"] == "code"]
        taken = [_stored(one.get("metadata") or {}) for one in code]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if len(taken) != cells or not any(one is not None for one in taken):
        return None
    return Forecast(
        seconds=tuple(one or 0.0 for one in taken), source="by the times stored in the notebook"
    )


def _stored(metadata: dict[str, Any]) -> float | None:
    """Return what a cell took by its metadata: papermill's duration, or Jupyter's times."""
    taken = (metadata.get("papermill") or {}).get("duration")
    if isinstance(taken, int | float):
        return max(float(taken), 0.0)
    times = metadata.get("execution") or {}
    begun = times.get("iopub.status.busy") or times.get("iopub.execute_input")
    ended = times.get("shell.execute_reply") or times.get("iopub.status.idle")
    if not (begun and ended):
        return None
    return max((datetime.fromisoformat(ended) - datetime.fromisoformat(begun)).total_seconds(), 0.0)
