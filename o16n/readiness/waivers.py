"""A failed check accepted by a named person: which waivers count, and why others do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from o16n.readiness.check import Table

if TYPE_CHECKING:
    from o16n.readiness.check import Severity
    from o16n.settings import Waiver

SHORTEST_REASON = 20
LONGEST_DAYS: dict[Severity, int] = {"blocker": 30, "major": 90, "minor": 90}


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The waivers of one check: `counts` says who accepted it until when, empty where nobody did.

    `refused` are (owner, expiry, why it does not count).
    """

    counts: str = ""
    refused: tuple[tuple[str, str, str], ...] = ()


def judge(waivers: tuple[Waiver, ...], code: str, severity: Severity, today: date) -> Judged:
    """Return which waiver covers a failure of `code` that weighs `severity`, and which do not.

    A waiver needs a reason of 20 characters, an owner, and an expiry that has not passed and is at
    most 90 days ahead, 30 for a blocker.
    """
    counts, refused = "", []
    for one in waivers:
        if one.check != code:
            continue
        why = _why_not(one, severity, today)
        if why:
            refused.append((one.owner, one.expires, why))
        elif not counts:
            counts = f"{one.owner}, until {one.expires}: {one.reason}"
    return Judged(counts=counts, refused=tuple(refused))


def table_of(judged: Judged) -> tuple[Table, ...]:
    """Return the refused waivers as a table for the evidence, none where there are none."""
    if not judged.refused:
        return ()
    header = ("waiver of", "until", "why it does not count")
    return (Table(header=header, rows=judged.refused, caption="waivers that do not count"),)


def _why_not(one: Waiver, severity: Severity, today: date) -> str:
    until, days = date.fromisoformat(one.expires), LONGEST_DAYS[severity]
    if len(one.reason.strip()) < SHORTEST_REASON:
        return f"its reason has {len(one.reason.strip())} characters; {SHORTEST_REASON} are asked"
    if not one.owner.strip():
        return "it names no owner"
    if until < today:
        return f"it expired on {one.expires}"
    if until > today + timedelta(days=days):
        return f"it runs for {(until - today).days} days; a {severity} is waived for {days} at most"
    return ""
