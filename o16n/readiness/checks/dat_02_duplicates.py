"""No duplicate rows across the split.

Asked: how many test rows also stand in training, beyond what chance gives?

Why: a test row that was trained on is remembered, not predicted, and flatters every metric.

How: a 64-bit digest of each row's inputs, whatever their types; the share of test rows whose digest
occurs in training is held against two expectations. Rows of few-valued data repeat by chance: the
share of training rows that have a twin in training says how often. More than 1 percentage point
above it (and not by chance, exact binomial test at 1 %) is major, more than 5 points is a blocker.
Where one column alone tells rows apart (it has more different values than 0.4 times the training
rows) and still more than 1 % of the test rows repeat, records stand twice in the data itself: major.

To mend: drop duplicates before the split, or split by the entity that repeats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.readiness import columns
from o16n.readiness.check import (
    Evidence,
    Failed,
    NotApplicable,
    Outcome,
    Passed,
    Section,
    Severity,
    Table,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.readiness.subject import Sample, Subject

CODE = "DAT-02"
SECTION: Section = "Data"
SEVERITY: Severity = "blocker"
THRESHOLD = 0.01
FAR = 0.05
TELLING = 0.4
SURE = 0.01
SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Shares of rows that stand in training too: those of test, and of training itself.

    `telling` is a column that alone tells training rows apart, empty where there is none.
    """

    found: float
    by_chance: float
    telling: str
    repeated: int
    p: float


def check(subject: Subject) -> Outcome:
    """Compare the share of test rows that stand in training with what chance gives."""
    test = subject.candidate.test
    if test is None:
        return NotApplicable(reason="nothing was held back, so nothing can stand on both sides")
    train, other = subject.sample(subject.candidate.train), subject.sample(test)
    one, two = columns.digests(train.frame), columns.digests(other.frame)
    shares, limit = _shares(one, two, train), subject.threshold(CODE, THRESHOLD)
    evidence = Evidence(
        statement=f"{shares.repeated} of {len(two)} test rows ({shares.found:.1%}) also stand in "
        f"training; {shares.by_chance:.1%} of the training rows have a twin there"
        + (f", and {shares.telling} alone tells rows apart" if shares.telling else ""),
        value=shares.found,
        threshold=shares.by_chance + limit,
        n=len(two),
        seed=subject.seed,
        method=f"64-bit digest of each row, test: {other}, train: {train}",
        tables=_examples(one, two, train, other),
    )
    severity = _severity(shares, limit)
    if severity is None:
        return Passed(evidence=evidence)
    return Failed(
        severity=severity,
        evidence=evidence,
        reason=f"{shares.repeated} of {len(two)} test rows were trained on",
        remedy="drop duplicates before the split, or split by the entity that repeats",
    )


def _severity(shares: Shares, limit: float) -> Severity | None:
    above = shares.found - shares.by_chance
    if above > limit and shares.p < SURE:
        return "blocker" if above > FAR else "major"
    return "major" if shares.found > limit and shares.telling else None


def _shares(one: np.ndarray[Any, Any], two: np.ndarray[Any, Any], train: Sample) -> Shares:
    import numpy as np
    from scipy.stats import binomtest

    _, inverse, counts = np.unique(one, return_inverse=True, return_counts=True)
    by_chance = float((counts[inverse] > 1).mean())
    telling = (name for name, column in columns.each(train.frame) if _tells_apart(column))
    repeated = int(np.isin(two, one).sum())
    return Shares(
        found=repeated / len(two),
        by_chance=by_chance,
        telling=next(telling, ""),
        repeated=repeated,
        p=float(binomtest(repeated, len(two), by_chance, alternative="greater").pvalue),
    )


def _tells_apart(column: pd.Series[Any]) -> bool:
    return len(set(columns.levels(column))) > TELLING * len(column)


def _examples(
    one: np.ndarray[Any, Any], two: np.ndarray[Any, Any], train: Sample, other: Sample
) -> tuple[Table, ...]:
    """Return pairs of row labels, never values."""
    import numpy as np

    first = {digest: place for place, digest in reversed(list(enumerate(one.tolist())))}
    rows = tuple(
        (str(other.frame.index[place]), str(train.frame.index[first[int(two[place])]]))
        for place in np.flatnonzero(np.isin(two, one))[:SHOWN]
    )
    header = ("row of test", "the same row of train")
    return (Table(header=header, rows=rows, caption="examples, by row label"),) if rows else ()
