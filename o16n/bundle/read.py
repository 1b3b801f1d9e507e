"""Open a bundle: every file held against the manifests, the verified bytes kept, nothing executed."""

from __future__ import annotations

import json
import math
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from o16n.bundle import archive
from o16n.bundle.evidence import EVIDENCE, parse_evidence
from o16n.bundle.manifest import ENTRIES, MANIFEST, Entry, Manifest, parse, safe_path
from o16n.errors import BundleError, IntegrityError
from o16n.files import read_regular, sha256

if TYPE_CHECKING:
    from collections.abc import Iterable

APPROVAL = re.compile(r"approvals/[A-Za-z0-9._/-]+\Z")
LARGEST_MANIFEST = 16 * 2**20
LARGEST_APPROVAL = 2**20


class _Tree(Protocol):
    sizes: dict[str, int]

    def bytes_of(self, name: str) -> bytes: ...


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A verified bundle; `read` gives the bytes that were verified."""

    path: Path
    manifest: Manifest
    evidence_date: str | None
    _files: dict[str, bytes] = field(repr=False)

    @property
    def identity(self) -> str:
        """The digest of manifest.json."""
        return self.manifest.identity

    def names(self) -> tuple[str, ...]:
        """Return the path of every file, sorted."""
        return tuple(sorted(self._files))

    def has(self, name: str) -> bool:
        """Tell whether the bundle holds `name`."""
        return name in self._files

    def read(self, name: str) -> bytes:
        """Return the verified bytes of `name`.

        Raises:
            BundleError: there is no such file.
        """
        if name not in self._files:
            raise BundleError(f"holds no {name}", where=str(self.path))
        return self._files[name]

    def json(self, name: str) -> Any:
        """Return the JSON document `name`.

        Raises:
            BundleError: there is no such file, or it is not JSON with finite numbers and one value
                per key.
        """
        return parse_json(self.read(name), where=name)


class _Directory:
    """A bundle's directory; links are refused before anything is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sizes: dict[str, int] = {}
        for folder, folders, files in os.walk(path, onerror=_unreadable):
            for one in (*folders, *files):
                self._take(Path(folder) / one)
            if not folders and not files and Path(folder) != path:
                name = Path(folder).relative_to(path).as_posix()
                raise IntegrityError(f"holds an empty folder {name!r}", where=path.name)

    def _take(self, place: Path) -> None:
        name = safe_path(place.relative_to(self.path).as_posix())
        kind = place.lstat()
        if not stat.S_ISREG(kind.st_mode) and not stat.S_ISDIR(kind.st_mode):
            raise IntegrityError(f"{name!r} is a link or device", where=self.path.name)
        if stat.S_ISREG(kind.st_mode):
            self.sizes[name] = kind.st_size
        if len(self.sizes) > ENTRIES:
            raise IntegrityError(f"holds more than {ENTRIES:,} files", where=self.path.name)

    def bytes_of(self, name: str) -> bytes:
        try:
            data = read_regular(self.path / name, self.sizes[name])
        except OSError as error:
            raise IntegrityError(f"cannot be read: {error.strerror}", where=name) from error
        if data is None or len(data) != self.sizes[name]:
            raise IntegrityError("changed while it was read", where=name)
        return data


class _Zip:
    """A bundle's zip, read once."""

    def __init__(self, path: Path) -> None:
        self._files = archive.unpack(path)
        self.sizes = {name: len(data) for name, data in self._files.items()}

    def bytes_of(self, name: str) -> bytes:
        return self._files[name]


def open_bundle(path: Path) -> Bundle:
    """Verify the bundle at `path` (directory or zip) and return it with its bytes.

    Raises:
        BundleError: there is no bundle.
        IntegrityError: a file is missing, extra, changed, a link, or larger than its manifest says.
    """
    path = Path(path)
    place = path.resolve()  # a link *to* a bundle is the caller's own; inside it none is followed
    if not place.is_dir() and not place.is_file():
        raise BundleError(
            "no bundle is there",
            where=str(path),
            hint="name a directory or .zip that `o16n package` wrote",
        )
    tree: _Tree = _Directory(place) if place.is_dir() else _Zip(place)
    manifest = parse(_bytes_of(tree, MANIFEST, LARGEST_MANIFEST, path))
    date, listed = None, {one.path: one for one in manifest.files}
    for name in listed:
        if name.casefold().startswith(("evidence/", "approvals/")) or name.casefold() == MANIFEST:
            raise IntegrityError(f"lists {name!r}, which it may not", where=MANIFEST)
    files = {MANIFEST: manifest.to_bytes()}
    dated = f"{EVIDENCE}/{MANIFEST}"
    if any(name.startswith(f"{EVIDENCE}/") for name in tree.sizes):
        files[dated] = _bytes_of(tree, dated, LARGEST_MANIFEST, path)
        held, date = parse_evidence(files[dated], identity=manifest.identity)
        listed |= {f"{EVIDENCE}/{one.path}": one for one in held}
    _same_names(tree.sizes, [*listed, *files], path)
    for name, entry in listed.items():
        files[name] = _verified(tree, name, entry)
    for name in tree.sizes.keys() - files.keys():
        files[name] = _bytes_of(tree, name, LARGEST_APPROVAL, path)
    return Bundle(path=path, manifest=manifest, evidence_date=date, _files=files)


def parse_json(data: bytes, *, where: str) -> Any:
    """Return the JSON document in `data`.

    Raises:
        BundleError: it is not JSON, names a key twice, or holds a number that is not finite.
    """
    try:
        return json.loads(
            data, object_pairs_hook=_once, parse_constant=_not_finite, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise BundleError(f"is not JSON: {error}", where=where) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands in one object twice")
    return found


def _not_finite(word: str) -> float:
    raise ValueError(f"{word[:40]} is not a finite number")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _not_finite(digits)


def _unreadable(error: OSError) -> None:
    where = Path(error.filename).name
    raise IntegrityError(f"cannot be read: {error.strerror}", where=where) from error


def _bytes_of(tree: _Tree, name: str, most: int, path: Path) -> bytes:
    if name not in tree.sizes:
        raise IntegrityError(f"has no {name}", where=str(path), hint="is it a bundle?")
    if tree.sizes[name] > most:
        raise IntegrityError(f"is larger than the {most:,} bytes it may have", where=name)
    return tree.bytes_of(name)


def _same_names(found: dict[str, int], listed: Iterable[str], path: Path) -> None:
    known = set(listed)
    missing = sorted(known - found.keys())
    extra = sorted(name for name in found.keys() - known if not APPROVAL.match(name))
    if missing or extra:
        said = [f"missing: {', '.join(missing)}"] if missing else []
        said += [f"not in the manifest: {', '.join(extra)}"] if extra else []
        raise IntegrityError("; ".join(said), where=path.name)


def _verified(tree: _Tree, name: str, entry: Entry) -> bytes:
    if tree.sizes[name] != entry.size:
        raise IntegrityError(
            f"has {tree.sizes[name]} bytes, the manifest says {entry.size}", where=name
        )
    data = tree.bytes_of(name)
    if sha256(data) != entry.sha256:
        raise IntegrityError(
            f"was changed: sha256 {sha256(data)[:16]}…, the manifest says {entry.sha256[:16]}…",
            where=name,
        )
    return data
