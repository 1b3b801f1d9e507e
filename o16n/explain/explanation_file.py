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
    additivity = told.pop("additivity")
    return Explanation(
        drivers=tuple(Driver(**one) for one in told.pop("drivers")),
        cases=tuple(cases),
        additivity=Additivity(**additivity) if additivity is not None else None,
        limits=tuple(told.pop("limits")),
        **told,
    )
