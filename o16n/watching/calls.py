"""The outermost call that a cell makes: opened when its function starts, an event when it returns."""

from __future__ import annotations

import os
import time
import weakref
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from o16n.watching.kinds import attributes, is_model, is_plain, library_of
from o16n.watching.record import Event, Where

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

    from o16n.watching.cells import Cells
    from o16n.watching.roles import Role
    from o16n.watching.states import States
    from o16n.watching.values import Values

VARARGS, VARKEYWORDS = 4, 8  # code flags
PLACES = frozenset(
    {"filepath_or_buffer", "path", "io", "path_or_buf", "name", "file", "file_name", "filename", "fname",
     "f", "sql", "mode", "data_id", "source", "table_name", "con", "excel_writer", "sheet_name"}
)  # fmt: skip
SAVED_TO = frozenset({"filename", "file", "fname", "f", "path", "artifact_path"})
OUTPUTS = 20  # a longer tuple is data, not several answers
TEXT = 300
LITERAL = ("{", "[", "<")  # pandas 2 takes JSON and HTML itself where pandas 3 wants a path


@dataclass(frozen=True, kw_only=True)
class Open:
    """A call that has started: its arguments as they were before it could change them.

    It holds neither frame nor arguments: what a call that raises leaves behind must die when the
    notebook drops it.
    """

    role: Role
    name: str
    frame: int
    where: Where
    owner: Any
    tokens: dict[str, int]
    detail: dict[str, Any]
    start: float


