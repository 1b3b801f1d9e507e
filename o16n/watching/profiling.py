"""Listen through `sys.setprofile` where `sys.monitoring` does not exist (Python 3.11): the same, dearer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from o16n.watching.roles import may_matter

if TYPE_CHECKING:
    from types import FrameType

    from o16n.watching.listening import Listener

SILENT = frozenset({"save", "open"})  # calls that may rightly return None


class Profiling:
    """The profile function of the kernel's thread; another profiler's place is not taken."""

    name = "sys.setprofile"

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self._hook = listener.guarded(self._event)
        self._nothing: dict[int, Any] = {}  # code objects that do not matter, by identity

    def start(self) -> bool:
        """Begin; False where somebody profiles already."""
        if sys.getprofile() is not None:
            return False
        sys.setprofile(self._hook)
        return True

    def stop(self) -> None:
        """Remove every trace."""
        if sys.getprofile() is self._hook:
            sys.setprofile(None)

    def _event(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            code = frame.f_code
            if self._nothing.get(id(code)) is code:
                return
            listener = self.listener
            if not may_matter(code) and frame.f_globals is not listener.calls.names:
                self._nothing[id(code)] = code
                return
            role, _ = listener.role(code, frame)
            if role is not None and listener.here():
                listener.started(role, code, frame)
        elif event == "return":
            self._returned(frame, argument)
        elif event == "c_call" and getattr(argument, "__module__", None) == "_pickle":
            name = argument.__name__
            if name in ("dump", "dumps") and frame.f_globals is self.listener.calls.names:
                self.listener.pickled(name, frame, self.listener.pickled_argument(frame))

    def _returned(self, frame: FrameType, value: Any) -> None:
        calls = self.listener.calls
        if calls.open is not None:
            if frame is calls.open.frame:
                # None is also what a call that raised is said to return here.
                calls.finish(value, ok=value is not None or calls.open.role in SILENT)
        elif frame.f_code.co_name == "wrapped":
            known = self.listener.known.get(id(frame.f_code))
            if known is not None and known[1] == "wrapped" and self.listener.here():
                calls.wrapped(frame.f_locals.get("self"), value)
