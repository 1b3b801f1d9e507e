"""Run the cells once more, statement by statement, and return what was written down."""

from __future__ import annotations

import contextlib
import io
import linecache
import sys
import time
import types
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.notebook.source import parsed
from o16n.recipe.tracing.beside import trace_beside
from o16n.recipe.tracing.hooks import Hooks
from o16n.recipe.tracing.instrument import HOOKS, Texts, file_of, instrumented
from o16n.recipe.tracing.recorder import Recorder
from o16n.recipe.tracing.replies import Replies
from o16n.recipe.tracing.silence import SILENT

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, kw_only=True)
class CellText:
    """A cell to run again: its order in the run, the number a person knows it by, and its Python.

    `supplies` marks a cell in which the person supplies the preparation (`%%o16n recipe`).
    """

    order: int
    number: int
    source: str
    supplies: bool = False


@dataclass(kw_only=True)
class Trace:
    """A finished trace: the recorder's program, the names, and the statements that raised, by cell and line."""

    recorder: Recorder
    names: dict[str, Any]
    failed: list[tuple[int, int, str]] = field(default_factory=list)
    stopped: bool = False


class OutOfTimeError(Exception):
    """The trace took longer than it may."""


def trace(
    cells: list[CellText], replies: Replies | None = None, *, seconds: float = 600.0
) -> Trace:
    """Run `cells` in their order, in a module of their own that stands for `__main__`.

    A statement that raises is left behind, as a cell that raised was in the notebook; whether that
    matters is for the proof to say. After `seconds` the rest is not run, and `stopped` says so.
    """
    texts = Texts()
    recorder = Recorder(texts)
    hooks = Hooks(recorder, replies or Replies())
    space = _module(hooks)
    found = Trace(recorder=recorder, names=space)
    end = time.monotonic() + seconds
    with quiet(), _beside(hooks):
        for cell in cells:
            for statement, first in _statements(texts, cell, found):
                if time.monotonic() > end:
                    found.stopped = True
                    return found
                _run(statement, first, cell, space, found)
    return found


def _statements(texts: Texts, cell: CellText, found: Trace) -> Iterator[tuple[types.CodeType, int]]:
    file = file_of(cell.order)
    linecache.cache[file] = (len(cell.source), None, cell.source.splitlines(keepends=True), file)
    try:
        tree = parsed(cell.source)
        lines = [one.lineno for one in tree.body]
        modules = instrumented(texts, cell.order, cell.source, tree)
        for module, line in zip(modules, lines, strict=True):
            yield compile(module, file, "exec", dont_inherit=True), line
    except (SyntaxError, ValueError, RecursionError) as error:
        found.failed.append((cell.order, 1, f"{type(error).__name__}: {error}"))


def _run(
    code: types.CodeType, line: int, cell: CellText, space: dict[str, Any], found: Trace
) -> None:
    depth = found.recorder.depth
    try:
        exec(code, space)  # noqa: S102 - the notebook's own code, in a child made for it
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever the notebook raises, also SystemExit; kept
        text = str(error).split("\n")[0][:200]
        found.failed.append((cell.order, line, f"{type(error).__name__}: {text}"))
    finally:
        found.recorder.depth = depth


def _module(hooks: Hooks) -> dict[str, Any]:
    """Return the names of a fresh `__main__`, in which pickled objects of the notebook find their classes."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    space = module.__dict__
    space.update({HOOKS: hooks, "get_ipython": lambda: SILENT, "display": SILENT})
    return space


@contextlib.contextmanager
def _beside(hooks: Hooks) -> Iterator[None]:
    """Trace modules that lie beside the notebook."""
    finder = trace_beside(Path.cwd(), hooks)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Let the notebook's code print and warn into nothing."""
    before = sys.modules.get("__main__")
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            with contextlib.redirect_stderr(io.StringIO()):
                yield
    finally:
        if before is not None:
            sys.modules["__main__"] = before
