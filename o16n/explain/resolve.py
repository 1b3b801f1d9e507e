"""From a candidate's model to its core estimator and the map from encoded to raw columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

ONE_TO_ONE = {
    "StandardScaler",
    "MinMaxScaler",
    "MaxAbsScaler",
    "RobustScaler",
    "PowerTransformer",
    "QuantileTransformer",
    "OrdinalEncoder",
    "Normalizer_none",
    "Binarizer",
}


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """`core` takes `encode(X)` (n, e); `owner[j]` is the input column that encoded column j is of."""

    core: Any
    steps: tuple[Any, ...]
    owner: tuple[int, ...]

    def encode(self, inputs: Any) -> np.ndarray[Any, Any]:
        """Return the core's own inputs (n, e), dense."""
        import numpy as np

        for step in self.steps:
            inputs = step.transform(inputs)
        dense = inputs.toarray() if hasattr(inputs, "toarray") else inputs
        return np.asarray(dense, dtype="float64")


def peeled(model: Any) -> tuple[tuple[Any, ...], Any]:
    """Return (transformers in order, core estimator) behind searches and Pipelines."""
    steps: tuple[Any, ...] = ()
    while True:
        if hasattr(model, "best_estimator_"):
            model = model.best_estimator_
        elif hasattr(model, "steps"):
            inner = [step for _, step in model.steps[:-1] if step not in ("passthrough", None)]
            steps += tuple(inner)
            model = model.steps[-1][1]
        else:
            return steps, model


def resolve(model: Any, width: int, names: list[str] | None) -> Resolved | None:
    """Return the structure of `model` over `width` input columns, None where columns are mixed."""
    steps, core = peeled(model)
    owner: list[int] | None = list(range(width))
    for step in steps:
        owner = _through(step, owner, names)
        if owner is None:
            return None
        names = None  # names are those of the first step's input only
    return Resolved(core=core, steps=steps, owner=tuple(owner or ()))


def _through(step: Any, owner: list[int] | None, names: list[str] | None) -> list[int] | None:
    """Return, for each column that `step` puts out, the raw column it is of; None where it mixes."""
    if owner is None:
        return None
    kind = type(step).__name__
    if kind in ONE_TO_ONE:
        return owner
    if kind == "OneHotEncoder":
        return _one_hot(step, owner)
    if kind == "SimpleImputer":
        return _imputed(step, owner)
    if hasattr(step, "get_support"):
        return [owner[place] for place in step.get_support(indices=True)]
    if kind == "ColumnTransformer":
        return _columns(step, owner, names)
    if hasattr(step, "steps"):
        for _, inner in step.steps:
            owner = _through(inner, owner, names) if not isinstance(inner, str) else owner
        return owner
    return None


def _one_hot(step: Any, owner: list[int]) -> list[int] | None:
    width = len(step.get_feature_names_out())
    if len(step.categories_) != len(owner):
        return None
    counts = [
        len(step._compute_transformed_categories(i))
        if hasattr(step, "_compute_transformed_categories")
        else len(c)
        for i, c in enumerate(step.categories_)
    ]
    dropped = getattr(step, "drop_idx_", None)
    if dropped is not None:
        counts = [count - (drop is not None) for count, drop in zip(counts, dropped, strict=True)]
    found = [column for column, count in zip(owner, counts, strict=True) for _ in range(count)]
    return found if len(found) == width else None


def _imputed(step: Any, owner: list[int]) -> list[int] | None:
    import numpy as np

    kept = owner
    if not getattr(step, "keep_empty_features", False) and step.statistics_.dtype.kind == "f":
        kept = [
            column
            for column, value in zip(owner, step.statistics_, strict=True)
            if not np.isnan(value)
        ]
    if getattr(step, "indicator_", None) is not None:
        kept = kept + [owner[place] for place in step.indicator_.features_]
    return kept


def _columns(step: Any, owner: list[int], names: list[str] | None) -> list[int] | None:
    found: list[int] = []
    every = list(getattr(step, "feature_names_in_", names or []))
    for name, part, columns in step.transformers_:
        if part == "drop" or (isinstance(part, str) and part != "passthrough"):
            continue
        block = step.output_indices_.get(name)
        if block is not None and block.start == block.stop:
            continue
        places = _places(columns, every, len(owner))
        inside = [owner[place] for place in places]
        through = inside if part == "passthrough" else _through(part, inside, None)
        if through is None or (block is not None and len(through) != block.stop - block.start):
            return None
        found += through
    return found


def _places(columns: Any, names: list[str], width: int) -> list[int]:
    import numpy as np

    if isinstance(columns, str):
        return [names.index(columns)]
    if isinstance(columns, slice):
        return list(range(width))[columns]
    listed = list(columns)
    if listed and isinstance(listed[0], bool | np.bool_):
        return [int(place) for place in np.flatnonzero(listed)]
    return [names.index(one) if isinstance(one, str) else int(one) for one in listed]
