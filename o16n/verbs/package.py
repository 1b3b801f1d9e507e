"""Package a notebook's model, with its recipe, schema, explanation and checks, as a bundle."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import UsageError
from o16n.grammar import argument, option
from o16n.staging import kernel, stage
from o16n.staging.pages import add_run_evidence

if TYPE_CHECKING:
    from o16n.grammar import Face
    from o16n.reports.content import BundleContent
    from o16n.runs.job import Job, Run


@dataclass(frozen=True, kw_only=True)
class Options:
    """What `o16n package` takes."""

    notebook: Path | None = argument(
        "training notebook", kind="path", default_notebook=True, completes="notebook"
    )
    model: str | None = option(
        "--model", help="variable that holds the model", metavar="NAME", completes="model name"
    )
    data: str | None = option(
        "--data", help="variable that holds its inputs", metavar="NAME", completes="data name"
    )
    target: str | None = option("--target", help="column that is predicted", metavar="COLUMN")
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
    timeout: float | None = option(
        "--timeout", kind="number", help="seconds that all cells may take", metavar="SECONDS"
    )
    out: Path | None = option("--out", kind="path", help="where the bundle goes", metavar="BUNDLE")
    zip: bool = option(
        "--zip", kind="flag", help="the same as one deterministic .zip beside the directory"
    )


@dataclass(frozen=True, kw_only=True)
class Packaged:
    """A bundle on disk and what its reviewer will read."""

    bundle: Path
    report: Path
    content: BundleContent
    lags: str = ""
    """What ran in the live kernel and is not in the notebook's file, which reviewers read."""

    exit_code = 0

    @property
    def verdict(self) -> str:
        """Ready, ready with conditions, or not ready."""
        return str(self.content.readiness["verdict"])

    def as_json(self) -> dict[str, Any]:
        """Return identity, verdict and the places of bundle and report."""
        return {
            "bundle": str(self.bundle),
            "report": str(self.report),
            "identity": self.content.identity,
            "verdict": self.verdict,
            "deciding": self.content.readiness["deciding"],
            **({"lags": self.lags} if self.lags else {}),
        }

    @property
    def _places(self) -> dict[str, str]:
        return {"bundle": str(self.bundle), "report": str(self.report), "lags": self.lags}

    def __str__(self) -> str:
        from o16n.reports.cards import package_text

        return package_text(self.content, **self._places)

    def _repr_html_(self) -> str:
        from o16n.reports.cards import package_card

        return package_card(self.content, **self._places)


def run(options: Options, face: Face) -> Packaged:
    """Package a notebook's model, with its recipe, schema, explanation and checks, as a bundle.

    In a live kernel the person's own objects are packaged, as trained, now. In a shell the notebook
    is executed in a fresh kernel and packaged from inside it.

    Raises:
        AmbiguousCandidate: several models could be meant.
        RunFailed: the notebook itself failed.
        UnsupportedModel: o16n cannot take the model.
        UsageError: the options do not fit the notebook.
    """
    path = options.notebook or face.notebook
    if face.namespace is not None and options.notebook is None:
        return _from_kernel(options, face, path)
    if path is None:
        raise UsageError("no notebook named", hint="o16n package NOTEBOOK.ipynb")
    return _from_run(options, face, Path(path))


def _from_kernel(options: Options, face: Face, path: Path | None) -> Packaged:
    from o16n.notebook.locate import executed
    from o16n.notebook.read import from_history, read_notebook
    from o16n.notebook.unsaved import unsaved

    assert face.namespace is not None
    _refuse_what_needs_a_run(options)
    history = executed(face.namespace)
    notebook = read_notebook(path) if path is not None else from_history(history)
    folder = path.parent if path is not None else Path.cwd()
    request = _request(options, folder) | {"keep": True}
    with kernel.kernel_as_it_was():
        staged = stage.stage(
            face.namespace,
            notebook,
            request,
            say=face.say,
            ask=face.ask,
            record=kernel.watched(),
        )
    made = _publish(staged, request, run=None, zipped=options.zip)
    return replace(made, lags=unsaved(history, notebook) if path is not None else "")


def _refuse_what_needs_a_run(options: Options) -> None:
    given = {"-p": options.values, "-f": options.file, "--timeout": options.timeout}
    for flag, value in given.items():
        if value:
            raise UsageError(
                "nothing is run again in a live kernel",
                where=flag,
                hint=f"%o16n package NOTEBOOK.ipynb {flag} … runs it in a fresh one",
            )


def _from_run(options: Options, face: Face, path: Path) -> Packaged:
    from o16n.runs.job import Job
    from o16n.runs.values_file import values_for

    values = values_for(path, options.values, options.file)
    return of_job(Job(notebook=path, values=values, timeout=options.timeout), options, face)[1]


def of_job(job: Job, options: Options, face: Face) -> tuple[Run, Packaged]:
    """Run `job` in a fresh kernel and package from inside it; return both.

    Raises:
        O16nError: as `run`.
    """
    from o16n.bundle.model_file import allowed
    from o16n.notebook.models import refuse_hopeless
    from o16n.notebook.preparation import refuse_unloaded
    from o16n.notebook.read import read_notebook
    from o16n.runs.execute import execute

    path = job.notebook
    notebook = read_notebook(path)
    stage.refuse_secrets(notebook)
    refuse_hopeless(notebook, allowed())
    refuse_unloaded(notebook)
    stage.settings_of(path.parent)  # what is wrong there is said before the run, not after
    request = _request(options, path.parent)
    snippet = (
        "__import__('o16n.staging.kernel', fromlist=['x'])"
        f".stage_in_kernel(get_ipython().user_ns, {str(path.resolve())!r}, {json.dumps(request)!r})"
    )
    done = execute(job, before=(kernel.WATCH,), after=(snippet,), face=face)
    staged = kernel.staged_by(done.directory)
    return done, _publish(staged, request, run=done, zipped=options.zip)


def _request(options: Options, folder: Path) -> dict[str, Any]:
    out = options.out
    if out is not None and out.exists():
        raise UsageError("something is there already, and nothing is overwritten", where=str(out))
    return {
        "model": options.model,
        "data": options.data,
        "target": options.target,
        "folder": str(folder.resolve()),
        "out": str(out.resolve()) if out is not None else None,
    }


def _publish(staged: Path, request: dict[str, Any], *, run: Run | None, zipped: bool) -> Packaged:
    from o16n.bundle.read import open_bundle
    from o16n.bundle.write import next_place, publish, zip_bundle
    from o16n.reports.content import from_bundle

    add_run_evidence(staged, run)
    if request["out"] is not None:
        target = Path(request["out"])
    else:
        target = next_place(Path(request["folder"]) / "bundles", open_bundle(staged).manifest.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    place = publish(staged, target)
    content = from_bundle(open_bundle(place))
    if zipped:
        zip_bundle(place, place.with_name(f"{place.name}.zip"))  # a name may hold dots
    return Packaged(bundle=place, report=place / "evidence" / "readiness.html", content=content)
