"""Rows as they come in: readers are answered from the record, splits go along with the identities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.aligned import index_of, length, take
from o16n.recipe.program import Ref
from o16n.recipe.raw import TABLE, frame_of
from o16n.recipe.tracing.kinds import kind_of
from o16n.recipe.tracing.tracked import STRIDE, Form

if TYPE_CHECKING:
    from o16n.recipe.tracing.recorder import Recorder
    from o16n.recipe.tracing.replies import Replies
    from o16n.recipe.tracing.tracked import Tracked

ARRAYS = frozenset({"loadtxt", "genfromtxt"})


def is_reader(function: Any, called: str) -> bool:
    """Tell whether a library function gives rows from outside."""
    module = str(getattr(function, "__module__", "") or "")
    if called in ARRAYS or called in ("load_dataset", "load_penguins"):
        return True
    if called.startswith("read_"):
        return module.startswith("pandas")
    return called.startswith(("load_", "fetch_", "make_")) and "sklearn.datasets" in module


def is_typed_in(function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> bool:
    """Tell whether a call makes a frame of values that stand in the notebook itself."""
    data = args[0] if args else options.get("data")
    return getattr(function, "__name__", "") == "DataFrame" and _literal(data) and bool(data)


def _literal(value: Any, depth: int = 3) -> bool:
    if isinstance(value, dict) and depth:
        return all(isinstance(key, str) and _literal(one, depth - 1) for key, one in value.items())
    if isinstance(value, list | tuple) and depth:
        return all(_literal(one, depth - 1) for one in value)
    return depth < 3 and (value is None or type(value) in (str, int, float, bool))  # noqa: PLR2004


class Sources:
    """Makes sources of what readers give, and follows rows through `train_test_split`."""

    def __init__(self, recorder: Recorder, replies: Replies) -> None:
        self.recorder, self.replies = recorder, replies
        self._bunches: dict[int, tuple[Any, Tracked]] = {}

    def read(self, site: int, function: Any, called: str, args: Any, options: Any) -> Any:
        """Return what the first run read at this place, its rows being a source from now on."""
        place = self.recorder.texts.sites[site]
        value = self.replies.take("read", called, place)
        if value is None:
            with self.recorder.opaque():
                value = function(*args, **options)
        told = repr(args[0])[:200] if args else called
        if isinstance(value, dict) and kind_of(value) == "" and not hasattr(value, "data"):
            for one in value.values():
                self._source(site, told, one)
            return value
        if isinstance(value, tuple):
            return self._pair(site, told, value)
        if type(value) is list:
            for one in value:
                self._source(site, told, one)
            return value
        return self._source(site, told, value)

    def typed_in(self, site: int, function: Any, args: Any, options: Any) -> Any:
        """Return a frame whose rows stand in the notebook itself: a source like what is read."""
        with self.recorder.opaque():
            frame = function(*args, **options)
        return self._source(site, "the notebook itself", frame)

    def _source(self, site: int, told: str, value: Any) -> Any:
        raw = frame_of(value)
        if raw is None and kind_of(value) == "array" and value.ndim == TABLE:
            return self._matrix(site, told, value)
        if raw is None:
            return value
        if raw is value:
            self._frame(site, told, value)
            return value
        entry = self._frame(site, told, raw.copy())
        self._bunches[id(value)] = (value, entry)
        return value

    def _frame(self, site: int, told: str, frame: Any) -> Tracked:
        import numpy as np

        recorder = self.recorder
        known = (k for k, (p, f) in enumerate(recorder.sources) if p == told and f.equals(frame))
        number = next(known, None)
        if number is None:
            number = len(recorder.sources)
            recorder.sources.append((told, frame.copy()))
        rows = STRIDE * number + np.arange(len(frame))
        entry = recorder.known.track(frame, rows)
        form = Form(function="source", arguments=(number,))
        place = recorder.texts.sites[site]
        recorder.append(form, place, made=(frame, rows), makes=entry.register, role="source")
        return entry

    def _matrix(self, site: int, told: str, value: Any) -> Any:
        import pandas as pd

        table = pd.DataFrame(value, columns=[str(place) for place in range(value.shape[1])])
        entry = self._frame(site, told, table)
        form = Form(function="method", arguments=(Ref(entry.register), "to_numpy"))
        self._made(site, value, entry, form)
        return value

    def _pair(self, site: int, told: str, value: tuple[Any, ...]) -> Any:
        """Make one source of the X and y that `load_…(return_X_y=True)` gives."""
        import pandas as pd

        if len(value) != TABLE or length(value[0]) is None or length(value[0]) != length(value[1]):
            return value
        x, y = value
        if getattr(x, "ndim", 0) != TABLE or kind_of(x) not in ("frame", "array"):
            return value
        names = list(x.columns) if kind_of(x) == "frame" else [f"x{k}" for k in range(x.shape[1])]
        table = pd.DataFrame(x, columns=names).assign(target=y)
        entry = self._frame(site, told, table)
        self._columns(site, x, entry, names)
        self._columns(site, y, entry, "target")
        return value

    def is_bunch(self, value: Any) -> bool:
        """Tell whether a value is what a scikit-learn loader gave."""
        held = self._bunches.get(id(value))
        return held is not None and held[0] is value

    def member(self, site: int, bunch: Any, name: Any, value: Any) -> Any:
        """Return a Bunch's member; its data and target are columns of the source."""
        entry = self._bunches[id(bunch)][1]
        if self.recorder.known.find(value) is not None:
            return value
        columns = list(entry.value.columns)
        if name == "frame" and value is not None:
            self._made(site, value, entry, Form(function="same", arguments=(Ref(entry.register),)))
        elif name == "data" and getattr(value, "ndim", 0) == TABLE:
            self._columns(site, value, entry, columns[: value.shape[1]])
        elif name == "target" and "target" in columns:
            self._columns(site, value, entry, "target")
        elif name == "target" and columns and getattr(value, "name", None) in columns:
            self._columns(site, value, entry, value.name)
        return value

    def _columns(self, site: int, value: Any, entry: Tracked, columns: Any) -> None:
        """Add the operations that take columns of a source, as a matrix where `value` is one."""
        form = Form(function="getitem", arguments=(Ref(entry.register), columns))
        if kind_of(value) != "array":
            self._made(site, value, entry, form)
            return
        part = entry.value[columns]
        made = self._made(site, part, entry, form)
        self._made(
            site, value, entry, Form(function="method", arguments=(Ref(made.register), "to_numpy"))
        )

    def _made(self, site: int, value: Any, entry: Tracked, form: Form) -> Tracked:
        place = self.recorder.texts.sites[site]
        return self.recorder.make(
            value, entry.rows, form, place, role="rows", follows=entry.register
        )

    # -- splits

    def split(
        self, site: int, function: Any, args: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        """Split the arrays together with the identities of their rows: exact also without a random_state."""
        import numpy as np

        recorder = self.recorder
        first = next((recorder.known.find(one) for one in args if recorder.known.find(one)), None)
        if first is None or recorder.depth:
            return function(*args, **options)
        place = recorder.texts.sites[site]
        with recorder.opaque():
            sides = self._as_before(place, args, options)
            if sides is None:
                *_, train, test = function(*args, np.arange(len(first.rows)), **options)
                sides = (np.asarray(train), np.asarray(test))
            result = [take(one, side) for one in args for side in sides]
        for number, part in enumerate(result):
            entry = recorder.known.find(args[number // 2])
            if entry is not None and len(entry.rows) == len(first.rows):
                form = Form(function="same", arguments=(Ref(entry.register),))
                rows = entry.rows[sides[number % 2]]
                recorder.make(part, rows, form, place, role="pass", follows=entry.register)
        return result

    def _as_before(self, place: Any, args: Any, options: Any) -> Any:
        """Return the positions that went to each side in the first run, where no seed decides it."""
        if isinstance(options.get("random_state"), int) or options.get("shuffle") is False:
            return None
        before = self.replies.take("split", "train_test_split", place)
        if before is None:
            return None
        for number, value in enumerate(args):
            index = index_of(value)
            if index is None or not index.is_unique or len(before) <= 2 * number + 1:
                continue
            sides = [index_of(one) for one in before[2 * number : 2 * number + 2]]
            if all(one is not None and one.isin(index).all() for one in sides):
                return tuple(index.get_indexer(one) for one in sides if one is not None)
        return None
