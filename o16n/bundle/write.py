"""Write a bundle: staged in a hidden sibling, then renamed; nothing is overwritten."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from o16n.bundle.evidence import EVIDENCE, evidence_manifest
from o16n.bundle.manifest import MANIFEST, NAME, Manifest, entries, safe_path
from o16n.errors import BundleError, UsageError
from o16n.files import sha256, write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping

STAGED = ".o16n-staged"
ABANDONED = 24 * 3600.0  # seconds; no packaging takes a day


def stage(contents: Mapping[str, bytes], *, name: str, version: str, beside: Path) -> Path:
    """Write `contents` and their manifest to a new hidden directory beside `beside`; return it.

    What packagings that were killed left there, a day ago or earlier, is removed.

    Raises:
        UsageError: the version cannot stand in a manifest.
    """
    if not NAME.match(version):
        raise UsageError(
            f"version {version!r} is not allowed",
            where="o16n.toml",
            hint="use at most 100 letters, digits, blanks, dots, dashes or underscores",
        )
    manifest = Manifest(name=tidy(name), version=version, files=entries(dict(contents)))
    _sweep(beside.parent)
    directory = Path(tempfile.mkdtemp(dir=beside.parent, prefix=f".{beside.name}.", suffix=STAGED))
    directory.chmod(0o755)
    for path, data in {**contents, MANIFEST: manifest.to_bytes()}.items():
        place = directory / safe_path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, data)
    return directory


def _sweep(folder: Path) -> None:
    for one in folder.glob(f".*{STAGED}"):
        with contextlib.suppress(OSError):  # another packaging sweeps too
            if (
                one.is_dir()
                and not one.is_symlink()
                and one.stat().st_mtime < time.time() - ABANDONED
            ):
                shutil.rmtree(one)


def add_evidence(bundle: Path, contents: Mapping[str, bytes], *, date: str) -> None:
    """Add or renew files under evidence/, with a manifest that names the identity; `date` is UTC."""
    folder = bundle / EVIDENCE
    folder.mkdir(exist_ok=True)
    for path, data in contents.items():
        place = folder / safe_path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, data)
    identity = sha256((bundle / MANIFEST).read_bytes())
    held = {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in sorted(folder.rglob("*"))
        if one.is_file() and one != folder / MANIFEST
    }
    write_atomically(folder / MANIFEST, evidence_manifest(identity, entries(held), date=date))


def publish(staged: Path, target: Path) -> Path:
    """Rename `staged` to `target`, which must not exist.

    Raises:
        BundleError: something is there already.
    """
    if target.exists():
        raise BundleError(
            "something is there already, and nothing is overwritten", where=str(target)
        )
    return staged.rename(target)


def next_place(folder: Path, name: str) -> Path:
    """Return `folder`/`name`-n with the first n that no bundle, directory or zip, has."""
    folder.mkdir(parents=True, exist_ok=True)
    pattern = re.compile(re.escape(tidy(name)) + r"-(\d+)(\.zip)?\Z")
    taken = [int(found[1]) for one in folder.iterdir() if (found := pattern.match(one.name))]
    return folder / f"{tidy(name)}-{max(taken, default=0) + 1}"


def zip_bundle(directory: Path, target: Path) -> Path:
    """Write the same tree as a deterministic zip."""
    from o16n.bundle.archive import pack

    files = {
        one.relative_to(directory).as_posix(): one.read_bytes()
        for one in sorted(directory.rglob("*"))
        if one.is_file()
    }
    return write_atomically(target, pack(files))


def tidy(name: str) -> str:
    """Return `name` with only letters, digits, dot, dash and underscore, at most 80 of them."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")
    return plain[:80].rstrip("-._") or "model"
