"""Listen through `sys.setprofile` where `sys.monitoring` does not exist (Python 3.11): the same, dearer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from o16n.watching.reach import Reach, shows
from o16n.watching.roles import may_matter

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from o16n.watching.listening import Listener

HEARD_WITHIN = ("write", "write_format_data", "publish")
SHELL = "IPython.core.interactiveshell"
SILENT = frozenset({"save", "write", "open", "matrix"})  # calls that may rightly return None


class Profiling:
    """The profile function of the kernel's thread; another profiler's place is not taken."""

    name = "sys.setprofile"

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self._within: FrameType | None = None  # the open call: nothing in it is the notebook's
        self._hook = self._make_hook()
        self._decide = listener.guarded(Reach(listener.calls.names).quiet)
        self._asleep = self._audited = self._started = self.unseen = False

    def start(self) -> bool:
        """Begin; False where somebody profiles already."""
        if sys.getprofile() is not None:
            return False
        self._started, self._asleep = True, False
        sys.setprofile(self._hook)
        if not self._audited:
            sys.addaudithook(self._audit)  # cannot be removed: without a start it does nothing
            self._audited = True
        return True

    def on(self) -> bool:
        """Tell whether the profile function is still ours."""
        found = sys.getprofile()
        return found is self._hook or (self._asleep and found is None)

    def stop(self) -> None:
        """Remove every trace."""
        if sys.getprofile() is self._hook:
            sys.setprofile(None)
        self._started = self._asleep = False

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Sleep through a statement that can reach nothing: only `exec` tells where one begins."""
        if event != "exec" or not self._started or not self.listener.here():
            return
        frame = sys._getframe(1)  # noqa: SLF001 - who calls `exec`
        if frame.f_code.co_name != "run_code" or frame.f_globals.get("__name__") != SHELL:
            return
        if not self.on():
            return
        self._within = None
        self._asleep = bool(self._decide(arguments[0]))
        sys.setprofile(None if self._asleep else self._hook)
        self.unseen = self._asleep and shows(arguments[0])

    def _make_hook(self) -> Callable[[FrameType, str, Any], None]:  # noqa: C901 - one hot function
        """Return the function that every call and return goes through: what matters not leaves it at once."""
        from _pickle import dump, dumps

        calls, names = self.listener.calls, self.listener.calls.names
        boring: dict[str, set[str]] = {}  # names of functions that do not matter, with their files
        of = boring.get
        guarded = self.listener.guarded
        called, returned, pickled = (
            guarded(self._called),
            guarded(self._returned),
            guarded(self._pickled),
        )

        def hook(frame: FrameType, event: str, argument: Any) -> None:  # noqa: C901 - no call to spare
            if self._within is not None:
                if event == "return":
                    if frame is self._within:
                        self._within = None
                        returned(frame, argument)
                elif event == "call" and frame.f_code.co_name in HEARD_WITHIN:
                    called(frame)
            elif event == "c_call":
                if argument is dump or argument is dumps:
                    pickled(frame, argument)
            elif event == "call":
                code = frame.f_code
                files = of(code.co_name)
                if files is not None and code.co_filename in files:
                    return
                if may_matter(code) or frame.f_globals is names:
                    called(frame)
                    if calls.open is not None:
                        self._within = frame
                elif code.co_filename[:1] != "<":
                    boring.setdefault(code.co_name, set()).add(code.co_filename)
            elif event == "return" and frame.f_code.co_name == "wrapped":
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
