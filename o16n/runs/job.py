"""A notebook with values for its parameters, and what one execution of it left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from o16n.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# "ended early": a cell called sys.exit() without an error, so the cells after it never ran.
# "interrupted" is never written: the reader derives it where no process holds a running run.
Status = Literal[
    "running",
    "completed",
    "ended early",
    "failed",
    "timed out",
    "kernel died",
    "stopped",
    "interrupted",
]


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to run: `values` are already converted (see notebook.parameters).

    `cell_timeout` is what one cell may take and `timeout` what all of them may take, in seconds;
    `kernel` names an installed kernel other than the notebook's own.
    """

    notebook: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    out: Path | None = None
    cell_timeout: float | None = None
    timeout: float | None = None
    kernel: str | None = None

    def __post_init__(self) -> None:
        """Refuse limits that leave no time.

        Raises:
            UsageError: a limit is not above zero.
        """
        for limit in (self.timeout, self.cell_timeout):
            if limit is not None and not limit > 0:
                raise UsageError(f"a timeout of {limit:g} seconds leaves no time to run")


@dataclass(frozen=True, kw_only=True)
class CellError:
    """The first thing that went wrong: exception name and text, and where.

    `cell` counts the code cells of the notebook's file from 1, as `Place` does; None where no cell
    of the file was at fault.
    """

    name: str
    message: str
    cell: int | None = None
    line: int | None = None

    @property
    def where(self) -> str:
        """The place as a person reads it."""
        if self.cell is None:
            return ""
        return f"cell {self.cell}" + (f" line {self.line}" if self.line is not None else "")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One execution, as `run.json` in `directory` tells it; times are UTC, ISO 8601.

    `cells` counts the code cells of the notebook's file, `cell_seconds` what each of them took
    (None where it did not run); `kernel` is the kernel's name and `python` its own version.
    """

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
    cell_seconds: tuple[float | None, ...] = ()
    error: CellError | None = None
    kernel: str = ""
    python: str = ""

    @property
    def executed(self) -> Path:
        """The executed notebook."""
        return self.directory / "executed.ipynb"
