"""Where the rows of one matrix stand in another."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from o16n.recipe.lifting.places import places_in

WHOLE = np.array([[1.0, 2.0], [3.0, np.nan], [1.0, 2.0], [-0.0, 5.0]])


def test_values_tell_and_equal_rows_are_given_out_in_order() -> None:
    part = np.array([[0.0, 5.0], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [3.0, np.nan], [9.0, 9.0]])
    assert places_in(WHOLE, part).tolist() == [3, 0, 2, 2, 1, -1]


def test_two_ways_of_computing_one_number_are_one_row() -> None:
    assert places_in(WHOLE, WHOLE * (1 + 1e-15)).tolist() == [0, 1, 2, 3]
    assert places_in(sparse.csr_matrix(WHOLE[[0, 3]]), WHOLE[[3]]).tolist() == [1]


def test_labels_are_believed_only_where_they_lead_to_equal_rows() -> None:
    whole = pd.DataFrame(WHOLE, columns=["a", "b"])
    assert places_in(whole, whole.iloc[[2, 3]]).tolist() == [2, 3]  # not 0, which holds the same
    renumbered = whole.iloc[[2, 3]].reset_index(drop=True)
    assert places_in(whole, renumbered).tolist() == [0, 3]


def test_rows_of_texts_are_told_apart_by_what_they_hold() -> None:
    whole = np.array([["x", 1], ["y", 2], ["x", 2]], dtype=object)
    assert places_in(whole, np.array([["x", 2], ["x", "2"]], dtype=object)).tolist() == [2, -1]
