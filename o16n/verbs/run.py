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
    from o16n.verbs.package import Packaged


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
    file: Path | None = option(
        "-f",
        "--file",
        kind="path",
        help="values from a .toml, .json or .yaml file; -p wins",
        metavar="FILE",
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
    package: bool = option(
        "--package", kind="flag", help="package the model from inside the run, as `package` does"
    )


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One execution and its files, and the bundle that was made of it."""

    run: Run
    packaged: Packaged | None = None

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
            **({"packaged": self.packaged.as_json()} if self.packaged else {}),
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

        told = plain_text(f"run {self.run.id}", self.rows)
        return f"{told}\n{self.packaged}" if self.packaged else told

    def _repr_html_(self) -> str:
        from o16n.reports.cards import plain_card

        told = plain_card(f"run {self.run.id}", self.rows)
        return told + self.packaged._repr_html_() if self.packaged else told


def run(options: Options, face: Face) -> Ran:
    """Run a notebook as a job: once, with values for its parameters.

    Raises:
        RunFailed: the notebook itself failed; run.json says how.
        RunStopped: a signal stopped it.
        UsageError: a parameter is unknown or of another type, or the run has nowhere to go.
        O16nError: with --package, whatever `package` refuses.
    """
    from o16n.runs.execute import execute
    from o16n.runs.job import Job
    from o16n.runs.values_file import values_for

    path = options.notebook or face.notebook
    if path is None:
        raise UsageError("no notebook named", hint="o16n run NOTEBOOK.ipynb")
    job = Job(
        notebook=Path(path),
        values=values_for(Path(path), options.values, options.file),
        out=options.out,
        cell_timeout=options.cell_timeout,
        timeout=options.timeout,
        kernel=options.kernel,
    )
    if not options.package:
        return Ran(run=execute(job, face=face))
    from o16n.verbs import package

    done, packaged = package.of_job(job, package.Options(), face)
    return Ran(run=done, packaged=packaged)
