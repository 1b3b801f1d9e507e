"""The environment is locked with hashes.

The same model under other library versions can answer differently or not load. Every distribution
the bundle needs must be pinned with == and a hash, so that what is installed is what was tested. To
mend: put a hashed lock file beside the notebook (uv pip compile --generate-hashes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.bundle.environment import PINNED, UNHASHED
from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject

CODE = "INF-02"
SECTION: Section = "Infrastructure"
SEVERITY: Severity = "major"


def check(subject: Subject) -> Outcome:
    """Count the pinned distributions without a hash."""
    lock = (subject.bundle / "environment" / "requirements.lock").read_text()
    lines = [line for line in lock.splitlines() if PINNED.match(line)]
    bare = [line.partition("==")[0] for line in lines if UNHASHED in line]
    evidence = Evidence(
        statement=f"{len(lines)} distributions pinned, {len(lines) - len(bare)} of them with hashes",
        value=float(len(bare)),
        threshold=0.0,
        n=len(lines),
        method="environment/requirements.lock",
    )
    if lines and not bare:
        return Passed(evidence=evidence)
    return Failed(
        severity="major",
        evidence=evidence,
        reason=f"no hash is known for {', '.join(bare[:5]) or 'anything'}",
        remedy="put a hashed lock file beside the notebook and package again",
    )
