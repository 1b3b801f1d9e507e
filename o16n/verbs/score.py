"""Answer the rows of a data file from a verified bundle."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import UsageError
from o16n.files import write_atomically
from o16n.grammar import argument, option

if TYPE_CHECKING:
    import pandas as pd

    from o16n.bundle.read import Bundle
    from o16n.grammar import Face
    from o16n.scoring.scorer import Scorer
    from o16n.scoring.validate import Problem

SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Options:
    """What `o16n score` takes."""

    bundle: Path = argument("bundle (directory or zip)", kind="path", completes="bundle")
    data: Path = argument(
        "rows to answer: csv, tsv, json, jsonl, parquet or xlsx", kind="path", completes="data file"
    )
    out: Path | None = option("--out", kind="path", help="write the lines to this csv or parquet")
    index: str | None = option("--index", help="column that names the rows", metavar="COLUMN")
    encoding: str = option(
        "--encoding", default="", help="of a text file that is not UTF-8", metavar="NAME"
    )
    inputs: bool = option("--inputs", kind="flag", help="the rows are model inputs, not raw rows")
    explain: bool = option(
        "--explain", kind="flag", help="add the three columns that moved each answer most"
    )
    trust_code: str | None = option(
        "--trust-code", help="identity whose code you have read and accept", metavar="SHA"
    )


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One line per row, how many got an answer, and what is wrong with the others by cell."""

    lines: pd.DataFrame
    bundle: str
    out: Path | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 where every row has an answer, 1 where one has none."""
        return 0 if self.answered == len(self.lines) else 1

    @property
    def answered(self) -> int:
        """How many rows have an answer."""
        return int((self.lines["problem"] == "").sum())

    def as_json(self) -> dict[str, Any]:
        """Return counts and, without an output file, the lines."""
        import json

        found: dict[str, Any] = {
            "bundle": self.bundle,
            "rows": len(self.lines),
            "answered": self.answered,
            "out": str(self.out) if self.out else None,
            "problems": [asdict(one) for one in self.problems],
            "warnings": list(self.warnings),
        }
        if self.out is None:
            found["lines"] = json.loads(self.lines.to_json(orient="records", double_precision=15))
        return found

    def __str__(self) -> str:
        counts = f"{self.answered} of {len(self.lines)} rows answered"
        reasons = self.lines.loc[self.lines["problem"] != "", "problem"]
        worst = [f"  {n} × {text}" for text, n in reasons.value_counts().head(SHOWN).items()]
        worst += [f"  note: {one}" for one in self.warnings[:SHOWN]]
        if self.out is not None:
            return "\n".join([f"{counts}; lines in {self.out}", *worst])
        more = (
            f"\n… {len(self.lines) - SHOWN} more; --out FILE writes all"
            if len(self.lines) > SHOWN
            else ""
        )
        return "\n".join([self.lines.head(SHOWN).to_string() + more, counts, *worst])

    def _repr_html_(self) -> str:
        from o16n.templating import render

        return render(
            "cards/score.html.j2",
            rows=len(self.lines),
            answered=self.answered,
            out=self.out,
            header=[str(name) for name in self.lines.columns],
            lines=[
                [str(index), *map(str, values)]
                for index, values in zip(
                    self.lines.head(SHOWN).index,
                    self.lines.head(SHOWN).to_numpy().tolist(),
                    strict=True,
                )
            ],
        )


def run(options: Options, face: Face) -> Scored:
    """Answer the rows of a data file from a verified bundle.

    Raises:
        RowsRefused: the rows do not meet the schema, or the bundle has no recipe for them.
        UsageError: the data file cannot be read.
    """
    from o16n.bundle.read import open_bundle
    from o16n.scoring.batch import read_rows
    from o16n.scoring.scorer import as_csv, load_scorer

    if options.explain and options.inputs:
        raise UsageError("raw rows are explained, not model inputs", where="--explain --inputs")
    face.say("verifying the bundle")
    bundle = open_bundle(Path(options.bundle))
    scorer = load_scorer(bundle, trust_code=options.trust_code)
    frame = read_rows(
        Path(options.data), scorer.schema, index=options.index, encoding=options.encoding
    )
    face.say(f"answering {len(frame)} rows")
    found = scorer.scored(frame, inputs=options.inputs)
    if options.explain:
        found = replace(found, lines=_with_reasons(found.lines, frame, (scorer, bundle), face))
    if options.out is not None:
        if options.out.suffix == ".parquet":
            write_atomically(options.out, found.lines.to_parquet())
        else:
            write_atomically(options.out, as_csv(found.lines))
    return Scored(
        lines=found.lines,
        bundle=scorer.identity,
        out=options.out,
        problems=found.problems,
        warnings=found.warnings,
    )


def _with_reasons(
    lines: pd.DataFrame, frame: pd.DataFrame, served: tuple[Scorer, Bundle], face: Face
) -> pd.DataFrame:
    """Return scored lines with `reason_1` to `reason_3` and `reason_unit` before `problem`."""
    from o16n.explain.reasons import MOST, reasons_for
    from o16n.scoring import golden

    scorer, bundle = served
    good = (lines["problem"] == "").to_numpy()
    names = [f"reason_{place}" for place in range(1, MOST + 1)]
    told: list[tuple[str, ...]] = [("",) * (MOST + 1)] * len(lines)
    if good.any():
        sample = golden.rows_of(golden.golden_from_json(bundle.json("golden.json")).rows)
        candidate = "evidence/candidate.json"
        about = bundle.json(candidate) if bundle.has(candidate) else {}
        found = reasons_for(scorer, frame.loc[good], sample, about, say=face.say)
        for place, texts in zip(good.nonzero()[0].tolist(), found.texts, strict=True):
            told[place] = (*texts, found.unit)
    wide = lines.copy()
    before = list(wide.columns).index("problem")
    for at, name in enumerate([*names, "reason_unit"]):
        wide.insert(before + at, name, [one[at] for one in told])
    return wide
