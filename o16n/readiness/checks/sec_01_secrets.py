"""No secret travels with the notebook.

The notebook is part of the evidence; a key in a cell or an output would be published with it. Cells
and outputs are searched for known forms of keys, tokens and passwords. To mend: read secrets from
the environment, clear the output, and revoke what was shown.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from o16n.privacy import find_secrets
from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity, Table

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject

CODE = "SEC-01"
SECTION: Section = "Security"
SEVERITY: Severity = "blocker"


def check(subject: Subject) -> Outcome:
    """Search cells and outputs."""
    found = []
    for cell in subject.notebook.cells:
        where = f"cell {cell.number}"
        found += [(where, one.line, one.kind) for one in find_secrets(cell.source)]
        found += [
            (f"{where} output", one.line, one.kind)
            for one in find_secrets(json.dumps(cell.outputs))
        ]
    evidence = Evidence(
        statement=f"{len(found)} recognised secrets in {len(subject.notebook.cells)} cells",
        value=float(len(found)),
        threshold=0.0,
        n=len(subject.notebook.cells),
        method="known forms of keys, tokens and passwords",
        tables=(Table(header=("where", "line", "kind"), rows=tuple(found[:20])),) if found else (),
    )
    if not found:
        return Passed(evidence=evidence)
    return Failed(
        severity="blocker",
        evidence=evidence,
        reason=f"{found[0][0]} shows a {found[0][2]}",
        remedy="read it from the environment, clear the output, revoke it",
    )
