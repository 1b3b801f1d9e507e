"""From a scorer to the estimators at the bottom, each with the map from its inputs to columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.explain.owners import through

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.explain.inputs import Inputs
    from o16n.explain.owners import Owner

    Array = np.ndarray[Any, Any]

TRIED_ROWS = 20
TRIED_COLUMNS = 100
TRIED_MEMBERS = 3
THRESHOLDS = ("FixedThresholdClassifier", "TunedThresholdClassifierCV")
BAGGING = ("BaggingClassifier", "BaggingRegressor")


@dataclass(frozen=True, kw_only=True)
class Member:
    """`core` takes `given(X)` (n, e); `owner[j]` is the column that its input j is of.

    The scorer's answer is the sum of its members' answers, each times its `weight`.
    """

    core: Any
    steps: tuple[Any, ...]
    owner: tuple[int, ...]
    weight: float = 1.0

    def given(self, rows: Any) -> Any:
        """Return the core's own inputs, in the form in which it takes them."""
        for step in self.steps:
            rows = step.transform(rows)
        return rows

    def encode(self, rows: Any) -> Any:
        """Return the core's own inputs as numbers (n, e); sparse where the steps say so."""
        import numpy as np

        found = self.given(rows)
        return found if hasattr(found, "toarray") else np.asarray(found, dtype="float64")

    def dense(self, rows: Any) -> Array:
        """Return the core's own inputs (n, e) as a dense matrix."""
        import numpy as np

        encoded = self.encode(rows)
        return np.asarray(encoded.toarray() if hasattr(encoded, "toarray") else encoded)


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """The members that a scorer is the weighted sum of; one of weight 1 where it is no average."""

    members: tuple[Member, ...]


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The step by which a bagged estimator sees some of the columns, as a matrix."""

    places: tuple[int, ...]

    def transform(self, rows: Any) -> Any:
        """Return the chosen columns of rows (n, e)."""
        import numpy as np

        if hasattr(rows, "tocsr"):
            return rows.tocsr()[:, list(self.places)]
        return np.asarray(rows)[:, list(self.places)]


def resolve(model: Any, sample: Inputs, first: Any = None, owner: Owner | None = None) -> Any:
    """Return the Resolved of `model` over the columns of `sample`, None where columns are mixed.

    `first` is what rows pass before the model, `owner` the map of what it gives. The map is tried:
    each column is moved in turn, and only its own inputs of the core may move.
    """
    steps = () if first is None else (first,)
    begun = list(range(len(sample.columns))) if owner is None else owner
    members = _members(model, Member(core=None, steps=steps, owner=tuple(begun)))
    if members is None:
        return None
    tried = [one for one in members[:TRIED_MEMBERS] if one.steps]
    return Resolved(members=tuple(members)) if all(_stands(one, sample) for one in tried) else None


def _members(model: Any, above: Member) -> list[Member] | None:
    steps, owner = above.steps, list(above.owner)
    inner, core = peeled(model)
    for step in inner:
        passed = through(step, owner)
        if passed is None:
            return None
        owner, steps = passed, (*steps, step)
    here = Member(core=core, steps=steps, owner=tuple(owner), weight=above.weight)
    found = []
    for part, share, places in _averaged(core) or [(None, 1.0, None)]:
        if part is None:
            return [here]
        below = _narrowed(here, share, places)
        members = _members(part, below)
        if members is None:
            return None
        found += members
    return found


def _narrowed(member: Member, share: float, places: tuple[int, ...] | None) -> Member:
    """Return `member` as one of several, which sees only the columns at `places`."""
    if places is None:
        steps, owner = member.steps, member.owner
    else:
        steps = (*member.steps, Chosen(places=places))
        owner = tuple(member.owner[one] for one in places)
    return Member(core=None, steps=steps, owner=owner, weight=member.weight * share)


def _averaged(core: Any) -> list[tuple[Any, float, tuple[int, ...] | None]]:
    """Return (estimator, weight, columns) of an average of models, nothing where it is none."""
    kind = type(core).__name__
    if not type(core).__module__.startswith("sklearn."):
        return []
    if kind == "VotingRegressor" or (kind == "VotingClassifier" and core.voting == "soft"):
        given = core._weights_not_none or [1.0] * len(core.estimators_)  # noqa: SLF001 - no public way
        return [(one, w / sum(given), None) for one, w in zip(core.estimators_, given, strict=True)]
    if kind in BAGGING:
        own = [getattr(one, "classes_", ()) for one in core.estimators_]
        if any(len(one) != len(getattr(core, "classes_", ())) for one in own):
            return []  # a member that never saw a class
        share = 1 / len(core.estimators_)
        each = zip(core.estimators_, core.estimators_features_, strict=True)
        return [(one, share, tuple(map(int, places))) for one, places in each]
    return []


def peeled(model: Any) -> tuple[tuple[Any, ...], Any]:
    """Return (transformers in order, core estimator) behind searches, thresholds and Pipelines."""
    steps: tuple[Any, ...] = ()
    while True:
        if hasattr(model, "best_estimator_"):
            model = model.best_estimator_
        elif type(model).__name__ in THRESHOLDS and hasattr(model, "estimator_"):
            model = model.estimator_
        elif hasattr(model, "steps"):
            inner = [step for _, step in model.steps[:-1] if step not in ("passthrough", None)]
            steps += tuple(inner)
            model = model.steps[-1][1]
        else:
            return steps, model


def _stands(member: Member, sample: Inputs) -> bool:
    import numpy as np

    rng = np.random.default_rng(0)
    frame = sample.sample(TRIED_ROWS, rng).frame
    owner, still = np.asarray(member.owner), cells(member.given(sample.form(frame)))
    if still.shape[1] != len(owner):
        return False
    tried = rng.permutation(frame.shape[1])[:TRIED_COLUMNS]
    for place in tried:
        moved = frame.copy()
        moved.isetitem(place, frame.iloc[::-1, place].set_axis(frame.index))
        after = cells(member.given(sample.form(moved)))
        if (owner[~same(still, after).all(axis=0)] != place).any():
            return False
    return True


def cells(inputs: Any) -> pd.DataFrame:
    """Return model inputs of any form as a frame of plain columns (n, e)."""
    import pandas as pd

    found = inputs.toarray() if hasattr(inputs, "toarray") else inputs
    frame = found if isinstance(found, pd.DataFrame) else pd.DataFrame(found)
    return frame.set_axis(range(frame.shape[1]), axis=1).reset_index(drop=True)


def same(one: pd.DataFrame, other: pd.DataFrame) -> Array:
    """Return of each cell (n, e) whether two frames agree, missing values being equal."""
    import numpy as np

    if all(kind.kind in "fiub" for kind in (*one.dtypes, *other.dtypes)):
        left, right = one.to_numpy(dtype="float64"), other.to_numpy(dtype="float64")
        return np.asarray((left == right) | (np.isnan(left) & np.isnan(right)))
    return np.asarray(
        [
            [_alike(a, b) for a, b in zip(one.iloc[:, at], other.iloc[:, at], strict=True)]
            for at in range(one.shape[1])
        ],
        dtype=bool,
    ).T


def _alike(one: Any, other: Any) -> bool:
    import pandas as pd

    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    return bool(one == other)


def summed_by_owner(amounts: Array, owner: tuple[int, ...], width: int) -> Array:
    """Sum signed contributions (n, e, …) of a column's inputs, before any absolute value."""
    import numpy as np

    summed = np.zeros((amounts.shape[0], width, *amounts.shape[2:]))
    for place, column in enumerate(owner):
        summed[:, column] += amounts[:, place]
    return summed
