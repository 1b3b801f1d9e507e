"""Why a row gets no model input: a sentence with the place in the notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from o16n.errors import RecipeRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from o16n.recipe.program import Operation, Site

    Array = np.ndarray[Any, Any]

Unseen = Literal["refuse", "missing", "as trained"]
LONGEST = 160
POLICIES = ("refuse", "missing", "as trained")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Why a row did not reach the model input: what stands at `site`, or the raw cell itself.

    `filtered` where a line of the notebook takes such rows out.
    """

    reason: str
    function: str = ""
    site: Site | None = None
    filtered: bool = False

    def __str__(self) -> str:
        return f"{self.site}: {self.reason}" if self.site is not None else self.reason


class RowsOut(Exception):
    """Some rows of the batch cannot be prepared, the others can: `reasons` by position in the batch."""

    def __init__(self, reasons: Mapping[int, str]) -> None:
        self.reasons = dict(reasons)
        super().__init__(f"{len(self.reasons)} rows")


def refused(operation: Operation, called: str, cause: str) -> RecipeRefused:
    """Return the error that says which operation, that calls `called`, cannot take the rows."""
    site = operation.site
    error = RecipeRefused(
        f"{called} cannot take the rows: {one_line(cause)}",
        where=str(site),
        hint=f"the line is `{one_line(site.text)}`" if site.text else "",
    )
    error.number = operation.number
    return error


def one_line(text: Any) -> str:
    """Return a text on one line, shortened."""
    line = " ".join(str(text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def refuse_unseen(values: Any, unseen: Array, name: Any, policy: Unseen) -> None:
    """Refuse the rows (n,) whose level training never had, unless the column's policy takes them.

    Raises:
        RowsOut: there are such rows, and the policy is to refuse.
    """
    places = unseen.nonzero()[0]
    if policy != "refuse" or not len(places):
        return
    held = list(values)
    column = "a column" if name is None else f"column {name!r}"
    raise RowsOut(
        {
            int(at): f"{column} holds {one_line(repr(held[at]))}, which training never had"
            for at in places
        }
    )


TEXTS = ("string", "empty", "bytes", "mixed", "mixed-integer")  # what pandas takes for `.str`


def refuse_no_texts(column: Any) -> None:
    """Refuse the rows whose cell has no text methods: pandas does where it stands alone, and not among texts.

    Raises:
        RowsOut: there are such rows.
    """
    import pandas as pd

    if not isinstance(column, pd.Series) or column.dtype != object:
        return
    infer = pd.api.types.infer_dtype
    if infer(column, skipna=True) in TEXTS[:2]:
        return
    odd = {at: one for at, one in enumerate(column) if infer([one], skipna=True) not in TEXTS}
    told = "a column" if column.name is None else f"column {column.name!r}"
    if odd:
        raise RowsOut(
            {
                at: f"{told} holds {one_line(repr(one))}, which is not text"
                for at, one in odd.items()
            }
        )


def called_name(operation: Operation) -> str:
    """Return what an operation calls, as the person wrote it: a method by its name."""
    if operation.function == "method":
        return str(operation.arguments[1])
    if operation.function == "call":
        return str(getattr(operation.arguments[0], "name", "a function"))
    return operation.function
