"""Ask every check, apply the policy, and give one verdict."""

from __future__ import annotations

import math
import time
import warnings
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, assert_never

from o16n import plugins
from o16n.errors import UnknownName
from o16n.readiness import policy, waivers
from o16n.readiness.check import (
    Attested,
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
STATES = tuple(one.__name__ for one in (Passed, Failed, NotAssessed, NotApplicable, Attested))
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
        """Whether it stands in the way of release.

        A failure does from major on unless it is waived; a question without an answer does where
        its failure would be a blocker, and nobody can waive what is not known.
        """
        match self.outcome:
            case Passed() | NotApplicable() | Attested():
                return False
            case Failed(severity=severity):
                return severity != "minor" and not self.waived
            case NotAssessed(severity=severity):
                return severity == "blocker"
            case _:
                assert_never(self.outcome)


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """All outcomes with the policy that was applied."""

    outcomes: tuple[Assessed, ...]
    settings: Settings

    @property
    def deciding(self) -> tuple[str, ...]:
        """The codes that stand in the way, or that are waived."""
        return tuple(one.code for one in self.outcomes if one.blocks or _conditional(one))

    @property
    def verdict(self) -> Verdict:
        """Not ready while a blocker or major is open; with conditions where only waivers stand."""
        if any(one.blocks for one in self.outcomes):
            return "not ready"
        conditions = any(_conditional(one) for one in self.outcomes)
        return "ready with conditions" if conditions else "ready"


def checks() -> tuple[ModuleType, ...]:
    """Return every check, o16n's own and those of entry points, by code."""
    modules = [plugins.load(PACKAGE, name) for name in plugins.names(PACKAGE)]
    return tuple(sorted(modules, key=lambda one: str(one.CODE)))


def assess(
    subject: Subject, *, only: tuple[str, ...] = (), say: Callable[[str], None] | None = None
) -> Checklist:
    """Ask the checks (all, or those whose code is in `only`) and return the checklist.

    A check that crashes is NotAssessed with its error; it never ends the list.

    Raises:
        UnknownName: a code in `only`, or in the settings, that no check has.
        UsageError: the settings give a threshold to a check that has none.
    """
    modules = checks()
    policy.check_names(subject.settings, modules)
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
    return Checklist(outcomes=tuple(found), settings=subject.settings)


def _assessed(module: ModuleType, subject: Subject) -> Assessed:
    clock = time.monotonic()
    outcome = _weighed(_asked(module, subject), module, subject.settings)
    judged = waivers.Judged()
    if isinstance(outcome, Failed):
        today = datetime.now(UTC).date()
        judged = waivers.judge(subject.settings.waivers, module.CODE, outcome.severity, today)
        tables = (*outcome.evidence.tables, *waivers.table_of(judged))
        outcome = replace(outcome, evidence=replace(outcome.evidence, tables=tables))
    title, text = described(module)
    return Assessed(
        code=module.CODE,
        title=title,
        section=module.SECTION,
        severity=policy.severity_of(module, subject.settings),
        text=text,
        outcome=outcome,
        seconds=round(time.monotonic() - clock, 3),
        waived=judged.counts,
    )


def described(module: ModuleType) -> tuple[str, str]:
    """Return title and text of a check, from its docstring."""
    title, _, text = (module.__doc__ or "").partition("\n")
    return title.rstrip("."), text.strip()


def _asked(module: ModuleType, subject: Subject) -> Outcome:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the person's model, on rows it has answered before
            outcome: Outcome = module.check(subject)
    except Exception as error:  # noqa: BLE001 - the reason stands in the outcome
        reason = f"the check itself failed: {type(error).__name__}: {error}"
        return NotAssessed(reason=reason, severity=module.SEVERITY)
    return outcome


def _weighed(outcome: Outcome, module: ModuleType, settings: Settings) -> Outcome:
    match outcome:
        case Failed() | NotAssessed():
            severity = policy.severity_under(outcome.severity, module, settings)
            return replace(outcome, severity=severity)
        case Passed() | NotApplicable() | Attested():
            return outcome
        case _:
            assert_never(outcome)


def _conditional(one: Assessed) -> bool:
    """Tell whether it only does not stand in the way because somebody accepted it."""
    return bool(one.waived) and isinstance(one.outcome, Failed) and one.outcome.severity != "minor"


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
        "counts": {name: states.count(name) for name in STATES},
        "policy": policy.to_json(checklist.settings),
        "outcomes": outcomes,
    }


def _plain(value: Any) -> Any:
    """Return `value` as JSON takes it: numpy scalars as numbers, NaN and infinity as None."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
