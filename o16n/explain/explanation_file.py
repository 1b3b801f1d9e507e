"""explanation.json: written and read back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from o16n.explain.explanation import Additivity, Case, Contribution, Driver, Explanation

FORMAT = 1


def to_json(explanation: Explanation) -> dict[str, Any]:
    """Return `explanation` as the document explanation.json."""
    return {"format": FORMAT, **asdict(explanation)}


def from_json(document: dict[str, Any]) -> Explanation:
    """Return the explanation that explanation.json tells."""
    told = {name: value for name, value in document.items() if name != "format"}
    cases = [
        Case(**{**one, "contributions": tuple(Contribution(**c) for c in one["contributions"])})
        for one in told.pop("cases")
    ]
    drivers = [
        Driver(**{**one, "by_output": tuple(one.get("by_output", ()))})
        for one in told.pop("drivers")
    ]
    additivity = told.pop("additivity")
    for listed in ("limits", "outputs", "bases", "passed_over"):
        told[listed] = tuple(told.get(listed, ()))
    return Explanation(
        drivers=tuple(drivers),
        cases=tuple(cases),
        additivity=Additivity(**additivity) if additivity is not None else None,
        **told,
    )
