"""Zips: stored, so that one tree has one spelling; any other spelling is refused."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from typing import TYPE_CHECKING

from o16n.bundle.manifest import BYTES, ENTRIES, safe_path
from o16n.errors import IntegrityError
from o16n.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

END = struct.Struct("<4s4H2LH")
LONGEST_ENTRY = 512


def pack(files: dict[str, bytes]) -> bytes:
    """Return a zip of `files`: sorted, stored, 1980 times, fixed mode, no extra fields.

    Nothing is deflated: deflated bytes depend on the zlib at hand, and model.skops is small already.
    """
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for path, data in sorted(files.items()):
            entry = zipfile.ZipInfo(safe_path(path), (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return held.getvalue()


def unpack(path: Path) -> dict[str, bytes]:
    """Return the files of the zip at `path`, which is read once and must be as `pack` writes it.

    Raises:
        IntegrityError: it is too large, holds links, duplicates, unsafe names or deflated entries,
            or has one byte that `pack` would not write (comments, extra fields, other headers).
    """
    data = read_regular(path, BYTES)
    if data is None or len(data) > BYTES:
        raise IntegrityError("is no file, or larger than a bundle may be", where=path.name)
    _end_of(data, path.name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse(archive.infolist(), path.name, len(data))
            files = {one.filename: archive.read(one) for one in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError) as error:
        raise IntegrityError(f"is not a zip that can be read: {error}", where=path.name) from error
    if pack(files) != data:
        raise IntegrityError(
            "is not the zip that o16n writes: something stands in it beside its files",
            where=path.name,
            hint="unpack it and name the directory, if you trust where it comes from",
        )
    return files


def _end_of(data: bytes, where: str) -> None:
    """Refuse, before anything is parsed, a directory that is larger than a bundle's may be."""
    try:
        mark, _, _, _, count, size, _, comment = END.unpack(data[-END.size :])
    except struct.error:
        mark, count, size, comment = b"", 0, 0, 0
    if mark != b"PK\x05\x06" or comment:
        raise IntegrityError(
            "is not a zip that ends where its directory ends", where=where, hint="is it a bundle?"
        )
    if count > ENTRIES or size > ENTRIES * LONGEST_ENTRY:
        raise IntegrityError(f"holds more than {ENTRIES:,} files", where=where)


def _refuse(infos: Iterable[zipfile.ZipInfo], where: str, size: int) -> None:
    seen: set[str] = set()
    total = 0
    for one in infos:
        name = safe_path(one.orig_filename)
        kind = stat.S_IFMT(one.external_attr >> 16)
        if kind and kind != stat.S_IFREG:
            raise IntegrityError(f"{name!r} is a link or device", where=where)
        if name.casefold() in seen:
            raise IntegrityError(f"{name!r} stands in it twice", where=where)
        if one.compress_type != zipfile.ZIP_STORED or one.file_size != one.compress_size:
            raise IntegrityError(
                f"{name!r} is compressed, and a bundle's zip stores its files", where=where
            )
        seen.add(name.casefold())
        total += one.file_size
    if total > size:
        raise IntegrityError("has entries that lie over each other", where=where)
