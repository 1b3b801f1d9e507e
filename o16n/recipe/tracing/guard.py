"""The trace repeats no write, no network request and no SQL statement: the interpreter itself refuses them."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import Any

REFUSED = (
    "socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn",
    "os.spawn", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod",
    "os.link", "os.symlink", "shutil.", "sqlite3.connect", "ftplib.", "smtplib.", "urllib.Request",
    "http.client.connect", "os.kill", "winreg.", "webbrowser.open",
)  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class SideEffectError(PermissionError):
    """The notebook would write, connect or start something; the text says what."""


class Guard:
    """Refuses side effects while it is `active`; what an audit hook refuses, nothing in Python can do."""

    def __init__(self) -> None:
        self.active = False
        self.refused: list[str] = []
        self._free = (tempfile.gettempdir(), "/dev/", "/proc/self")  # asked now: asking opens files
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.active:
            return
        if event == "open":
            self._open(args)
        elif event.startswith(REFUSED) and not self._own(args):
            self._refuse(f"{event}{args[:1] if args and isinstance(args[0], str) else ''}")

    def _open(self, args: tuple[Any, ...]) -> None:
        path, mode, flags = (*args, None, None, None)[:3]
        writing = isinstance(mode, str) and any(one in mode for one in "wax+")
        writing = writing or (mode is None and isinstance(flags, int) and bool(flags & WRITING))
        if writing and not self._own((path,)):
            self._refuse(f"write {path!r}")

    def _own(self, args: tuple[Any, ...]) -> bool:
        """Tell whether a path is where libraries keep what is theirs: temporary files, caches, devices."""
        path = args[0] if args else None
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if not isinstance(path, str | os.PathLike):
            return isinstance(path, int)
        text = str(os.fspath(path))
        return text.startswith(self._free) or "__pycache__" in text

    def _refuse(self, what: str) -> None:
        self.refused.append(what)
        raise SideEffectError(f"the notebook would {what} once more, which is refused")
