"""No slice is much weaker than the whole.

Asked: is there a group of rows that the model serves clearly worse than the others?

Why: a good average can hide a group that is served badly, and the groups that the law protects are
often small.

How: every level of a text column and every quarter of a numeric one, with at least 30 held-out rows
inside and outside, is compared with the other rows: the share answered rightly, or for a regression
1 − absolute error / standard deviation of the target. A slice that is surely more than 0.05 weaker
is major (one-sided test of the difference against 0.05; many are tried, so the false discovery rate
is held at 5 %, Benjamini-Hochberg). Rows near the border between two answers are harder for any
model: where there are probabilities, a slice only counts as weak if the model is also surely more
than 0.05 less often right there than it says. That excuse does not hold for columns named
`sensitive` in o16n.toml; they are always looked at, also where the model does not use them, and
always shown. A sensitive column that cannot be looked at is major.

To mend: more data for the slice, a feature for it, or refer such rows to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
from o16n.readiness.slices import Slice, sensitive_frame, slices
from o16n.statistics import Z, benjamini_hochberg, mean_gap

if TYPE_CHECKING:
    import numpy as np

    from o16n.readiness.subject import Subject

    Array = np.ndarray[Any, Any]

CODE = "MOD-04"
SECTION: Section = "Model"
SEVERITY: Severity = "major"
THRESHOLD = 0.05
FEWEST = 30
ROWS = 20_000
SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A slice against the other rows: `gap` is how much better the others are."""

    slice: Slice
    n: int
    mean: float
    said: float | None
    gap: float
    error: float
    p: float


def check(subject: Subject) -> Outcome:
    """Compare the mean goodness of each slice with that of the other rows."""
    if subject.unmeasurable:
        return subject.without_target(SEVERITY)
    import numpy as np

    floor = subject.threshold(CODE, THRESHOLD)
    sample = subject.sample(subject.tested, ROWS)
    good, said = _goodness(subject, sample.places)
    more, absent = sensitive_frame(subject, sample)
    named = subject.settings.sensitive
    every = [*slices(more, sensitive=named), *slices(sample.frame, sensitive=named)]
    found = [_compared(one, good, said, floor) for one in every if _wanted(one)]
    tried = [one for one in found if FEWEST <= one.n <= len(good) - FEWEST]
    if not tried and not absent:
        return NotApplicable(reason=f"no slice has {FEWEST} of {len(good)} held-out rows")
    sure = benjamini_hochberg([one.p for one in tried])
    weak = [one for one, so in zip(tried, sure, strict=True) if so and one.gap > floor]
    shown = sorted(found, key=lambda one: (not one.slice.sensitive, one not in weak, -one.gap))
    kept = max(SHOWN, sum(one.slice.sensitive for one in shown) + len(weak))
    told = f"; {', '.join(absent)} could not be looked at" if absent else ""
    evidence = Evidence(
        statement=f"{len(weak)} of {len(tried)} slices are surely weaker by more than {floor}{told}",
        value=float(max((one.gap for one in tried), default=np.nan)),
        threshold=floor,
        n=len(good),
        seed=subject.seed,
        method=f"one-sided test of each slice against the rest, Benjamini-Hochberg 5 %, at least {FEWEST} rows; {sample}",
        tables=(_table(subject, shown[:kept], weak),),
        figures=("slices",) if shown else (),
    )
    if not weak and not absent:
        return Passed(evidence=evidence)
    worst = max(weak, key=lambda one: one.gap) if weak else None
    return Failed(
        severity="major",
        evidence=evidence,
        reason=f"the model is weaker by {worst.gap:.2f} for {worst.slice.name} ({worst.n} rows)"
        if worst
        else f"{', '.join(absent)} is declared sensitive and is not among the rows known here",
        remedy="collect more such rows, add what explains them, or refer them to a person"
        if worst
        else "keep the column in the rows that the notebook reads, and read them from a file",
    )


def _wanted(one: Slice) -> bool:
    rows = int(one.inside.sum())
    return one.sensitive or FEWEST <= rows <= len(one.inside) - FEWEST


def _compared(one: Slice, good: Array, said: Array | None, floor: float) -> Compared:
    inside, outside = good[one.inside], good[~one.inside]
    told = float(said[one.inside].mean()) if said is not None else None
    if not len(inside) or not len(outside):
        mean = float(good.mean())
        return Compared(slice=one, n=len(inside), mean=mean, said=told, gap=0.0, error=0.0, p=1.0)
    gap, error = mean_gap(outside, inside)
    p = _surely(gap, error, floor)
    if said is not None and not one.sensitive:
        surprise = good - said
        p = max(p, _surely(*mean_gap(surprise[~one.inside], surprise[one.inside]), floor))
    return Compared(
        slice=one, n=len(inside), mean=float(inside.mean()), said=told, gap=gap, error=error, p=p
    )


def _surely(gap: float, error: float, floor: float) -> float:
    """Return the p-value of the gap being no more than `floor`."""
    from scipy.stats import norm

    return float(norm.sf((gap - floor) / error)) if error else float(gap <= floor)


def _table(subject: Subject, shown: list[Compared], weak: list[Compared]) -> Table:
    measure = "share right" if subject.outputs.numbers is None else "1 − error / spread"
    header = ("slice", "rows", measure, "model says", "rest is better by", "from", "to", "")
    return Table(header=header, rows=tuple(_row(one, weak=one in weak) for one in shown))


def _row(one: Compared, *, weak: bool) -> tuple[str | float | int, ...]:
    words = ["sensitive"] * one.slice.sensitive + ["weak"] * weak
    words += ["too few to judge"] * (one.n < FEWEST)
    half = Z * one.error
    said = "" if one.said is None else round(one.said, 3)
    gaps = (round(value, 3) for value in (one.gap, one.gap - half, one.gap + half))
    return (one.slice.name, one.n, round(one.mean, 3), said, *gaps, ", ".join(words))


def _goodness(subject: Subject, places: Array) -> tuple[Array, Array | None]:
    """Return how good each answer at `places` is, and what the model's probability says of it."""
    import numpy as np

    outputs, truth = subject.outputs.take(places), subject.truth[places]
    if outputs.numbers is None:
        right = np.asarray(outputs.labels == truth, dtype="float64")
        shares = outputs.probabilities
        return right, None if shares is None else np.asarray(shares.max(axis=1))
    actual = truth.astype("float64")
    spread = max(float(subject.truth.astype("float64").std()), 1e-12)
    return np.asarray(1 - np.abs(outputs.numbers - actual) / spread), None
