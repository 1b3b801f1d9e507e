"""An explanation as a reader meets it; text, Markdown, card and page are drawn from this one view."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from o16n.templating import three_digits

if TYPE_CHECKING:
    from o16n.reports.figures import Figure

Told = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows under a header; every cell is text already. The first column names the row."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Fold:
    """What stands behind one click."""

    title: str
    words: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    anchor: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of the page: words first, then figures, then what can be opened."""

    anchor: str
    title: str
    words: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    folds: tuple[Fold, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Badge:
    """Whether the numbers are right, in one word and one sentence."""

    state: Literal["Passed", "Failed", "NotAssessed"]
    word: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a validator asks, the short answer, and where the long one stands (an anchor)."""

    text: str
    answer: str
    place: str


@dataclass(frozen=True, kw_only=True)
class View:
    """The whole explanation in reading order."""

    title: str
    lead: str
    badge: Badge
    facts: tuple[tuple[str, str], ...]
    drivers: tuple[str, ...]
    figure: Figure | None
    questions: tuple[Question, ...]
    sections: tuple[Section, ...] = field(default=())


def number(value: float | None, sign: str = "") -> str:
    """Return a number with three digits, `–` where there is none."""
    return "–" if value is None else three_digits(value, sign)


def percent(share: float | None) -> str:
    """Return a share as a percentage, `–` where there is none."""
    if share is None:
        return "–"
    return f"{100 * share:.0f} %" if share == 0 or abs(share) >= 0.1 else f"{100 * share:.2g} %"  # noqa: PLR2004 - a tenth


def span(low: float, high: float) -> str:
    """Return an interval in words."""
    return f"{three_digits(low)} to {three_digits(high)}"
