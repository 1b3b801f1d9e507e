"""Say whether a bundle is what it says, without executing anything of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.grammar import argument, option

if TYPE_CHECKING:
    from o16n.bundle.verify import Verification
    from o16n.grammar import Face


@dataclass(frozen=True, kw_only=True)
class Options:
    """What `o16n verify` takes."""

    bundle: Path = argument("bundle (directory or zip)", kind="path", completes="bundle")
    golden: bool = option(
        "--golden", kind="flag", help="load the model and answer the golden rows too"
    )
    trust_code: str | None = option(
        "--trust-code", help="identity whose code you accept", metavar="SHA"
    )


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What was verified; `golden` is how many golden rows agreed, None where none was asked."""

    verification: Verification
    golden: int | None

    exit_code = 0

    def as_json(self) -> dict[str, Any]:
        """Return the verification; `golden` is the number of golden rows that agreed, or null."""
        return {"verified": True, "golden": self.golden, **asdict(self.verification)}

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What a person reads, as (what, value)."""
        found = self.verification
        said = found.evidence_date or "withheld"
        rows = [
            ("identity", found.identity),
            ("name", f"{found.name} {found.version}"),
            ("files", f"{found.files}, {found.size:,} bytes"),
            ("evidence", said),
        ]
        if self.golden is None:
            return rows
        return [*rows, ("golden rows", f"{self.golden} answered as packaged")]

    def __str__(self) -> str:
        from o16n.reports.cards import plain_text

        return plain_text("verified", self.rows)

    def _repr_html_(self) -> str:
        from o16n.reports.cards import plain_card

        return plain_card("verified", self.rows)


def run(options: Options, face: Face) -> Verified:
    """Say whether a bundle is what it says, without executing anything of it.

    Raises:
        BundleError: it does not verify; the message names what changed.
        TrustRequired: `--golden` would run code of the notebook that nobody accepted.
    """
    from o16n.bundle.read import open_bundle
    from o16n.bundle.verify import verify

    bundle = open_bundle(Path(options.bundle))
    rows = None
    if options.golden:
        from o16n.scoring.scorer import load_scorer

        face.say("answering the golden rows")
        rows = load_scorer(bundle, trust_code=options.trust_code).golden_rows
    return Verified(verification=verify(bundle), golden=rows)
