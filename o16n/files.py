"""Whole files or none: written to a temporary sibling, then renamed; and canonical JSON."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any


def write_atomically(path: Path, content: bytes | str, *, mode: int = 0o644) -> Path:
    """Write `content` (text as UTF-8) to `path` so that a reader sees all of it or what was there.

    Raises:
        OSError: the directory cannot be written; nothing is left behind.
    """
    data = content.encode() if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    return path


def read_regular(path: Path, most: int) -> bytes | None:
    """Return at most `most` bytes and one of the file at `path`, None where it is no regular file.

    A link is not followed, and a FIFO or device does not keep the reader waiting.

    Raises:
        OSError: there is no such file, or it cannot be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        return file.read(most + 1) if stat.S_ISREG(os.fstat(handle).st_mode) else None


def canonical_json(value: Any) -> bytes:
    """Return `value` as JSON bytes that are equal for equal values: sorted keys, no NaN, newline."""
    text = json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def sha256(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
