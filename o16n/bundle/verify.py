"""Say whether a bundle is what it says, without executing anything of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from o16n.bundle.read import Bundle, open_bundle

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What was verified; `evidence_date` is None where the evidence was withheld."""

    identity: str
    name: str
    version: str
    files: int
    size: int
    evidence_date: str | None


def verify(path: Path | Bundle) -> Verification:
    """Hold every file of the bundle at `path`, or that is open already, against its manifests.

    Raises:
        BundleError: it does not verify; the message names what changed.
    """
    bundle = path if isinstance(path, Bundle) else open_bundle(path)
    return Verification(
        identity=bundle.identity,
        name=bundle.manifest.name,
        version=bundle.manifest.version,
        files=len(bundle.names()),
        size=sum(len(bundle.read(name)) for name in bundle.names()),
        evidence_date=bundle.evidence_date,
    )
