"""Listen through `sys.setprofile` where `sys.monitoring` does not exist (Python 3.11): the same, dearer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from o16n.watching.roles import may_matter

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

    from o16n.watching.listening import Listener

SILENT = frozenset({"save", "write", "open", "matrix"})  # calls that may rightly return None


class Profiling:
    """The profile function of the kernel's thread; another profiler's place is not taken."""

    name = "sys.setprofile"

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self._hook = self._make_hook()

    def start(self) -> bool:
        """Begin; False where somebody profiles already."""
        if sys.getprofile() is not None:
            return False
        sys.setprofile(self._hook)
        return True

    def on(self) -> bool:
        """Tell whether the profile function is still ours."""
        return sys.getprofile() is self._hook

    def stop(self) -> None:
        """Remove every trace."""
        if self.on():
            sys.setprofile(None)

    def _make_hook(self) -> Callable[[FrameType, str, Any], None]:  # noqa: C901 - one hot function
        """Return the function that every call and return goes through: what matters not leaves it at once."""
        from _pickle import dump, dumps

        calls, names = self.listener.calls, self.listener.calls.names
        nothing: dict[int, CodeType] = {}  # code objects that do not matter, by identity
        known = nothing.get
        guarded = self.listener.guarded
        called, returned = guarded(self._called), guarded(self._returned)
        pickled = guarded(self._pickled)

        def hook(frame: FrameType, event: str, argument: Any) -> None:  # noqa: C901 - no call to spare
            if event == "c_call":
                if argument is dump or argument is dumps:
                    pickled(frame, argument)
            elif event == "call":
                code = frame.f_code
                if known(id(code)) is code:
                    return
                if may_matter(code) or frame.f_globals is names:
                    called(frame)
                else:
                    nothing[id(code)] = code
            elif event == "return":
                if calls.open is not None:
                    if id(frame) == calls.open.frame:
                        returned(frame, argument)
                elif frame.f_code.co_name == "wrapped":
                    returned(frame, argument)

        return hook

    def _called(self, frame: FrameType) -> None:
        role, _ = self.listener.role(frame.f_code, frame)
        if role is not None and self.listener.here():
            self.listener.started(role, frame.f_code, frame)

    def _pickled(self, frame: FrameType, function: Any) -> None:
        if frame.f_globals is self.listener.calls.names and self.listener.here():
            argument = self.listener.pickled_argument(frame)
            self.listener.pickled(function.__name__, frame, argument)

    def _returned(self, frame: FrameType, value: Any) -> None:
        calls = self.listener.calls
        if calls.open is not None:
            # None is also what a call that raised is said to return here.
            calls.finish(value, ok=value is not None or calls.open.role in SILENT)
            return
        known = self.listener.known.get(id(frame.f_code))
        if known is not None and known[1] == "wrapped" and self.listener.here():
            calls.wrapped(frame.f_locals.get("self"), value)
