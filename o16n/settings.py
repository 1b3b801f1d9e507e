"""o16n.toml beside the notebook: frozen objects; unknown keys are refused."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

from o16n.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from pathlib import Path

FILE = "o16n.toml"
Tier = Literal["low", "medium", "high"]


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """A failed check accepted by a named person until a day."""

    check: str
    reason: str
    owner: str
    expires: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything is optional; `model`, `data` and `target` are answers given once."""

    name: str | None = None
    version: str = "1"
    objective: str = ""
    owner: str = ""
    target: str | None = None
    model: str | None = None
    data: str | None = None
    sensitive: tuple[str, ...] = ()
    tier: Tier = "low"
    severity: dict[str, str] = field(default_factory=dict, hash=False)
    threshold: dict[str, float] = field(default_factory=dict, hash=False)
    waivers: tuple[Waiver, ...] = ()


def load_settings(beside: Path) -> Settings:
    """Return the settings in `beside`/o16n.toml, the defaults where there is none.

    Raises:
        UsageError: the file is not TOML, or a value has another type.
        UnknownName: a key that o16n does not know.
    """
    path = beside / FILE
    if not path.is_file():
        return Settings()
    try:
        told = tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"is not TOML: {error}", where=str(path)) from error
    return _settings(told, str(path))


def _settings(told: dict[str, Any], where: str) -> Settings:
    known = {one.name for one in fields(Settings)}
    for key in told:
        if key not in known:
            raise UnknownName("key", key, known, where=where)
    for key in ("name", "version", "objective", "owner", "target", "model", "data", "tier"):
        if key in told and not isinstance(told[key], str):
            raise UsageError(f"{key} is not text", where=where)
    if told.get("tier", "low") not in get_args(Tier):
        raise UnknownName("tier", told["tier"], get_args(Tier), where=where)
    for key, kind in (
        ("sensitive", list),
        ("severity", dict),
        ("threshold", dict),
        ("waivers", list),
    ):
        if not isinstance(told.get(key, kind()), kind):
            raise UsageError(f"{key} is not a {'list' if kind is list else 'table'}", where=where)
    try:
        waivers = tuple(
            Waiver(**{key: str(value) for key, value in one.items()})
            for one in told.pop("waivers", ())
        )
        return Settings(sensitive=tuple(told.pop("sensitive", ())), waivers=waivers, **told)
    except (TypeError, AttributeError) as error:
        raise UsageError(
            f"a waiver needs check, reason, owner and expires: {error}", where=where
        ) from error
