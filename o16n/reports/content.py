"""What a page is drawn from: the JSON documents of one bundle, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from o16n.bundle.read import Bundle

DOCUMENTS = {
    "readiness": "evidence/readiness.json",
    "explanation": "evidence/explanation.json",
    "effects": "evidence/effects.json",
    "candidate": "evidence/candidate.json",
    "proof": "evidence/proof.json",
    "run": "evidence/run.json",
    "recipe": "recipe/recipe.json",
    "schema": "schema.json",
}
HASHED = ("model/model.skops", "recipe/recipe.json", "schema.json", "profile.json")


@dataclass(frozen=True, kw_only=True)
class BundleContent:
    """The documents of a bundle; those it does not hold are empty."""

    identity: str
    name: str
    version: str
    date: str
    readiness: dict[str, Any]
    explanation: dict[str, Any]
    candidate: dict[str, Any]
    recipe: dict[str, Any]
    schema: dict[str, Any]
    proof: dict[str, Any] = field(default_factory=dict)
    run: dict[str, Any] = field(default_factory=dict)
    effects: dict[str, Any] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    def outcome(self, code: str) -> dict[str, Any]:
        """Return the outcome of a check, empty where it was not asked."""
        return next(
            (one["outcome"] for one in self.readiness.get("outcomes", ()) if one["code"] == code),
            {},
        )

    @property
    def verdict(self) -> str:
        """The verdict, `not known` where no evidence is attached."""
        verdict: str = self.readiness.get("verdict", "not known")
        return verdict

    @property
    def blocking(self) -> list[dict[str, Any]]:
        """The checks that stand in the way."""
        return [one for one in self.readiness.get("outcomes", ()) if one["blocks"]]

    @property
    def conditions(self) -> list[dict[str, Any]]:
        """The checks that decide the verdict without standing in the way."""
        deciding = self.readiness.get("deciding", ())
        every = self.readiness.get("outcomes", ())
        return [one for one in every if one["code"] in deciding and not one["blocks"]]

    @property
    def odd(self) -> list[str]:
        """What the record finds odd about what the notebook did, each with its place."""
        found = []
        for one in self.candidate.get("odd", ()):
            place = one["place"] or {}
            line = f" line {place['line']}" if place.get("line") else ""
            where = f"cell {place['cell']}{line}: " if place else ""
            found.append(where + one["message"])
        return found

    @property
    def watched(self) -> str:
        """How the candidate was found, in one sentence; empty where an older document is silent."""
        if "watched" not in self.candidate:
            return ""
        if (mechanism := self.candidate["watched"]) == "sys.setprofile":
            return (
                f"seen while the cells ran ({mechanism}: on Python 3.11 watching costs more CPU "
                "than from 3.12 on)"
            )
        if mechanism:
            return f"seen while the cells ran ({mechanism})"
        return "not watched: inferred from names, history, statements and stored outputs"

    @property
    def sentence(self) -> str:
        """What the model is, in one sentence."""
        about = self.candidate
        target = f" of {about['target']}" if about.get("target") else ""
        task = f", {about['task']}" if about.get("task") else ""
        return f"{about.get('name', self.name)}: {about.get('class', 'a model')}{task}{target}"

    @property
    def metric(self) -> str:
        """The metric with its interval, in one sentence."""
        statement: str = self.outcome("MOD-02").get("evidence", {}).get("statement", "no metric")
        return statement


def from_bundle(bundle: Bundle) -> BundleContent:
    """Return the content of a verified bundle."""
    told = {key: bundle.json(path) if bundle.has(path) else {} for key, path in DOCUMENTS.items()}
    return BundleContent(
        identity=bundle.identity,
        name=bundle.manifest.name,
        version=bundle.manifest.version,
        date=bundle.evidence_date or "",
        digests={one.path: one.sha256 for one in bundle.manifest.files if one.path in HASHED},
        **told,
    )
