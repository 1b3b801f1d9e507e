"""Model inputs are traced to raw columns by their values, and only where one answer is possible."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer

from o16n.recipe.match import raw_rows

RAW = (
    load_breast_cancer(as_frame=True)
    .frame.iloc[:, :6]
    .assign(
        old=lambda f: (f["mean radius"] > 14).astype(int),
        rough=lambda f: (f["mean texture"] > 19).astype(int),
        smooth=lambda f: (f["mean smoothness"] < 0.09).astype(int),
        note="text",
    )
)
FLAGS = ["old", "rough", "smooth"]


def columns_of(found):
    assert found is not None
    return list(found.columns)


@pytest.mark.parametrize(
    "columns",
    [["mean radius", "mean area"], ["mean radius", *FLAGS], FLAGS[:2], [FLAGS[0], FLAGS[2]]],
    ids=["numbers", "with flags", "two flags", "the outer flags"],
)
def test_a_matrix_is_traced_to_its_columns_also_where_several_hold_the_same_values(columns):
    wanted = [name for name in RAW.columns if name in ("mean texture", *columns)]
    inputs = RAW.sample(200, random_state=0)[wanted]
    found = raw_rows(RAW, inputs.to_numpy())
    assert columns_of(found) == wanted
    assert (RAW.iloc[found.places][wanted].to_numpy() == inputs.to_numpy()).all()


def test_missing_values_are_values_too():
    raw = RAW.assign(gap=RAW["mean area"].where(RAW.index % 3 > 0))
    inputs = raw[["mean radius", "gap"]].to_numpy()[:50]
    assert columns_of(raw_rows(raw, inputs)) == ["mean radius", "gap"]


def test_two_columns_that_cannot_be_told_apart_are_not_guessed():
    raw = RAW.assign(twin=RAW["mean radius"])
    assert raw_rows(raw, raw[["mean radius", "mean area"]].to_numpy()) is not None
    assert raw_rows(raw, raw[["mean radius"]].to_numpy()) is None


def test_changed_reordered_or_too_many_like_columns_are_not_traced():
    assert raw_rows(RAW, RAW[["mean radius", "mean area"]].to_numpy() * 2) is None
    assert raw_rows(RAW, RAW[["mean area", "mean radius"]].to_numpy()) is None
    flags = pd.DataFrame(np.random.default_rng(0).integers(0, 2, (400, 30)))
    assert raw_rows(flags, flags.iloc[:, :15].to_numpy()) is None
