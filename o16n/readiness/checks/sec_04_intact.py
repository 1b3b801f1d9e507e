"""The bundle is intact.

Asked: is every file in the manifest with its digest, and no other there?

Why: what was checked and approved must be what is deployed, byte for byte.

How: the staged bundle is read as `o16n verify` reads it, executing nothing: names, sizes and SHA-256
of every file.

To mend: package again; do not edit a bundle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.bundle.verify import verify
from o16n.errors import BundleError
from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject

CODE = "SEC-04"
SECTION: Section = "Security"
SEVERITY: Severity = "blocker"


def check(subject: Subject) -> Outcome:
    """Verify the staged bundle."""
    try:
        found = verify(subject.bundle)
    except BundleError as error:
        return Failed(
            severity="blocker",
            reason=str(error),
            remedy="package again; do not edit a bundle",
            evidence=Evidence(statement=str(error), method="SHA-256 of every file"),
        )
    return Passed(
        evidence=Evidence(
            statement=f"{found.files} files, {found.size:,} bytes, identity {found.identity[:16]}…",
            n=found.files,
            method="SHA-256 of every file",
        )
    )
