"""What ran in a live kernel and is not in the notebook's file: the file is what a reviewer reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from o16n.notebook.notebook import Notebook

# Cells that only speak to o16n are no part of what was trained.
OURS = re.compile(r"(#.*|(\w+\s*=\s*)?%(load_ext|reload_ext)?\s*o16n\b.*|)\s*\Z")
MANY = 3


def unsaved(history: Sequence[str], notebook: Notebook) -> str:
    """Return one line naming what ran after the file was saved and is not in it; empty if nothing.

    `history[n]` is the text of In [n]. A cell that ran, was changed, ran again and was saved is in
    the file as it ran last: what ran before the newest run that the file knows is not asked for.
    """
    texts = {cell.source.strip() for cell in notebook.code}
    known = _known(history, notebook)
    missing = [
        number
        for number, text in enumerate(history)
        if number > known
        and text.strip() not in texts
        and not all(map(OURS.match, text.splitlines()))
    ]
    if not missing or notebook.path is None:
        return ""
    shown = ", ".join(f"In [{number}]" for number in missing[:MANY])
    more = f" and {len(missing) - MANY} more" if len(missing) > MANY else ""
    return f"{notebook.path.name} does not hold {shown}{more}, which ran here: save it and package again"


def _known(history: Sequence[str], notebook: Notebook) -> int:
    """Return the newest execution count that the file tells as this kernel's history does."""
    counts = [
        cell.execution_count
        for cell in notebook.code
        if cell.execution_count is not None
        and cell.execution_count < len(history)
        and history[cell.execution_count].strip() == cell.source.strip()
    ]
    return max(counts, default=0)
