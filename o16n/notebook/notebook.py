"""The notebook as read: cells with their places, nothing executed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pathlib import Path

CellKind = Literal["code", "markdown", "raw"]
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A spot in a notebook.

    `cell` is the 1-based number among *code* cells, which is what Jupyter shows as `[n]` after a
    clean run; `line` is 1-based within the cell, `None` for the whole cell.
    """

    cell: int
    line: int | None = None

    def __str__(self) -> str:
        return f"cell {self.cell}" + (f" line {self.line}" if self.line is not None else "")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell; `number` is 1-based among code cells, 0 for cells that hold no code."""

    number: int
    id: str | None
    kind: CellKind
    source: str
    tags: frozenset[str] = frozenset()
    execution_count: int | None = None
    outputs: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """A training notebook; `path` is None where it was rebuilt from a live kernel's history."""

    path: Path | None
    cells: tuple[Cell, ...]
    kernel: str = "python3"
    language: str = "python"
    digest: str = ""
    metadata: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def code(self) -> tuple[Cell, ...]:
        """The code cells, in order."""
        return tuple(cell for cell in self.cells if cell.kind == "code")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something preflight knows to be wrong before anything runs.

    `slug` names the rule (`absolute-path`, `never-run`, `out-of-order`, `undefined-name`,
    `syntax-error`, `unsupported-model` …); `severity` is `error` where a run cannot succeed.
    """

    slug: str
    severity: Severity
    message: str
    place: Place | None = None
    hint: str = ""


def printable(text: str) -> str:
    """Return `text` with each sign that would disturb a line of output replaced by a space."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