@dataclass(kw_only=True)
class Calls:
    """The events so far and the one call that is open; a call inside it is none of the notebook's."""

    names: dict[str, Any]
    values: Values
    states: States
    cells: Cells
    events: list[Event] = field(default_factory=list)
    files: dict[str, tuple[int, int]] = field(default_factory=dict)  # cell, lines above its code
    best: dict[int, tuple[int, int]] = field(default_factory=dict)
    built: dict[int, dict[str, int]] = field(default_factory=dict)  # native matrices, of what
    open: Open | None = None
    _answer: tuple[Any, Any] = (None, None)  # weakly, the last owner and what it returned

    def entered(self, file: str) -> None:
        """Note that code of the running cell begins; a script that it runs has a file of its own."""
        if file.startswith("<") or "ipykernel_" in file:
            self.files[file] = (len(self.cells.runs), self.cells.shift(file))

    def started(self, role: Role, code: CodeType, frame: FrameType) -> None:
        """Open the call, unless one is open further out or no cell led here."""
        where = self.where(frame.f_back)
        if where is None:
            return
        if self.open is not None:  # no longer on the stack, so that it raised
            self.finish(None, ok=False)
        arguments = arguments_of(code, frame)
        owner = arguments.get("estimator") if role == "evaluate" else None
        if role in ("method", "save", "matrix") and code.co_argcount:
            first = arguments.get(code.co_varnames[0])
            owner = first if role == "matrix" or is_model(first) else None
            if role == "method" and owner is None:
                return
        self.begin(role, code.co_qualname, where, arguments, owner=owner, frame=frame)

    def begin(
        self,
        role: Role,
        name: str,
        where: Where,
        arguments: dict[str, Any],
        *,
        owner: Any = None,
        frame: FrameType | None = None,
    ) -> None:
        """Open a call with known arguments."""
        tokens = {}
        for key, value in arguments.items():
            token = self.values.token(value) if value is not owner else None
            if token is not None:
                tokens[key] = token
        if role in ("method", "train"):
            tokens = self._unwrapped(tokens, label=role == "train" or name.endswith(".fit"))
        self.open = Open(
            role=role,
            name=name,
            frame=id(frame),
            where=where,
            owner=_holding(owner),
            tokens=tokens,
            detail=self._detail(role, arguments, owner),
            start=time.perf_counter(),
        )

    def _unwrapped(self, tokens: dict[str, int], *, label: bool) -> dict[str, int]:
        """Put what a native matrix was built from in front of it, as X and, for a fit, y."""
        for token in tokens.values():
            built = self.built.get(token, {})
            if "data" in built:
                found = {"X": built["data"]}
                if label and "label" in built:
                    found["y"] = built["label"]
                rest = {("matrix" if k in found else k): t for k, t in tokens.items()}
                return {**found, **rest}
        return tokens

    def returned(self, frame: FrameType | None, value: Any) -> None:
        """Close the open call if it is `frame`'s."""
        if self.open is not None and id(frame) == self.open.frame:
            self.finish(value)

    def wrapped(self, owner: Any, value: Any) -> None:
        """Add what scikit-learn's `set_output` made of the last answer: a frame around the array."""
        last_owner, answer = (one() if one is not None else None for one in self._answer)
        if self.open is not None or owner is None or not self.events:
            return
        if owner is not last_owner or value is answer:
            return
        last, token = self.events[-1], self.values.token(value)
        if last.kind in ("use", "fit") and last.output and token is not None:
            self.events[-1] = replace(last, output=(*last.output, token))

    def finish(self, value: Any, *, ok: bool = True) -> None:
        """Write the event of the open call, which gave `value` or (not `ok`) raised."""
        call, self.open = self.open, None
        assert call is not None
        owner = call.owner()
        kind, thing, state = self._owner(call, owner, ok=ok)
        result = number(value)
        answers = _answers(call.role, owner, value) if result is None and ok else ()
        if call.role == "matrix":
            answers = (owner,) if ok else ()
        raw, token = kind == "read", self.values.token
        tokens = tuple(t for one in answers if (t := token(one, raw=raw)) is not None)
        if call.role == "train" and is_model(value):
            thing = self.values.thing(value)
            self.states.types.setdefault(thing, _type_of(value))
            state = self.states.count(thing)
        if call.role == "matrix":
            self.built |= dict.fromkeys(tokens, call.tokens)
        self._answer = (weakly(owner), weakly(value))
        self.events.append(
            Event(
                number=len(self.events) + 1,
                kind=kind,
                name=call.name,
                where=call.where,
                owner=thing,
                state=state,
                inputs=call.tokens,
                output=tokens,
                result=result,
                detail=call.detail,
                seconds=round(time.perf_counter() - call.start, 6),
                ok=ok,
            )
        )

    def where(self, frame: FrameType | None, *, own: bool = False) -> Where | None:
        """Return where in the notebook a call comes from; None inside an open call or outside a cell."""
        inner: tuple[int, int] | None = None
        while frame is not None:
            if not own and self.open is not None and id(frame) == self.open.frame:
                return None
            file = self.files.get(frame.f_code.co_filename)
            if file is not None and frame.f_globals is self.names:
                here = (file[0], (frame.f_lineno or 0) + file[1])
                inner = inner or here
                if frame.f_code.co_name == "<module>":
                    return Where(cell=inner[0], line=inner[1], in_cell=here[0], in_line=here[1])
            frame = frame.f_back
        return None

    def _owner(self, call: Open, owner: Any, *, ok: bool) -> tuple[Any, int | None, int | None]:
        """Return (kind, the owner's thing, its state after the call), remembering a fit."""
        if call.role == "train":
            return "fit", None, None
        if owner is None or call.role == "matrix":
            return call.role, None, None
        thing = self.values.thing(owner)
        self.states.types.setdefault(thing, _type_of(owner))
        kind: str = call.role
        method = call.name.rpartition(".")[2]
        if call.role == "method":
            fits = method.startswith(("fit", "partial"))
            kind = "fit" if fits else "score" if method == "score" else "use"
            if fits and ok:
                self._fitted(owner, thing, deep=method == "partial_fit")
        return kind, thing, self.states.fits.get(thing, 0)

    def _fitted(self, owner: Any, thing: int, *, deep: bool) -> None:
        state = self.states.remember(owner, thing, deep=deep)
        self.states.drop(self.events, self.values.living())
        inner = attributes(owner).get("best_estimator_")
        if inner is not None:
            self.best[self.values.thing(inner)] = state

    def _detail(self, role: Role, arguments: dict[str, Any], owner: Any) -> dict[str, Any]:
        if role in ("read", "write", "open"):
            shown = {k: _place(v) for k, v in arguments.items() if k in PLACES and v is not None}
            path, mode = arguments.get("self"), arguments.get("args0")
            if role == "open" and isinstance(path, os.PathLike):
                shown["file"] = _place(path)
            if role == "open" and isinstance(mode, str):
                shown["mode"] = mode
            return {k: v for k, v in shown.items() if v}
        if role != "save":
            return {}
        saved = [one for one in _flat(arguments, owner) if is_model(one)]
        things = [self.values.thing(one) for one in saved]
        to = [
            _place(value)
            for name, value in arguments.items()
            if name in SAVED_TO and isinstance(value, str | os.PathLike)
        ]
        return {
            "estimators": things,
            "states": [[one, self.states.fits.get(one, 0)] for one in things],
            "to": [one for one in to if one],
        }


