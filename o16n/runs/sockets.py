"""A private folder for a kernel's sockets, with paths short enough for the operating system."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "o16n-kernel-"
LOCK = ".lock"
# macOS leaves 103 bytes for a socket's path; "/o16n-kernel-xxxxxxxx/k-ipc-5" comes behind the base.
LONGEST_BASE = 70
FRESH = 60.0


@contextlib.contextmanager
def socket_folder() -> Iterator[Path | None]:
    """Yield a new folder that only this user can enter; None where no place is short enough.

    Folders that a killed run left behind are removed on the way: nobody holds their lock.
    """
    folder = None
    for base in (tempfile.gettempdir(), os.environ.get("XDG_RUNTIME_DIR", ""), "/tmp"):  # noqa: S108 - the folder in it is new and private
        if base and len(os.fsencode(base)) <= LONGEST_BASE:
            with contextlib.suppress(OSError):
                _sweep(Path(base))
                folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
                break
    if folder is None:
        yield None
        return
    try:
        with (folder / LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(base: Path) -> None:
    """Remove folders of dead runs; a fresh one may be about to take its lock."""
    for one in base.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - one.stat().st_mtime > FRESH and _abandoned(one):
                shutil.rmtree(one, ignore_errors=True)


def _abandoned(folder: Path) -> bool:
    try:
        with (folder / LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
