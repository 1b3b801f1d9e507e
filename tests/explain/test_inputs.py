"""Inputs of every form are read as named columns and given back in their own form."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csc_matrix

from o16n.explain.inputs import read_inputs

FRAME = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": ["x", "y", "z"]}, index=[7, 8, 9])


@pytest.mark.parametrize(
    ("given", "columns"),
    [
        (FRAME, ["a", "b"]),
        (np.arange(6.0).reshape(3, 2), ["column 1", "column 2"]),
        (csc_matrix(np.eye(3)), ["column 1", "column 2", "column 3"]),
        (pd.Series(["p", "q", "r"], name="note"), ["note"]),
        (pd.Series(["p", "q", "r"]), ["text"]),
        (["p", "q", "r"], ["text"]),
        (np.array(["p", "q", "r"]), ["text"]),
    ],
)
def test_what_is_read_as_a_frame_comes_back_in_its_own_form(given, columns):
    found = read_inputs(given)
    assert len(found) == 3
    assert list(found.columns) == columns
    taken = found.take(np.array([2, 0]))
    assert taken.frame.shape == (2, len(columns))
    again = found.form(taken.frame)
    assert type(again) is type(taken.rows) or hasattr(again, "tocsr")
    for one, other in zip(np.asarray(dense(again)), np.asarray(dense(taken.rows)), strict=True):
        assert list(np.atleast_1d(one)) == list(np.atleast_1d(other))


def dense(rows):
    return rows.toarray() if hasattr(rows, "toarray") else rows


def test_a_sample_keeps_the_order_of_the_rows():
    found = read_inputs(FRAME).sample(2, np.random.default_rng(0))
    assert found.rows.index.is_monotonic_increasing
    assert len(found) == 2
    assert len(read_inputs(FRAME).sample(10, np.random.default_rng(0))) == 3
