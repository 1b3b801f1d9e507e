"""What the record found odd about the notebook, told by the check whose answer it puts in doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from o16n.readiness.check import Failed, Outcome, Passed, Severity, Table

if TYPE_CHECKING:
    from o16n.notebook.notebook import Finding
    from o16n.readiness.subject import Subject


def with_noticed(
    outcome: Outcome, subject: Subject, slugs: tuple[str, ...], *, severity: Severity = "minor"
) -> Outcome:
    """Return `outcome` with the findings called `slugs` as evidence; a warning among them fails what passed.

    An answer without evidence stays as it is.
    """
    found = [one for one in subject.candidate.odd if one.slug in slugs]
    if not found or not isinstance(outcome, Passed | Failed):
        return outcome
    tables = (*outcome.evidence.tables, _table(found))
    evidence = replace(outcome.evidence, tables=tables)
    warnings = [one for one in found if one.severity != "note"]
    if isinstance(outcome, Failed) or not warnings:
        return replace(outcome, evidence=evidence)
    return Failed(
        severity=severity,
        reason="; ".join(f"{_where(one)}: {one.message}" for one in warnings),
        remedy=warnings[0].hint,
        evidence=evidence,
    )


def _table(found: list[Finding]) -> Table:
    return Table(
        header=("where", "noticed while the notebook ran"),
        rows=tuple((_where(one), one.message) for one in found),
        caption="what the notebook did",
    )


def _where(one: Finding) -> str:
    return str(one.place) if one.place is not None else "the notebook"
