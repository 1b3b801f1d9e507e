"""Read any .ipynb as plain JSON; importing nbformat would cost more than importing pandas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import NotebookError
from o16n.files import sha256
from o16n.notebook.notebook import Cell, CellKind, Notebook

if TYPE_CHECKING:
    from collections.abc import Sequence

PYTHON = ("python", "python2", "python3", "ipython", "ipython3")
KINDS: dict[str, CellKind] = {"code": "code", "markdown": "markdown", "heading": "markdown"}


def read_notebook(path: Path) -> Notebook:
    """Return the notebook at `path`, format 2 to 4, with or without cell ids.

    What is missing or of another type than the format says is read as absent: people's notebooks
    hold null metadata, sources of both forms, cells that are no objects, NaN and lone surrogates.

    Raises:
        NotebookError: there is no file, it is no notebook, or its language is not Python.
    """
    path = Path(path)
    data = _bytes_of(path)
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"is not JSON: {error}", where=str(path)) from error
    cells = _cells_of(told)
    if cells is None:
        raise NotebookError("is JSON but not a notebook: it has no cells", where=str(path))
    about = _object(told.get("metadata"))
    kernel = _object(about.get("kernelspec"))
    language = str(
        kernel.get("language") or _object(about.get("language_info")).get("name") or "python"
    )
    if language.lower() not in PYTHON:
        raise NotebookError(
            f"is written in {language}; o16n packages Python notebooks", where=str(path)
        )
    return Notebook(
        path=path,
        cells=_numbered(cells),
        kernel=str(kernel.get("name") or "python3"),
        language="python",
        digest=sha256(data),
        metadata=about,
    )


def from_history(sources: Sequence[str]) -> Notebook:
    """Return a notebook rebuilt from what a kernel executed, oldest first."""
    cells = [
        {"cell_type": "code", "source": text, "execution_count": n}
        for n, text in enumerate(sources)
        if text
    ]
    whole = "\x00".join(sources).encode(errors="surrogatepass")
    return Notebook(path=None, cells=_numbered(cells), digest=sha256(whole))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except IsADirectoryError as error:
        raise NotebookError(
            "is a directory", where=str(path), hint="name an .ipynb file"
        ) from error
    except PermissionError as error:
        raise NotebookError("may not be read by you", where=str(path)) from error
    except (OSError, ValueError) as error:
        raise NotebookError(
            "no such notebook", where=str(path), hint="name an .ipynb file"
        ) from error


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _cells_of(told: Any) -> list[dict[str, Any]] | None:
    """Return the cells that are objects, from worksheets (formats 2 and 3) or directly."""
    if not isinstance(told, dict):
        return None
    sheets = told.get("worksheets")
    found = told.get("cells")
    if isinstance(sheets, list) and not isinstance(found, list):
        inside = [_object(sheet).get("cells") for sheet in sheets]
        found = [cell for cells in inside if isinstance(cells, list) for cell in cells]
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else None


def _numbered(cells: list[dict[str, Any]]) -> tuple[Cell, ...]:
    number, found = 0, []
    for cell in cells:
        kind = KINDS.get(str(cell.get("cell_type")), "raw")
        number += kind == "code"
        about = _object(cell.get("metadata"))
        count = cell.get("execution_count", cell.get("prompt_number"))
        outputs = cell.get("outputs")
        found.append(
            Cell(
                number=number if kind == "code" else 0,
                id=_text_or_none(cell.get("id") or about.get("id")),
                kind=kind,
                source=_source(cell.get("source", cell.get("input"))),
                tags=_tags(about.get("tags")),
                execution_count=count if type(count) is int else None,
                outputs=tuple(o for o in outputs if isinstance(o, dict))
                if isinstance(outputs, list)
                else (),
            )
        )
    return tuple(found)


def _source(value: Any) -> str:
    parts = value if isinstance(value, list) else [value]
    return "".join(part for part in parts if isinstance(part, str))


def _tags(value: Any) -> frozenset[str]:
    parts = value if isinstance(value, list) else [value]
    return frozenset(part for part in parts if isinstance(part, str))


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
