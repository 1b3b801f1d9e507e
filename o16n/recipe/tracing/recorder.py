"""Write down the operations of a run: what is row-aligned becomes a step, all else is frozen at its use."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from o16n.recipe.aligned import index_of, keep, length
from o16n.recipe.program import Operation, Ref, Shape
from o16n.recipe.tracing import rows as alignment
from o16n.recipe.tracing.freezing import Freezer
from o16n.recipe.tracing.kinds import CHOOSERS, FILTERS, axis_of, is_lazy, kind_of
from o16n.recipe.tracing.rule import rule_for
from o16n.recipe.tracing.tracked import Call, Form, Known, ModelUse, Note
from o16n.watching.kinds import copies_on_write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np

    from o16n.recipe.program import Role, Site
    from o16n.recipe.tracing.instrument import Texts
    from o16n.recipe.tracing.tracked import Aligned, Tracked


COLUMN = ("getitem", "attribute")


class Recorder:
    """The program of one run, as it grows.

    `snapshots` keeps each result with the identities of its rows, by operation number; `depth` is
    above zero while library code runs, which is opaque.
    """

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.known = Known()
        self.freezer = Freezer(self.known)
        self.program: list[Operation] = []
        self.snapshots: dict[int, tuple[Any, np.ndarray[Any, Any]]] = {}
        self.uses: list[ModelUse] = []
        self.sources: list[tuple[str, Any]] = []
        self.notes: list[Note] = []
        self.columns: dict[int, tuple[Tracked, Any]] = {}  # series by register: frame and column
        self.given: tuple[str, ...] = ()  # columns that the caller gives, since they need history
        self.depth = 0

    @contextlib.contextmanager
    def opaque(self) -> Iterator[None]:
        """Run library code, whose own calls are no operations."""
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    def note(self, site: Site, text: str) -> None:
        """Note something that a person should know of, once."""
        one = Note(site=site, text=text)
        if one not in self.notes:
            self.notes.append(one)

    def append(
        self, form: Form, site: Site, *, made: tuple[Any, Any] | None = None, **more: Any
    ) -> Operation:
        """Add an operation; `made` is its result, to be compared later, with its rows."""
        value = made[0] if made is not None else None
        operation = Operation(
            number=len(self.program),
            function=form.function,
            arguments=form.arguments,
            options=dict(form.options),
            shape=shape_of(value),
            site=site,
            **more,
        )
        self.program.append(operation)
        if made is not None:
            self.snapshots[operation.number] = (keep(value), made[1])
        return operation

    def make(
        self, value: Any, rows: Any, form: Form, site: Site, *, role: Role, follows: int
    ) -> Tracked:
        """Track a new value and add the operation that makes it."""
        entry = self.known.track(value, rows)
        self.append(
            form, site, made=(value, rows), makes=entry.register, role=role, follows=follows
        )
        return entry

    def operate(  # noqa: PLR0913 - an operation's parts
        self,
        site: int,
        called: str,
        written: str,
        live: Callable[..., Any],
        args: tuple[Any, ...],
        options: dict[str, Any],
        *,
        changes: Any = None,
    ) -> Any:
        """Run one operation; add it to the program where its effect is row-aligned."""
        given = (*args, *options.values())
        tracked = [] if self.depth else [one for value in given for one in self.known.inside(value)]
        if not tracked:
            return live(*args, **options)
        call = Call(
            site=self.texts.sites[site],
            called=called,
            written=written,
            live=live,
            args=args,
            options=options,
            tracked=tuple(tracked),
        )
        form = Form(
            function=written,
            arguments=tuple(self.freezer.template(one) for one in args),
            options={key: self.freezer.template(one) for key, one in options.items()},
        )
        if changes is not None:
            return self._changing(call, form, changes)
        return self._making(call, form)

    def _run(self, call: Call) -> Any:
        with self.opaque():
            return call.live(*call.args, **call.options)

    def _chosen(self, call: Call, value: Any) -> np.ndarray[Any, Any] | None:
        if call.called not in FILTERS | CHOOSERS:
            return None
        with self.opaque():
            return alignment.positions(call, value)

    # -- a new value

    def _making(self, call: Call, form: Form) -> Any:
        first = call.tracked[0]
        chosen = self._chosen(call, first.value) if call.owner is first.value else None
        before = length(first.value)
        result = self._run(call)
        if self.known.find(result) is not None:
            return result
        if is_lazy(result):
            entry = self.known.track(result, first.rows)
            self.append(form, call.site, makes=entry.register, role="lazy", follows=first.register)
            return result
        parts = isinstance(result, tuple) and any(
            length(one) in (before, len(first.rows)) for one in result if length(one) is not None
        )
        if parts:
            self._members(call, form, result)
            return result
        aligned = alignment.align(call, self.known, result, chosen)
        if aligned is not None:
            self._aligned(call, form, result, aligned)
        return result

    def _aligned(self, call: Call, form: Form, result: Any, aligned: Aligned) -> None:
        ruled = rule_for(call, form, result, self) if aligned.form is None else None
        entry = self.known.track(result, aligned.rows, by_order=aligned.by_order)
        if call.called in COLUMN and kind_of(call.owner) == "frame" and kind_of(result) == "series":
            self.columns[entry.register] = (call.tracked[0], call.key)
        self.append(
            aligned.form or ruled or form,
            call.site,
            made=(result, aligned.rows),
            makes=entry.register,
            role=aligned.role,
            follows=aligned.follows,
        )

    def _members(self, call: Call, form: Form, result: tuple[Any, ...]) -> None:
        """Add a tuple with row-aligned members: one operation for the tuple, one for each member."""
        first = call.tracked[0]
        ruled = rule_for(call, form, result, self)
        whole = self.known.fresh()
        self.append(ruled or form, call.site, makes=whole, role="lazy", follows=first.register)
        for place, part in enumerate(result):
            match = next((one for one in call.tracked if length(part) == len(one.rows)), None)
            if match is None or (call.called == "factorize" and place) or self.known.find(part):
                continue
            nth = Form(function="nth", arguments=(Ref(whole), place))
            self.make(part, match.rows, nth, call.site, role="rows", follows=match.register)

    # -- a value changed in place

    def _changing(self, call: Call, form: Form, changes: Any) -> Any:
        entry = self.known.find(changes)
        assert entry is not None
        before, labels = keep(changes), index_of(changes)
        chosen = self._chosen(call, before) if labels is not None else None
        result = self._run(call)
        found = self._rows_after(call, entry, chosen)
        if found is None:
            self.known.forget(changes)
            self.note(call.site, "the rows are lost here")
            return result
        rows, role = found
        entry.rows = rows
        replay = Form(function="same", arguments=(Ref(entry.register),)) if role == "pass" else form
        self.append(
            replay,
            call.site,
            made=(changes, rows),
            changes=entry.register,
            role=role,
            follows=entry.register,
        )
        self._written_through(call.site, entry)
        return result

    def _written_through(self, site: Site, column: Tracked) -> None:
        """Add the change of a frame whose column was changed in place, as pandas before 3 does it."""
        frame, name = self.columns.get(column.register, (None, None))
        if frame is None or not _shares(frame.value, name, column.value):
            return
        self.append(
            Form(function="setitem", arguments=(Ref(frame.register), name, Ref(column.register))),
            site,
            made=(frame.value, frame.rows),
            changes=frame.register,
            role="rows",
            follows=frame.register,
        )

    def _rows_after(
        self, call: Call, entry: Tracked, chosen: np.ndarray[Any, Any] | None
    ) -> tuple[Any, Role] | None:
        """Return the rows of an object after a change in place, and the operation's role."""
        if chosen is not None and len(chosen) == length(entry.value):
            rows = entry.rows[chosen]
            if len(rows) == len(entry.rows) and bool((rows == entry.rows).all()):
                along = axis_of(call.called, call.given, call.options)
                return rows, "filter" if call.called == "dropna" and along == 0 else "rows"
            return rows, "pass" if alignment.chosen_by_nothing_new(call, self.known) else "filter"
        return (entry.rows, "rows") if length(entry.value) == len(entry.rows) else None

    # -- models

    def use(self, site: int, model: Any, method: str, matrix: Any) -> ModelUse | None:
        """Note that a matrix was given to a predictor, where it is row-aligned."""
        entry = self.known.find(matrix)
        if entry is None or is_lazy(matrix) or kind_of(matrix) == "":
            return None
        one = ModelUse(
            model=model,
            kind=type(model).__name__,
            method=method,
            register=entry.register,
            time=len(self.program),
            site=self.texts.sites[site],
            rows=entry.rows,
            snapshot=keep(matrix),
        )
        self.uses.append(one)
        return one


def _shares(frame: Any, name: Any, column: Any) -> bool:
    """Tell whether a series is a frame's own column, so that a change of it is one of the frame."""
    return not copies_on_write() and name in frame.columns and frame[name] is column


def shape_of(value: Any) -> Shape | None:
    """Return what a replayed result must look like, None for what is not conformed."""
    kind = kind_of(value)
    if kind == "frame":
        return Shape(kind="frame", columns=tuple(value.columns), dtypes=tuple(value.dtypes))
    if kind in ("series", "array"):
        return Shape(kind=kind, dtypes=(value.dtype,))  # type: ignore[arg-type]
    return None


def call_method(owner: Any, name: str, /, *args: Any, **options: Any) -> Any:
    """Call a method by name."""
    return getattr(owner, name)(*args, **options)


def via_indexer(which: str, owner: Any, key: Any) -> Any:
    """Subscript `loc`, `iloc`, `at` or `iat`."""
    return getattr(owner, which)[key]


def store_via_indexer(which: str, owner: Any, key: Any, value: Any) -> None:
    """Store through `loc`, `iloc`, `at` or `iat`."""
    getattr(owner, which)[key] = value
