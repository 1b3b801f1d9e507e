"""Show what a notebook takes, reads, fits and imports, and what is wrong with it, without running it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import UsageError
from o16n.grammar import argument, option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from o16n.candidate.story import Story
    from o16n.grammar import Face
    from o16n.notebook.mend import Edit
    from o16n.notebook.notebook import Finding, Notebook, Place
    from o16n.notebook.parameters import Parameter
    from o16n.notebook.preflight import Preflight

WIDEST = 60
KINDS = {"unsupported": "cannot be taken", "unknown": "class not told by the text", "model": ""}


@dataclass(frozen=True, kw_only=True)
class Options:
    """What `o16n inspect` takes."""

    notebook: Path | None = argument(
        "training notebook", kind="path", default_notebook=True, completes="notebook"
    )
    apply: Path | None = option(
        "--apply", help="write a copy here, mended where a machine can", kind="path", metavar="OUT"
    )


@dataclass(frozen=True, kw_only=True)
class Part:
    """A table of the page: its title, the names of its columns, and its rows of text."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """What a notebook's text tells, and in its own kernel what it did."""

    notebook: Notebook
    preflight: Preflight
    story: Story | None = None
    applied: tuple[Edit, ...] | None = None
    written: Path | None = None

    exit_code = 0

    @property
    def title(self) -> str:
        """The notebook's name and how many findings of which severity there are."""
        path = self.notebook.path
        return f"{path.name if path is not None else 'this kernel'}: {self.verdict}"

    @property
    def verdict(self) -> str:
        """Such as `1 error, 2 warnings`."""
        severities = [one.severity for one in self.findings]
        counts = [(severities.count(word), word) for word in ("error", "warning", "note")]
        told = [f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n]
        return ", ".join(told) or "nothing stands against a run"

    @property
    def summary(self) -> str:
        """How many cells there are."""
        code = len(self.notebook.code)
        told = f"{_count(code, 'code cell')} of {_count(len(self.notebook.cells), 'cell')}"
        if self.applied is None:
            return told
        if not self.applied:
            return f"{told}; nothing can be applied, so nothing was written"
        return f"{told}; {_count(len(self.applied), 'edit')} applied in {self.written}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The tables that have rows: parameters, data, models, packages."""
        told = self.preflight
        every = (
            Part(
                title="applied",
                header=("where", "before", "after"),
                rows=tuple(
                    (str(one.place), _short(one.before), _short(one.after))
                    for one in self.applied or ()
                ),
            ),
            Part(
                title="parameters",
                header=("name", "type", "default", "choices", "what", "where"),
                rows=tuple(_parameter_row(one) for one in told.parameters),
            ),
            Part(
                title="data",
                header=("what", "read by", "kind", "where"),
                rows=tuple(
                    (_short(one.location), one.call, _kind(one.kind, one.exists), str(one.place))
                    for one in told.sources
                ),
            ),
            Part(
                title="models",
                header=("name", "class", "remark", "fitted in"),
                rows=tuple(
                    (
                        _short(one.name or "(no name)"),
                        one.chain or "?",
                        KINDS[one.kind],
                        str(one.place),
                    )
                    for one in told.models
                    if one.kind in KINDS
                ),
            ),
            Part(
                title="packages",
                header=("package", "version", "where"),
                rows=tuple(
                    (
                        one.distribution or one.name,
                        "beside the notebook" if one.local else one.version or "not installed",
                        str(one.place),
                    )
                    for one in told.packages
                ),
            ),
        )
        return tuple(part for part in every if part.rows)

    @property
    def following(self) -> str:
        """The command that comes next, "" where errors come first."""
        path = self.notebook.path
        if path is None or any(one.severity == "error" for one in self.preflight.findings):
            return ""
        return f"next: o16n package {path}"

    def as_json(self) -> dict[str, Any]:
        """Return everything that was found, with places; a value that is no JSON as its text."""
        told = self.preflight
        path = self.notebook.path
        return {
            "notebook": str(path) if path is not None else None,
            "digest": self.notebook.digest,
            "cells": len(self.notebook.cells),
            "code_cells": len(self.notebook.code),
            "findings": [_finding_json(one) for one in self.findings],
            "model": self.story.sentence if self.story is not None else None,
            "parameters": [_fields(one) for one in told.parameters],
            "data": [_fields(one) for one in told.sources],
            "models": [_fields(one) for one in told.models],
            "packages": [_fields(one) for one in told.packages],
            "applied": [_fields(one) for one in self.applied or ()],
            "written": str(self.written) if self.written is not None else None,
        }

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What preflight finds in the text, then what the record finds odd."""
        return self.preflight.findings + (self.story.odd if self.story is not None else ())

    def __str__(self) -> str:
        lines = [self.title, f"  {self.summary}"]
        found = self.findings
        if self.story is not None:
            from o16n.reports.story import rows

            lines += ["", self.story.sentence, *_aligned(rows(self.story))]
        lines += ["", *_aligned(_finding_rows(found))] if found else []
        for part in self.parts:
            wrapped = part.title == "packages"
            lines += ["", part.title, *(_wrapped if wrapped else _aligned)(part.rows)]
        lines += ["", self.following] if self.following else []
        return "\n".join(lines).encode(errors="replace").decode()

    def _repr_html_(self) -> str:
        from o16n.templating import render

        findings = [
            {
                "severity": one.severity,
                "where": _where(one),
                "message": one.message,
                "hint": one.hint,
            }
            for one in self.findings
        ]
        return render(
            "cards/inspect.html.j2",
            title=self.title,
            summary=self.summary,
            verdict=self.verdict,
            findings=findings,
            parts=self.parts,
            note=self.following,
            story=self._drawn(),
        )

    def _drawn(self) -> dict[str, Any] | None:
        """Return the picture with its twin in words, None where nothing ran."""
        if self.story is None:
            return None
        from markupsafe import Markup

        from o16n.reports.story import picture, steps

        return {
            "sentence": self.story.sentence,
            "picture": Markup(picture(self.story)),  # noqa: S704 - a template's own output, escaped there
            "steps": steps(self.story, self.notebook),
            "left_out": self.story.left_out,
        }


def run(options: Options, face: Face) -> Inspected:
    """Show what a notebook's text tells, and in its own kernel what it did so far.

    In a live kernel whose notebook cannot be found, what was executed so far is shown.

    Raises:
        NotebookError: it cannot be read.
        UsageError: no notebook is named, and there is no kernel.
    """
    from o16n.bundle.model_file import allowed
    from o16n.notebook.locate import executed
    from o16n.notebook.mend import mend
    from o16n.notebook.preflight import examine
    from o16n.notebook.read import from_history, read_notebook

    path = options.notebook or face.notebook
    if path is not None:
        notebook = read_notebook(Path(path))
    elif face.namespace is not None:
        notebook = from_history(executed(face.namespace))
    else:
        raise UsageError("no notebook named", hint="o16n inspect NOTEBOOK.ipynb")
    live = face.namespace if path == face.notebook else None
    story = _story(live, notebook) if live is not None else None
    applied = None
    if (out := options.apply) is not None:
        if path is None:
            raise UsageError("this kernel's notebook is not known", where="--apply", hint="name it")
        applied = mend(Path(path), out)
    return Inspected(
        notebook=notebook,
        preflight=examine(notebook, allowed()),
        story=story,
        applied=applied,
        written=out if applied else None,
    )


def _story(namespace: dict[str, Any], notebook: Notebook) -> Story | None:
    """Return what this kernel did, None where no model is fitted yet."""
    from o16n.candidate.inferred import inferred
    from o16n.candidate.story import inferred_story, story
    from o16n.errors import O16nError
    from o16n.staging import kernel

    with kernel.kernel_as_it_was():
        record = kernel.watched()
        told = story(record, namespace, notebook) if record is not None else None
        if told is not None:
            return told
        try:
            return inferred_story(inferred(namespace, notebook, named=None, data=None, ask=None))
        except O16nError:
            return None  # nothing to draw yet; `package` says why


def _parameter_row(one: Parameter) -> tuple[str, ...]:
    kind = f"{one.type} or None" if one.optional else one.type
    choices = ", ".join(map(repr, one.choices))
    return (one.name, kind, _short(repr(one.default)), choices, one.help, str(one.place))


def _finding_rows(found: Sequence[Finding]) -> list[tuple[str, ...]]:
    """Return findings as rows of text; what to do is said once for findings of a kind."""
    told: set[str] = set()
    rows: list[tuple[str, ...]] = []
    for one in found:
        rows.append((one.severity, _where(one), one.message))
        if one.hint and one.hint not in told:
            told.add(one.hint)
            rows.append(("", "", f"→ {one.hint}"))
    return rows


def _where(one: Finding) -> str:
    return str(one.place) if one.place is not None else ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _short(text: str) -> str:
    from o16n.notebook.notebook import printable

    text = " ".join(printable(text).split())
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _kind(kind: str, exists: bool | None) -> str:  # noqa: FBT001 - of a column
    return f"{kind}, missing" if exists is False else kind


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows as lines, each column as wide as its widest cell, empty columns left out."""
    columns = [column for column in zip(*rows, strict=True) if any(column)]
    widths = [max(map(len, column)) for column in columns]
    return [
        "  "
        + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in zip(*columns, strict=True)
    ]


def _wrapped(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return `name version` pairs as lines of text."""
    from textwrap import wrap

    pairs = ", ".join(f"{name}\xa0{version.replace(' ', chr(160))}" for name, version, *_ in rows)
    lines = wrap(pairs, width=96, break_long_words=False, break_on_hyphens=False)
    return [f"  {line}".replace("\xa0", " ") for line in lines]


def _finding_json(one: Finding) -> dict[str, Any]:
    return {**_fields(one), "place": _place_json(one.place)}


def _place_json(place: Place | None) -> dict[str, int | None] | None:
    return None if place is None else {"cell": place.cell, "line": place.line}


def _fields(one: Any) -> dict[str, Any]:
    """Return a frozen dataclass as JSON, its places as {cell, line}."""
    from dataclasses import fields

    from o16n.notebook.notebook import Place

    told: dict[str, Any] = {}
    for each in fields(one):
        value = getattr(one, each.name)
        told[each.name] = _place_json(value) if isinstance(value, Place) else _plain(value)
    return told


def _plain(value: Any) -> Any:
    """Return `value` as JSON holds it: not finite numbers, bytes, sets and tuples by their text."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else repr(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return repr(value)
