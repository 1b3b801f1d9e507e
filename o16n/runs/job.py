"""A notebook with values for its parameters, and what one execution of it left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Status = Literal[
    "running", "completed", "failed", "timed out", "kernel died", "stopped", "interrupted"
]


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to run: `values` are already converted (see notebook.parameters)."""

    notebook: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    out: Path | None = None
    cell_timeout: float | None = None


@dataclass(frozen=True, kw_only=True)
class CellError:
    """The first thing that went wrong: exception name and text, and where."""

    name: str
    message: str
    cell: int | None = None
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Run:
    """One execution, as `run.json` in `directory` tells it; times are UTC, ISO 8601."""

    id: str
    directory: Path
    notebook: str
    notebook_digest: str
    parameters: dict[str, Any]
    status: Status
    started: str
    ended: str | None = None
    seconds: float | None = None
    cells: int = 0
    cells_done: int = 0
    error: CellError | None = None
    python: str = ""
    packages: dict[str, str] = field(default_factory=dict)

    @property
    def executed(self) -> Path:
        """The executed notebook."""
        return self.directory / "executed.ipynb"
