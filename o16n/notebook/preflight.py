"""What is known to be wrong with a notebook before anything runs."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from o16n.errors import UsageError
from o16n.notebook import order, preparation, undefined
from o16n.notebook.data_sources import DataSource, data_sources, fetches, is_absolute
from o16n.notebook.models import FittedModel, finding_of, fitted_models, hopeless
from o16n.notebook.names import cell_names
from o16n.notebook.notebook import Finding, Place, printable
from o16n.notebook.outline import outline
from o16n.notebook.packages import Package, packages
from o16n.notebook.parameters import TAG, Parameter, read_parameters
from o16n.notebook.source import parsed, python_source, python_tree
from o16n.privacy import find_secrets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from o16n.notebook.notebook import Notebook, Severity

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
INJECTED = "injected-parameters"
ROOTS = re.compile(
    r"(?:/(?:home|Users|root|mnt|media|data|content|kaggle|tmp|opt|srv|Volumes|workspace|dbfs|"
    r"storage|scratch|project|projects|work|usr|var)/|~[/\\]|[A-Za-z]:[\\/]|\\\\\w)[^\n<>|]*$"
)
MOST_OUTPUT = 200_000


@dataclass(frozen=True, kw_only=True)
class Preflight:
    """All that the text of a notebook tells: what it takes, reads, fits and imports, and what is wrong."""

    parameters: tuple[Parameter, ...]
    sources: tuple[DataSource, ...]
    models: tuple[FittedModel, ...]
    packages: tuple[Package, ...]
    findings: tuple[Finding, ...]


def examine(notebook: Notebook, allowed: Collection[str] = ()) -> Preflight:
    """Return what the notebook's text tells; `allowed` are the types that a bundle can hold."""
    told = outline(notebook)
    sources = data_sources(notebook, told=told)
    models = fitted_models(notebook, allowed, told=told)
    imported = packages(notebook)
    doomed = hopeless(notebook, allowed, told=told)
    parameters, complaints = _parameters(notebook)
    found = [
        *_syntax_errors(notebook),
        *_secrets(notebook),
        *complaints,
        *undefined.findings(notebook),
        *_missing_packages(imported),
        *_missing_data(sources, brought=fetches(notebook, told)),
        *(finding_of(m, certain=doomed is not None) for m in models if m.kind == "unsupported"),
        *_absolute_paths(notebook, sources),
        *order.findings(notebook),
        *preparation.findings(notebook),
        *_duplicate_ids(notebook),
    ]
    found.sort(key=lambda one: (SEVERITIES.index(one.severity), *_at(one.place)))
    return Preflight(
        parameters=parameters,
        sources=sources,
        models=models,
        packages=imported,
        findings=tuple(found),
    )


def preflight(notebook: Notebook, allowed: Collection[str] = ()) -> tuple[Finding, ...]:
    """Return what is known to be wrong with the notebook before anything runs, the worst first."""
    return examine(notebook, allowed).findings


def _at(place: Place | None) -> tuple[int, int]:
    return (place.cell, place.line or 0) if place is not None else (0, 0)


def _syntax_errors(notebook: Notebook) -> Iterator[Finding]:
    for cell in notebook.code:
        try:
            parsed(python_source(cell))
        except SyntaxError as error:
            yield Finding(
                slug="syntax-error",
                severity="error",
                message=f"is no Python: {printable(error.msg)}",
                place=Place(cell=cell.number, line=error.lineno or None),
                hint="mend the cell, or make it text",
            )


def _secrets(notebook: Notebook) -> Iterator[Finding]:
    above = 0
    for cell in notebook.cells:
        above = cell.number or above
        what = "this cell" if cell.number else "the text below this cell"
        for secret in find_secrets(cell.source):
            yield _secret(secret.kind, what, Place(cell=above, line=secret.line))
        shown = "\n".join(str(one.get("text", one.get("data", ""))) for one in cell.outputs)
        for kind in sorted({one.kind for one in find_secrets(shown[:MOST_OUTPUT])}):
            yield _secret(kind, "this cell's output", Place(cell=above))


def _secret(kind: str, what: str, place: Place) -> Finding:
    return Finding(
        slug="secret",
        severity="error",
        message=f"{what} holds a secret ({kind})",
        place=place,
        hint="read it from the environment instead, and revoke it",
    )


