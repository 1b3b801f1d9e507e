"""The table of contents: every file with digest and size; its own digest is the identity."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from o16n.errors import IntegrityError
from o16n.files import canonical_json, sha256

FORMAT = 1
MANIFEST = "manifest.json"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}\Z")
HEX = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file: `path` relative with `/`, `size` in bytes."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What answers: name, version and every file but evidence and approvals."""

    name: str
    version: str
    files: tuple[Entry, ...]

    def to_bytes(self) -> bytes:
        """Return manifest.json, the same bytes for the same contents."""
        files = {one.path: {"sha256": one.sha256, "size": one.size} for one in self.files}
        return canonical_json(
            {"format": FORMAT, "name": self.name, "version": self.version, "files": files}
        )

    @property
    def identity(self) -> str:
        """The SHA-256 of manifest.json."""
        return sha256(self.to_bytes())


def entries(contents: dict[str, bytes]) -> tuple[Entry, ...]:
    """Return the entries of `contents`, sorted by path."""
    return tuple(
        Entry(path=safe_path(path), sha256=sha256(data), size=len(data))
        for path, data in sorted(contents.items())
    )


def parse(data: bytes, *, where: str = MANIFEST) -> Manifest:
    """Read manifest.json; bytes that are not exactly what `to_bytes` would write are refused.

    Raises:
        IntegrityError: anything in it is not as format 1 says.
    """
    told = parse_canonical(data, where=where)
    if told.keys() != {"format", "name", "version", "files"} or told["format"] != FORMAT:
        raise IntegrityError("is not a manifest of format 1", where=where)
    for field in ("name", "version"):
        if not isinstance(told[field], str) or not NAME.match(told[field]):
            raise IntegrityError(f"has a {field} that is not allowed", where=where)
    return Manifest(
        name=told["name"], version=told["version"], files=parse_entries(told["files"], where=where)
    )


def parse_canonical(data: bytes, *, where: str) -> dict[str, Any]:
    """Return the JSON object in `data`, refusing any spelling but the canonical one."""
    try:
        told = json.loads(data)
        same = isinstance(told, dict) and canonical_json(told) == data
    except (ValueError, RecursionError, UnicodeError) as error:
        raise IntegrityError("is not JSON", where=where) from error
    if not same:
        raise IntegrityError("is not in canonical form", where=where)
    return dict(told)


def parse_entries(told: Any, *, where: str) -> tuple[Entry, ...]:
    """Return the entries of a `files` object.

    Raises:
        IntegrityError: a path, digest or size is not allowed, or two paths differ only by case.
    """
    if not isinstance(told, dict):
        raise IntegrityError("has no files", where=where)
    found = []
    for path, one in told.items():
        good = isinstance(one, dict) and one.keys() == {"sha256", "size"}
        if (
            not good
            or not HEX.match(str(one["sha256"]))
            or type(one["size"]) is not int
            or one["size"] < 0
        ):
            raise IntegrityError(f"has no proper digest and size for {path!r}", where=where)
        found.append(Entry(path=safe_path(path), sha256=one["sha256"], size=one["size"]))
    if len({one.path.casefold() for one in found}) < len(found):
        raise IntegrityError("names two files that differ only by case", where=where)
    return tuple(found)


def safe_path(path: str) -> str:
    """Return `path`, or refuse it: absolute, `..`, backslash, drive, NUL, control characters.

    Raises:
        IntegrityError: the path could leave the bundle or be read differently elsewhere.
    """
    parts = path.split("/")
    bad = {"", ".", ".."} & set(parts) or "\\" in path or ":" in path
    if bad or not path.isprintable() or len(path) > 200:  # noqa: PLR2004 - longer than any we write
        raise IntegrityError(f"names the path {path!r}, which is not allowed in a bundle")
    return path
