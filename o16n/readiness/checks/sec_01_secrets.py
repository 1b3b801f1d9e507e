"""No secret travels with the notebook.

Asked: does the notebook hold a key, a token or a password, anywhere in its file?

Why: the notebook is part of the evidence; a key in a cell, an output or the metadata would be
published with it.

How: every text of the notebook's file (code, markdown, raw cells, outputs, tracebacks, metadata,
parameters) is searched for known forms of keys and tokens, for passwords in addresses and
connection strings, and for a literal given to a name such as `password`. Images are skipped. One is
a blocker; it is named by kind and place, never repeated.

To mend: read it from the environment, clear the output, and revoke what was shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.notebook import texts
from o16n.privacy import find_secrets
from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity, Table

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject

CODE = "SEC-01"
SECTION: Section = "Security"
SEVERITY: Severity = "blocker"
SHOWN = 20


def check(subject: Subject) -> Outcome:
    """Search every text of the notebook."""
    searched = texts.texts_of(subject.notebook)
    found = [
        (one.where, secret.line, secret.kind)
        for one in searched
        for secret in find_secrets(one.text)
    ]
    evidence = Evidence(
        statement=f"{len(found)} recognised secrets in {len(searched)} texts of {len(subject.notebook.cells)} cells",
        value=float(len(found)),
        threshold=0.0,
        n=len(searched),
        method="known forms of keys, tokens and passwords; images skipped",
        tables=(Table(header=("where", "line", "kind"), rows=tuple(found[:SHOWN])),)
        if found
        else (),
    )
    if not found:
        return Passed(evidence=evidence)
    where, line, kind = found[0]
    return Failed(
        severity="blocker",
        evidence=evidence,
        reason=f"{where} line {line} shows a {kind}",
        remedy="read it from the environment, clear the output, revoke it",
    )
