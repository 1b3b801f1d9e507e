"""Read any .ipynb as plain JSON; importing nbformat would cost more than importing pandas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import NotebookError
from o16n.files import sha256
from o16n.notebook.notebook import Cell, Notebook

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_notebook(path: Path) -> Notebook:
    """Return the notebook at `path`, format 3 or 4, with or without cell ids.

    Raises:
        NotebookError: there is no file, it is no notebook, or its language is not Python.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotebookError(
            "no such notebook", where=str(path), hint="name an .ipynb file"
        ) from error
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"is not JSON: {error}", where=str(path)) from error
    cells = _cells_of(told)
    if cells is None:
        raise NotebookError("is JSON but not a notebook: it has no cells", where=str(path))
    about = told.get("metadata") if isinstance(told.get("metadata"), dict) else {}
    kernel = about.get("kernelspec") or {}
    language = str(
        kernel.get("language") or (about.get("language_info") or {}).get("name") or "python"
    )
    if language.lower() not in ("python", "python3", "ipython"):
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
    return Notebook(path=None, cells=_numbered(cells), digest=sha256("\x00".join(sources).encode()))


def _cells_of(told: Any) -> list[dict[str, Any]] | None:
    if not isinstance(told, dict):
        return None
    if isinstance(told.get("worksheets"), list):
        found = [cell for sheet in told["worksheets"] for cell in sheet.get("cells", [])]
    else:
        found = told.get("cells")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else None


def _numbered(cells: list[dict[str, Any]]) -> tuple[Cell, ...]:
    number, found = 0, []
    for cell in cells:
        kind = cell.get("cell_type") if cell.get("cell_type") in ("code", "markdown") else "raw"
        number += kind == "code"
        about = cell.get("metadata") if isinstance(cell.get("metadata"), dict) else {}
        source = cell.get("source", cell.get("input", ""))
        found.append(
            Cell(
                number=number if kind == "code" else 0,
                id=cell.get("id") or about.get("id"),
                kind=kind,
                source="".join(source) if isinstance(source, list) else str(source),
                tags=frozenset(map(str, about.get("tags") or ())),
                execution_count=cell.get("execution_count", cell.get("prompt_number")),
                outputs=tuple(cell.get("outputs") or ()),
            )
        )
    return tuple(found)
