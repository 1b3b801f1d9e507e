"""Whether two frozen values are the same to the bit and by type."""

from __future__ import annotations

import struct

import numpy as np
import pandas as pd
from scipy import sparse

from o16n.recipe.program import Code


def alike(one, other):
    """Tell whether two values are of one type and equal, NaN to the same NaN, at any depth."""
    if type(one) is not type(other):
        return False
    for kinds, same in ALIKE:
        if isinstance(one, kinds):
            return same(one, other)
    if sparse.issparse(one):
        return (one != other).nnz == 0 and one.dtype == other.dtype and one.shape == other.shape
    if hasattr(one, "get_params"):
        return repr(one) == repr(other)
    return one is other or (bool(one == other) and repr(one) == repr(other))


def _codes(one, other):
    own, theirs = (
        {**vars(code), "frozen": dict(sorted(code.frozen.items()))} for code in (one, other)
    )
    return alike(own, theirs)


def _frames(one, other):
    return (
        alike(one.columns, other.columns)
        and alike(one.index, other.index)
        and all(alike(one.iloc[:, k], other.iloc[:, k]) for k in range(one.shape[1]))
    )


def _arrays(one, other):
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.flags.c_contiguous != other.flags.c_contiguous:
        return False
    if one.dtype.kind == "O":
        return alike(one.ravel().tolist(), other.ravel().tolist())
    return one.tobytes() == other.tobytes()


def _columns(one, other):
    if one.dtype != other.dtype or len(one) != len(other):
        return False
    if isinstance(one, pd.Index) and (
        [*map(repr, one.names)] != [*map(repr, other.names)]
        or getattr(one, "freq", None) != getattr(other, "freq", None)
    ):
        return False
    if isinstance(one, pd.MultiIndex):
        return alike(list(one.levels), list(other.levels)) and alike(one.tolist(), other.tolist())
    if isinstance(one.dtype, np.dtype):
        return alike(np.asarray(one), np.asarray(other))
    if isinstance(one.dtype, pd.CategoricalDtype):
        held = alike(one.dtype.categories, other.dtype.categories)
        return held and alike(pd.Categorical(one).codes, pd.Categorical(other).codes)
    return alike(one.tolist(), other.tolist()) and repr(one) == repr(other)


ALIKE = [
    (float, lambda one, other: struct.pack(">d", one) == struct.pack(">d", other)),
    (complex, lambda one, other: alike([one.real, one.imag], [other.real, other.imag])),
    ((list, tuple), lambda one, other: len(one) == len(other) and all(map(alike, one, other))),
    (
        dict,
        lambda one, other: len(one) == len(other) and all(map(alike, one.items(), other.items())),
    ),
    ((set, frozenset), lambda one, other: sorted(map(repr, one)) == sorted(map(repr, other))),
    (
        slice,
        lambda one, other: alike(
            [one.start, one.stop, one.step], [other.start, other.stop, other.step]
        ),
    ),
    (np.ndarray, _arrays),
    (np.generic, lambda one, other: one.dtype == other.dtype and one.tobytes() == other.tobytes()),
    (pd.DataFrame, _frames),
    (
        pd.Series,
        lambda one, other: alike(
            [one.index, one.array, one.name], [other.index, other.array, other.name]
        ),
    ),
    ((pd.Index, pd.api.extensions.ExtensionArray), _columns),
    (Code, _codes),
]
