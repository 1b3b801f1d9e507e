"""What both mechanisms tell the watcher, and how they keep its faults from the notebook."""

from __future__ import annotations

import ast
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from o16n.watching.kinds import attributes, is_plain
from o16n.watching.roles import DIRECT, METHODS, Role, role_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

    from o16n.watching.calls import Calls

PICKLE = ("dump", "dumps")
Known = tuple[
    "CodeType", "Role | None", bool
]  # a code object, its role, and whether it is the notebook's own


@dataclass(kw_only=True)
class Listener:
    """Gives code objects their roles, by identity: equal code of two cells is two code objects."""

    calls: Calls
    thread: int = field(default_factory=threading.get_ident)
    errors: list[str] = field(default_factory=list)
    known: dict[int, Known] = field(default_factory=dict)
    paused: bool = False  # while a cell does o16n's work and not its own

    def role(self, code: CodeType, frame: FrameType) -> tuple[Role | None, bool]:
        """Return (role, whether the code is the notebook's own); a cell's module tells its file."""
        found = self.known.get(id(code))
        if found is not None and found[0] is code:
            return found[1], found[2]
        own = frame.f_globals is self.calls.names
        role = role_of(code) if not own or code.co_name in METHODS else None
        if own and code.co_name == "<module>":
            self.calls.entered(code.co_filename)
        self.known[id(code)] = (code, role, own)
        return role, own

    def here(self) -> bool:
        """Tell whether a cell runs now, in this thread."""
        at_work = self.calls.cells.running is not None and not self.paused
        return at_work and threading.get_ident() == self.thread

    def started(self, role: Role, code: CodeType, frame: FrameType) -> None:
        """A function that plays a role starts."""
        if role == "printed":
            self.calls.cells.print(str(frame.f_locals.get("string", "")))
        elif role == "shown":
            local = frame.f_locals
            data = local.get("format_dict") or local.get("data") or {}
            self.calls.cells.print(str(data.get("text/plain", "")) + "\n")
        elif role in DIRECT and (
            frame.f_back is None or frame.f_back.f_globals is not self.calls.names
        ):
            return
        elif role != "wrapped":
            self.calls.started(role, code, frame)

    def pickled(self, name: str, frame: FrameType, value: Any) -> None:
        """The notebook calls C's pickle, whose frames nobody sees; `value` is what it saves."""
        where = self.calls.where(frame, own=True)
        if where is not None and self.calls.open is None:
            self.calls.begin("save", f"pickle.{name}", where, {"obj": value})
            self.calls.finish(None)

    def pickled_argument(self, frame: FrameType) -> Any:
        """Return what the `dump` on the running line is given, read from the cell's text."""
        order, above = self.calls.files.get(frame.f_code.co_filename, (0, 0))
        runs = self.calls.cells.runs
        if not 0 < order <= len(runs):
            return None
        names = {**frame.f_globals, **frame.f_locals}
        return dumped(runs[order - 1].source, (frame.f_lineno or 0) + above, names)

    def guarded(self, hook: Callable[..., Any]) -> Callable[..., Any]:
        """Return `hook` with its errors noted: in a callback they would surface in the notebook."""

        def quiet(*arguments: Any) -> Any:
            try:
                return hook(*arguments)
            except Exception as error:  # noqa: BLE001 - noted; the notebook must never notice
                self.errors.append(_told(error))
                return None

        return quiet


def _told(error: Exception) -> str:
    """Return an error of ours by its class and line; its text may hold what the notebook's data hold."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    file = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2] if trace else ""
    return f"{type(error).__name__} in {file} line {trace.tb_lineno if trace else 0}"


def dumped(source: str, line: int, names: dict[str, Any]) -> Any:
    """Return the value of the first argument, or `obj=`, of the `dump` call on `line` of `source`."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.lineno <= line <= (node.end_lineno or line):
            continue
        called = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        if called in PICKLE:
            given = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "obj")]
            return _looked_up(given[0], names) if given else None
    return None


def _looked_up(node: ast.expr, names: dict[str, Any]) -> Any:
    """Return the value of a name, an attribute of one, a subscript by a constant, or a dict or list of such."""
    match node:
        case ast.Name(id=name):
            found = names.get(name)
        case ast.Attribute(value=inner, attr=name):
            found = attributes(_looked_up(inner, names)).get(name)
        case ast.Dict(values=inside) | ast.List(elts=inside) | ast.Tuple(elts=inside):
            found = [_looked_up(one, names) for one in inside]
        case ast.Subscript(value=inner, slice=ast.Constant(value=key)):
            found = _item(_looked_up(inner, names), key)
        case ast.Subscript(value=inner, slice=ast.Name(id=name)):
            found = _item(_looked_up(inner, names), names.get(name))
        case _:
            found = None
    return found


def _item(value: Any, key: Any) -> Any:
    if type(value) not in (dict, list, tuple) or not is_plain(key):
        return None
    try:
        return value[key]
    except (KeyError, IndexError, TypeError):
        return None
