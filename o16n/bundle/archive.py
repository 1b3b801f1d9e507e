"""Zips: written deterministically; read with every trap refused before anything is inflated."""

from __future__ import annotations

import io
import stat
import zipfile
from typing import TYPE_CHECKING

from o16n.bundle.manifest import safe_path
from o16n.errors import IntegrityError

if TYPE_CHECKING:
    from pathlib import Path

ENTRIES = 10_000
BYTES = 4 * 2**30
RATIO = 2_000


def pack(files: dict[str, bytes]) -> bytes:
    """Return a zip of `files`: sorted, 1980 times, fixed mode, no extra fields."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path, data in sorted(files.items()):
            entry = zipfile.ZipInfo(safe_path(path), (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return held.getvalue()


def listing(path: Path) -> dict[str, zipfile.ZipInfo]:
    """Return the entries by name, having refused what could harm; nothing is inflated.

    Raises:
        IntegrityError: too many or too large entries, links, duplicates, unsafe names.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise IntegrityError(f"is not a zip that can be read: {error}", where=path.name) from error
    if len(infos) > ENTRIES or sum(one.file_size for one in infos) > BYTES:
        raise IntegrityError("holds more than a bundle may", where=path.name)
    found: dict[str, zipfile.ZipInfo] = {}
    for one in infos:
        name = safe_path(one.orig_filename)
        mode = one.external_attr >> 16
        if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
            raise IntegrityError(f"{name!r} is a link or device", where=path.name)
        if name.casefold() in {other.casefold() for other in found}:
            raise IntegrityError(f"{name!r} stands in it twice", where=path.name)
        if one.file_size > RATIO * max(one.compress_size, 1):
            raise IntegrityError(f"{name!r} is compressed beyond reason", where=path.name)
        found[name] = one
    return found


def contents(path: Path, name: str, size: int) -> bytes:
    """Return entry `name`, never inflating more than `size` bytes and one."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as file:
            return file.read(size + 1)
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise IntegrityError(f"{name!r} cannot be inflated: {error}", where=path.name) from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise IntegrityError(
                f"{name!r} cannot be inflated: {error}", where=path.name
            ) from error
        raise
