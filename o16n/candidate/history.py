"""The cells in the order in which a kernel executed them, which is not always the file's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from o16n.notebook.notebook import Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from o16n.notebook.notebook import Notebook


def as_run(notebook: Notebook, history: Sequence[str]) -> Notebook:
    """Return the notebook with its code cells as `history` (texts, oldest first) executed them.

    A cell that ran twice stands there twice; a text that the file no longer holds has the number 0.
    Where most of the file's code never ran here, the file is all that is known, and its own order
    stays.
    """
    code = [cell for cell in notebook.code if cell.source.strip()]
    known = {text.strip() for text in history}
    if 2 * sum(cell.source.strip() in known for cell in code) < len(code) or not code:
        return notebook
    found: list[Cell] = []
    at = 0
    for text in history:
        if not text.strip():
            continue
        ahead = [*code[at:], *code[:at]]
        same = next((one for one in ahead if one.source.strip() == text.strip()), None)
        if same is not None:
            at = code.index(same) + 1
            found.append(same)
        else:
            found.append(Cell(number=0, id=None, kind="code", source=text))
    return replace(notebook, cells=tuple(found))
