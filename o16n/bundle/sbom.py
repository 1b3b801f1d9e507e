"""sbom.cdx.json: the lock as a CycloneDX 1.6 list of components."""

from __future__ import annotations

from typing import Any

from o16n.bundle.environment import HASH, PINNED


def sbom(lock: str) -> dict[str, Any]:
    """Return the CycloneDX document for a requirements.lock."""
    components = []
    for block in lock.replace("\\\n", " ").splitlines():
        if pinned := PINNED.match(block):
            name, version = pinned[1], pinned[2]
            purl = f"pkg:pypi/{name}@{version}"
            one = {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": version,
                "purl": purl,
            }
            if HASH.search(block):
                one["description"] = "locked with hashes"
            components.append(one)
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components}
