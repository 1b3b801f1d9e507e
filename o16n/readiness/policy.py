"""What a failure weighs: the checks' own severities, the tier, and what the team says.

low      paperwork is minor, everything else as the check says: a first package can be ready
medium   as the checks say
high     one step more than the checks say: minor asks for a waiver, major stops the release

A severity in `o16n.toml` wins over the tier. It is that of the check's gravest failure: a failure
that the check itself calls lesser keeps its own weight, but never above what the team says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.errors import UnknownName, UsageError
from o16n.settings import FILE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from o16n.readiness.check import Severity
    from o16n.settings import Settings

ORDER: tuple[Severity, ...] = ("minor", "major", "blocker")


def weight(severity: Severity) -> int:
    """Return 0 for minor, 1 for major, 2 for blocker."""
    return ORDER.index(severity)


def severity_of(module: ModuleType, settings: Settings) -> Severity:
    """Return what the gravest failure of a check weighs under this policy."""
    told = settings.severity.get(module.CODE)
    if told is not None:
        return told
    own: Severity = module.SEVERITY
    if settings.tier == "low" and getattr(module, "PAPERWORK", False):
        return "minor"
    return _stepped_up(own) if settings.tier == "high" else own


def severity_under(found: Severity, module: ModuleType, settings: Settings) -> Severity:
    """Return what a failure that the check calls `found` weighs under this policy."""
    gravest = severity_of(module, settings)
    if found == module.SEVERITY:
        return gravest
    if settings.tier == "high" and module.CODE not in settings.severity:
        found = _stepped_up(found)
    return found if weight(found) <= weight(gravest) else gravest


def check_names(settings: Settings, modules: Iterable[ModuleType]) -> None:
    """Refuse check ids that no check has, and thresholds of checks that have none.

    Raises:
        UnknownName: an id under severity, threshold or waivers is not that of a check.
        UsageError: a threshold for a check that has none.
    """
    known = {module.CODE: module for module in modules}
    named = [*settings.severity, *settings.threshold, *(one.check for one in settings.waivers)]
    for code in named:
        if code not in known:
            raise UnknownName("check", code, known, where=FILE)
    for code in settings.threshold:
        if not hasattr(known[code], "THRESHOLD"):
            with_one = [name for name, one in known.items() if hasattr(one, "THRESHOLD")]
            raise UsageError(
                f"{code} has no threshold", where=FILE, hint=f"these have: {', '.join(with_one)}"
            )


def to_json(settings: Settings) -> dict[str, Any]:
    """Return the policy that was applied."""
    return {
        "tier": settings.tier,
        "severity": dict(sorted(settings.severity.items())),
        "threshold": dict(sorted(settings.threshold.items())),
        "sensitive": list(settings.sensitive),
    }


def _stepped_up(severity: Severity) -> Severity:
    return ORDER[min(weight(severity) + 1, len(ORDER) - 1)]
