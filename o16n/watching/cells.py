"""Cells as they run: what they were, what they bound, changed and deleted, and what they printed."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from o16n.watching.kinds import (
    copies_on_write,
    is_estimator,
    is_plain,
    kind_of,
    size_of,
    stamp,
)
from o16n.watching.record import CellRun

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from o16n.watching.values import Values

LONGEST_TEXT = 1 << 16
MANY = 100
SMALL = 16 << 20  # bytes of a frame that is held while a cell runs: to write to it copies it
WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, kw_only=True)
class Held:
    """A name before the cell: its object, that object's stamp, and a shallow copy that keeps it sound."""

    key: int
    stamp: Any
    copy: Any = None


@dataclass(kw_only=True)
class Cells:
    """The executions of cells, in order; `names` and `hidden` are the kernel's."""

    names: dict[str, Any]
    hidden: Mapping[str, Any]
    values: Values
    runs: list[CellRun] = field(default_factory=list)
    _before: dict[str, Held] = field(default_factory=dict)
    _inner: list[str] = field(default_factory=list)  # sources that magics of the running cell run

    @property
    def running(self) -> CellRun | None:
        """The cell that runs now."""
        return self.runs[-1] if self.runs and not self.runs[-1].end else None

    def begin(self, source: str, cell_id: str | None, *, inner: bool = False) -> None:
        """Note what the names hold before a cell; a cell pays only for the names it mentions.

        What a magic such as `%%capture` runs (`inner`) belongs to the cell that holds the magic.
        """
        if inner and self.running is not None:
            self._inner.append(source)
            return
        self._inner = []
        self._before = self._scan(set(WORD.findall(source)), hold=True)
        digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        order = len(self.runs) + 1
        self.runs.append(
            CellRun(order=order, id=cell_id, digest=digest, source=source, start=time.time())
        )

    def finish(self, *, ok: bool, fitted: set[int]) -> None:
        """Close the cell; `fitted` are the things that it fitted, which change without a new stamp."""
        cell = self.running
        if self._inner:
            self._inner.pop()
            return
        if cell is None:
            return
        old, self._before = self._before, {}
        self.values.settle()
        now = self._scan({name for name, held in old.items() if held.stamp is not None}, hold=False)
        cell.end, cell.ok = time.time(), ok
        cell.bound = tuple(n for n, one in now.items() if n not in old or old[n].key != one.key)
        cell.changed = tuple(
            name
            for name, one in now.items()
            if name in old and old[name].key == one.key and self._changed(old[name], one, fitted)
        )
        cell.deleted = tuple(name for name in old if name not in now)
        for name, one in now.items():
            self._call(one.key, name, cell.order)
            for key, label in self._inside(name):
                self._call(key, label, cell.order)

    def shift(self, file: str) -> int:
        """Return by how many lines code compiled as `file` stands lower in the running cell's source.

        IPython drops blank lines at the top; a magic compiles what stands below it.
        """
        cell = self.running
        if cell is None:
            return 0
        source = self._inner[-1] if self._inner else cell.source
        above = cell.source.rstrip().count("\n") - source.rstrip().count("\n")
        lines = iter(source.splitlines())
        for line in lines:
            magic = line.startswith("%%") and file.startswith("<") and "ipython-input" not in file
            if line.strip() and not magic:
                break
            above += 1
        return above

    def print(self, text: str) -> None:
        """Add what the running cell printed or displayed, up to 64 KiB."""
        cell = self.running
        if cell is not None and len(cell.text) < LONGEST_TEXT:
            cell.text += text[: LONGEST_TEXT - len(cell.text)]

    def _changed(self, old: Held, now: Held, fitted: set[int]) -> bool:
        known = self.values.current(now.key)
        refitted = known is not None and known.thing in fitted
        return refitted or (old.stamp is not None and old.stamp != now.stamp)

    def _call(self, key: int, label: str, order: int) -> None:
        """Remember that `label` is bound to the object, and to what it holds now."""
        known = self.values.current(key)
        if known is not None:
            numbers = [-known.thing] + ([known.value.token] if known.value is not None else [])
            for number in numbers:
                self.values.names.setdefault(number, {})[label] = order

    def _scan(self, mentioned: set[str], *, hold: bool) -> dict[str, Held]:
        found: dict[str, Held] = {}
        for name, value in list(self.names.items()):
            if name.startswith("_") or name in ("In", "Out"):
                continue
            if name in self.hidden and self.hidden[name] is value:
                continue
            kind = kind_of(value) if name in mentioned else ""
            try:
                lazily = kind in ("frame", "series") and size_of(value, kind) <= SMALL
                found[name] = Held(
                    key=id(value),
                    stamp=stamp(value, kind, held=lazily) if kind else None,
                    copy=value.copy(deep=False) if hold and lazily and copies_on_write() else None,
                )
            except Exception:  # noqa: BLE001 - an exotic object: its identity alone must do
                found[name] = Held(key=id(value), stamp=None)
        return found

    def _inside(self, name: str) -> Iterator[tuple[int, str]]:
        """Yield (id, label) of the estimators in a dict or list: `models['rf']`, `models[0]`."""
        value = self.names.get(name)
        if type(value) is dict and len(value) < MANY:
            yield from (
                (id(one), f"{name}[{key!r}]")
                for key, one in value.items()
                if is_estimator(one) and is_plain(key)
            )
        if type(value) is list and len(value) < MANY:
            for place, one in enumerate(value):
                parts = one if type(one) is tuple else (one,)
                yield from ((id(part), f"{name}[{place}]") for part in parts if is_estimator(part))
