"""From a kernel's names to a staged bundle: the steps of `package`, in the kernel's own process."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sys
import warnings
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n import errors
from o16n.files import canonical_json, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pandas as pd

    from o16n.bundle.schema import Schema
    from o16n.candidate.candidate import Candidate
    from o16n.notebook.notebook import Notebook
    from o16n.runs.job import Run
    from o16n.settings import Settings

RESULT = "package.json"
INJECTED = "injected-parameters"  # papermill's tag for the cell it adds
GOLDEN_ROWS = 20
SEED = 0


def quiet(_: str) -> None:
    """Say nothing."""


@contextlib.contextmanager
def kernel_as_it_was() -> Iterator[None]:
    """Give random states, working directory and warning filters back as they were."""
    import numpy as np

    state, numpy_state, folder = random.getstate(), np.random.get_state(), Path.cwd()  # noqa: NPY002
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        random.setstate(state)
        np.random.set_state(numpy_state)  # noqa: NPY002 - the person's legacy state
        os.chdir(folder)


def stage(
    namespace: dict[str, Any],
    notebook: Notebook,
    request: Mapping[str, Any],
    *,
    say: Callable[[str], None] = quiet,
    ask: Callable[[str, Sequence[str]], int] | None = None,
) -> Path:
    """Choose, describe, explain and check the candidate; return the staged bundle's directory.

    Raises:
        O16nError: the candidate cannot be packaged, or (Bug) o16n itself failed; nothing is left behind.
    """
    from o16n.candidate.choose import choose

    folder = Path(request["folder"])
    refuse_secrets(notebook)
    settings = settings_of(folder)
    beside = Path(request["out"] or folder / "bundles" / "staged")
    try:
        say("choosing the model and its data")
        candidate = choose(
            namespace,
            notebook,
            model=request["model"] or settings.model,
            data=request["data"] or settings.data,
            target=request["target"] or settings.target,
            ask=ask,
        )
        return _written(candidate, notebook, settings, beside, say=say)
    except errors.O16nError:
        raise
    except Exception as error:
        if os.environ.get("O16N_DEBUG"):
            raise
        raise errors.Bug.of(error) from error


def settings_of(folder: Path) -> Settings:
    """Return the settings beside the notebook, with its check ids held against the checks there are.

    Raises:
        UsageError: something in o16n.toml is wrong.
    """
    from o16n.readiness import checklist, policy
    from o16n.settings import load_settings

    settings = load_settings(folder)
    policy.check_names(settings, checklist.checks())
    return settings


def _written(
    candidate: Candidate,
    notebook: Notebook,
    settings: Settings,
    beside: Path,
    *,
    say: Callable[[str], None],
) -> Path:
    """Write the candidate's bundle to a hidden sibling of `beside`, gone again where that fails."""
    from o16n.bundle import trust, write
    from o16n.bundle.read import open_bundle

    schema, frame = describe(candidate)
    say("writing model, recipe, schema and golden rows")
    beside.parent.mkdir(parents=True, exist_ok=True)
    name = settings.name or (notebook.path.stem if notebook.path else "model")
    contents = answering_files(candidate, schema, frame, notebook)
    staged = write.stage(contents, name=name, version=settings.version, beside=beside)
    try:
        if candidate.code:
            trust.remember(open_bundle(staged).identity)
        evidence = known_facts(candidate, schema, notebook, settings, staged, say=say)
        write.add_evidence(staged, evidence, date=now())
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    return staged


def describe(candidate: Candidate) -> tuple[Schema, pd.DataFrame]:
    """Return the schema and the training rows it was inferred from (n, columns)."""
    import pandas as pd

    from o16n.bundle.schema import Outputs
    from o16n.bundle.schema_of import infer_schema

    outputs = Outputs(
        task=candidate.task,
        classes=tuple(_plain(label) for label in candidate.classes),
        positive=_plain(candidate.positive),
        probabilities=bool(candidate.classes) and hasattr(candidate.model, "predict_proba"),
        score=candidate.task == "anomaly" and hasattr(candidate.model, "decision_function"),
    )
    if candidate.recipe.state == "proven" and candidate.train.raw is not None:
        frame = candidate.train.raw[list(candidate.recipe.raw_columns)]
        return infer_schema(frame, outputs, level="raw rows", named=True), frame
    inputs = candidate.train.X
    named = isinstance(inputs, pd.DataFrame)
    frame = inputs if named else pd.DataFrame(_dense(inputs))
    return infer_schema(frame, outputs, level="model inputs", named=named), frame


