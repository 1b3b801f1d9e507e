"""Which matrices the model was fitted and tried on: by statements, then held against the model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.candidate import statements as told
from o16n.candidate.candidate import Part, Reason
from o16n.candidate.found import Parts
from o16n.candidate.native import columns_of, is_native
from o16n.candidate.since import as_it_was, changed_since
from o16n.candidate.values import value_of
from o16n.errors import AmbiguousCandidate, NotebookError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.candidate.statements import Statement
    from o16n.notebook.notebook import Place

HELD_BACK = ("test", "valid", "val", "holdout", "dev")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is searched: the kernel's names, the notebook's statements, the model and its names.

    `loops` are the names that `for` binds: they belong to every model that went through the loop.
    `lived` are the statements as executed, which tells what was bound anew since.
    """

    namespace: dict[str, Any]
    statements: tuple[Statement, ...]
    model: Any
    aliases: tuple[str, ...]
    loops: frozenset[str] = frozenset()
    lived: tuple[Statement, ...] = ()

    def then(self, text: str, place: Place | None) -> Any:
        """Return what `text` held at `place`, None where it has changed since beyond recovery."""
        return as_it_was(self.namespace, self.lived, text, place)

    def rows_then(self, text: str, place: Place | None) -> Any:
        """Return the target `text` at `place` as (n,), None where it is none or has changed."""
        return _as_rows(self.then(text, place))

    def is_own(self, owner: str) -> bool:
        """Tell whether a statement about `owner` is about the model."""
        if owner in self.aliases:
            return True
        return any(alias.startswith(f"{owner}[") for alias in self.aliases if owner)

    def may_be(self, owner: str) -> bool:
        """Tell whether a statement about `owner`, which names no model for certain, can be about it."""
        return owner not in self.namespace or owner in self.loops


def find_parts(seen: Seen, *, data: str | None) -> Parts:
    """Return the data that the model was fitted on and the data held back from it.

    Raises:
        AmbiguousCandidate: no fit statement names data that fits the model, or several do.
        NotebookError: X and y have different numbers of rows.
        UnknownName: `data` is not bound.
    """
    names = seen.namespace
    if data is not None and data not in names:
        bound = [name for name in names if not name.startswith("_")]
        raise UnknownName("name", data, bound, where="--data")
    x_name, y_name, place = _fitted_on(seen, data)
    inputs, target = seen.then(x_name, place), seen.rows_then(y_name, place)
    if target is not None and len(target) != height(inputs):
        raise NotebookError(
            f"{x_name} has {height(inputs)} rows and {y_name} {len(target)}: one of them changed since the fit",
            where=str(place) if place else "",
            hint="name the data with --data NAME",
        )
    statement = f"fitted on {x_name}" + (f", {y_name}" if y_name else "")
    train = Part(X=inputs, y=target, name=x_name, target_name=y_name or None)
    test, why = _held_back(seen, train)
    reasons = (Reason(statement=statement, place=place), *([why] if why else []))
    return Parts(train=train, test=test, reasons=reasons)


def height(value: Any) -> int:
    """Return the number of rows of a frame, matrix (dense or sparse), series or list."""
    return int(value.shape[0]) if hasattr(value, "shape") else len(value)


def fits_model(model: Any, value: Any) -> bool:
    """Tell whether `value` (n, d) has the columns that `model` was fitted on."""
    import numpy as np
    import pandas as pd

    sparse = hasattr(value, "tocsr")
    if not isinstance(value, pd.DataFrame | np.ndarray) and not sparse:
        text = isinstance(value, pd.Series | list) and _columns_fitted(model)[1] is None
        return text and len(value) > 0
    names, expected = _columns_fitted(model)
    if names is not None and isinstance(value, pd.DataFrame):
        return list(map(_cleaned, value.columns)) == list(map(_cleaned, names))
    width = value.shape[1] if len(value.shape) > 1 else 1
    return expected is None or width == expected


