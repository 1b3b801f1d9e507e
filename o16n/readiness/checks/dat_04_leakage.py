"""No single column gives the target away.

Asked: does one column alone predict the target almost perfectly?

Why: such a column is usually known only after the fact (a closing date, a reason of refusal). The
model looks excellent in the notebook and fails in service, where the value is not there yet.

How: each column alone predicts the target of training rows it has not seen, in three folds: a number
by a tree of depth 3 (6 for a regression; deeper where there are more than eight classes), a text by
what its level went with. AUC of 0.95 or more (one class against the rest; R² of 0.90 or more for a regression) that also
comes within 0.02 of the whole model on held-out rows is major, of 0.99 or more (R² 0.98) a blocker;
where the whole model is clearly better it is minor. A column that was noticed to go with the target one
to one while the notebook ran is major. As a control the best column is tried on
shuffled targets, where AUC must be near 0.5 and R² near 0.

To mend: ask when the value is known; drop the column if that is after the decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n import metrics
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
from o16n.readiness.noticed import with_noticed
from o16n.readiness.subject import flat, part_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.readiness.subject import Sample, Subject

    Array = np.ndarray[Any, Any]

CODE = "DAT-04"
SECTION: Section = "Data"
SEVERITY: Severity = "blocker"
TOLD = ("target-among-features",)
LIMITS = {"ROC AUC": (0.95, 0.99), "R²": (0.90, 0.98)}
NEAR = 0.02
ROWS, FEWEST_ROWS, WORK = 5000, 1000, 500_000
FOLDS = 3
CLASSES = 20  # the commonest ones are told apart; the others are their rest
SHOWN = 8


def check(subject: Subject) -> Outcome:
    """Predict the target from each column alone."""
    return with_noticed(_searched(subject), subject, TOLD, severity="major")


def _searched(subject: Subject) -> Outcome:
    import numpy as np

    if subject.unmeasurable:
        return subject.without_target(SEVERITY)
    sample, target = _known(subject)
    if target.shape[1] < 1 or len(target) < 2 * FOLDS or np.ptp(target, axis=0).max() == 0:
        return NotApplicable(
            reason=f"the target of {len(target)} training rows does not vary enough"
        )
    kind = "R²" if subject.candidate.task == "regression" else "ROC AUC"
    alone = sorted(
        (
            (_alone(one, target, subject), name, place)
            for place, (name, one) in enumerate(columns.each(sample.frame))
        ),
        key=lambda one: -one[0],
    )
    best, name, place = alone[0]
    shuffled = target[np.random.default_rng(subject.seed).permutation(len(target))]
    control = _alone(sample.frame.iloc[:, place], shuffled, subject)
    evidence = Evidence(
        statement=f"the best single column of {len(alone)} is {name} with {kind} {best:.3f}; on shuffled targets it has {control:.3f}",
        value=best,
        threshold=LIMITS[kind][0],
        n=len(target),
        seed=subject.seed,
        method=f"one column at a time, {FOLDS} folds, {sample} of training",
        tables=(
            Table(
                header=("column", f"{kind} alone"),
                rows=tuple((name, round(value, 4)) for value, name, _ in alone[:SHOWN]),
                caption=f"the strongest of {len(alone)} columns",
            ),
        ),
    )
    if best < LIMITS[kind][0]:
        return Passed(evidence=evidence)
    return Failed(
        severity=_severity(subject, kind, best),
        evidence=evidence,
        reason=f"{name} alone predicts the target ({kind} {best:.3f})",
        remedy=f"ask when {name} is known; drop it if that is after the decision",
    )


def _severity(subject: Subject, kind: str, best: float) -> Severity:
    known = metrics.measured(subject.candidate.task, subject.truth, subject.outputs)
    whole = known.get("r2" if kind == "R²" else "roc_auc")
    if whole is not None and best < whole - NEAR:
        return "minor"
    return "blocker" if best >= LIMITS[kind][1] else "major"


def _known(subject: Subject) -> tuple[Sample, Array]:
    """Return training rows and their target: numbers (n, 1), or one 0/1 column per class."""
    import numpy as np

    part = subject.candidate.train
    width = subject.sample(part, 1).frame.shape[1]
    most = int(np.clip(WORK // max(width, 1), FEWEST_ROWS, ROWS))
    sample = subject.sample(part, most, known=True)
    target = flat(part_of(part, sample.places).y)
    if subject.candidate.task == "regression":
        return sample, target.astype("float64").reshape(-1, 1)
    texts = np.array([str(one) for one in target])
    names, counts = np.unique(texts, return_counts=True)
    common = np.argsort(-counts, kind="stable")[:CLASSES]
    kept = [names[place] for place in common if counts[place] >= FOLDS]
    return sample, np.column_stack(
        [texts == name for name in kept] or [np.zeros((len(texts), 0))]
    ) * 1.0


def _alone(column: pd.Series[Any], target: Array, subject: Subject) -> float:
    """Return R², or the mean AUC of one class against the rest, of one column on unseen rows."""
    import numpy as np

    folds = np.random.default_rng(subject.seed).permutation(len(target)) % FOLDS
    given = np.empty_like(target)
    for fold in range(FOLDS):
        seen, unseen = folds != fold, folds == fold
        given[unseen] = _fold(column, target[seen], seen, unseen)
    if subject.candidate.task == "regression":
        return float(
            1 - ((target - given) ** 2).sum() / max(((target - target.mean()) ** 2).sum(), 1e-300)
        )
    return _mean_auc(target, given)


def _fold(column: pd.Series[Any], target: Array, seen: Array, unseen: Array) -> Array:
    import numpy as np
    import pandas as pd

    if not columns.is_number(column):
        names = columns.levels(column)
        table = pd.DataFrame(target).groupby(names[seen]).mean()
        return np.asarray(table.reindex(names[unseen]).fillna(pd.Series(target.mean(axis=0))))
    from sklearn.tree import DecisionTreeRegressor

    values = np.clip(columns.numbers(column), -1e30, 1e30).reshape(-1, 1)
    classes = target.shape[1]  # 1 is a regression: two classes have two columns
    depth = 6 if classes == 1 else max(3, int(np.ceil(np.log2(classes))) + 1)
    tree = DecisionTreeRegressor(max_depth=depth, min_samples_leaf=5, random_state=0)
    tree.fit(values[seen], target)
    return np.asarray(tree.predict(values[unseen])).reshape(-1, target.shape[1])


def _mean_auc(target: Array, given: Array) -> float:
    """Return the mean AUC over the classes (columns) that have rows on both sides."""
    import numpy as np
    from scipy.stats import rankdata

    ranks = rankdata(given, axis=0)
    ones = target.sum(axis=0)
    noughts = len(target) - ones
    usable = (ones > 0) & (noughts > 0)
    above = (ranks * target).sum(axis=0) - ones * (ones + 1) / 2
    return float(np.mean(above[usable] / (ones * noughts)[usable]))
