"""o16n.toml beside the notebook: frozen objects; unknown keys and values are refused."""

from __future__ import annotations

import json
import math
import re
import tomllib
from dataclasses import dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

from o16n.errors import UnknownName, UsageError
from o16n.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

FILE = "o16n.toml"
Tier = Literal["low", "medium", "high"]
Severity = Literal["blocker", "major", "minor"]
Unseen = Literal["refuse", "missing", "as trained"]
TEXTS = ("name", "version", "objective", "owner", "target", "model", "data", "tier")


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """A failed check accepted by a named person until a day (ISO 8601).

    `line` is where it stands in o16n.toml.
    """

    check: str
    reason: str
    owner: str
    expires: str
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class History:
    """`given` are derived columns that need other rows, and that the caller gives with a raw row."""

    given: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything is optional; `model`, `data` and `target` are answers given once.

    `severity` and `threshold` are by check id, such as `MOD-02`; which ids there are is known to
    `readiness.policy`. `unseen` says by raw column what becomes of a level that training never had.
    """

    name: str | None = None
    version: str = "1"
    objective: str = ""
    owner: str = ""
    target: str | None = None
    model: str | None = None
    data: str | None = None
    sensitive: tuple[str, ...] = ()
    tier: Tier = "low"
    severity: dict[str, Severity] = field(default_factory=dict, hash=False)
    threshold: dict[str, float] = field(default_factory=dict, hash=False)
    unseen: dict[str, Unseen] = field(default_factory=dict, hash=False)
    history: History = History()
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _File:
    """What stands in the file, and where."""

    path: str
    text: str

    def place(self, key: str, table: str = "", number: int = 1) -> str:
        """Return path and line of `key` in the `number`-th [table], the path where it is not seen."""
        line = self.line(key, table, number)
        return f"{self.path} line {line}" if line is not None else self.path

    def line(self, key: str, table: str = "", number: int = 1) -> int | None:
        """Return the line of `key` (of the header, for "") in the `number`-th [table]."""
        here, seen = "", 0
        wanted = re.compile(rf"\s*(?:{re.escape(key)}|\"{re.escape(key)}\"|'{re.escape(key)}')\s*=")
        for count, line in enumerate(self.text.splitlines(), start=1):
            if header := re.match(r"\s*\[\[?\s*([\w.-]+)\s*\]", line):
                here = header[1]
                seen += here == table
                if not key and here == table and seen == number:
                    return count
            if key and here == table and (not table or seen == number) and wanted.match(line):
                return count
        return None


def load_settings(beside: Path) -> Settings:
    """Return the settings in `beside`/o16n.toml, the defaults where there is none.

    Raises:
        UsageError: the file is not TOML, or a value is of another type or form.
        UnknownName: a key, tier or severity that o16n does not know.
    """
    path = beside / FILE
    if not path.is_file():
        return Settings()
    try:
        text = path.read_text(encoding="utf-8")
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"is not TOML: {error}", where=str(path)) from error
    return _settings(told, _File(path=str(path), text=text))


def keep_answer(beside: Path, key: str, answer: str) -> bool:
    """Write `key` = `answer` (one of the texts) into `beside`/o16n.toml; False where it stands there already.

    The rest of the file stays as its author wrote it; a file is made where there is none.

    Raises:
        UsageError: what is in the file now is not in order, so that nothing is written.
    """
    if getattr(load_settings(beside), key) == answer:
        return False
    path = beside / FILE
    text = path.read_text(encoding="utf-8").removesuffix("\n") if path.is_file() else ""
    lines = text.split("\n") if text else []
    quoted = json.dumps(answer, ensure_ascii=False).replace("\x7f", "\\u007f")
    line = f"{key} = {quoted}"
    known = re.compile(rf"\s*(?:{key}|\"{key}\"|'{key}')\s*=")
    tables = [n for n, one in enumerate(lines) if one.lstrip().startswith("[")]
    top = tables[0] if tables else len(lines)
    at = next((n for n, one in enumerate(lines[:top]) if known.match(one)), None)
    if at is not None:
        lines[at] = line
    else:
        lines[:0] = [line, *([""] if lines[:1] and lines[0].lstrip().startswith("[") else [])]
    text = "\n".join(lines) + "\n"
    try:
        whole = tomllib.loads(text).get(key) == answer
    except tomllib.TOMLDecodeError:
        whole = False  # the author's value stands over several lines
    if not whole:
        raise UsageError(
            f"{key} stands there in a form that is not written over",
            where=str(path),
            hint=f"write {line}",
        )
    write_atomically(path, text.encode())
    return True


def _settings(told: dict[str, Any], file: _File) -> Settings:
    known = [one.name for one in fields(Settings)]
    for key in told:
        if key not in known:
            where = file.place(key) if file.line(key) else file.place("", key)
            raise UnknownName("key", key, known, where=where)
    values = {key: _text(told[key], file.place(key), key) for key in TEXTS if key in told}
    tier = _one_of(Tier, values.pop("tier", "low"), "tier", file.place("tier"))
    return Settings(
        **values,
        tier=tier,
        sensitive=tuple(
            _text(one, file.place("sensitive"), "a column in sensitive")
            for one in _of_kind(told, "sensitive", list, file)
        ),
        severity={
            key: _one_of(Severity, value, f"severity of {key}:", file.place(key, "severity"))
            for key, value in _of_kind(told, "severity", dict, file).items()
        },
        threshold={
            key: _number(value, file.place(key, "threshold"), key)
            for key, value in _of_kind(told, "threshold", dict, file).items()
        },
        unseen={
            key: _one_of(Unseen, value, f"policy for {key}:", file.place(key, "unseen"))
            for key, value in _of_kind(told, "unseen", dict, file).items()
        },
        history=_history(_of_kind(told, "history", dict, file), file),
        waivers=tuple(
            _waiver(one, number, file)
            for number, one in enumerate(_of_kind(told, "waivers", list, file), start=1)
        ),
    )


def _history(told: dict[str, Any], file: _File) -> History:
    for key in told:
        if key != "given":
            raise UnknownName("key", key, ["given"], where=file.place(key, "history"))
    where = file.place("given", "history")
    given = told.get("given", [])
    if not isinstance(given, list):
        raise UsageError("given is not a list", where=where, hint='write given = ["column"]')
    return History(given=tuple(_text(one, where, "a column in given") for one in given))


def _of_kind(told: dict[str, Any], key: str, kind: type, file: _File) -> Any:
    value = told.get(key, kind())
    if not isinstance(value, kind):
        raise UsageError(
            f"{key} is not a {'list' if kind is list else 'table'}", where=file.place(key)
        )
    return value


def _text(value: Any, where: str, key: str) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{key} is not text", where=where, hint="put it in quotes")
    return value


def _number(value: Any, where: str, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UsageError(f"the threshold of {key} is not a number", where=where)
    return float(value)


def _one_of(words: Any, value: Any, kind: str, where: str) -> Any:
    if value not in get_args(words):
        raise UnknownName(kind, str(value), get_args(words), where=where)
    return value


def _waiver(told: Any, number: int, file: _File) -> Waiver:
    where = file.place("", "waivers", number)
    if not isinstance(told, dict):
        raise UsageError("a waiver is not a table", where=where, hint="write [[waivers]]")
    known = [one.name for one in fields(Waiver) if one.name != "line"]
    for key in told:
        if key not in known:
            raise UnknownName("key", key, known, where=file.place(key, "waivers", number))
    if absent := [key for key in known if not str(told.get(key, "")).strip()]:
        raise UsageError(
            f"a waiver needs check, reason, owner and expires: {', '.join(absent)} is missing",
            where=where,
        )
    texts = {
        key: _text(told[key], file.place(key, "waivers", number), key)
        for key in known
        if key != "expires"
    }
    try:
        expires = date.fromisoformat(str(told["expires"]))
    except ValueError as error:
        raise UsageError(
            f"expires is not a day: {told['expires']}",
            where=file.place("expires", "waivers", number),
            hint="write it as 2027-01-31",
        ) from error
    return Waiver(**texts, expires=expires.isoformat(), line=file.line("", "waivers", number))