def _parameters(notebook: Notebook) -> tuple[tuple[Parameter, ...], list[Finding]]:
    tagged = [cell for cell in notebook.code if TAG in cell.tags]
    found = [
        _parameter_finding(
            "two cells are tagged `parameters`: papermill takes the first", cell.number
        )
        for cell in tagged[1:]
    ]
    if any(INJECTED in cell.tags for cell in notebook.code):
        cell = next(cell for cell in notebook.code if INJECTED in cell.tags)
        found.append(
            Finding(
                slug="parameters",
                severity="note",
                message="holds values that a run passed: this notebook is a run's copy",
                place=Place(cell=cell.number),
                hint="give the notebook that was run",
            )
        )
    try:
        parameters = read_parameters(notebook)
    except UsageError:
        return (), found  # the syntax error is a finding of its own
    return parameters, [
        *found,
        *_derived(notebook, parameters),
        *_overwritten(notebook, parameters),
    ]


def _parameter_finding(message: str, cell: int, line: int | None = None, hint: str = "") -> Finding:
    return Finding(
        slug="parameters",
        severity="warning",
        message=message,
        place=Place(cell=cell, line=line),
        hint=hint or "keep one of them",
    )


def _derived(notebook: Notebook, parameters: tuple[Parameter, ...]) -> Iterator[Finding]:
    """Yield values of the tagged cell that are computed from a parameter: they go stale."""
    names = {one.name for one in parameters}
    cell = next((one for one in notebook.code if TAG in one.tags), None)
    for statement in cell_names(cell) if cell is not None else ():
        used = sorted({use.name for use in statement.uses} & names)
        if used and statement.defines - names:
            what = ", ".join(sorted(statement.defines))
            yield _parameter_finding(
                f"{what} is computed from {used[0]} in the parameters cell: a value passed for "
                f"{used[0]} does not reach it",
                cell.number if cell else 0,
                statement.node.lineno,
                hint="compute it in a cell below",
            )


def _overwritten(notebook: Notebook, parameters: tuple[Parameter, ...]) -> Iterator[Finding]:
    """Yield later statements that give a parameter another value, whatever was passed."""
    names = {one.name for one in parameters}
    tagged = {one.place.cell for one in parameters}
    for cell in notebook.code:
        if cell.number in tagged or INJECTED in cell.tags or TAG in cell.tags:
            continue
        for statement in cell_names(cell):
            lost = sorted((statement.defines & names) - {use.name for use in statement.uses})
            if lost:
                yield _parameter_finding(
                    f"{lost[0]} is set again: a value passed for it is lost",
                    cell.number,
                    statement.node.lineno,
                    hint="give it another name here",
                )


def _missing_packages(imported: tuple[Package, ...]) -> Iterator[Finding]:
    for one in imported:
        if one.missing:
            brought = one.optional or one.installed_by is not None
            yield Finding(
                slug="missing-package",
                severity="warning" if brought else "error",
                message=f"{one.name} is not installed here"
                + (f", {one.installed_by} installs it" if one.installed_by else ""),
                place=one.place,
                hint="install it in the environment of the kernel",
            )


def _missing_data(sources: tuple[DataSource, ...], *, brought: bool) -> Iterator[Finding]:
    for one in sources:
        if one.exists is False:
            where = "is not there" if one.absolute else "is not beside the notebook"
            yield Finding(
                slug="missing-data",
                severity="warning" if brought else "error",
                message=f"{printable(one.location)} {where}",
                place=one.place,
                hint="put it there, or make its path a parameter",
            )


def _absolute_paths(notebook: Notebook, sources: tuple[DataSource, ...]) -> Iterator[Finding]:
    """Yield paths that hold on one machine only, each text once."""
    texts: dict[str, Place] = {one.location: one.place for one in sources if one.absolute}
    for cell in notebook.code:
        tree = python_tree(cell)
        for node in ast.walk(tree) if tree is not None else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
                if is_absolute(text) and ROOTS.match(text):
                    texts.setdefault(text, Place(cell=cell.number, line=node.lineno))
    for text, place in texts.items():
        yield Finding(
            slug="absolute-path",
            severity="warning",
            message=f"{printable(text)} is a path of one machine",
            place=place,
            hint="make it relative to the notebook, or a parameter",
        )


def _duplicate_ids(notebook: Notebook) -> Iterator[Finding]:
    seen: set[str] = set()
    for cell in notebook.cells:
        if cell.id is not None and cell.id in seen:
            yield Finding(
                slug="duplicate-id",
                severity="note",
                message=f"two cells have the id {cell.id}",
                place=Place(cell=cell.number) if cell.number else None,
                hint="Jupyter gives new ones when it saves",
            )
            return
        seen.add(cell.id or "")
