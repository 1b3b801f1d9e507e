"""The child process: trace the cells, lift the recipe, write it down, prove what was written."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from o16n.errors import O16nError, UsageError
from o16n.recipe.handover import unpacked
from o16n.recipe.lifting.request import REQUEST, RESULT

if TYPE_CHECKING:
    from o16n.recipe.lifting.request import Request


def main(folder: Path) -> None:
    """Answer the request in `folder`: result.json there, and beside it the files of the recipe."""
    request: Request = unpacked((folder / REQUEST).read_bytes())
    os.chdir(request.folder)
    sys.path.insert(0, request.folder)
    from o16n.recipe.lifting.answer import answer
    from o16n.recipe.tracing.guard import Guard
    from o16n.recipe.tracing.silence import silence

    silence()
    _single_process()
    guard = Guard()
    try:
        told = answer(request, folder, guard)
    except O16nError as error:
        told = {"state": "refused", "reason": error.what, "where": error.where, "hint": error.hint}
        told["asked wrongly"] = isinstance(error, UsageError)
    guard.active = False
    text = json.dumps(told)
    (folder / f"{RESULT}.new").write_text(text)
    (folder / f"{RESULT}.new").rename(folder / RESULT)


def _single_process() -> None:
    """Have joblib use threads: another process is refused, and would not be traced."""
    with contextlib.suppress(ImportError):
        import joblib  # type: ignore[import-untyped] # has no types of its own

        joblib.parallel_config(backend="threading").__enter__()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
