"""Run a notebook as a job: once, with values for its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import UsageError
from o16n.grammar import argument, option

if TYPE_CHECKING:
    from o16n.grammar import Face
    from o16n.runs.job import Run


@dataclass(frozen=True, kw_only=True)
class Options:
    """What `o16n run` takes."""

    notebook: Path | None = argument(
        "training notebook", kind="path", default_notebook=True, completes="notebook"
    )
    values: tuple[tuple[str, str], ...] = option(
        "-p",
        "--parameter",
        help="value for a parameter",
        kind="pair",
        multiple=True,
        metavar="NAME VALUE",
    )
    out: Path | None = option("--out", kind="path", help="where the run's files go", metavar="DIR")
    timeout: float | None = option(
        "--timeout", kind="number", help="seconds that all cells may take", metavar="SECONDS"
    )
    cell_timeout: float | None = option(
        "--cell-timeout", kind="number", help="seconds that one cell may take", metavar="SECONDS"
    )
    kernel: str | None = option(
        "--kernel", help="installed kernel other than the notebook's own", metavar="NAME"
    )


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One execution and its files."""

    run: Run

    exit_code = 0

    def as_json(self) -> dict[str, Any]:
        """Return the run's place, status and time."""
        return {
            "run": self.run.id,
            "directory": str(self.run.directory),
            "notebook": str(self.run.executed),
            "status": self.run.status,
            "seconds": self.run.seconds,
            "cells": self.run.cells,
            "cells_done": self.run.cells_done,
            "parameters": self.run.parameters,
            "kernel": self.run.kernel,
            "python": self.run.python,
        }

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What a person reads, as (what, value)."""
        one = self.run
        given = (
            ", ".join(f"{name} = {value!r}" for name, value in one.parameters.items())
            or "as written"
        )
        return [
            (
                "status",
                f"{one.status}, {one.cells_done} of {one.cells} cells in {one.seconds:.1f} s",
            ),
            ("parameters", given),
            ("notebook", str(one.executed)),
        ]

    def __str__(self) -> str:
        from o16n.reports.cards import plain_text

        return plain_text(f"run {self.run.id}", self.rows)

    def _repr_html_(self) -> str:
        from o16n.reports.cards import plain_card

        return plain_card(f"run {self.run.id}", self.rows)


def run(options: Options, face: Face) -> Ran:
    """Run a notebook as a job: once, with values for its parameters.

    Raises:
        RunFailed: the notebook itself failed; run.json says how.
        RunStopped: a signal stopped it.
        UsageError: a parameter is unknown or of another type, or the run has nowhere to go.
    """
    from o16n.notebook.given import convert
    from o16n.notebook.parameters import read_parameters
    from o16n.notebook.read import read_notebook
    from o16n.runs.execute import execute
    from o16n.runs.job import Job

    path = options.notebook or face.notebook
    if path is None:
        raise UsageError("no notebook named", hint="o16n run NOTEBOOK.ipynb")
    values = convert(read_parameters(read_notebook(Path(path))), dict(options.values))
    for limit in (options.timeout, options.cell_timeout):
        if limit is not None and not limit > 0:
            raise UsageError(f"a timeout of {limit:g} seconds leaves no time to run")
    job = Job(
        notebook=Path(path),
        values=values,
        out=options.out,
        cell_timeout=options.cell_timeout,
        timeout=options.timeout,
        kernel=options.kernel,
    )
    return Ran(run=execute(job, face=face))
