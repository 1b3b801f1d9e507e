"""Every error o16n raises on purpose.

```
O16nError                 one line: what was wrong, where, what to do
├── UsageError            you asked wrongly (exit 2)
│   ├── UnknownName       a name that does not exist, with the nearest that do
│   └── AmbiguousCandidate  more than one answer is possible: say which
├── NotebookError         a notebook cannot be read or used as it is (exit 2)
│   ├── NotLifted         no recipe from raw rows to the model's input, with the place (exit 2)
│   └── UnsupportedModel  a model that o16n cannot take, with what would be needed (exit 2)
├── RunFailed             the notebook itself failed (exit 3)
│   └── RunStopped        a signal such as Ctrl-C stopped it (exit 130)
├── BundleError           a bundle cannot be read or is not what it says (exit 1)
│   ├── IntegrityError    files and manifest disagree (exit 1)
│   ├── UnsafeModel       a model file holds what o16n does not load (exit 1)
│   └── TrustRequired     the bundle holds code that nobody accepted yet (exit 2)
├── RowsRefused           rows do not meet the schema or have no recipe (exit 2)
│   └── RecipeRefused     an operation of the recipe cannot take a row (exit 2)
└── Bug                   o16n itself failed (exit 70)
```
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class O16nError(Exception):
    """One line that says what was wrong, where, and what to do.

    Args:
        what: what was wrong, a sentence without its full stop.
        where: the cell, line, column, row, file or option it was found in.
        hint: what to do about it.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(what, where, hint)

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        if self.hint:
            line = f"{line}; {self.hint}"
        return " ".join(line.split())

    def as_json(self) -> dict[str, Any]:
        """Return the same for machines, under the one key `error`."""
        return {
            "error": {
                "kind": type(self).__name__,
                "what": self.what,
                "where": self.where,
                "hint": self.hint,
                "exit_code": self.exit_code,
            }
        }

    def _render_traceback_(self) -> list[str]:
        """Return the one red line that IPython shows instead of a traceback."""
        return [f"\x1b[31m{type(self).__name__}: {self}\x1b[0m"]


class UsageError(O16nError):
    """You asked wrongly."""


class UnknownName(UsageError):
    """A name that does not exist, with the nearest that do."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str = "") -> None:
        options = sorted(known)
        import difflib

        near = difflib.get_close_matches(name, options, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(options)}"
        super().__init__(f"unknown {kind} {name!r}", where=where, hint=hint if options else "")
        self.kind, self.name, self.known = kind, name, tuple(options)


class AmbiguousCandidate(UsageError):
    """More than one answer is possible: say which."""


class NotebookError(O16nError):
    """A notebook cannot be read or used as it is."""


class UnsupportedModel(NotebookError):
    """A model that o16n cannot take, with what would be needed."""


class NotLifted(NotebookError):
    """No recipe leads from raw rows to the model's input; says which cell and line make it impossible."""


class RunFailed(O16nError):
    """The notebook itself failed."""

    exit_code = 3


class RunStopped(RunFailed):
    """A signal such as Ctrl-C stopped the run."""

    exit_code = 130


class BundleError(O16nError):
    """A bundle cannot be read or is not what it says."""

    exit_code = 1


class IntegrityError(BundleError):
    """Files and manifest disagree."""


class UnsafeModel(BundleError):
    """A model file holds what o16n does not load."""


class TrustRequired(BundleError):
    """The bundle holds code that nobody accepted yet."""

    exit_code = 2


class RowsRefused(O16nError):
    """Rows do not meet the schema, or the bundle has no recipe for them."""


class RecipeRefused(RowsRefused):
    """An operation of the recipe cannot take a row; `number` is the operation's."""

    number = -1


class Bug(O16nError):
    """O16n itself failed."""

    exit_code = 70

    @classmethod
    def of(cls, error: BaseException) -> Bug:
        """Return the line that tells an unexpected `error` with the place in o16n it came from."""
        import traceback
        from pathlib import Path

        frames = traceback.extract_tb(error.__traceback__)
        own = [one for one in frames if f"{os.sep}o16n{os.sep}" in one.filename] or frames
        where = f"{Path(own[-1].filename).name} line {own[-1].lineno}" if own else ""
        return cls(
            f"this is a bug in o16n: {type(error).__name__}: {error}",
            where=where,
            hint="set O16N_DEBUG=1 for the traceback, and report it",
        )
