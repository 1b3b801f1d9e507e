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
        "--timeout", kind="number", help="seconds that one cell may take", metavar="SECONDS"
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
            "status": self.run.status,
            "seconds": self.run.seconds,
            "parameters": self.run.parameters,
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
        UsageError: a parameter is unknown or of another type.
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
    job = Job(notebook=Path(path), values=values, out=options.out, cell_timeout=options.timeout)
    return Ran(run=execute(job, say=face.say))
