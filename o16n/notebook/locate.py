"""Which notebook is this: believed only where the file holds what the kernel executed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

from o16n.errors import NotebookError
from o16n.notebook.read import read_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MANY = 200
RECENT = 20


@dataclass(frozen=True, kw_only=True)
class Located:
    """The notebook of a kernel: its path, and what told it."""

    path: Path
    told_by: str


@dataclass(frozen=True, kw_only=True)
class Running:
    """What a kernel tells of itself: the cell that runs now, and what ran before it, last first."""

    cell_id: str | None
    text: str
    before: tuple[str, ...]
    named: tuple[tuple[str, Path], ...]


@dataclass(frozen=True, kw_only=True)
class Match:
    """How well a file fits: `now` is whether it holds the cell that runs now, by id or by text."""

    path: Path
    told_by: str
    now: bool
    share: float


def running_notebook(namespace: Mapping[str, Any]) -> Path | None:
    """Return the path of the notebook that this kernel runs, None where that is not certain."""
    found = locate(namespace)
    return found.path if found is not None else None


def locate(namespace: Mapping[str, Any]) -> Located | None:
    """Return the notebook that this kernel runs, None where that is not certain.

    In this order: the environment of a run of o16n; the editor's own word (VS Code's variable or
    cell address, the session name); papermill's word or the command that started the kernel, ahead
    of the copy it writes; the one file of the working directory that fits. A name goes stale when a
    notebook is renamed, so each but the first must hold the cell that runs now. Where none does,
    nothing may have been saved since: then the file that alone holds most of what ran.
    """
    told = os.environ.get("O16N_NOTEBOOK")
    if told and Path(told).is_file():
        return Located(path=Path(told), told_by="O16N_NOTEBOOK")
    running = _running(namespace)
    named = [_match(running, path, told_by) for told_by, path in running.named]
    beside = [_match(running, path, "working directory") for path in _beside()]
    started = [_match(running, path, told_by) for told_by, path in _started_with(namespace)]
    groups = [*([one] for one in (*named, *started)), beside]
    for group in groups:
        hits = _each_once(one for one in group if one is not None and one.now)
        if len(hits) == 1:
            return Located(path=hits[0].path, told_by=hits[0].told_by)
    every = _each_once(one for one in (*named, *started, *beside) if one is not None)
    best = max((one.share for one in every), default=0.0)
    hits = [one for one in every if one.share == best and 2 * best >= 1]
    if len(hits) == 1:
        return Located(path=hits[0].path, told_by=hits[0].told_by)
    return None


def executed(namespace: Mapping[str, Any]) -> list[str]:
    """Return what this kernel has executed as it was typed, oldest first; the first is empty."""
    history = getattr(_shell(namespace), "history_manager", None)
    raw = getattr(history, "input_hist_raw", None)
    return [str(text) for text in (raw if raw is not None else namespace.get("In", ()))]


def _shell(namespace: Mapping[str, Any]) -> Any:
    get = namespace.get("get_ipython")
    return get() if callable(get) else None


def _running(namespace: Mapping[str, Any]) -> Running:
    kernel = getattr(_shell(namespace), "kernel", None)
    parent = kernel.get_parent() if kernel is not None else {}
    cell_id = parent.get("metadata", {}).get("cellId")
    texts = [text.strip() for text in executed(namespace)]
    text = str(parent.get("content", {}).get("code", texts[-1] if texts else "")).strip()
    before = dict.fromkeys(one for one in reversed(texts) if one and one != text)
    address = cell_id if cell_id and ":" in cell_id else None
    return Running(
        cell_id=None if address else cell_id,
        text=text,
        before=tuple(before)[:RECENT],
        named=tuple(_named(namespace, address)),
    )


def _named(namespace: Mapping[str, Any], address: str | None) -> Iterator[tuple[str, Path]]:
    """Yield what the editor calls the notebook."""
    names = {
        "__vsc_ipynb_file__": namespace.get("__vsc_ipynb_file__"),
        "the cell's address": unquote(urlparse(address).path) if address else None,
        "JPY_SESSION_NAME": os.environ.get("JPY_SESSION_NAME"),
        "the connection file": _session_of_connection(),
    }
    for told_by, name in names.items():
        if isinstance(name, str) and name.endswith(".ipynb"):
            yield told_by, Path(name)


def _session_of_connection() -> str | None:
    try:
        from ipykernel.connect import get_connection_file
        from traitlets.config import MultipleInstanceError
    except ImportError:
        return None
    try:
        told = json.loads(Path(get_connection_file()).read_bytes())
    except (RuntimeError, OSError, ValueError, MultipleInstanceError):  # the last: a terminal
        return None
    return told.get("jupyter_session") if isinstance(told, dict) else None


def _beside() -> list[Path]:
    """Return the notebooks of the working directory, at most MANY, the newest first."""
    dated = []
    for path in Path.cwd().glob("*.ipynb"):
        try:
            dated.append((path.stat().st_mtime_ns, path))
        except OSError:
            continue  # gone, or a link to nowhere
    return [path for _, path in sorted(dated, reverse=True)[:MANY]]


def _started_with(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Path]]:
    """Yield papermill's own word, and the notebooks on the command line that started the kernel."""
    given = namespace.get("PAPERMILL_INPUT_PATH")
    if isinstance(given, str):
        yield "PAPERMILL_INPUT_PATH", Path(given)
    words, folder = _parent_command()
    for word in words:
        if word.endswith(".ipynb"):
            yield "the command that started the kernel", folder / word


def _parent_command() -> tuple[list[str], Path]:
    """Return the words of the command that started this process, and where it was typed."""
    import psutil

    try:
        parent = psutil.Process(os.getppid())
        return parent.cmdline(), Path(parent.cwd())
    except (psutil.Error, OSError):
        return [], Path()  # it has ended, or belongs to another person


def _match(running: Running, path: Path, told_by: str) -> Match | None:
    """Return how well the file at `path` fits, None where there is none to read."""
    try:
        notebook = read_notebook(path)
    except NotebookError:
        return None
    texts = {cell.source.strip() for cell in notebook.code}
    ids = {cell.id for cell in notebook.cells if cell.id}
    shared = sum(text in texts for text in running.before)
    share = shared / len(running.before) if running.before else 0.0
    if running.cell_id and ids:
        now = running.cell_id in ids
    else:
        # Without an id its text must do, which copies share: so most of what ran must be there too.
        now = running.text in texts and (not running.before or 2 * share >= 1)
    return Match(path=path, told_by=told_by, now=now, share=share)


def _each_once(matches: Iterator[Match]) -> list[Match]:
    """Return matches of different files, the first told of each."""
    found: dict[Path, Match] = {}
    for one in matches:
        found.setdefault(one.path.resolve(), one)
    return list(found.values())
