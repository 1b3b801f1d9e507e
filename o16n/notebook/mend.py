"""Mend what a machine can mend in a copy of a notebook: every edit is told, the original is not touched."""

from __future__ import annotations

import ast
import json
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from o16n.errors import UsageError
from o16n.files import write_atomically
from o16n.notebook.data_sources import is_absolute
from o16n.notebook.notebook import Place, printable
from o16n.notebook.parameters import TAG
from o16n.notebook.read import read_notebook
from o16n.notebook.source import parsed, python_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.notebook.notebook import Cell, Notebook

FORMAT = 4  # what older formats hold elsewhere is not edited


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One change of the copy: where, what stood there, and what stands there now."""

    place: Place
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.place}: {printable(self.before)} → {printable(self.after)}"


def mend(notebook: Path, out: Path) -> tuple[Edit, ...]:
    """Write a mended copy of `notebook` to `out`; return the edits. Without one nothing is written.

    Absolute paths of files that lie in the notebook's folder become relative to the copy; a cell of
    literals alone that no tag marks is tagged `parameters`; a second tag and a second id go.

    Raises:
        NotebookError: it cannot be read.
        UsageError: `out` is there already, has no folder or is no .ipynb.
    """
    told = read_notebook(notebook)
    if out.suffix != ".ipynb":
        raise UsageError(f"{out} is no .ipynb", where="--apply", hint="name the notebook to write")
    if out.exists() or out.is_symlink():
        raise UsageError(
            f"{out} is there already", where="--apply", hint="nothing is overwritten: name another"
        )
    if not out.parent.is_dir():
        raise UsageError(f"there is no folder {out.parent}", where="--apply", hint="make it first")
    document = json.loads(notebook.read_bytes())
    cells = [one for one in document.get("cells", ()) if isinstance(one, dict)]
    if document.get("nbformat") != FORMAT or len(cells) != len(told.cells):
        return ()
    edits = tuple(_edits(told, cells, notebook.resolve().parent, out.resolve().parent))
    if edits:
        write_atomically(out, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    return edits


def _edits(
    told: Notebook, cells: list[dict[str, Any]], folder: Path, beside: Path
) -> Iterator[Edit]:
    """Change `cells`, yielding each edit, cell by cell."""
    for cell, raw in zip(told.cells, cells, strict=True):
        if cell.kind == "code":
            yield from _paths(cell, raw, folder, beside)
    yield from _tags(told, cells)
    yield from _ids(told, cells)


def _paths(cell: Cell, raw: dict[str, Any], folder: Path, beside: Path) -> Iterator[Edit]:
    """Yield absolute paths made relative, from the last on a line to the first, so that places hold."""
    rows = cell.source.split("\n")
    found = []
    for node in _texts(python_source(cell)):
        row = rows[node.lineno - 1].encode()
        written = row[node.col_offset : node.end_col_offset]
        relative = _relative(node.value, folder, beside) if _says(written, node.value) else None
        if relative is not None:
            found.append((node, written, _quoted(relative, written)))
    for node, _, new in sorted(found, key=lambda one: (-one[0].lineno, -one[0].col_offset)):
        row = rows[node.lineno - 1].encode()
        row = row[: node.col_offset] + new + row[node.end_col_offset :]
        rows[node.lineno - 1] = row.decode()
    if found:
        text = "\n".join(rows)
        raw["source"] = text.splitlines(keepends=True) if isinstance(raw["source"], list) else text
    for node, written, new in found:
        place = Place(cell=cell.number, line=node.lineno)
        yield Edit(place=place, before=written.decode(), after=new.decode())


def _texts(source: str) -> list[Any]:
    """Return the absolute paths that are written on one line of `source`, in order."""
    try:
        tree = parsed(source)
    except SyntaxError:
        return []
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.lineno == node.end_lineno
        and is_absolute(node.value)
    ]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def _says(written: bytes, value: str) -> bool:
    """Tell whether the text by itself is a literal of the value: a part of an f-string is not."""
    try:
        return bool(ast.literal_eval(written.decode()) == value)
    except (SyntaxError, ValueError):
        return False


def _relative(text: str, folder: Path, beside: Path) -> str | None:
    """Return how a copy in `beside` reaches the file, None where it is not in the notebook's folder.

    A path that leads nowhere here is looked for by its end: `…/ann/work/data/a.csv` is
    `data/a.csv` beside the notebook, where that is a file.
    """
    parts = (PureWindowsPath if "\\" in text else PurePosixPath)(text).parts[1:]
    path = Path(text).expanduser()
    ends = [folder.joinpath(*parts[at:]) for at in range(len(parts))]
    tried = [path.resolve()] if _is_there(path) else ends
    found = next((one for one in tried if one.is_file()), None)
    if found is None or not found.resolve().is_relative_to(folder):
        return None
    return Path(os.path.relpath(found, beside)).as_posix()


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # nobody may look there
        return False


def _quoted(text: str, written: bytes) -> bytes:
    """Return a literal of `text` in the quotes that the author used."""
    mark = written.decode().lstrip("rRbBuU")[0]
    literal = repr(text)
    plain = mark not in literal[1:-1] and "\\" not in literal
    return (f"{mark}{text}{mark}" if plain else literal).encode()


def _tags(told: Notebook, cells: list[dict[str, Any]]) -> Iterator[Edit]:
    """Tag the first cell of literals alone where none is tagged; take the tag from all but the first."""
    code = [(one, raw) for one, raw in zip(told.cells, cells, strict=True) if one.kind == "code"]
    tagged = [(one, raw) for one, raw in code if TAG in one.tags]
    for one, raw in tagged[1:]:
        raw["metadata"]["tags"] = [tag for tag in raw["metadata"]["tags"] if tag != TAG]
        yield Edit(
            place=Place(cell=one.number),
            before=f"tag {TAG}",
            after="no tag: papermill takes the first",
        )
    first = next(((one, raw) for one, raw in code if _only_literals(one.source)), None)
    if not tagged and first is not None:
        one, raw = first
        about = raw.setdefault("metadata", {})
        about["tags"] = [*sorted(one.tags), TAG]
        yield Edit(place=Place(cell=one.number), before="no tag", after=f"tag {TAG}")


def _only_literals(source: str) -> bool:
    """Tell whether a cell binds names to literals and does nothing else; empty lists wait to be filled."""
    try:
        body = parsed(source).body
    except SyntaxError:
        return False
    values = [_literal_of(one) for one in body]
    return all(one is not None for one in values) and any(one for one in values)


def _literal_of(node: ast.stmt) -> tuple[Any, ...] | None:
    """Return (value,) of `NAME = literal`, () where the literal is empty, None for any other statement."""
    match node:
        case ast.Assign(targets=[ast.Name()], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value):
            pass
        case _:
            return None
    try:
        found = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return () if found in ([], {}, (), None, "") else (found,)


def _ids(told: Notebook, cells: list[dict[str, Any]]) -> Iterator[Edit]:
    """Give each cell whose id another has already an id of its own."""
    known: set[str] = {str(raw.get("id")) for raw in cells}
    seen: set[str] = set()
    above = 0
    for one, raw in zip(told.cells, cells, strict=True):
        above = one.number or above
        own = raw.get("id")
        if isinstance(own, str) and own in seen:
            new = next(
                f"{own[:60]}-{n}"
                for n in range(2, len(cells) + 3)
                if f"{own[:60]}-{n}" not in known
            )
            raw["id"] = new
            known.add(new)
            yield Edit(place=Place(cell=above), before=f"id {own}", after=f"id {new}")
        seen.add(str(raw.get("id")))
