"""No duplicate rows across the split.

A test row that also stands in training is remembered, not predicted, and flatters the metric. Rows
of few-valued data repeat by chance: the share expected is measured between two halves of training.
To mend: drop duplicates before the split, or split by the entity that repeats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.readiness.check import Evidence, Failed, NotApplicable, Outcome, Passed, Section, Severity

if TYPE_CHECKING:
    import numpy as np

    from o16n.readiness.subject import Subject

CODE = "DAT-02"
SECTION: Section = "Data"
SEVERITY: Severity = "blocker"
ABOVE_CHANCE = 0.01


def check(subject: Subject) -> Outcome:
    """Compare the share of test rows that stand in training with what chance gives."""
    import numpy as np
    import pandas as pd

    test = subject.candidate.test
    if test is None:
        return NotApplicable(reason="nothing was held back, so nothing can stand on both sides")
    train = pd.util.hash_pandas_object(
        subject.rows(subject.candidate.train), index=False
    ).to_numpy()
    other = pd.util.hash_pandas_object(subject.rows(test), index=False).to_numpy()
    share = float(np.isin(other, train).mean())
    expected = _by_chance(train, subject.seed)
    evidence = Evidence(
        statement=f"{share:.1%} of {len(other)} test rows also stand in training; {expected:.1%} would by chance",
        value=share,
        threshold=expected + ABOVE_CHANCE,
        n=len(other),
        seed=subject.seed,
        method="64-bit hash of each row; chance: a quarter of training against the rest",
    )
    if share <= expected + ABOVE_CHANCE:
        return Passed(evidence=evidence)
    return Failed(
        severity="blocker" if share > expected + 0.05 else "major",
        evidence=evidence,
        reason=f"{share:.1%} of the test rows were trained on",
        remedy="drop duplicates before the split, or split by the entity that repeats",
    )


def _by_chance(train: np.ndarray[Any, Any], seed: int) -> float:
    import numpy as np

    order = np.random.default_rng(seed).permutation(len(train))
    quarter = max(len(order) // 4, 1)
    return float(np.isin(train[order[:quarter]], train[order[quarter:]]).mean())
