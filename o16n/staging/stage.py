"""Choose, describe, explain and check the candidate, and write its bundle beside its place."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n import errors
from o16n.files import canonical_json
from o16n.staging import documents

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from o16n.candidate.candidate import Candidate
    from o16n.notebook.notebook import Notebook
    from o16n.settings import Settings
    from o16n.watching.record import Record


def quiet(_: str) -> None:
    """Say nothing."""


def stage(
    namespace: dict[str, Any],
    notebook: Notebook,
    request: Mapping[str, Any],
    *,
    say: Callable[[str], None] = quiet,
    ask: Callable[[str, Sequence[str]], int] | None = None,
    record: Record | None = None,
) -> Path:
    """Choose, describe, explain and check the candidate; return the staged bundle's directory.

    Raises:
        O16nError: the candidate cannot be packaged, or (Bug) o16n itself failed; nothing is left behind.
    """
    from o16n.candidate.choose import choose
    from o16n.candidate.lifted import Ran, with_recipe
    from o16n.candidate.unsupported import refuse_foreign

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
            record=record,
        )
        refuse_foreign(candidate.name, candidate.model)
        ran = Ran(
            notebook=notebook,
            namespace=namespace,
            record=record,
            folder=folder,
            settings=settings,
        )
        candidate = with_recipe(candidate, ran, say=say)
        staged = _written(candidate, notebook, settings, beside, say=say)
        if request.get("keep") and candidate.answered:
            _keep(folder, candidate.typed, say=say)
        return staged if record is None else _recorded(staged, record)
    except errors.O16nError:
        raise
    except Exception as error:
        if os.environ.get("O16N_DEBUG"):
            raise
        raise errors.Bug.of(error) from error


def _keep(folder: Path, answer: str, *, say: Callable[[str], None]) -> None:
    """Keep which model the person meant in o16n.toml, so that nobody is asked twice."""
    from o16n.settings import FILE, keep_answer

    if keep_answer(folder, "model", answer):
        say(f'kept in {FILE}: model = "{answer}"')


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
    from o16n.bundle.model_file import holds_native
    from o16n.bundle.read import open_bundle

    schema, frame = documents.describe(candidate)
    say("writing model, recipe, schema and golden rows")
    beside.parent.mkdir(parents=True, exist_ok=True)
    name = settings.name or (notebook.path.stem if notebook.path else "model")
    sensitive = settings.sensitive
    contents = documents.answering_files(candidate, schema, frame, notebook, sensitive)
    staged = write.stage(contents, name=name, version=settings.version, beside=beside)
    try:
        if holds_native(contents[trust.MODEL]) or any(
            one.startswith(trust.CODE) for one in contents
        ):
            trust.remember(open_bundle(staged).identity)
        evidence = documents.known_facts(candidate, schema, notebook, settings, staged, say=say)
        write.add_evidence(staged, evidence, date=now())
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    return staged


def _recorded(staged: Path, record: Record) -> Path:
    """Add record.json to the evidence."""
    from o16n.bundle import write
    from o16n.watching.record_file import to_json

    write.add_evidence(staged, {"record.json": canonical_json(to_json(record))}, date=now())
    return staged


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
