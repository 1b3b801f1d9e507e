"""requirements.lock: the versions a bundle was made with, with hashes where a lock file tells them."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})")
UNHASHED = "# no hash known"
PATTERNS = ("constraints*.txt", "requirements*.txt", "*.lock")


def lock_text(modules: Iterable[str], *, beside: Path | None = None) -> str:
    """Return the lock for the distributions behind `modules` and all they need, sorted by name.

    Versions are those installed; hashes are looked up in o16n's own constraints and in hashed lock
    files beside the notebook. No address is written.
    """
    known = known_hashes(beside)
    lines = ["# scoring set: what `o16n score` needs for this bundle"]
    for name, version in sorted(closure(modules).items()):
        hashes = known.get((name, version), ())
        tail = "".join(f" \\\n    --hash={one}" for one in hashes) if hashes else f"  {UNHASHED}"
        lines.append(f"{name}=={version}{tail}")
    return "\n".join(lines) + "\n"


def closure(modules: Iterable[str]) -> dict[str, str]:
    """Return name → installed version of the distributions behind `modules` and their needs."""
    owners = _owners(tuple(map(_changed, sys.path)))
    pending = [name for module in modules for name in owners.get(module, ())]
    found: dict[str, str] = {}
    while pending:
        name = normal(pending.pop())
        if name in found:
            continue
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        found[name] = distribution.version
        pending += [_name(one) for one in distribution.requires or () if "extra ==" not in one]
    return found


@lru_cache(maxsize=1)
def _owners(_: tuple[int, ...]) -> Mapping[str, list[str]]:
    """Return module → distributions, read again only where a folder of `sys.path` has changed."""
    return metadata.packages_distributions()


def _changed(folder: str) -> int:
    try:
        return Path(folder or ".").stat().st_mtime_ns
    except OSError:
        return 0


def known_hashes(beside: Path | None) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return (name, version) → hashes from the lock files that can be found."""
    package = Path(__file__).parents[1]
    files = [
        one
        for one in (package / "constraints.txt", package.parent / "constraints.txt")
        if one.is_file()
    ]
    if beside is not None:
        files += [one for pattern in PATTERNS for one in sorted(beside.glob(pattern))]
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for file in files:
        found |= _hashes_in(file.read_text(errors="replace"))
    return found


def normal(name: str) -> str:
    """Return the normalised name of a distribution (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _hashes_in(text: str) -> dict[tuple[str, str], tuple[str, ...]]:
    found = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        pinned = PINNED.match(block)
        if pinned:
            hashes = tuple(sorted(set(HASH.findall(block))))
            if hashes:
                found[normal(pinned[1]), pinned[2]] = hashes
    return found


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return found[0] if found else ""
