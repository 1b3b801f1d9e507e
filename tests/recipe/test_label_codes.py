"""A LabelEncoder's codes are looked up; whatever is not plain text is left to scikit-learn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import LabelEncoder, StandardScaler

from o16n.recipe.label_codes import label_codes

TEXTS = st.lists(st.text(max_size=3), min_size=1, max_size=12)


@given(TEXTS, st.sampled_from(["str", "object"]))
def test_codes_are_those_of_scikit_learn_by_value_and_type(texts, dtype):
    column = pd.Series(texts, dtype=dtype)
    encoder = LabelEncoder().fit(column)
    found = label_codes(encoder, (column,))
    expected = encoder.transform(column)
    assert found.tolist() == expected.tolist()
    assert found.dtype == expected.dtype


@pytest.mark.parametrize(
    ("fitted", "column"),
    [
        (["a", "b"], pd.Series(["a", "new"])), (["a", "b"], pd.Series(["a", None])), ([1, 2], pd.Series([1, 2])),
        (["a", "b"], np.array(["a"])), (["a", "b"], ["a"]), (["a", "b"], pd.Series([1])),
    ],
    ids=range(6),
)  # fmt: skip
def test_what_is_no_known_text_is_left_to_scikit_learn(fitted, column):
    assert label_codes(LabelEncoder().fit(fitted), (column,)) is None


def test_other_estimators_answer_themselves():
    class Own(LabelEncoder):
        """An encoder of the notebook's own."""

    assert label_codes(StandardScaler().fit([[1.0]]), (pd.Series(["a"]),)) is None
    assert label_codes(Own().fit(["a"]), (pd.Series(["a"]),)) is None
    assert label_codes(LabelEncoder(), (pd.Series(["a"]),)) is None
