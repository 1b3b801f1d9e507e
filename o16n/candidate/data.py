"""Which matrices the model was fitted and tried on: by statements, then held against the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.candidate import statements as told
from o16n.candidate.candidate import Part, Reason
from o16n.errors import AmbiguousCandidate, NotebookError, UnknownName

if TYPE_CHECKING:
    from o16n.candidate.statements import Statement
    from o16n.notebook.notebook import Place


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Train and test part with the reasons; the test part is None where nothing was held back."""

    train: Part
    test: Part | None
    reasons: tuple[Reason, ...]


def find_parts(
    namespace: dict[str, Any],
    all_of: tuple[Statement, ...],
    model: Any,
    aliases: list[str],
    *,
    data: str | None,
) -> Parts:
    """Return the data that `model`, bound to `aliases`, was fitted on and held back from.

    Raises:
        AmbiguousCandidate: no fit statement names data that fits the model.
        UnknownName: `data` is not bound.
    """
    if data is not None and data not in namespace:
        raise UnknownName(
            "name", data, [n for n in namespace if not n.startswith("_")], where="--data"
        )
    x_name, y_name, place = _fitted_on(namespace, all_of, model, aliases, data)
    inputs, target = namespace[x_name], _value(namespace, y_name)
    if target is not None and len(target) != len(inputs):
        raise NotebookError(
            f"{x_name} has {len(inputs)} rows and {y_name} {len(target)}: one of them changed since the fit",
            where=str(place) if place else "",
            hint="name the data with --data NAME",
        )
    reasons = [
        Reason(statement=f"fitted on {x_name}" + (f", {y_name}" if y_name else ""), place=place)
    ]
    train = Part(X=inputs, y=target, name=x_name, target_name=y_name or None)
    test, why = _held_back(namespace, all_of, model, aliases, train)
    return Parts(train=train, test=test, reasons=(*reasons, *([why] if why else [])))


def fits_model(model: Any, value: Any) -> bool:
    """Tell whether `value` (n, d) has the columns that `model` was fitted on."""
    import numpy as np
    import pandas as pd

    sparse = hasattr(value, "tocsr")
    if not isinstance(value, pd.DataFrame | np.ndarray) and not sparse:
        text = isinstance(value, pd.Series | list) and not hasattr(model, "n_features_in_")
        return text and len(value) > 0
    names = getattr(model, "feature_names_in_", None)
    if names is not None and isinstance(value, pd.DataFrame):
        return list(value.columns) == list(names)
    expected = getattr(model, "n_features_in_", None)
    width = value.shape[1] if len(value.shape) > 1 else 1
    return expected is None or width == expected


def _fitted_on(
    namespace: dict[str, Any],
    all_of: tuple[Statement, ...],
    model: Any,
    aliases: list[str],
    data: str | None,
) -> tuple[str, str, Place | None]:
    fits = told.fits(all_of)
    own = [
        fit for fit in fits if fit[0] in aliases or any(a.startswith(f"{fit[0]}[") for a in aliases)
    ]
    loops = [fit for fit in fits if fit[0] not in namespace or _in_loop(namespace[fit[0]], model)]
    for group in (own, loops):
        for _, x, y, place in reversed(group):
            if data is not None and x != data:
                continue
            if x in namespace and fits_model(model, namespace[x]):
                return x, y if y in namespace else "", place
    if data is not None and fits_model(model, namespace[data]):
        return data, "", None
    raise AmbiguousCandidate(
        f"no fit statement names data that {aliases[0] if aliases else 'the model'} fits",
        hint="name its inputs with --data NAME",
    )


def _in_loop(value: Any, model: Any) -> bool:
    """Tell whether a fitted name is a loop's variable that last held a model of the same group."""
    return value is model


def _held_back(
    namespace: dict[str, Any],
    all_of: tuple[Statement, ...],
    model: Any,
    aliases: list[str],
    train: Part,
) -> tuple[Part | None, Reason | None]:
    partners = _partners(all_of)
    seen = [p for p in told.predictions(all_of) if p[0] in aliases or p[0] not in namespace]
    names = [(x, y, place) for owner, x, y, place in reversed(seen) if x != train.name]
    names += (
        [(partners[train.name][0], "", partners[train.name][1])] if train.name in partners else []
    )
    for x, y, place in names:
        value = namespace.get(x)
        if value is None or value is train.X or not fits_model(model, value):
            continue
        target = _target_of(namespace, all_of, train, x, y)
        if target is not None and len(target[1]) == len(value) and not _contains(train.X, value):
            part = Part(X=value, y=target[1], name=x, target_name=target[0])
            return part, Reason(statement=f"held back: {x}, {target[0]}", place=place)
    return None, None


def _target_of(
    namespace: dict[str, Any], all_of: tuple[Statement, ...], train: Part, x: str, y: str
) -> tuple[str, Any] | None:
    partner = _partners(all_of).get(train.target_name or "")
    for name in (y, partner[0] if partner else "", x.replace("X", "y", 1), x.replace("x", "y", 1)):
        value = _value(namespace, name)
        if value is not None and name != x:
            return name, value
    return None


def _partners(all_of: tuple[Statement, ...]) -> dict[str, tuple[str, Place]]:
    """Return, for each left (train) name of a split, the name of its test part."""
    found: dict[str, tuple[str, Place]] = {}
    for names, place in told.splits(all_of):
        for train, test in zip(names[::2], names[1::2], strict=False):
            found[train] = (test, place)
    return found


def _contains(train: Any, other: Any) -> bool:
    """Tell whether every row label of `other` is one of the training rows."""
    if not hasattr(train, "index") or not hasattr(other, "index"):
        return False
    fresh = list(other.index) == list(range(len(other))) and list(train.index) == list(
        range(len(train))
    )
    return not fresh and bool(other.index.isin(train.index).all())


def _value(namespace: dict[str, Any], name: str) -> Any:
    value = namespace.get(name) if name else None
    return (
        value
        if value is not None and hasattr(value, "__len__") and not isinstance(value, str)
        else None
    )
