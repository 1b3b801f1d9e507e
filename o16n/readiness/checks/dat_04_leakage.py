"""No single column gives the target away.

A column that alone predicts the target almost perfectly is usually known only after the fact. Each
column gets a depth-3 tree, three-fold; AUC 0.95 (R² 0.90) and as good as the whole model is a
leak. To mend: ask when the value is known; drop the column if it is after the decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n import metrics
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
    import pandas as pd

    from o16n.readiness.subject import Subject

CODE = "DAT-04"
SECTION: Section = "Data"
SEVERITY: Severity = "blocker"
LIMITS = {"roc_auc": 0.95, "r2": 0.90, "roc_auc_ovr": 0.95}
ROWS = 5000
NEAR = 0.02


def check(subject: Subject) -> Outcome:
    """Predict the target from each column alone."""
    part = subject.candidate.train
    if part.y is None or subject.candidate.task == "anomaly":
        return NotApplicable(reason="there is no target")
    frame = subject.rows(part).iloc[:ROWS]
    scoring = (
        "r2"
        if subject.candidate.task == "regression"
        else "roc_auc"
        if subject.candidate.task == "binary"
        else "roc_auc_ovr"
    )
    alone = sorted(
        (
            (_alone(frame[name], part.y[:ROWS], scoring, subject.seed), str(name))
            for name in frame.columns
        ),
        reverse=True,
    )
    best, name = alone[0]
    evidence = Evidence(
        statement=f"the best single column is {name} with {scoring} {best:.3f}",
        value=best,
        threshold=LIMITS[scoring],
        n=len(frame),
        method="depth-3 tree on one column, 3-fold",
        seed=subject.seed,
        tables=(
            Table(header=("column", scoring), rows=tuple((n, round(s, 4)) for s, n in alone[:8])),
        ),
    )
    if best < LIMITS[scoring]:
        return Passed(evidence=evidence)
    whole = (
        metrics.score(
            metrics.METRICS["r2" if scoring == "r2" else "roc_auc"], subject.truth, subject.outputs
        )
        if subject.outputs.probabilities is not None or scoring == "r2"
        else 0.0
    )
    return Failed(
        severity="blocker" if best >= whole - NEAR else "minor",
        evidence=evidence,
        reason=f"{name} alone predicts the target ({scoring} {best:.3f})",
        remedy=f"ask when {name} is known; drop it if that is after the decision",
    )


def _alone(column: pd.Series[Any], target: Any, scoring: str, seed: int) -> float:
    import numpy as np
    import pandas as pd
    from sklearn.model_selection import cross_val_score
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    values = (
        column.to_numpy(dtype="float64", na_value=np.nan)
        if pd.api.types.is_numeric_dtype(column.dtype)
        else pd.factorize(column)[0].astype(float)
    )
    kind = DecisionTreeRegressor if scoring == "r2" else DecisionTreeClassifier
    scores = cross_val_score(
        kind(max_depth=3, random_state=seed),
        values.reshape(-1, 1),
        np.asarray(target),
        cv=3,
        scoring=scoring,
    )
    return float(np.mean(scores))
