"""Two matrices are the same where a model could not tell them apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from o16n.recipe.compare import differs, same_matrix

FRAME = pd.DataFrame({"a": [1.0, np.nan, 3.0], "b": [4, 5, 6]})
NUMBERS = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=5),
    elements=st.floats(-1e6, 1e6) | st.just(float("nan")),
)


def _difference(one: Any, other: Any) -> str:
    sides = [np.arange(one.shape[0] if hasattr(one, "shape") else len(one)) for one in (one, other)]
    why = differs(one, sides[0], other, sides[1])
    return "" if why is None else str(why)


@given(matrix=NUMBERS)
def test_a_matrix_is_the_same_as_its_copy(matrix: Any) -> None:
    assert same_matrix(matrix, matrix.copy())
    assert same_matrix(pd.DataFrame(matrix), pd.DataFrame(matrix.copy()))


@given(matrix=NUMBERS, chance=st.randoms())
def test_one_other_number_is_found_in_its_row(matrix: Any, chance: Any) -> None:
    other = matrix.copy()
    row, column = chance.randrange(matrix.shape[0]), chance.randrange(matrix.shape[1])
    other[row, column] = 5e6
    assert f"1 of {len(matrix):,} rows differ" in _difference(matrix, other)
    assert not same_matrix(matrix, other)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (FRAME, FRAME.rename(columns={"a": "c"}), "columns differ"),
        (FRAME, FRAME[["b", "a"]], "in another order"),
        (FRAME, FRAME.to_numpy(), ""),
        (FRAME.to_numpy(), FRAME.to_numpy()[:, :1], "shape (3, 2) instead of (3, 1)"),
        (FRAME, FRAME * (1 + 1e-12), ""),
        (FRAME, FRAME * (1 + 1e-6), "2 of 3 rows differ"),
        (FRAME["a"], FRAME["a"].to_numpy(), ""),
        (["x", "y"], ["x", "y"], ""),
        (["x", "y"], ["x", "z"], "1 of 2 rows differ"),
        (pd.Series(["x", None]), pd.Series(["x", None]), ""),
        (sparse.csr_matrix([[0, 1], [2, 0]]), sparse.csc_matrix([[0, 1], [2, 0]]), ""),
        (sparse.csr_matrix([[0, 1], [2, 0]]), np.array([[0, 1], [2, 3]]), "1 of 2 rows differ"),
        (FRAME.astype(object), FRAME, ""),
    ],
)
def test_forms_do_not_matter_and_values_do(one: Any, other: Any, told: str) -> None:
    found = _difference(one, other)
    assert told in found
    assert bool(told) == bool(found)
    assert same_matrix(one, other) == (told == "")


def test_fewer_rows_are_another_matrix() -> None:
    assert not same_matrix(FRAME, FRAME.iloc[:2])
