"""The data contract holds on train and test.

Every row that trained or tested the model must meet the schema that callers will be held to: types,
missing values, levels. A contract that its own data breaks protects nobody. Checked by validating
every row. To mend: correct the rows, or keep rare levels out of the test part only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity, Table
from o16n.scoring.validate import problems

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject

CODE = "DAT-01"
SECTION: Section = "Data"
SEVERITY: Severity = "major"
ALLOWED = 0.01


def check(subject: Subject) -> Outcome:
    """Validate the rows of both parts against the schema."""
    parts = [part for part in (subject.candidate.train, subject.candidate.test) if part is not None]
    broken, rows, shown = 0, 0, []
    for part in parts:
        found = problems(subject.rows(part), subject.schema)
        bad = found[found != ""]
        rows, broken = rows + len(found), broken + len(bad)
        shown += [(part.name, str(label), text) for label, text in bad.head(5).items()]
    evidence = Evidence(
        statement=f"{broken} of {rows} rows break the schema",
        value=broken / max(rows, 1),
        threshold=ALLOWED,
        n=rows,
        method="every row against schema.json",
        tables=(Table(header=("part", "row", "problem"), rows=tuple(shown)),) if shown else (),
    )
    if broken == 0:
        return Passed(evidence=evidence)
    return Failed(
        severity="major" if broken > ALLOWED * rows else "minor",
        evidence=evidence,
        reason=f"{broken} of {rows} rows of the notebook's own data would be refused",
        remedy="correct these rows, or widen what training has seen",
    )