def _columns_fitted(model: Any) -> tuple[Any, int | None]:
    if is_native(model):
        return columns_of(model)
    return getattr(model, "feature_names_in_", None), getattr(model, "n_features_in_", None)


def _cleaned(name: Any) -> Any:
    """Return a column's name as LightGBM remembers it, which writes _ for what JSON finds special."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name) if isinstance(name, str) else name


def rows_fitted(model: Any) -> int | None:
    """Return how many rows `model` was fitted on, where it or its first step remembers exactly."""
    model = getattr(model, "best_estimator_", model)
    for one in [step for _, step in getattr(model, "steps", ())] or [model]:
        for name in ("n_samples_fit_", "n_samples_seen_"):
            if isinstance(count := getattr(one, name, None), int):
                return count
        shape: tuple[int, ...] = getattr(one, "shape_fit_", ())
        if shape:
            return int(shape[0])
        if (count := _rows_in_tree(one)) is not None:
            return count
    return None


def _rows_in_tree(model: Any) -> int | None:
    """Return how many rows the root of a tree saw that was grown on all of them."""
    trees = getattr(model, "estimators_", None)
    if trees is not None and getattr(model, "subsample", None) == 1.0:  # gradient boosting
        model = trees.reshape(-1)[0]
    tree = getattr(model, "tree_", None)
    return int(tree.n_node_samples[0]) if tree is not None else None


def _fitted_on(seen: Seen, data: str | None) -> tuple[str, str, Place | None]:
    names, model = seen.namespace, seen.model
    fits = told.fits(seen.statements)
    own = [one for one in fits if seen.is_own(one[0])]
    nameless = [one for one in fits if seen.may_be(one[0])]
    for group in (own, nameless):
        fitting = {
            x: (x, y if seen.rows_then(y, place) is not None else "", place)
            for _, x, y, place in group
            if data in (None, x) and _could_be(model, seen.then(x, place))
        }
        if group is own and data is None:
            _refuse_changed(seen, own)
        if group is own and fitting:
            return list(fitting.values())[-1]
        if len(fitting) == 1:
            return next(iter(fitting.values()))
        if fitting:
            raise _several(seen, list(fitting))
    if data is not None and fits_model(model, names[data]):
        return data, "", None
    splits = [
        (train, _partner_of_target(seen, train), place)
        for train, (_, place) in _partners(seen.statements).items()
        if _could_be(model, names.get(train)) and getattr(names.get(train), "ndim", 1) > 1
    ]
    if len(splits) == 1:
        return splits[0]
    raise _several(seen, [one[0] for one in splits])


def _refuse_changed(seen: Seen, own: list[tuple[str, str, str, Place]]) -> None:
    """Refuse where what the model was last fitted on has been bound anew, and cannot be made again."""
    for _, x, y, place in own[-1:]:
        for text in (x, y):
            later = changed_since(seen.namespace, seen.lived, text, place)
            if later is not None and text and seen.then(text, place) is None:
                again = f"in {later.place}" if later.place.cell else "by code that is gone"
                raise AmbiguousCandidate(
                    f"{text} was bound anew {again} after {seen.aliases[0]} was fitted on it",
                    where=str(place),
                    hint="name its inputs with --data NAME, or %load_ext o16n in the first cell and run all",
                )


def _several(seen: Seen, names: list[str]) -> AmbiguousCandidate:
    model = seen.aliases[0] if seen.aliases else "the model"
    if names:
        what = f"{model} could have been fitted on {' or '.join(names)}"
    else:
        what = f"no fit statement names data that {model} fits"
    return AmbiguousCandidate(what, hint="name its inputs with --data NAME")


def _could_be(model: Any, value: Any) -> bool:
    """Tell whether `model` can have been fitted on `value`: its columns, and its rows if known."""
    if value is None or not fits_model(model, value):
        return False
    rows = rows_fitted(model)
    return rows is None or rows == height(value)


def _held_back(seen: Seen, train: Part) -> tuple[Part | None, Reason | None]:
    for x, y, place in _tried(seen, train):
        value = seen.then(x, place)
        if value is None or value is train.X or not fits_model(seen.model, value):
            continue
        target = _target_of(seen, train, (x, y), place)
        if target is None or len(target[1]) != height(value) or contains(train.X, value):
            continue
        part = Part(X=value, y=target[1], name=x, target_name=target[0])
        return part, Reason(statement=f"held back: {x}, {target[0]}", place=place)
    return None, None


def _tried(seen: Seen, train: Part) -> Iterator[tuple[str, str, Place | None]]:
    """Yield what may be the held-out part: what the model predicts, the split's other half, a twin name."""
    for owner, x, y, place in reversed(told.predictions(seen.statements)):
        if x and x != train.name and (seen.is_own(owner) or seen.may_be(owner)):
            yield x, y, place
    partner = _partners(seen.statements).get(train.name)
    if partner is not None:
        yield partner[0], "", partner[1]
    for twin in _twins(train.name):
        yield twin, "", None


