"""evidence/manifest.json: dated, names the identity, and carries a digest over itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from o16n.bundle.manifest import FORMAT, Entry, is_format, parse_canonical, parse_entries
from o16n.errors import IntegrityError
from o16n.files import canonical_json, sha256

if TYPE_CHECKING:
    from typing import Any

EVIDENCE = "evidence"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z", re.ASCII)
FIELDS = {"format", "identity", "date", "files", "digest"}


def evidence_manifest(identity: str, files: tuple[Entry, ...], *, date: str) -> bytes:
    """Return the bytes of evidence/manifest.json."""
    body: dict[str, Any] = {
        "format": FORMAT,
        "identity": identity,
        "date": date,
        "files": {one.path: {"sha256": one.sha256, "size": one.size} for one in files},
    }
    return canonical_json({**body, "digest": sha256(canonical_json(body))})


def parse_evidence(data: bytes, *, identity: str) -> tuple[tuple[Entry, ...], str]:
    """Return the entries and the date of evidence/manifest.json.

    Raises:
        IntegrityError: it was changed, or is about another identity.
    """
    where = f"{EVIDENCE}/manifest.json"
    told = parse_canonical(data, where=where)
    if told.keys() != FIELDS or not is_format(told["format"]):
        raise IntegrityError("is not an evidence manifest of format 1", where=where)
    digest = told.pop("digest")
    if sha256(canonical_json(told)) != digest:
        raise IntegrityError("was changed: its own digest disagrees", where=where)
    if told["identity"] != identity:
        raise IntegrityError(
            f"is about {str(told['identity'])[:12]}…, not about this bundle ({identity[:12]}…)",
            where=where,
        )
    if not isinstance(told["date"], str) or not DATE.match(told["date"]):
        raise IntegrityError("has no date in UTC", where=where)
    return parse_entries(told["files"], where=where), told["date"]
