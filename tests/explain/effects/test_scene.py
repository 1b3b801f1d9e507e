"""A scene asks the served scorer, on rows whose every cell was seen, in its own type."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from o16n.explain.effects.scene import is_number, scene_of
from tests.explain.effects.scenes import frame_of, scene
from tests.scoring.bundles import scorer_of
from tests.scoring.test_scorer import FRAME, PIPE

ABOUT = {"output": "y = 1", "seed": 0}


@pytest.fixture(scope="module")
def scorer(tmp_path_factory):
    return scorer_of(tmp_path_factory.mktemp("scene"), PIPE, FRAME)


def test_numbers_and_labels_are_the_served_ones(scorer):
    one = scene_of(scorer, FRAME, names=map(str, FRAME.index), about=ABOUT)
    asked = one.ask(FRAME)
    np.testing.assert_allclose(asked.numbers, PIPE.predict_proba(FRAME))
    assert asked.labels.tolist() == PIPE.predict(FRAME).tolist()
    assert (one.place, one.unit, one.output) == (1, "probability", "y = 1")


def test_a_row_that_the_scorer_refuses_has_no_answer_and_stops_no_other(scorer):
    one = scene_of(scorer, FRAME, names=map(str, FRAME.index), about=ABOUT)
    rows = FRAME.iloc[:3].astype({"age": "object"})
    rows.iloc[1, rows.columns.get_loc("age")] = "old"
    asked = one.ask(rows)
    assert np.isnan(asked.numbers[1]).all()
    assert asked.labels[1] is None
    assert np.isfinite(asked.numbers[[0, 2]]).all()


def test_of_a_model_without_probabilities_the_said_class_counts_one(tmp_path):
    frame = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0] * 5, "b": [1.0, 0.0] * 10})
    model = SVC().fit(frame, [0, 0, 1, 1] * 5)
    one = scene_of(
        scorer_of(tmp_path, model, frame), frame, names=map(str, frame.index), about=ABOUT
    )
    assert one.unit == "share"
    assert one.answers(frame).tolist() == model.predict(frame).tolist()


def test_of_several_classes_the_number_is_named_by_its_own_class(scorer):
    about = {**ABOUT, "output": "mean over the classes", "outputs": ["y = 0", "y = 1"]}
    one = scene_of(scorer, FRAME, names=map(str, FRAME.index), about=about)
    assert one.output == "y = 1"


def test_drivers_that_are_no_raw_column_are_left_out_and_so_are_sensitive_ones(scorer):
    first, last = (str(FRAME.columns[at]) for at in (0, -1))
    about = {**ABOUT, "sensitive": [last, "elsewhere"]}
    names = map(str, FRAME.index)
    one = scene_of(scorer, FRAME, names=names, drivers=["made_up", last, first, first], about=about)
    assert one.drivers == (0,)
    assert one.fixed == one.grouped == (len(FRAME.columns) - 1,)


def test_no_value_of_a_column_that_looks_like_an_identifier_is_told(tmp_path):
    frame = pd.DataFrame({"x": range(40), "who": [f"person {n}" for n in range(40)]})
    model = make_pipeline(make_column_transformer(("passthrough", ["x"])), LogisticRegression())
    scorer = scorer_of(tmp_path, model.fit(frame, [0, 1] * 20), frame)
    names = map(str, frame.index)
    one = scene_of(scorer, frame, names=names, drivers=["who", "x"], about=ABOUT)
    assert (one.drivers, one.fixed, one.grouped) == ((0,), (1,), ())


def test_mixed_rows_take_whole_cells_and_keep_types():
    one = scene(lambda rows: rows["x"])
    base, other = np.array([0, 1]), np.array([7, 8])
    mixed = one.mixed(base, {3: other})
    assert mixed["level"].tolist() == one.rows["level"].iloc[other].tolist()
    assert mixed["x"].tolist() == one.rows["x"].iloc[base].tolist()
    assert mixed.dtypes.tolist() == one.rows.dtypes.tolist()


def test_a_sample_is_seeded_ordered_and_never_larger_than_the_rows():
    one = scene(lambda rows: rows["x"])
    assert one.sample(50).tolist() == one.sample(50).tolist() == sorted(set(one.sample(50)))
    assert len(one.sample(10_000)) == len(one.rows)


@pytest.mark.parametrize(
    ("column", "number"),
    [
        (pd.Series(range(50)), True),
        (pd.Series([0, 1] * 25), False),
        (pd.Series([True, False] * 25), False),
        (pd.Series(list("abcde") * 10), False),
        (pd.Series(pd.date_range("2026-01-01", periods=50)), True),
    ],
    ids=["many", "few", "booleans", "texts", "dates"],
)
def test_a_scale_has_many_values(column, number):
    assert is_number(column) is number


def test_the_pace_is_that_of_many_rows():
    asked = []
    scene(lambda rows: asked.append(len(rows)) or rows["x"], frame_of()).pace()
    assert asked == [200, 2000]
