"""The data contract holds on train and test.

Asked: do the rows that trained and tested the model meet the schema that callers will be held to,
and does every column carry something?

Why: a contract that its own data breaks refuses good rows in service; a column that is always the
same, or empty, or names the row, is a broken feed or a memory, not a reason.

How: every cell is held against schema.json (type, missing value, level). More than 1 % of rows
refused is major, fewer is minor. A share of missing values that differs by more than 5 percentage
points between train and test, and not by chance (two-sided Fisher test, Benjamini-Hochberg 1 %), is
major, and so is a column without any value. Columns with one value only, and columns that look like
an identifier (whole numbers, all different, in an unbroken run; or texts without spaces of which
95 % are different, from 50 rows on), are minor.

To mend: correct the rows, or let training see what callers will send; drop columns that say nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.errors import RowsRefused
from o16n.readiness import columns
from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity, Table
from o16n.scoring.validate import problems
from o16n.statistics import benjamini_hochberg

if TYPE_CHECKING:
    import pandas as pd

    from o16n.readiness.subject import Subject

CODE = "DAT-01"
SECTION: Section = "Data"
SEVERITY: Severity = "major"
THRESHOLD = 0.01
APART = 0.05
FEWEST = 50
DIFFERENT = 0.95
SHOWN = 10


def check(subject: Subject) -> Outcome:
    """Validate the rows of both parts against the schema, then look at each column."""
    candidate, limit = subject.candidate, subject.threshold(CODE, THRESHOLD)
    parts = [part for part in (candidate.train, candidate.test) if part is not None]
    samples = [subject.sample(part) for part in parts]
    rows = sum(len(sample.frame) for sample in samples)
    try:
        broken, shown = _broken(subject, [sample.frame for sample in samples])
    except RowsRefused as refused:
        broken, shown = rows, [("all", "all", str(refused))]
    remarks = _remarks([sample.frame for sample in samples])
    told = "; ".join(f"{part.name}: {one}" for part, one in zip(parts, samples, strict=True))
    evidence = Evidence(
        statement=f"{broken} of {rows} rows break the schema; {len(remarks)} remarks on columns",
        value=broken / max(rows, 1),
        threshold=limit,
        n=rows,
        method=f"every cell against schema.json, {told}",
        tables=tuple(
            Table(header=header, rows=tuple(found[:SHOWN]), caption=caption)
            for header, found, caption in (
                (("part", "row", "problem"), shown, f"first of {broken} rows"),
                (("column", "remark", "severity"), remarks, f"first of {len(remarks)} remarks"),
            )
            if found
        ),
    )
    if not broken and not remarks:
        return Passed(evidence=evidence)
    major = broken > limit * rows or any(remark[2] == "major" for remark in remarks)
    return Failed(
        severity="major" if major else "minor",
        evidence=evidence,
        reason=f"{broken} of {rows} rows of the notebook's own data would be refused"
        if broken
        else f"column {remarks[0][0]}: {remarks[0][1]}",
        remedy="correct these rows, or widen what training has seen"
        if broken
        else "see whether its source is whole; drop a column that says nothing",
    )


def _broken(subject: Subject, frames: list[pd.DataFrame]) -> tuple[int, list[Any]]:
    broken, shown = 0, []
    for name, frame in zip(("train", "test"), frames, strict=False):
        found = problems(frame, subject.schema)
        bad = found[found != ""]
        broken += len(bad)
        shown += [(name, str(label), text) for label, text in bad.head(5).items()]
    return broken, shown


def _remarks(frames: list[pd.DataFrame]) -> list[tuple[str, str, Severity]]:
    """Return (column, what is odd, severity), the worst first."""
    found: list[tuple[str, str, Severity]] = []
    for name, column in columns.each(frames[0]):
        if column.isna().all():
            found.append((name, "has no value in training", "major"))
        elif _constant(column):
            found.append((name, f"is always {str(column.iloc[0])[:40]}", "minor"))
        elif _identifies(column.dropna()):
            found.append((name, "looks like an identifier of the row", "minor"))
    if len(frames) > 1:
        found += _missing_apart(*frames)
    return sorted(found, key=lambda one: one[2] != "major")


def _constant(column: pd.Series[Any]) -> bool:
    return len(column) > 1 and len(set(columns.levels(column))) == 1


def _identifies(present: pd.Series[Any]) -> bool:
    import pandas as pd

    if len(present) < FEWEST:
        return False
    if pd.api.types.is_integer_dtype(present.dtype):
        span = int(present.max()) - int(present.min()) + 1
        return bool(present.is_unique) and span <= 2 * len(present)  # a split takes about half away
    if columns.is_number(present):
        return False
    texts = present.astype(str)
    alone = 1 - float(texts.str.contains(r"\s").mean())
    return texts.nunique() >= DIFFERENT * len(texts) and alone >= DIFFERENT


def _missing_apart(train: pd.DataFrame, test: pd.DataFrame) -> list[tuple[str, str, Severity]]:
    """Return the columns whose share of missing values differs between the parts, surely."""
    from scipy.stats import fisher_exact

    apart, p_values = [], []
    for (name, one), (_, other) in zip(columns.each(train), columns.each(test), strict=True):
        gone, gone_too = int(one.isna().sum()), int(other.isna().sum())
        if gone or gone_too:
            table = [[gone, len(one) - gone], [gone_too, len(other) - gone_too]]
            p_values.append(float(fisher_exact(table).pvalue))
            apart.append((name, gone / len(one), gone_too / len(other)))
    sure = benjamini_hochberg(p_values, q=0.01)
    return [
        (name, f"missing in {one:.1%} of train and {other:.1%} of test", "major")
        for (name, one, other), so in zip(apart, sure, strict=True)
        if so and abs(one - other) > APART
    ]
