"""One question asked of a candidate, and the five kinds of answer it can have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from o16n.settings import Severity

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject

Section = Literal[
    "Business", "Data", "Model", "Explainability", "Infrastructure", "Security", "Governance"
]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows a reviewer can read: `header` names the columns, cells are text or numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[str | float | int, ...], ...]
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What an answer rests on.

    `statement` is one sentence with its numbers; `value` against `threshold`; `interval` is 95 %
    unless `method` says otherwise; `n` is the number of rows, slices or files looked at.
    """

    statement: str
    value: float | None = None
    threshold: float | None = None
    interval: tuple[float, float] | None = None
    n: int | None = None
    method: str = ""
    seed: int | None = None
    tables: tuple[Table, ...] = ()
    figures: tuple[str, ...] = ()  # names of figures in reports.figures, drawn from `data`
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Passed:
    """Yes, and this is why."""

    evidence: Evidence


@dataclass(frozen=True, kw_only=True)
class Failed:
    """No: how bad it is, why, and what to do."""

    severity: Severity
    reason: str
    remedy: str
    evidence: Evidence


@dataclass(frozen=True, kw_only=True)
class NotApplicable:
    """The question has no meaning here, for a computed reason."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class NotAssessed:
    """The question has a meaning and no answer yet; this never counts as passed."""

    reason: str
    severity: Severity = "minor"


@dataclass(frozen=True, kw_only=True)
class Attested:
    """A named person answered."""

    by: str
    at: str
    digest: str


Outcome = Passed | Failed | NotApplicable | NotAssessed | Attested


class Check(Protocol):
    """What a module under `readiness/checks/` offers.

    The module's docstring is the reviewer's text: first line the title, then what is asked, why it
    matters, how it is checked, how to mend. `SEVERITY` is that of its gravest failure. Two more
    names are optional: `THRESHOLD` says that the policy may set one (`subject.threshold`), and
    `PAPERWORK = True` that a failure is minor at low materiality.
    """

    CODE: str
    SECTION: Section
    SEVERITY: Severity

    @staticmethod
    def check(subject: Subject) -> Outcome:
        """Answer the question for `subject`."""
        ...


__all__ = [
    "Attested",
    "Check",
    "Evidence",
    "Failed",
    "NotApplicable",
    "NotAssessed",
    "Outcome",
    "Passed",
    "Section",
    "Severity",
    "Table",
]