def answering_files(
    candidate: Candidate, schema: Schema, frame: pd.DataFrame, notebook: Notebook
) -> dict[str, bytes]:
    """Return what the identity covers: everything that decides an answer."""
    from o16n.bundle import environment, model_file, schema_of
    from o16n.monitoring.profile import profile_of
    from o16n.recipe import recipe_file
    from o16n.scoring import golden
    from o16n.scoring.scorer import CODE, Scorer

    scorer = Scorer(
        identity="", name="", model=candidate.model, recipe=candidate.recipe, schema=schema
    )
    rows = golden.synthetic_rows(frame, count=GOLDEN_ROWS, seed=SEED)
    beside = notebook.path.parent if notebook.path else None
    lock = environment.lock_text(_modules(candidate), beside=beside)
    files = {
        "model/model.skops": model_file.dump_model(candidate.model, code=candidate.code),
        "recipe/recipe.json": canonical_json(recipe_file.to_json(candidate.recipe)),
        "schema.json": canonical_json(schema_of.schema_to_json(schema)),
        "golden.json": canonical_json(golden.record(rows, scorer.answer)),
        "sample.csv": golden.sample_csv(rows),
        "profile.json": canonical_json(profile_of(frame, schema, scorer.answer(frame))),
        "environment/requirements.lock": lock.encode(),
        "environment/python.txt": f"{sys.version_info.major}.{sys.version_info.minor}\n".encode(),
    }
    if candidate.code:
        files[CODE] = candidate.code.encode()
    return files


def known_facts(
    candidate: Candidate,
    schema: Schema,
    notebook: Notebook,
    settings: Settings,
    staged: Path,
    *,
    say: Callable[[str], None],
) -> dict[str, bytes]:
    """Return the evidence files that need the model: explanation, proof, checks."""
    from o16n.bundle import sbom
    from o16n.explain import explanation_file
    from o16n.explain.explain import explain
    from o16n.readiness import checklist
    from o16n.readiness.subject import Subject

    say("explaining")
    explanation = explain(candidate, seed=SEED, say=say)
    say("checking")
    subject = Subject(
        candidate=candidate,
        schema=schema,
        explanation=explanation,
        notebook=notebook,
        settings=settings,
        bundle=staged,
        seed=SEED,
    )
    outcomes = checklist.assess(subject, say=say)
    lock = (staged / "environment" / "requirements.lock").read_text()
    files = {
        "explanation.json": canonical_json(explanation_file.to_json(explanation)),
        "readiness.json": canonical_json(checklist.to_json(outcomes)),
        "candidate.json": canonical_json(about(candidate)),
        "sbom.cdx.json": canonical_json(sbom.sbom(lock)),
    }
    if candidate.proof is not None:
        files["proof.json"] = canonical_json(asdict(candidate.proof))
    if notebook.path is not None:
        files["notebook/source.ipynb"] = notebook.path.read_bytes()
    return files


def about(candidate: Candidate) -> dict[str, Any]:
    """Return candidate.json: what was chosen and why, without data."""
    raw = candidate.raw
    parts = {"train": candidate.train, "test": candidate.test}
    return {
        "name": candidate.name,
        "class": _class_of(candidate.model),
        "task": candidate.task,
        "target": candidate.target,
        "positive": _plain(candidate.positive),
        "classes": [_plain(label) for label in candidate.classes],
        "reasons": [
            {"statement": one.statement, "place": _place(one)} for one in candidate.reasons
        ],
        "metrics": [
            {"name": one.name, "value": one.value, "place": _place(one)}
            for one in candidate.metrics
        ],
        "rows": {
            **{name: len(part.X) if part is not None else 0 for name, part in parts.items()},
            "raw": len(raw.frame) if raw is not None else 0,
        },
        "read": {"call": raw.call, "location": raw.location, "digest": raw.digest} if raw else None,
    }


