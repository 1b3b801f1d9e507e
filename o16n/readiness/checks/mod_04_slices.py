"""No slice is much weaker than the whole.

A good average can hide a group that is served badly. Every level of a text column and every quarter
of a numeric one with enough rows is compared with the rest; many are tried, so the false discovery
rate is held at 5 %. To mend: more data for the slice, a feature for it, or refer such rows.
"""

from __future__ import annotations

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
from o16n.statistics import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd

    from o16n.readiness.subject import Subject

CODE = "MOD-04"
SECTION: Section = "Model"
SEVERITY: Severity = "major"
FLOOR = 0.05
FEWEST = 30


def check(subject: Subject) -> Outcome:
    """Compare the mean loss of each slice with that of the other rows."""
    import numpy as np
    from scipy.stats import ttest_ind

    if subject.candidate.held_out.y is None or subject.candidate.task == "anomaly":
        return NotApplicable(reason="there is no target to measure against")
    good = _goodness(subject)
    found = []
    for name, inside in _slices(subject.rows(subject.candidate.held_out)):
        if FEWEST <= inside.sum() <= len(inside) - FEWEST:
            gap = float(good[~inside].mean() - good[inside].mean())
            p = (
                float(
                    ttest_ind(
                        good[inside], good[~inside], equal_var=False, alternative="less"
                    ).pvalue
                )
                if np.ptp(good)
                else 1.0
            )
            found.append((gap, p, name, int(inside.sum()), float(good[inside].mean())))
    if not found:
        return NotApplicable(reason=f"no slice has {FEWEST} of {len(good)} rows")
    weak = benjamini_hochberg([one[1] for one in found]) & (
        np.array([one[0] for one in found]) > FLOOR
    )
    ranked = sorted(zip(found, weak, strict=True), key=lambda one: -one[0][0])[:8]
    rows = tuple(
        (name, n, round(mean, 3), round(-gap, 3), "weak" if bad else "")
        for (gap, _, name, n, mean), bad in ranked
    )
    evidence = Evidence(
        statement=f"{int(weak.sum())} of {len(found)} slices are surely weaker by more than {FLOOR}",
        value=float(weak.sum()),
        threshold=0.0,
        n=len(found),
        method=f"one-sided Welch test, Benjamini-Hochberg 5 %, at least {FEWEST} rows",
        tables=(
            Table(
                header=(
                    "slice",
                    "rows",
                    "share right" if subject.candidate.classes else "1 − error / spread",
                    "against the rest",
                    "",
                ),
                rows=rows,
            ),
        ),
    )
    if not weak.any():
        return Passed(evidence=evidence)
    return Failed(
        severity="major",
        evidence=evidence,
        reason=f"the model is weaker for {rows[0][0]}",
        remedy="collect more such rows, add what explains them, or refer them to a person",
    )


def _goodness(subject: Subject) -> np.ndarray[Any, Any]:
    import numpy as np

    if subject.candidate.classes:
        return np.asarray(subject.outputs.labels == subject.truth, dtype="float64")
    assert subject.outputs.numbers is not None
    return np.asarray(
        1
        - np.abs(subject.outputs.numbers - subject.truth) / max(float(np.std(subject.truth)), 1e-12)
    )


def _slices(frame: pd.DataFrame) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    import pandas as pd

    few = 12
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_numeric_dtype(column.dtype) and column.nunique() > few:
            cuts = pd.qcut(
                column.rank(method="first"), 4, labels=["lowest", "second", "third", "highest"]
            )
            for label in cuts.cat.categories:
                yield f"{name}: {label} quarter", (cuts == label).to_numpy(dtype=bool)
        else:
            for value in column.dropna().unique()[:few]:
                yield f"{name} = {value}", (column == value).to_numpy(dtype=bool, na_value=False)
