"""Say why a bundle answers as it does, for all rows and for single ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import UnknownName, UsageError
from o16n.files import sha256, write_atomically
from o16n.grammar import argument, option

if TYPE_CHECKING:
    from o16n.explain.effects.effects import Effects
    from o16n.explain.explanation import Explanation
    from o16n.explain.from_bundle import Given
    from o16n.grammar import Face
    from o16n.reports.content import BundleContent
    from o16n.scoring.scorer import Scorer

SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """What `o16n explain` takes."""

    bundle: Path = argument("bundle (directory or zip)", kind="path", completes="bundle")
    data: Path | None = argument(
        "rows to explain, in the form that score takes; without them what packaging found is shown",
        default=None,
        kind="path",
        completes="data file",
    )
    row: tuple[str, ...] = option(
        "--row", help="break this row down too (its number, or its --index)", multiple=True,
        metavar="ID",
    )  # fmt: skip
    out: Path | None = option("--out", kind="path", help="write the page here", metavar="HTML")
    markdown: Path | None = option(
        "--markdown", kind="path", help="write the same as Markdown here", metavar="MD"
    )
    index: str | None = option("--index", help="column that names the rows", metavar="COLUMN")
    encoding: str = option(
        "--encoding", default="", help="of a text file that is not UTF-8", metavar="NAME"
    )
    seconds: float | None = option(
        "--seconds",
        kind="number",
        help="that it may take, 60 if left out; fewer widen the intervals",
        metavar="SECONDS",
    )
    trust_code: str | None = option(
        "--trust-code", help="identity whose code you have read and accept", metavar="SHA"
    )


@dataclass(frozen=True, kw_only=True)
class Explained:
    """One explanation: as text, as Markdown, as a card, as a page and for machines."""

    content: BundleContent
    page: Path | None = None

    exit_code = 0

    def as_json(self) -> dict[str, Any]:
        """Return every number; of two runs only `seconds` and `forecast` differ."""
        return {
            "identity": self.content.identity,
            "name": self.content.name,
            "page": str(self.page) if self.page else None,
            "explanation": self.content.explanation,
            "effects": self.content.effects,
        }

    def __str__(self) -> str:
        from o16n.reports.explanation import explanation_text

        text = explanation_text(self.content)
        return f"{text}\n\npage: {self.page}" if self.page else text

    def _repr_html_(self) -> str:
        from o16n.reports.explanation import explanation_card

        return explanation_card(self.content, str(self.page or ""))

    def _repr_markdown_(self) -> str:
        from o16n.reports.explanation import explanation_markdown

        return explanation_markdown(self.content)


def run(options: Options, face: Face) -> Explained:
    """Say why a bundle answers as it does, for all rows and for single ones.

    Raises:
        BundleError: the bundle does not verify, or holds no explanation.
        RowsRefused: the rows do not meet the schema.
        UsageError: the data file cannot be read, or rows are named that are not there.
    """
    from o16n.bundle.read import open_bundle
    from o16n.reports.content import from_bundle

    face.say("verifying the bundle")
    bundle = open_bundle(Path(options.bundle))
    content = from_bundle(bundle)
    if options.data is None:
        content = _stored(content, options)
    else:
        from o16n.scoring.scorer import load_scorer

        scorer = load_scorer(bundle, trust_code=options.trust_code)
        content = _computed(scorer, content, options, face)
    return _written(Explained(content=content), options)


def _written(found: Explained, options: Options) -> Explained:
    from o16n.reports.explanation import explanation_markdown, explanation_page

    if options.markdown is not None:
        write_atomically(options.markdown, explanation_markdown(found.content))
    if options.out is None:
        return found
    write_atomically(options.out, explanation_page(found.content))
    return replace(found, page=options.out)


def _stored(content: BundleContent, options: Options) -> BundleContent:
    """Return what packaging found; a named row must be among its cases."""
    if not content.explanation:
        raise UsageError(
            "holds no explanation",
            where=str(options.bundle),
            hint=f"give rows: o16n explain {options.bundle} DATA",
        )
    cases = {one["row"]: one for one in content.explanation["cases"]}
    for row in options.row:
        if row not in cases:
            known = UnknownName("row", row, list(cases), where="the cases of the bundle")
            raise UsageError(
                known.what,
                where=known.where,
                hint=f"give its data: o16n explain {options.bundle} DATA --row {row}",
            )
    named = [
        {**one, "kind": f"named, {one['kind']}"} if one["row"] in options.row else one
        for one in content.explanation["cases"]
    ]
    return replace(content, explanation={**content.explanation, "cases": named})


def _computed(
    scorer: Scorer, content: BundleContent, options: Options, face: Face
) -> BundleContent:
    from o16n.explain import explanation_file
    from o16n.explain.effects.effects import to_json
    from o16n.explain.from_bundle import explain_given, rows_given
    from o16n.scoring.batch import read_rows

    path, seconds = Path(str(options.data)), options.seconds or SECONDS
    frame = read_rows(path, scorer.schema, index=options.index, encoding=options.encoding)
    about = content.candidate
    given = rows_given(scorer, frame, target=about.get("target"), name=path.name)
    face.say(f"explaining {len(given.rows)} rows, in about {seconds:g} s at most")
    found = explain_given(
        scorer, given, about, seconds=seconds * 2 / 3, say=face.say, rows=options.row
    )
    face.say("asking about changed rows")
    effects = _effects(scorer, given, found, path, seconds / 3)
    return replace(
        content,
        explanation=explanation_file.to_json(found),
        effects=to_json(effects),
    )


def _effects(
    scorer: Scorer, given: Given, found: Explanation, path: Path, seconds: float
) -> Effects:
    from o16n.explain.effects.effects import Wanted, effects_of
    from o16n.explain.effects.scene import scene_of

    scene = scene_of(
        scorer,
        given.rows,
        names=map(str, given.rows.index),
        truth=given.truth,
        drivers=[one.column for one in found.drivers],
        about={"output": found.output, "outputs": found.outputs, "seed": found.seed},
    )
    wanted = Wanted(
        part=f"rows of {given.name}",
        cases=tuple(one.row for one in found.cases),
        digest=sha256(path.read_bytes()),
    )
    effects = effects_of(scene, wanted, seconds=seconds)
    untold = tuple(
        (name, given.untold if "truth" in why and given.untold else why)
        for name, why in effects.left_out
    )
    refused = ((f"{given.refused} rows", "the scorer refuses them"),) if given.refused else ()
    return replace(effects, left_out=(*untold, *refused), refused=given.refused)