def _twins(name: str) -> list[str]:
    """Return `name` with its `train` replaced by what people call the other part."""
    return [re.sub("train", part, name) for part in HELD_BACK if "train" in name]


def _target_of(
    seen: Seen, train: Part, tried: tuple[str, str], place: Place | None
) -> tuple[str, Any] | None:
    x, y = tried
    partner = _partners(seen.statements).get(train.target_name or "")
    guesses = [y, *_beside(seen.statements, x), partner[0] if partner else ""]
    guesses += [x.replace("X", "y", 1), x.replace("x", "y", 1)]
    for name in (*guesses, *_twins(train.target_name or "")):
        value = seen.rows_then(name, place)
        if value is not None and name != x and getattr(value, "ndim", 1) == 1:
            return name, value
    return None


def _partner_of_target(seen: Seen, train: str) -> str:
    """Return the y that a split made together with the X called `train`."""
    for names, _ in told.splits(seen.statements):
        if train in names[::2]:
            later = names[::2][names[::2].index(train) + 1 :]
            return next((one for one in later if _rows(seen.namespace, one) is not None), "")
    return ""


def _partners(all_of: tuple[Statement, ...]) -> dict[str, tuple[str, Place]]:
    """Return, for each left (train) name of a split, the name of its test part."""
    found: dict[str, tuple[str, Place]] = {}
    for names, place in told.splits(all_of):
        for train, test in zip(names[::2], names[1::2], strict=False):
            found[train] = (test, place)
    return found


def _beside(all_of: tuple[Statement, ...], x: str) -> list[str]:
    """Return what a split made of other data together with the part called `x`."""
    found = []
    for names, _ in told.splits(all_of):
        if x in names:
            found += [one for one in names[names.index(x) % 2 :: 2] if one != x]
    return found


def contains(train: Any, other: Any) -> bool:
    """Tell whether every row label of `other` is one of the training rows."""
    if not hasattr(train, "index") or not hasattr(other, "index"):
        return False
    fresh = list(other.index) == list(range(len(other))) and list(train.index) == list(
        range(len(train))
    )
    return not fresh and bool(other.index.isin(train.index).all())


def _rows(namespace: dict[str, Any], name: str) -> Any:
    """Return the target called `name`, a column (n, 1) as (n,); None where it is no column of rows."""
    return _as_rows(value_of(namespace, name))


def _as_rows(value: Any) -> Any:
    if value is None or isinstance(value, str | dict) or not hasattr(value, "__len__"):
        return None
    if getattr(value, "ndim", 1) == 2 and value.shape[1] == 1:  # noqa: PLR2004 - a table of one column
        return value.iloc[:, 0] if hasattr(value, "iloc") else value.reshape(-1)
    return value
