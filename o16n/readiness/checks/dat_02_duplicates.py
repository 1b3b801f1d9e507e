"""No duplicate rows across the split.

Asked: how many test rows also stand in training, beyond what chance gives?

Why: a test row that was trained on is remembered, not predicted, and flatters every metric.

How: a 64-bit digest of each row's inputs, whatever their types; the share of test rows whose digest
occurs in training is held against two expectations. Rows of few-valued data repeat by chance: the
share of training rows that have a twin in training says how often. More than 1 percentage point
above it (and not by chance, exact binomial test at 1 %) is major, more than 5 points is a blocker.
Where rows hardly ever could repeat (less than 1 % would if the columns were independent) and still
more than 1 % of the test rows do, records stand twice in the data itself: major.

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

    from o16n.readiness.subject import Sample, Subject

CODE = "DAT-02"
SECTION: Section = "Data"
SEVERITY: Severity = "blocker"
THRESHOLD = 0.01
FAR = 0.05
SURE = 0.01
SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Shares of rows that stand in training too: found in test, and expected in two ways."""

    found: float
    by_chance: float
    if_independent: float
    repeated: int
    p: float


def check(subject: Subject) -> Outcome:
    """Compare the share of test rows that stand in training with what chance gives."""
    test = subject.candidate.test
    if test is None:
        return NotApplicable(reason="nothing was held back, so nothing can stand on both sides")
    train, other = subject.sample(subject.candidate.train), subject.sample(test)
    one, two = columns.digests(train.frame), columns.digests(other.frame)
    shares, limit = _shares(one, two, train, subject.seed), subject.threshold(CODE, THRESHOLD)
    evidence = Evidence(
        statement=f"{shares.repeated} of {len(two)} test rows ({shares.found:.1%}) also stand in "
        f"training; {shares.by_chance:.1%} of the training rows have a twin there, and "
        f"{shares.if_independent:.1%} would repeat if the columns were independent",
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
    twice = shares.found > limit and shares.if_independent < THRESHOLD
    return "major" if twice else None


def _shares(
    one: np.ndarray[Any, Any], two: np.ndarray[Any, Any], train: Sample, seed: int
) -> Shares:
    import numpy as np
    from scipy.stats import binomtest

    _, inverse, counts = np.unique(one, return_inverse=True, return_counts=True)
    by_chance = float((counts[inverse] > 1).mean())
    rng = np.random.default_rng(seed)
    mixed = train.frame.copy(deep=False)
    for place in range(mixed.shape[1]):
        mixed.isetitem(place, train.frame.iloc[:, place].array.take(rng.permutation(len(one))))
    repeated = int(np.isin(two, one).sum())
    return Shares(
        found=repeated / len(two),
        by_chance=by_chance,
        if_independent=float(np.isin(columns.digests(mixed), one).mean()),
        repeated=repeated,
        p=float(binomtest(repeated, len(two), by_chance, alternative="greater").pvalue),
    )


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
