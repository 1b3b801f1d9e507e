"""The first operation whose replayed result is not what the notebook had, or what it is in a batch."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.errors import O16nError, RecipeRefused, RowsRefused
from o16n.recipe.aligned import length
from o16n.recipe.compare import Difference, differs
from o16n.recipe.refusal import one_line
from o16n.recipe.replay import play

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import numpy as np
    import pandas as pd

    from o16n.recipe.program import Operation, Site
    from o16n.recipe.recipe import Recipe

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Culprit:
    """The operation where replay and notebook part: place, what it calls, and how they differ."""

    number: int
    site: Site
    function: str
    why: str
    rows: int = 0
    of: int = 0

    def __str__(self) -> str:
        text = f" `{one_line(self.site.text)}`" if self.site.text else ""
        return f"{self.site}{text}: {self.why}"


class _Found(Exception):
    def __init__(self, culprit: Culprit) -> None:
        self.culprit = culprit


def culprit(
    recipe: Recipe,
    snapshots: Mapping[int, tuple[Any, Array]],
    frame: pd.DataFrame,
    places: Array | None = None,
    *,
    loose: Collection[int] = (),
) -> Culprit | None:
    """Replay `frame` and return the first operation whose result differs from its snapshot.

    Args:
        recipe: what is replayed.
        snapshots: by operation number, the notebook's own result and the positions of its rows.
        frame: full raw rows (n, columns), all of them or some.
        places: the positions (n,) of these rows among the notebook's; 0, 1, … where None.
        loose: numbers of filters that let every row through.
    """

    def observe(operation: Operation, result: Any, rows: Array) -> None:
        if operation.number not in snapshots or not _comparable(result):
            return
        value, theirs = snapshots[operation.number]
        now = rows if places is None else places[rows]
        if length(value) != len(theirs) or length(result) != len(now):
            return
        if (why := differs(result, now, value, theirs)) is not None:
            raise _Found(_of(operation, why))

    return _first(recipe, frame, observe, loose)


def alone_or_together(recipe: Recipe, frame: pd.DataFrame, place: int) -> Culprit | None:
    """Return the first operation that gives row `place` another result alone than among `frame`'s rows."""
    import numpy as np

    from o16n.recipe.aligned import keep

    together: dict[int, tuple[Any, Array]] = {}

    def remember(operation: Operation, result: Any, rows: Array) -> None:
        if operation.role != "source" and _comparable(result):
            together[operation.number] = (keep(result), rows)

    with contextlib.suppress(RowsRefused):  # what was seen until then is compared
        play(recipe, frame, observe=remember)
    alone = frame.iloc[[place]]
    return culprit(recipe, together, alone, np.array([place]), loose=recipe.loose)


def _first(
    recipe: Recipe, frame: pd.DataFrame, observe: Any, loose: Collection[int]
) -> Culprit | None:
    try:
        play(recipe, frame, observe=observe, loose=loose)
    except _Found as found:
        return found.culprit
    except RecipeRefused as error:
        return _refusing(recipe, error)
    except O16nError:
        return None
    return None


def _refusing(recipe: Recipe, error: RecipeRefused) -> Culprit | None:
    """Return the operation that a refusal names."""
    for one in recipe.operations:
        if one.number == error.number:
            return Culprit(number=one.number, site=one.site, function=one.function, why=error.what)
    return None


def _of(operation: Operation, why: Difference) -> Culprit:
    return Culprit(
        number=operation.number,
        site=operation.site,
        function=operation.function,
        why=f"the replay gives another result than the notebook: {why}",
        rows=why.rows,
        of=why.of,
    )


def _comparable(result: Any) -> bool:
    import pandas as pd

    return length(result) is not None and not isinstance(result, pd.Index)
