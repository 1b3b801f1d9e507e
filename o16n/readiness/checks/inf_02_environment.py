"""The environment is locked with hashes.

Asked: is every distribution that the bundle needs pinned to one version, with a hash?

Why: the same model under other library versions can answer differently or not load; a version
without a hash is a promise of the index, not of the bytes that were tested.

How: the lines of environment/requirements.lock are counted; each needs `==` and a `--hash`. At low
materiality a missing hash is paperwork, and minor.

To mend: put a hashed lock file beside the notebook (`uv pip compile --generate-hashes`) and package
again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.bundle.environment import HASH, PINNED
from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity, Table

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject

CODE = "INF-02"
SECTION: Section = "Infrastructure"
SEVERITY: Severity = "major"
PAPERWORK = True
SHOWN = 10


def check(subject: Subject) -> Outcome:
    """Count the distributions that are pinned, and those with a hash."""
    place = subject.bundle / "environment" / "requirements.lock"
    text = place.read_text() if place.is_file() else ""
    entries = [
        one
        for one in text.replace("\\\n", " ").splitlines()
        if one.strip() and not one.startswith("#")
    ]
    loose = [one.split()[0] for one in entries if not PINNED.match(one)]
    bare = [one.split()[0] for one in entries if PINNED.match(one) and not HASH.search(one)]
    rows = tuple((one, "no version") for one in loose) + tuple((one, "no hash") for one in bare)
    evidence = Evidence(
        statement=f"{len(entries) - len(rows)} of {len(entries)} distributions are pinned with a hash",
        value=float(len(rows)),
        threshold=0.0,
        n=len(entries),
        method="environment/requirements.lock, line by line",
        tables=(Table(header=("distribution", "what is missing"), rows=rows[:SHOWN]),)
        if rows
        else (),
    )
    if entries and not rows:
        return Passed(evidence=evidence)
    names = ", ".join(row[0] for row in rows[:5])
    return Failed(
        severity="major",
        evidence=evidence,
        reason=f"{rows[0][1]} is known for {names}" if rows else "the lock names no distribution",
        remedy="put a hashed lock file beside the notebook and package again",
    )
