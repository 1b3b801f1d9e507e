"""For each column a fitted transformer puts out: which of its input columns it is of.

From the transformer's own structure, never from name prefixes. A rule returns None where columns
are mixed (PCA, polynomials, a function of one's own), and no rule is taken at its word:
`resolve.py` tries the map by moving each input column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Owner = list[int]

ONE_TO_ONE = {
    "StandardScaler",
    "MinMaxScaler",
    "MaxAbsScaler",
    "RobustScaler",
    "PowerTransformer",
    "QuantileTransformer",
    "OrdinalEncoder",
    "Binarizer",
}


def through(step: Any, owner: Owner) -> Owner | None:
    """Return the owners of the columns that `step` puts out, given those of the columns it takes."""
    if isinstance(step, str) or step is None:  # "passthrough"; "drop" is left out by the callers
        return owner
    if not type(step).__module__.startswith("sklearn."):
        return None
    kind = type(step).__name__
    if kind in ONE_TO_ONE:
        return owner
    if kind in RULES:
        return RULES[kind](step, owner)
    if hasattr(step, "get_support"):
        return [owner[place] for place in step.get_support(indices=True)]
    return None


def _one_hot(step: Any, owner: Owner) -> Owner | None:
    rare = getattr(step, "infrequent_categories_", [None] * len(step.categories_))
    dropped = step.drop_idx_ if step.drop_idx_ is not None else [None] * len(step.categories_)
    found: Owner = []
    for column, levels, few, drop in zip(owner, step.categories_, rare, dropped, strict=True):
        together = len(few) - 1 if few is not None else 0
        found += [column] * (len(levels) - together - (drop is not None))
    return found


def _imputed(step: Any, owner: Owner) -> Owner | None:
    import pandas as pd

    kept = owner
    if not step.keep_empty_features:
        empty = pd.isna(step.statistics_)
        kept = [column for column, gone in zip(owner, empty, strict=True) if not gone]
    if step.indicator_ is not None:
        kept = kept + [owner[place] for place in step.indicator_.features_]
    return kept


def _indicators(step: Any, owner: Owner) -> Owner | None:
    return [owner[place] for place in step.features_]


def _binned(step: Any, owner: Owner) -> Owner | None:
    if step.encode == "ordinal":
        return owner
    return [column for column, count in zip(owner, step.n_bins_, strict=True) for _ in range(count)]


def _splines(step: Any, owner: Owner) -> Owner | None:
    each, rest = divmod(step.n_features_out_, len(owner))
    return [column for column in owner for _ in range(each)] if rest == 0 else None


def _target_encoded(step: Any, owner: Owner) -> Owner | None:
    each = len(step.classes_) if step.target_type_ == "multiclass" else 1
    return [column for column in owner for _ in range(each)]


def _function(step: Any, owner: Owner) -> Owner | None:
    """Identity and numpy's own elementwise functions keep columns apart; others may not."""
    import numpy as np

    return owner if step.func is None or isinstance(step.func, np.ufunc) else None


def _text(step: Any, owner: Owner) -> Owner | None:
    return owner * len(step.vocabulary_) if len(owner) == 1 else None


def _chain(step: Any, owner: Owner) -> Owner | None:
    found: Owner | None = owner
    for _, inner in step.steps:
        found = through(inner, found) if found is not None else None
    return found


def _union(step: Any, owner: Owner) -> Owner | None:
    found: Owner = []
    for _, inner in step.transformer_list:
        if isinstance(inner, str) and inner == "drop":
            continue
        part = through(inner, owner)
        if part is None:
            return None
        found += part
    return found


def _columns(step: Any, owner: Owner) -> Owner | None:
    found: Owner = []
    names = list(getattr(step, "feature_names_in_", ()))
    for name, part, chosen in step.transformers_:
        block = step.output_indices_.get(name)
        if (isinstance(part, str) and part == "drop") or block is None or block.start == block.stop:
            continue
        inside = through(part, [owner[place] for place in _places(chosen, names, len(owner))])
        if inside is None or len(inside) != block.stop - block.start:
            return None
        found += inside
    return found


def _places(chosen: Any, names: list[str], width: int) -> list[int]:
    import numpy as np

    if isinstance(chosen, slice):
        first, last = chosen.start, chosen.stop
        if isinstance(first, str) or isinstance(last, str):  # labels: both ends belong to it
            first = names.index(first) if first is not None else None
            last = names.index(last) + 1 if last is not None else None
        return list(range(width))[first : last : chosen.step]
    listed = [chosen] if isinstance(chosen, str | int) else list(chosen)
    if listed and isinstance(listed[0], bool | np.bool_):
        return [int(place) for place in np.flatnonzero(listed)]
    return [names.index(one) if isinstance(one, str) else int(one) for one in listed]


RULES: dict[str, Callable[[Any, Owner], Owner | None]] = {
    "OneHotEncoder": _one_hot,
    "SimpleImputer": _imputed,
    "MissingIndicator": _indicators,
    "KBinsDiscretizer": _binned,
    "SplineTransformer": _splines,
    "TargetEncoder": _target_encoded,
    "FunctionTransformer": _function,
    "CountVectorizer": _text,
    "TfidfVectorizer": _text,
    "TfidfTransformer": lambda _, owner: owner if len(set(owner)) == 1 else None,
    "Pipeline": _chain,
    "FeatureUnion": _union,
    "ColumnTransformer": _columns,
}
