"""Draw the readiness report of a bundle again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.files import write_atomically
from o16n.grammar import argument, option

if TYPE_CHECKING:
    from o16n.grammar import Face
    from o16n.reports.content import BundleContent


@dataclass(frozen=True, kw_only=True)
class Options:
    """What `o16n report` takes."""

    bundle: Path = argument("bundle (directory or zip)", kind="path", completes="bundle")
    out: Path | None = option("--out", kind="path", help="where the page goes", metavar="HTML")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The page and its verdict."""

    content: BundleContent
    page: Path

    exit_code = 0

    def as_json(self) -> dict[str, Any]:
        """Return place and verdict."""
        return {
            "report": str(self.page),
            "verdict": self.content.readiness["verdict"],
            "identity": self.content.identity,
        }

    def __str__(self) -> str:
        return f"{self.content.name}: {self.content.readiness['verdict']}; report: {self.page}"

    def _repr_html_(self) -> str:
        from o16n.reports.cards import plain_card

        return plain_card(
            f"{self.content.name}: {self.content.readiness['verdict']}",
            [("report", str(self.page))],
        )


def run(options: Options, face: Face) -> Drawn:
    """Draw the readiness report of a bundle again.

    Raises:
        BundleError: the bundle does not verify.
    """
    from o16n.bundle.read import open_bundle
    from o16n.reports.content import from_bundle
    from o16n.reports.readiness import readiness_page

    face.say("reading the bundle")
    content = from_bundle(open_bundle(Path(options.bundle)))
    page = options.out or Path(f"{content.name}-readiness.html")
    write_atomically(page, readiness_page(content))
    return Drawn(content=content, page=page)
