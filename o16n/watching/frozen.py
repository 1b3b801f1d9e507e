"""Fitted estimators copied cheaply, and without a word from the notebook's own classes."""

from __future__ import annotations

import copy
import sys
from typing import Any

from o16n.watching.kinds import attributes, is_estimator, library_of

MANY = 1000  # steps and models, not data
DEPTH = 6
COPIES = ("__copy__", "__deepcopy__", "__getstate__", "__setstate__", "__reduce__", "__reduce_ex__")
# What scikit-learn 1.9 hangs on an estimator until its `fit` returns (sklearn/callback/_callback_support.py).
WHILE_FITTING = ("_callback_fit_ctx", "_skl_callbacks_to_teardown")
ARRAYS = frozenset({"numpy", "scipy", "pandas"})


def freeze(value: Any, *, deep: bool = False) -> Any:
    """Return a copy of a fitted estimator that shares what it learned but no estimator with it.

    `fit` rebinds learned attributes, so that sharing them is safe; `warm_start` and `partial_fit`
    write into them and are copied whole (`deep`). What only lives while `fit` runs is left out.
    """
    if is_estimator(value):
        new = _estimator(value, deep=deep)
        for name in WHILE_FITTING:
            attributes(new).pop(name, None)
        return new
    if type(value) in (list, tuple) and len(value) < MANY:
        parts = [freeze(part) for part in value] if any(map(_may_hold, value)) else []
        changed = any(new is not old for new, old in zip(parts, value, strict=False))
        return type(value)(parts) if changed else value
    if type(value) is dict and any(map(is_estimator, value.values())):
        return {name: freeze(part) for name, part in value.items()}
    return value


def _estimator(value: Any, *, deep: bool) -> Any:
    deep = deep or bool(attributes(value).get("warm_start", False))
    if _has_a_say(type(value)):
        return _past_its_code(value, deep=deep)
    if deep:
        return copy.deepcopy(value)
    new = copy.copy(value)
    for name, part in list(attributes(value).items()):
        frozen = freeze(part)
        if frozen is not part:
            attributes(new)[name] = frozen
    return new


def _may_hold(value: Any) -> bool:
    return is_estimator(value) or type(value) in (list, tuple)


def _has_a_say(kind: type) -> bool:
    """Tell whether a class that is no installed library's decides how it is copied."""
    return any(name in vars(base) for base in kind.__mro__ if _is_own(base) for name in COPIES)


def _is_own(kind: type) -> bool:
    module = sys.modules.get(kind.__module__)
    if kind.__module__ == "__main__":
        return True
    file = getattr(module, "__file__", None) or ""
    return bool(file) and "site-packages" not in file and not file.startswith(sys.base_prefix)


def _past_its_code(value: Any, *, deep: bool) -> Any:
    new: Any = object.__new__(type(value))
    for name, part in list(attributes(value).items()):
        learned = deep and library_of(part) in ARRAYS
        attributes(new)[name] = copy.deepcopy(part) if learned else freeze(part)
    return new


def weight(value: Any, depth: int = DEPTH) -> int:
    """Return roughly the bytes that a fitted estimator holds."""
    library = library_of(value)
    if library in ARRAYS and hasattr(type(value), "nbytes"):
        return int(value.nbytes)
    if library == "sklearn" and hasattr(type(value), "node_count"):
        return int(value.node_count * 64 + value.value.nbytes)
    if depth and type(value) in (list, tuple):
        return weight(value[0], depth - 1) * len(value) if len(value) else 0
    if depth and not isinstance(value, type):
        own = attributes(value).values()
        parts = [one for one in own if not callable(one) or is_estimator(one)]
        return sum(weight(one, depth - 1) for one in parts) if parts else 64
    return 64
