"""Ask every check, apply the policy, and give one verdict."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from o16n import plugins
from o16n.errors import UnknownName
from o16n.readiness.check import (
    Failed,
    NotApplicable,
    NotAssessed,
    Outcome,
    Passed,
    Section,
    Severity,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from o16n.readiness.subject import Subject
    from o16n.settings import Settings

FORMAT = 1
PACKAGE = "o16n.readiness.checks"
PAPERWORK_AT_LOW = {"INF-02": "minor"}
ORDER: tuple[Severity, ...] = ("minor", "major", "blocker")
LONGEST_WAIVER = {"blocker": 30, "major": 90, "minor": 90}
SHORTEST_REASON = 20
Verdict = Literal["ready", "ready with conditions", "not ready"]


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """One check and its answer; `waived` names who accepted a failure, with reason and day."""

    code: str
    title: str
    section: Section
    severity: Severity
    text: str
    outcome: Outcome
    seconds: float
    waived: str = ""

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way of release."""
        outcome = self.outcome
        open_severity = outcome.severity if isinstance(outcome, Failed | NotAssessed) else "minor"
        if isinstance(outcome, NotAssessed):
            return open_severity == "blocker"
        return open_severity in ("blocker", "major") and not self.waived


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """All outcomes with the policy that was applied."""

    outcomes: tuple[Assessed, ...]
    tier: str

    @property
    def deciding(self) -> tuple[str, ...]:
        """The codes that stand in the way, or that are waived."""
        return tuple(one.code for one in self.outcomes if one.blocks or one.waived)

    @property
    def verdict(self) -> Verdict:
        """Not ready while a blocker or major is open; with conditions where only waivers stand."""
        if any(one.blocks for one in self.outcomes):
            return "not ready"
        return "ready with conditions" if any(one.waived for one in self.outcomes) else "ready"


def assess(
    subject: Subject, *, only: tuple[str, ...] = (), say: Callable[[str], None] | None = None
) -> Checklist:
    """Ask the checks (all, or those whose code is in `only`) and return the checklist.

    A check that crashes is NotAssessed with its error; it never ends the list.
    """
    modules = [plugins.load(PACKAGE, name) for name in plugins.names(PACKAGE)]
    for code in only:
        if code not in (known := [module.CODE for module in modules]):
            raise UnknownName("check", code, known, where="--only")
    found = []
    for module in modules:
        if only and module.CODE not in only:
            continue
        if say is not None:
            say(f"checking {module.CODE}")
        found.append(_assessed(module, subject))
    return Checklist(outcomes=tuple(found), tier=subject.settings.tier)


def _assessed(module: ModuleType, subject: Subject) -> Assessed:
    clock = time.monotonic()
    severity = _severity(module, subject.settings)
    outcome: Outcome
    try:
        outcome = module.check(subject)
    except Exception as error:  # noqa: BLE001 - the reason stands in the outcome
        outcome = NotAssessed(
            reason=f"the check itself failed: {type(error).__name__}: {error}", severity=severity
        )
    if isinstance(outcome, Failed) and ORDER.index(outcome.severity) > ORDER.index(severity):
        outcome = replace(outcome, severity=severity)
    title, _, text = (module.__doc__ or "").partition("\n")
    return Assessed(
        code=module.CODE,
        title=title.rstrip("."),
        section=module.SECTION,
        severity=severity,
        text=text.strip(),
        outcome=outcome,
        seconds=round(time.monotonic() - clock, 3),
        waived=_waiver(module.CODE, outcome.severity, subject.settings)
        if isinstance(outcome, Failed)
        else "",
    )


def _severity(module: ModuleType, settings: Settings) -> Severity:
    told = settings.severity.get(module.CODE)
    if told is not None and told not in ORDER:
        raise UnknownName(
            "severity", str(told), ORDER, where=f"o16n.toml, severity of {module.CODE}"
        )
    if told is None and settings.tier == "low":
        told = PAPERWORK_AT_LOW.get(module.CODE)
    severity: Severity = told or module.SEVERITY
    return severity


def _waiver(code: str, severity: Severity, settings: Settings) -> str:
    """Return who accepted the failure until when: 30 days at most for a blocker, 90 otherwise."""
    today = datetime.now(UTC).date()
    for one in settings.waivers:
        try:
            until = date.fromisoformat(one.expires)
        except ValueError:
            continue
        latest = today + timedelta(days=LONGEST_WAIVER[severity])
        reasoned = len(one.reason) >= SHORTEST_REASON and bool(one.owner)
        if one.check == code and reasoned and today <= until <= latest:
            return f"{one.owner}, until {one.expires}: {one.reason}"
    return ""


def to_json(checklist: Checklist) -> dict[str, Any]:
    """Return readiness.json."""
    outcomes = []
    for one in checklist.outcomes:
        told = {key: value for key, value in asdict(one).items() if key != "outcome"}
        state = {"state": type(one.outcome).__name__, **asdict(one.outcome)}
        outcomes.append({**told, "blocks": one.blocks, "outcome": _plain(state)})
    states = [type(one.outcome).__name__ for one in checklist.outcomes]
    return {
        "format": FORMAT,
        "verdict": checklist.verdict,
        "deciding": list(checklist.deciding),
        "counts": {
            name: states.count(name)
            for name in ("Passed", "Failed", "NotAssessed", "NotApplicable", "Attested")
        },
        "policy": {"tier": checklist.tier},
        "outcomes": outcomes,
    }


def _plain(value: Any) -> Any:
    """Return `value` as JSON takes it: numpy scalars as numbers, NaN as None."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    value = value.item() if hasattr(value, "item") else value
    return (
        None
        if isinstance(value, float) and (value != value or abs(value) == float("inf"))
        else value
    )


__all__ = ["Assessed", "Checklist", "NotApplicable", "Passed", "assess", "to_json"]