def _answers(role: Role, owner: Any, value: Any) -> tuple[Any, ...]:
    several = type(value) in (tuple, list) and len(value) < OUTPUTS
    if several and role in ("split", "read", "method", "metric"):
        return tuple(one for one in value if one is not owner)
    return (value,) if value is not owner else ()


def _place(value: Any) -> str:
    """Return a place that was read or written as text, or the class of what it was read through."""
    if is_plain(value) or (isinstance(value, os.PathLike) and library_of(value) == "pathlib"):
        text = str(value)
        return "text" if text.startswith(LITERAL) else text[:TEXT]
    if library_of(value) == "sqlalchemy":
        return str(value)[:TEXT]  # hides the password
    return "" if hasattr(type(value), "read") else _type_of(value)


def _holding(value: Any) -> Callable[[], Any]:
    """Return a function that gives the object while it lives."""
    return weakly(value) or (lambda: value)


def arguments_of(code: CodeType, frame: FrameType) -> dict[str, Any]:
    """Return a starting function's arguments by name; those of `*arrays` one by one."""
    count = code.co_argcount + code.co_kwonlyargcount
    count += bool(code.co_flags & VARARGS) + bool(code.co_flags & VARKEYWORDS)
    local = frame.f_locals
    found = {name: local[name] for name in code.co_varnames[:count] if name in local}
    for name in ("arrays", "args"):
        several = found.get(name)
        if isinstance(several, tuple):
            found |= {f"{name}{place}": one for place, one in enumerate(several)}
            del found[name]
    if isinstance(found.get("kwargs"), dict) and "kwargs" in code.co_varnames[code.co_argcount :]:
        found |= found.pop("kwargs")
    return found


def number(value: Any) -> float | None:
    """Return a single number as float, None for anything else."""
    single = type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0
    if type(value) in (int, float, bool) or single:
        try:
            return float(value)
        except (TypeError, ValueError):
            return None
    return None


def weakly(value: Any) -> weakref.ref[Any] | None:
    """Return a weak reference, None where the object allows none: what the notebook drops must die."""
    try:
        return weakref.ref(value) if value is not None else None
    except TypeError:
        return None


def _flat(arguments: dict[str, Any], owner: Any) -> list[Any]:
    """Return what is saved: the arguments, and what a list, tuple or dict among them holds."""
    found = [*arguments.values(), *([owner] if owner is not None else [])]
    for value in list(arguments.values()):
        if isinstance(value, dict):
            found += list(dict.values(value))
        elif isinstance(value, list):
            found += list(list.__iter__(value))
        elif isinstance(value, tuple):
            found += list(tuple.__iter__(value))
    return list({id(one): one for one in found}.values())


def _type_of(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"
