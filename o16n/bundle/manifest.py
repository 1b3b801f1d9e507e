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
ENTRIES = 10_000
BYTES = 4 * 2**30
LONGEST_PATH = 200
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}\Z")
HEX = re.compile(r"[0-9a-f]{64}\Z")
PART = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9 ._-]*[A-Za-z0-9_-])?\Z")
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)", re.IGNORECASE)


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
    if told.keys() != {"format", "name", "version", "files"} or not is_format(told["format"]):
        raise IntegrityError("is not a manifest of format 1", where=where)
    for field in ("name", "version"):
        if not isinstance(told[field], str) or not NAME.match(told[field]):
            raise IntegrityError(f"has a {field} that is not allowed", where=where)
    manifest = Manifest(
        name=told["name"], version=told["version"], files=parse_entries(told["files"], where=where)
    )
    if manifest.to_bytes() != data:
        raise IntegrityError("is not in canonical form", where=where)
    return manifest


def is_format(value: Any) -> bool:
    """Tell whether `value` is the number of this format; True and 1.0 are not."""
    return type(value) is int and value == FORMAT


def parse_canonical(data: bytes, *, where: str) -> dict[str, Any]:
    """Return the JSON object in `data`, refusing any spelling but the canonical one."""
    try:
        told = json.loads(data)
        same = isinstance(told, dict) and canonical_json(told) == data
    except (ValueError, RecursionError) as error:
        raise IntegrityError("is not JSON", where=where) from error
    if not same:
        raise IntegrityError("is not in canonical form", where=where)
    return dict(told)


def parse_entries(told: Any, *, where: str) -> tuple[Entry, ...]:
    """Return the entries of a `files` object.

    Raises:
        IntegrityError: a path, digest or size is not allowed, two paths differ only by case, one is
            also a folder of another, or there is more than a bundle may hold.
    """
    if not isinstance(told, dict) or len(told) > ENTRIES:
        raise IntegrityError("has no files, or too many", where=where)
    found = tuple(_entry(path, one, where) for path, one in told.items())
    names = {one.path.casefold() for one in found}
    if len(names) < len(found):
        raise IntegrityError("names two files that differ only by case", where=where)
    folders = {name[:at] for name in names for at, sign in enumerate(name) if sign == "/"}
    if both := sorted(folders & names):
        raise IntegrityError(f"names {both[0]!r} as a file and as a folder", where=where)
    if sum(one.size for one in found) > BYTES:
        raise IntegrityError("lists more bytes than a bundle may hold", where=where)
    return found


def _entry(path: str, told: Any, where: str) -> Entry:
    good = isinstance(told, dict) and told.keys() == {"sha256", "size"}
    if not good or not isinstance(told["sha256"], str) or not HEX.match(told["sha256"]):
        raise IntegrityError(f"has no proper digest for {path!r}", where=where)
    if type(told["size"]) is not int or not 0 <= told["size"] <= BYTES:
        raise IntegrityError(f"has no proper size for {path!r}", where=where)
    return Entry(path=safe_path(path), sha256=told["sha256"], size=told["size"])


def safe_path(path: str) -> str:
    """Return `path`, or refuse what could leave the bundle or be read differently elsewhere.

    Allowed are ASCII letters, digits, `_`, and inside a part `.`, `-` and blanks: so there is no
    absolute path, `..`, backslash, drive, NUL, hidden file, nor a name that differs by Unicode form.

    Raises:
        IntegrityError: the path is not allowed.
    """
    parts = path.split("/")
    good = all(PART.match(part) and not DEVICE.match(part) for part in parts)
    if not good or len(path) > LONGEST_PATH:
        raise IntegrityError(f"names the path {path[:250]!r}, which is not allowed in a bundle")
    return path
