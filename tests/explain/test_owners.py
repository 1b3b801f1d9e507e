"""For each transformer: which raw column an encoded one is of, tried by moving the raw columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.impute import KNNImputer, MissingIndicator, SimpleImputer
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    SplineTransformer,
    StandardScaler,
    TargetEncoder,
)

from o16n.explain.inputs import read_inputs
from o16n.explain.owners import through
from o16n.explain.resolve import resolve
from tests.explain.conftest import mixed_frame

NUMBERS, TEXTS = ["age", "amount", "months"], ["housing", "sex"]


class Last:
    """A model that is only asked for its structure."""


def owners(step, frame, truth):
    model = make_pipeline(step, "passthrough")
    model.steps[0] = ("step", step.fit(frame, truth))
    model.steps[1] = ("last", Last())
    found = resolve(model, read_inputs(frame))
    return None if found is None else list(found.members[0].owner)


@pytest.fixture(scope="module")
def frame():
    table, score = mixed_frame(300)
    return table.fillna({"amount": 900.0}), (score > 0).astype(int)


def test_the_numbers_of_encoded_columns_are_those_of_the_levels(frame):
    table, truth = frame
    texts = table[TEXTS]
    for step, expected in [
        (OneHotEncoder(), [0] * 4 + [1] * 2),
        (OneHotEncoder(drop="first"), [0] * 3 + [1]),
        (OneHotEncoder(drop="if_binary"), [0] * 4 + [1]),
        (OneHotEncoder(min_frequency=40), [0] * 4 + [1] * 2),
        (OneHotEncoder(min_frequency=60), [0] * 3 + [1] * 2),
        (OneHotEncoder(max_categories=2, drop="first"), [0, 1]),
        (OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=60), [0, 0, 0, 1, 1]),
        (OrdinalEncoder(), [0, 1]),
    ]:
        found = owners(step, texts, truth)
        assert found == expected or len(found) == len(step.get_feature_names_out()), step
        assert len(found) == len(step.get_feature_names_out())
        names = [name.split("_")[0] for name in step.get_feature_names_out()]
        assert [TEXTS[place] for place in found] == names


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (MinMaxScaler(), [0, 1, 2]),
        (
            KBinsDiscretizer(3, encode="onehot", quantile_method="averaged_inverted_cdf"),
            [0] * 3 + [1] * 3 + [2] * 3,
        ),
        (KBinsDiscretizer(3, encode="ordinal", quantile_method="averaged_inverted_cdf"), [0, 1, 2]),
        (SplineTransformer(n_knots=3, degree=2), [0] * 4 + [1] * 4 + [2] * 4),
        (FunctionTransformer(np.log1p), [0, 1, 2]),
        (FunctionTransformer(), [0, 1, 2]),
        (
            FeatureUnion([("a", StandardScaler()), ("b", "passthrough"), ("c", "drop")]),
            [0, 1, 2] * 2,
        ),
        (make_pipeline(StandardScaler(), "passthrough", MinMaxScaler()), [0, 1, 2]),
        (TargetEncoder(), [0, 1, 2]),
    ],
)
def test_steps_that_keep_columns_apart(frame, step, expected):
    table, truth = frame
    assert owners(step, table[NUMBERS], truth) == expected


@pytest.mark.parametrize(
    "step",
    [
        PCA(2),
        PolynomialFeatures(2),
        Normalizer(),
        KNNImputer(),
        FunctionTransformer(lambda rows: rows * rows.sum(axis=1).to_numpy()[:, None]),
        FeatureUnion([("a", StandardScaler()), ("b", PCA(1))]),
    ],
)
def test_steps_that_mix_columns_are_not_resolved(frame, step):
    table, truth = frame
    assert owners(step, table[NUMBERS], truth) is None


def test_a_target_encoder_of_three_classes_has_a_column_for_each(frame):
    table, _ = frame
    truth = np.array(["a", "b", "c"] * 100)
    step = TargetEncoder()
    assert owners(step, table[TEXTS], truth) == [0, 0, 0, 1, 1, 1]


@pytest.mark.filterwarnings("ignore:Skipping features without any observed values")
def test_an_imputer_drops_empty_columns_and_adds_indicators(frame):
    table, truth = frame
    gaps = table[NUMBERS].assign(empty=np.nan)[["empty", *NUMBERS]]
    gaps.loc[::7, "months"] = np.nan
    constant = SimpleImputer(strategy="constant", fill_value=0.0)
    assert owners(SimpleImputer(add_indicator=True), gaps, truth) == [1, 2, 3, 0, 3]
    assert owners(constant, gaps, truth) == [1, 2, 3]
    assert owners(SimpleImputer(keep_empty_features=True), gaps, truth) == [0, 1, 2, 3]
    assert owners(MissingIndicator(), gaps, truth) == [0, 3]


def test_selected_columns_keep_their_owner(frame):
    table, truth = frame
    assert owners(SelectKBest(k=1), table[NUMBERS], truth) == [0]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["months", "age"], [4, 0]),
        (slice("age", "amount"), [0, 1]),
        (slice(0, 2), [0, 1]),
        ([-1], [4]),
        ([True, False, False, False, True], [0, 4]),
        (make_column_selector(dtype_include="number"), [0, 1, 4]),
    ],
)
def test_a_block_takes_its_columns_in_every_way_of_naming_them(frame, chosen, expected):
    table, truth = frame
    blocks = ColumnTransformer([("n", StandardScaler(), chosen), ("no", "drop", ["sex"])])
    assert owners(blocks, table, truth) == expected


def test_blocks_of_blocks_with_a_remainder(frame):
    table, truth = frame
    blocks = ColumnTransformer(
        [
            ("t", OneHotEncoder(), TEXTS),
            ("n", make_pipeline(SimpleImputer(), StandardScaler()), ["amount"]),
            ("none", StandardScaler(), []),
        ],
        remainder="passthrough",
    )
    assert owners(blocks, table, truth) == [2] * 4 + [3] * 2 + [1, 0, 4]
    assert owners(make_pipeline(blocks, StandardScaler()), table, truth) == [2] * 4 + [3] * 2 + [
        1,
        0,
        4,
    ]


@pytest.mark.parametrize("step", [TfidfVectorizer(), CountVectorizer(ngram_range=(1, 2))])
def test_every_word_is_of_the_text_column(step):
    notes = pd.Series(["late again", "paid in time", "late and rude"] * 4, name="note")
    frame = notes.to_frame().assign(age=1.5)
    blocks = ColumnTransformer([("a", "passthrough", ["age"]), ("t", step, "note")])
    found = owners(blocks, frame, None)
    assert found[0] == 1
    assert set(found[1:]) == {0}


def test_a_class_of_ones_own_is_not_known_by_its_name():
    class StandardScaler:
        def transform(self, rows):
            return rows[:, ::-1]

    assert through(StandardScaler(), [0, 1]) is None


def test_a_map_that_is_wrong_is_found_by_moving_the_columns(frame, monkeypatch):
    from o16n.explain import owners as rules

    table, truth = frame
    assert owners(SplineTransformer(n_knots=3, degree=2), table[NUMBERS], truth) is not None
    monkeypatch.setitem(rules.RULES, "SplineTransformer", lambda _, owner: owner * 4)
    assert owners(SplineTransformer(n_knots=3, degree=2), table[NUMBERS], truth) is None
