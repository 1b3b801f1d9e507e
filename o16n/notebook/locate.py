"""Which notebook is this: believed only where its text holds what the kernel executed last."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import NotebookError
from o16n.notebook.read import read_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MANY = 200


def running_notebook(namespace: Mapping[str, Any]) -> Path | None:
    """Return the path of the notebook that this kernel runs, None where that is not certain."""
    told = os.environ.get("O16N_NOTEBOOK")
    if told and Path(told).is_file():
        return Path(told)
    ran = {str(text).strip() for text in list(namespace.get("In", ()))[-20:] if str(text).strip()}
    for place in _named(namespace):
        if place.suffix == ".ipynb" and place.is_file() and _shares(place, ran):
            return place
    hits = [place for place in sorted(Path.cwd().glob("*.ipynb"))[:MANY] if _shares(place, ran)]
    return hits[0] if len(hits) == 1 else None


def _named(namespace: Mapping[str, Any]) -> Iterator[Path]:
    for name in (namespace.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME")):
        if name:
            yield Path(str(name))


def _shares(path: Path, ran: set[str]) -> bool:
    try:
        notebook = read_notebook(path)
    except NotebookError:
        return False
    return any(cell.source.strip() in ran for cell in notebook.code if cell.source.strip())
