"""Go the whole way on real data, offline: notebook, run, bundle, scored rows, report."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import RowsRefused, UsageError
from o16n.grammar import argument, option

if TYPE_CHECKING:
    from o16n.grammar import Face
    from o16n.verbs.package import Packaged

NAMES = ("credit", "penguins", "diabetes")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What `o16n demo` takes."""

    name: str = argument("which notebook", kind="choice", choices=NAMES, default="credit")
    out: Path | None = option(
        "--out", kind="path", help="where notebook, run and bundle go", metavar="DIR"
    )


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the demo made."""

    packaged: Packaged
    scored: str

    exit_code = 0

    def as_json(self) -> dict[str, Any]:
        """Return what `package` returns, and what scoring said."""
        return {**self.packaged.as_json(), "scored": self.scored}

    def __str__(self) -> str:
        return f"{self.packaged}\n{self.scored}\nreport: {self.packaged.report}"

    def _repr_html_(self) -> str:
        return self.packaged._repr_html_()


def examples() -> Path:
    """Return the folder of the example notebooks: in the package once installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "notebooks"
    return installed if installed.is_dir() else package.parent / "notebooks"


def run(options: Options, face: Face) -> Shown:
    """Go the whole way on real data, offline: notebook, run, bundle, scored rows, report."""
    from o16n.verbs import package

    folder = options.out or Path("o16n-demo")
    source = examples() / f"{options.name}.ipynb"
    if not source.is_file():
        raise UsageError("the example notebooks are missing", where=str(source.parent))
    (folder / "data").mkdir(parents=True, exist_ok=True)
    notebook = folder / source.name
    shutil.copyfile(source, notebook)
    for one in sorted((source.parent / "data").iterdir()):
        shutil.copyfile(one, folder / "data" / one.name)
    packaged = package.run(package.Options(notebook=notebook), face)
    return Shown(packaged=packaged, scored=_score(packaged, face))


def _score(packaged: Packaged, face: Face) -> str:
    from o16n.verbs import score

    options = score.Options(bundle=packaged.bundle, data=packaged.bundle / "sample.csv")
    try:
        scored = score.run(options, face)
    except RowsRefused as refusal:
        return f"score refuses raw rows: {refusal}"
    return f"score: {scored.answered} of {len(scored.lines)} sample rows answered"
