"""Open a bundle: every file held against the manifests, the verified bytes kept, nothing executed."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from o16n.bundle import archive
from o16n.bundle.evidence import EVIDENCE, parse_evidence
from o16n.bundle.manifest import MANIFEST, Entry, Manifest, parse, safe_path
from o16n.errors import BundleError, IntegrityError
from o16n.files import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable

APPROVAL = re.compile(r"approvals/[A-Za-z0-9._/-]+\Z")
LARGEST_MANIFEST = 16 * 2**20


class _Tree(Protocol):
    sizes: dict[str, int]

    def bytes_of(self, name: str, size: int) -> bytes: ...


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
        """Return the JSON document `name`."""
        return json.loads(self.read(name))


class _Directory:
    """A bundle's directory; links are refused before anything is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sizes: dict[str, int] = {}
        for folder, folders, files in os.walk(path):
            for one in (*folders, *files):
                place = Path(folder) / one
                name = safe_path(place.relative_to(path).as_posix())
                if place.is_symlink() or not (place.is_file() or place.is_dir()):
                    raise IntegrityError(f"{name!r} is a link or device", where=path.name)
                if place.is_file():
                    self.sizes[name] = place.stat().st_size

    def bytes_of(self, name: str, size: int) -> bytes:
        with (self.path / name).open("rb") as file:
            return file.read(size + 1)


class _Zip:
    """A bundle's zip."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sizes = {name: info.file_size for name, info in archive.listing(path).items()}

    def bytes_of(self, name: str, size: int) -> bytes:
        return archive.contents(self.path, name, size)


def open_bundle(path: Path) -> Bundle:
    """Verify the bundle at `path` (directory or zip) and return it with its bytes.

    Raises:
        BundleError: there is no bundle.
        IntegrityError: a file is missing, extra, changed, a link, or larger than its manifest says.
    """
    path = Path(path)
    if path.is_symlink() or not path.exists():
        raise BundleError(
            "no bundle is there",
            where=str(path),
            hint="name a directory or .zip that `o16n package` wrote",
        )
    tree: _Tree = _Directory(path) if path.is_dir() else _Zip(path)
    manifest = parse(_manifest_bytes(tree, MANIFEST, path))
    date, listed = None, {one.path: one for one in manifest.files}
    for name in listed:
        if name.startswith(("evidence/", "approvals/")) or name == MANIFEST:
            raise IntegrityError(f"lists {name!r}, which it may not", where=MANIFEST)
    files = {MANIFEST: manifest.to_bytes()}
    place = f"{EVIDENCE}/{MANIFEST}"
    if any(name.startswith(f"{EVIDENCE}/") for name in tree.sizes):
        files[place] = _manifest_bytes(tree, place, path)
        held, date = parse_evidence(files[place], identity=manifest.identity)
        listed |= {f"{EVIDENCE}/{one.path}": one for one in held}
    _same_names(tree.sizes, [*listed, *files], path)
    for name, entry in listed.items():
        files[name] = _verified(tree, name, entry)
    for name in tree.sizes.keys() - files.keys():
        files[name] = tree.bytes_of(name, tree.sizes[name])
    return Bundle(path=path, manifest=manifest, evidence_date=date, _files=files)


def _manifest_bytes(tree: _Tree, name: str, path: Path) -> bytes:
    if name not in tree.sizes:
        raise IntegrityError(f"has no {name}", where=str(path), hint="is it a bundle?")
    if tree.sizes[name] > LARGEST_MANIFEST:
        raise IntegrityError("is larger than a manifest may be", where=name)
    return tree.bytes_of(name, tree.sizes[name])


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
    data = tree.bytes_of(name, entry.size)
    if sha256(data) != entry.sha256:
        raise IntegrityError(
            f"was changed: sha256 {sha256(data)[:16]}…, the manifest says {entry.sha256[:16]}…",
            where=name,
        )
    return data
