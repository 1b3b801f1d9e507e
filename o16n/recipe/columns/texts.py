"""The text methods of a column (`.str`), for plain texts, where all ways to them agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.recipe.columns.forms import Away, Cells, Column, is_text, plain, texts
from o16n.recipe.columns.numbers import column

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Texts:
    """What `.str` of a column of texts gives."""

    column: Column


def accessor(owner: Any) -> Texts:
    """Return the text methods of a column whose cells are plain ASCII texts or missing.

    Raises:
        Away: it has other cells, for which pandas' two kinds of text need not agree.
    """
    given = column(owner)
    if not is_text(given.cells.dtype) or not all(map(_is_plain, given.cells.array.tolist())):
        raise Away
    return Texts(given)


def live(value: Any) -> Any:
    """Return `.str` of a series for the text methods of a column, what `plain` gives for all else."""
    return plain(value.column).str if type(value) is Texts else plain(value)


def _is_plain(one: Any) -> bool:
    return bool(one != one or (one.isascii() and one.isprintable()))  # noqa: PLR0124 - NaN


def _each(owner: Texts, function: Callable[[str], Any]) -> list[Any]:
    """Return what the function gives for each text, NaN for a missing one."""
    cells = owner.column.cells.array.tolist()
    return [one if one != one else function(one) for one in cells]  # noqa: PLR0124 - NaN


def _as_texts(owner: Texts, found: list[Any]) -> Column:
    given = owner.column
    return Column(texts(found, given.cells.dtype), given.rows, given.name)


def changed(name: str) -> Callable[..., Column]:
    """Return the form of a method that makes a text of each text."""

    def run(owner: Texts) -> Column:
        return _as_texts(owner, _each(owner, lambda one: getattr(one, name)()))

    return run


def told(name: str) -> Callable[..., Column]:
    """Return the form of `startswith` and `endswith`."""

    def run(owner: Texts, pat: Any) -> Column:
        return _truths(owner, lambda one: bool(getattr(one, name)(pat)), pat)

    return run


def contains(
    owner: Texts, pat: Any, *, case: bool = True, regex: bool = True, na: Any = False
) -> Column:
    """Tell which texts hold a text, which stands for itself also as a pattern."""
    if case is not True or na is not False or not isinstance(regex, bool):
        raise Away
    return _truths(owner, lambda one: pat in one, pat)


def _truths(owner: Texts, function: Callable[[str], bool], pat: Any) -> Column:
    import numpy as np

    _literal(pat)
    found = [one == one and one for one in _each(owner, function)]  # noqa: PLR0124 - NaN
    given = owner.column
    return Column(Cells(np.array(found, dtype=bool), np.dtype(bool)), given.rows, given.name)


def _literal(pat: Any) -> str:
    if type(pat) is not str or not pat or re.escape(pat) != pat:
        raise Away
    return pat


def replace(owner: Texts, pat: Any, repl: Any, *, regex: bool = False) -> Column:
    """Put one text for another."""
    if type(pat) is not str or not pat or type(repl) is not str:
        raise Away
    if regex and "\\" in repl + _literal(pat):
        raise Away
    return _as_texts(owner, _each(owner, lambda one: one.replace(pat, repl)))


def getitem(owner: Texts, key: Any) -> Column:
    """Take a letter, missing where the text is shorter, or a part."""
    import math

    if type(key) is slice:
        if key.step is not None:
            raise Away
        return _as_texts(owner, _each(owner, lambda one: one[key]))
    if type(key) is not int:
        raise Away
    return _as_texts(
        owner, _each(owner, lambda one: one[key] if -len(one) <= key < len(one) else math.nan)
    )


def extract(owner: Texts, pat: Any, flags: int = 0, *, expand: bool = True) -> Column:
    """Take what the one group of a pattern finds first."""
    import math

    pattern = re.compile(pat, flags)
    if expand or pattern.groups != 1 or pattern.groupindex:
        raise Away

    def found(one: str) -> Any:
        hit = pattern.search(one)
        group = hit.group(1) if hit else None
        return math.nan if group is None else group

    return _as_texts(owner, _each(owner, found))


def length(owner: Texts) -> Column:
    """Count the letters of each text."""
    import numpy as np

    found = _each(owner, len)
    dtype = "int64" if all(type(one) is int for one in found) else "float64"
    given = owner.column
    return Column(Cells(np.array(found, dtype=dtype), np.dtype(dtype)), given.rows, given.name)
