"""Fitted scalers and encoders give for few rows what scikit-learn gives, to the bit, or are left to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from sklearn import config_context
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import (
    LabelEncoder,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

from o16n.recipe.columns.estimators import transform
from o16n.recipe.columns.forms import Away, light
from tests.recipe.alike import alike
from tests.recipe.columns.rows import LEVELS, frames

KNOWN = pd.DataFrame(
    {"f": [1.0, 2.0, 7.5, np.nan], "g": [0.1, 0.2, 0.3, 9.0], "i": [1, 5, 9, 2], "b": [True, False, True, True]}
)  # fmt: skip
TEXTS = pd.DataFrame({"s": LEVELS, "t": ["Mr", "mrs", "ab"]})
SCALERS = [
    StandardScaler(), StandardScaler(with_mean=False), StandardScaler(with_std=False), MinMaxScaler(),
    MinMaxScaler(feature_range=(-1, 2)), RobustScaler(), RobustScaler(with_centering=False), RobustScaler(with_scaling=False),
    SimpleImputer(), SimpleImputer(strategy="median"),
]  # fmt: skip


@pytest.mark.parametrize("scaler", SCALERS, ids=str)
@pytest.mark.parametrize("how", ["by name", "without names"])
@settings(max_examples=10, deadline=None, derandomize=True)
@given(frame=frames())
def test_a_scaler(scaler, how, frame):
    fitted = type(scaler)(**scaler.get_params())
    rows = frame[list(KNOWN)]
    if how == "by name":
        assert alike(transform(fitted.fit(KNOWN), light(rows)), fitted.transform(rows))
    else:
        fitted.fit(KNOWN.to_numpy(dtype=float))
        matrix = rows.to_numpy(dtype=float)
        assert alike(transform(fitted, matrix), fitted.transform(matrix))


@pytest.mark.parametrize("encoder", [OrdinalEncoder(), OrdinalEncoder(dtype=np.int32), OneHotEncoder(sparse_output=False)], ids=str)  # fmt: skip
def test_an_encoder(encoder):
    rows = TEXTS.iloc[[2, 0, 1, 1]].reset_index(drop=True)
    assert alike(transform(encoder.fit(TEXTS), light(rows)), encoder.transform(rows))


def test_a_label_encoder():
    encoder = LabelEncoder().fit(TEXTS["t"])
    assert alike(transform(encoder, light(TEXTS["t"])), encoder.transform(TEXTS["t"]))


MATRIX = KNOWN.to_numpy(dtype=float)
ENDLESS = KNOWN.assign(f=np.inf)


@pytest.mark.parametrize(
    ("estimator", "rows"),
    [
        (StandardScaler().fit(KNOWN), KNOWN[["g", "f", "i", "b"]]),
        (StandardScaler().fit(KNOWN), ENDLESS),
        (StandardScaler().fit(KNOWN), TEXTS),
        (StandardScaler().fit(MATRIX), MATRIX.astype("float32")),
        (StandardScaler().fit(MATRIX), MATRIX[:, :2]),
        (StandardScaler().fit(KNOWN).set_output(transform="pandas"), KNOWN),
        (MinMaxScaler(clip=True).fit(KNOWN), KNOWN),
        (SimpleImputer(strategy="most_frequent").fit(KNOWN), KNOWN),
        (SimpleImputer(add_indicator=True).fit(KNOWN), KNOWN),
        (SimpleImputer(missing_values=1.0).fit(KNOWN.fillna(0.0)), KNOWN.fillna(0.0)),
        (QuantileTransformer(n_quantiles=3).fit(KNOWN), KNOWN),
        (OneHotEncoder().fit(TEXTS), TEXTS),
        (OneHotEncoder(sparse_output=False, drop="first").fit(TEXTS), TEXTS),
        (OneHotEncoder(sparse_output=False, max_categories=2).fit(TEXTS), TEXTS),
        (OrdinalEncoder().fit(TEXTS), TEXTS.assign(s="new")),
        (OrdinalEncoder().fit(TEXTS), TEXTS.assign(s=[None, "S", "C"])),
        (OrdinalEncoder().fit(KNOWN[["i", "b"]]), KNOWN[["i", "b"]]),
        (LabelEncoder().fit(TEXTS["t"]), pd.Series(["unseen"], dtype="str")),
        (LabelEncoder().fit([1, 2]), pd.Series([1, 2])),
    ],
    ids=range(19),
)
def test_what_only_scikit_learn_can_answer_or_refuse_is_left_to_it(estimator, rows):
    with pytest.raises(Away):
        transform(estimator, light(rows))


def test_frames_that_scikit_learn_is_told_to_make_are_left_to_it():
    with config_context(transform_output="pandas"), pytest.raises(Away):
        transform(StandardScaler().fit(KNOWN), light(KNOWN))
