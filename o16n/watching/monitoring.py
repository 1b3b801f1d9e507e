"""Listen through `sys.monitoring` (PEP 669, Python 3.12 on): what does not matter costs one callback."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from o16n.watching.roles import may_matter

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from o16n.watching.listening import Listener

NAME = "o16n"
TOOLS = (4, 3)  # 0 is a debugger's, 1 coverage's, 2 a profiler's, 5 an optimizer's


class Monitoring:
    """One tool of `sys.monitoring`; the kernel's functions, objects and modules stay as they are."""

    name = "sys.monitoring"
    unseen = False

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.api: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        self.events: Any = self.api.events
        self.tool: int | None = None
        self.local: list[CodeType] = []
        self._guarded: Callable[[CodeType, Any], Any] = self._started

    def start(self) -> bool:
        """Begin; False where every tool number that may be ours is taken."""
        self.tool = next((one for one in TOOLS if self.api.get_tool(one) is None), None)
        if self.tool is None:
            return False
        self.api.use_tool_id(self.tool, NAME)
        self.listener.known.clear()  # places are listened to by tool
        self.local.clear()
        guarded = self.listener.guarded
        self._guarded = guarded(self._started)
        self.api.register_callback(self.tool, self.events.PY_START, self._py_start)
        self.api.register_callback(self.tool, self.events.PY_RETURN, guarded(self._py_return))
        self.api.register_callback(self.tool, self.events.CALL, guarded(self._call))
        self.api.set_events(self.tool, self.events.PY_START)
        self.api.restart_events()  # a tool before us may have left places disabled
        return True

    def on(self) -> bool:
        """Tell whether the tool number is still ours."""
        return self.tool is not None and self.api.get_tool(self.tool) == NAME

    def stop(self) -> None:
        """Remove every trace."""
        if not self.on():
            return
        self.api.set_events(self.tool, 0)
        for code in self.local:
            self.api.set_local_events(self.tool, code, 0)
        self.api.free_tool_id(self.tool)

    def _py_start(self, code: CodeType, _offset: int) -> Any:
        frame = sys._getframe(1)  # noqa: SLF001 - a callback is given no frame
        listener = self.listener
        if not may_matter(code) and frame.f_globals is not listener.calls.names:
            return self.api.DISABLE
        return self._guarded(code, frame)

    def _started(self, code: CodeType, frame: Any) -> Any:
        first = id(code) not in self.listener.known
        role, own = self.listener.role(code, frame)
        if first or self.listener.known[id(code)][0] is not code:
            self._listen(code, role, own=own)
        if role is None:
            return self.api.DISABLE
        if self.listener.here():
            self.listener.started(role, code, frame)
        return None

    def _listen(self, code: CodeType, role: str | None, *, own: bool) -> None:
        wanted = 0
        if own:
            wanted |= self.events.CALL
        if role is not None:
            wanted |= self.events.PY_START
        if role is not None and role not in ("printed", "shown"):
            wanted |= self.events.PY_RETURN
        if wanted:
            self.api.set_local_events(self.tool, code, wanted)
            self.local.append(code)

    def _py_return(self, code: CodeType, _offset: int, value: Any) -> None:
        frame = sys._getframe(2)  # noqa: SLF001
        calls = self.listener.calls
        if calls.open is not None:
            calls.returned(frame, value)
        elif (
            self.listener.known.get(id(code), (None, None))[1] == "wrapped" and self.listener.here()
        ):
            calls.wrapped(frame.f_locals.get("self"), value)

    def _call(self, _code: CodeType, _offset: int, called: Any, argument: Any) -> Any:
        name = getattr(called, "__name__", "")
        if getattr(called, "__module__", None) != "_pickle" or name not in ("dump", "dumps"):
            return self.api.DISABLE
        if self.listener.here():
            frame = sys._getframe(2)  # noqa: SLF001
            if argument is self.api.MISSING:
                argument = self.listener.pickled_argument(frame)
            self.listener.pickled(name, frame, argument)
        return None