def add_run_evidence(staged: Path, run: Run | None) -> None:
    """Add what is known when the run has ended, then draw the pages from it all."""
    from o16n.bundle.read import open_bundle
    from o16n.bundle.write import add_evidence
    from o16n.reports.content import from_bundle
    from o16n.reports.explanation import explanation_page
    from o16n.reports.readiness import readiness_page

    files: dict[str, bytes] = {}
    if run is not None:
        told = json.loads((run.directory / "run.json").read_bytes())
        files["run.json"] = canonical_json(told)
        files["notebook/executed.ipynb"] = run.executed.read_bytes()
        files["notebook/parameters.json"] = canonical_json(told.get("parameters", {}))
        add_evidence(staged, files, date=now())
    content = from_bundle(open_bundle(staged))
    pages = {
        "readiness.html": readiness_page(content).encode(),
        "explanation.html": explanation_page(content).encode(),
    }
    add_evidence(staged, pages, date=now())


def stage_in_kernel(namespace: dict[str, Any], path: str, request: str) -> None:
    """Stage from inside a run's kernel; leave the outcome as package.json in the run's directory."""
    from o16n.notebook.read import read_notebook

    run = Path(os.environ["O16N_RUN"])
    result = run / RESULT
    try:
        notebook = as_executed(read_notebook(Path(path)), read_notebook(run / "executed.ipynb"))
        staged = stage(namespace, notebook, json.loads(request))
    except errors.O16nError as error:
        told = {
            "error": type(error).__name__,
            "what": error.what,
            "where": error.where,
            "hint": error.hint,
        }
        write_atomically(result, canonical_json(told))
    else:
        write_atomically(result, canonical_json({"staged": str(staged)}))


def as_executed(notebook: Notebook, executed: Notebook) -> Notebook:
    """Return `notebook` with the counts and outputs of this run in place of those that were stored.

    Raises:
        NotebookError: the executed notebook has other cells.
    """
    ran = iter([cell for cell in executed.code if INJECTED not in cell.tags])
    pairs = [(cell, next(ran, None) if cell.kind == "code" else None) for cell in notebook.cells]
    if any(cell.kind == "code" and (not one or one.source != cell.source) for cell, one in pairs):
        raise errors.NotebookError(
            "the executed notebook has other cells", where=str(executed.path)
        )
    cells = tuple(
        replace(cell, execution_count=one.execution_count, outputs=one.outputs) if one else cell
        for cell, one in pairs
    )
    return replace(notebook, cells=cells)


def staged_by(directory: Path) -> Path:
    """Return the directory that `stage_in_kernel` staged, or raise what it raised."""
    told = json.loads((directory / RESULT).read_bytes())
    if "staged" in told:
        return Path(told["staged"])
    kind = getattr(errors, told["error"], errors.NotebookError)
    if kind.__init__ is not errors.O16nError.__init__:
        kind = errors.UsageError
    raise kind(told["what"], where=told["where"], hint=told["hint"])


def refuse_secrets(notebook: Notebook) -> None:
    """Refuse a notebook whose cells hold a recognised secret, since it would travel as evidence."""
    from o16n.privacy import find_secrets

    for cell in notebook.cells:
        for secret in find_secrets(cell.source):
            raise errors.NotebookError(
                f"holds a secret ({secret.kind}), which would be written into the bundle",
                where=f"cell {cell.number} line {secret.line}",
                hint="read it from the environment instead, and revoke it",
            )


def now() -> str:
    """Return the time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _modules(candidate: Candidate) -> tuple[str, ...]:
    found = {"sklearn", "pandas", "numpy", "skops"}
    pending, seen = [candidate.model], set[int]()
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        module = type(one).__module__.partition(".")[0]
        if hasattr(one, "get_params") and module != "__main__":
            found.add(module)
        if isinstance(one, list | tuple):
            pending += one
        elif isinstance(one, dict):
            pending += one.values()
        elif hasattr(one, "get_params"):
            pending += vars(one).values()
    return tuple(sorted(found))


def _class_of(model: Any) -> str:
    """Return the class with its last step, such as `Pipeline … LogisticRegression`."""
    names = [type(model).__name__]
    while True:
        inner = getattr(model, "best_estimator_", None)
        if inner is None and hasattr(model, "steps"):
            inner = model.steps[-1][1]
        if inner is None or isinstance(inner, str):
            return " … ".join(names)
        model = inner
        names.append(type(model).__name__)


def _place(one: Any) -> dict[str, int | None] | None:
    place = one.place
    return None if place is None else {f.name: getattr(place, f.name) for f in fields(place)}


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _dense(matrix: Any) -> Any:
    return matrix.toarray() if hasattr(matrix, "toarray") else matrix
