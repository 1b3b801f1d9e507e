"""What fitted scalers and encoders do to few rows: the arithmetic without scikit-learn's checks of it.

The formulas are those of scikit-learn's `transform`, on float64, in its order. What its checks would
refuse or warn of goes to itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.columns.forms import Away, Table, is_text, light
from o16n.recipe.columns.numbers import column

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    Array = np.ndarray[Any, Any]

MATRIX = 2  # dimensions


def transform(owner: Any, rows: Any) -> Any:
    """Return what a fitted scaler, imputer or encoder gives for the rows."""
    kind = type(owner)
    form = FORMS.get(kind.__name__) if kind.__module__.startswith("sklearn.") else None
    if form is None or hasattr(owner, "_sklearn_output_config") or not _gives_arrays():
        raise Away
    return form(owner, rows)


def _gives_arrays() -> bool:
    from sklearn import get_config

    return bool(get_config()["transform_output"] == "default")


def _numbers(owner: Any, rows: Any) -> Array:
    """Return rows of numbers as a matrix (n, k) that the estimator takes, in pandas' order of memory."""
    import numpy as np

    given = light(rows)
    if isinstance(given, np.ndarray):
        if given.ndim != MATRIX or given.dtype != float:
            raise Away
        made = given
    else:
        _same_names(owner, given)
        made = np.empty((len(given.cells), len(given.rows))).T
        for at, one in enumerate(given.cells.values()):
            if one.dtype not in ("float64", "int64", "bool"):
                raise Away
            made[:, at] = one.array
    if made.shape[1] != getattr(owner, "n_features_in_", -1) or np.isinf(made).any():
        raise Away
    return made


def _same_names(owner: Any, given: Any) -> None:
    """Go scikit-learn's way with a table that has other columns than in training."""
    if type(given) is not Table or not len(given.rows):
        raise Away
    known = getattr(owner, "feature_names_in_", None)
    if known is not None and list(known) != list(given.cells):
        raise Away


def _standard(owner: Any, rows: Any) -> Array:
    made = _numbers(owner, rows)
    made = made - owner.mean_ if owner.with_mean else made.copy(order="K")
    scaled: Array = made / owner.scale_ if owner.with_std else made
    return scaled


def _min_max(owner: Any, rows: Any) -> Array:
    if owner.clip:
        raise Away
    made: Array = _numbers(owner, rows) * owner.scale_ + owner.min_
    return made


def _robust(owner: Any, rows: Any) -> Array:
    made = _numbers(owner, rows)
    made = made - owner.center_ if owner.with_centering else made.copy(order="K")
    scaled: Array = made / owner.scale_ if owner.with_scaling else made
    return scaled


def _imputed(owner: Any, rows: Any) -> Array:
    import numpy as np

    known = owner.statistics_
    if owner.strategy not in ("mean", "median") or owner.add_indicator:
        raise Away
    if not _is_nan(owner.missing_values) or known.dtype != float or not np.isfinite(known).all():
        raise Away
    made = _numbers(owner, rows)
    return np.where(np.isnan(made), known, made)


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and value != value  # noqa: PLR0124 - NaN


def _label_codes(owner: Any, rows: Any) -> Array:
    import numpy as np

    given = column(rows)
    known = _places(owner.classes_.tolist())
    if not is_text(given.cells.dtype):
        raise Away
    return np.array(_looked_up(known, given.cells.array.tolist()), dtype=np.int64)


def _ordinal(owner: Any, rows: Any) -> Array:
    import numpy as np

    codes = _codes(owner, rows)
    made = np.empty((len(codes[0]), len(codes)), dtype=owner.dtype)
    for at, one in enumerate(codes):
        made[:, at] = one
    return made


def _one_hot(owner: Any, rows: Any) -> Array:
    import numpy as np

    if owner.sparse_output or owner.drop is not None:
        raise Away
    codes = _codes(owner, rows)
    widths = [len(one) for one in owner.categories_]
    made = np.zeros((len(codes[0]), sum(widths)), dtype=owner.dtype)
    start = 0
    for one, width in zip(codes, widths, strict=True):
        made[range(len(one)), [start + code for code in one]] = 1
        start += width
    return made


def _codes(owner: Any, rows: Any) -> list[list[int]]:
    """Return by column the place of each cell's text among the categories of training."""
    given = light(rows)
    _same_names(owner, given)
    if owner.min_frequency is not None or owner.max_categories is not None:
        raise Away
    if len(owner.categories_) != len(given.cells):
        raise Away
    found = []
    for cells, known in zip(given.cells.values(), owner.categories_, strict=True):
        if not is_text(cells.dtype):
            raise Away
        found.append(_looked_up(_places(known.tolist()), cells.array.tolist()))
    return found


def _places(known: list[Any]) -> dict[str, int]:
    if not all(type(one) is str for one in known):
        raise Away
    return {one: at for at, one in enumerate(known)}


def _looked_up(known: dict[str, int], cells: list[Any]) -> list[int]:
    if not all(type(one) is str and one in known for one in cells):
        raise Away
    return [known[one] for one in cells]


FORMS: dict[str, Callable[[Any, Any], Array]] = {
    "StandardScaler": _standard,
    "MinMaxScaler": _min_max,
    "RobustScaler": _robust,
    "SimpleImputer": _imputed,
    "LabelEncoder": _label_codes,
    "OrdinalEncoder": _ordinal,
    "OneHotEncoder": _one_hot,
}
