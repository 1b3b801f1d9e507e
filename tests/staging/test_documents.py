"""The documents say what was chosen, without data, and the same words for the same candidate."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from o16n.candidate.candidate import NotebookMetric, Reason
from o16n.files import canonical_json
from o16n.notebook.notebook import Finding, Notebook, Place
from o16n.staging.documents import _class_of, _modules, about, answering_files, describe
from tests.readiness.conftest import Builder

NOTEBOOK = Notebook(path=None, cells=())


@pytest.fixture(scope="module")
def candidate(tmp_path_factory):
    build = Builder(tmp_path_factory.mktemp("documents"))
    frame = build.frame(90)
    train, test = build.cut(frame, build.classes(frame), 60)
    return build.candidate(LogisticRegression().fit(*train), train, test, raw=frame)


def test_what_was_chosen_is_told_with_its_places_and_without_a_row(candidate):
    known = replace(
        candidate,
        reasons=(
            Reason(statement="saved", place=Place(cell=3, line=2)),
            Reason(statement="only one"),
        ),
        metrics=(NotebookMetric(name="accuracy", value=0.75, place=Place(cell=4)),),
        odd=(Finding(slug="refit", severity="note", message="again", place=Place(cell=5, line=1)),),
        ranking=("a", "b"),
        watched="monitoring",
    )
    told = json.loads(canonical_json(about(known)))
    assert (told["name"], told["class"], told["task"]) == ("model", "LogisticRegression", "binary")
    assert (told["classes"], told["positive"], told["target"]) == ([0, 1], 1, "y")
    assert told["reasons"] == [
        {"statement": "saved", "place": {"cell": 3, "line": 2}},
        {"statement": "only one", "place": None},
    ]
    assert told["metrics"] == [
        {"name": "accuracy", "value": 0.75, "place": {"cell": 4, "line": None}}
    ]
    assert told["odd"][0]["place"] == {"cell": 5, "line": 1}
    assert told["rows"] == {"train": 60, "test": 30, "raw": 90}
    assert told["read"] == {"call": "read_csv", "location": "a.csv", "digest": ""}
    assert (told["watched"], told["ranking"], told["proposed"]) == ("monitoring", ["a", "b"], False)
    value = str(candidate.train.X.iloc[0, 0])
    assert value not in json.dumps(told)


def test_without_a_test_part_or_raw_rows_there_are_none_of_either(candidate):
    told = about(replace(candidate, test=None, raw=None))
    assert told["rows"] == {"train": 60, "test": 0, "raw": 0}
    assert told["read"] is None


def test_the_schema_is_of_raw_rows_where_the_recipe_is_proven_else_of_the_model_s_inputs(candidate):
    schema, frame = describe(candidate)
    assert (schema.level, list(frame.columns)) == ("raw rows", ["c0", "c1", "c2", "c3"])
    assert schema.outputs.probabilities
    assert (schema.outputs.classes, schema.outputs.positive) == ((0, 1), 1)
    bare = replace(candidate, recipe=replace(candidate.recipe, state="missing"))
    assert describe(bare)[0].level == "model inputs"


def test_an_outlier_detector_gives_a_score(candidate):
    rows = candidate.train.X
    model = IsolationForest(n_estimators=3, random_state=0).fit(rows)
    found, _ = describe(replace(candidate, model=model, task="anomaly", classes=(), positive=None))
    assert found.outputs.score
    assert not found.outputs.probabilities


def test_the_same_candidate_has_the_same_files_byte_for_byte(candidate):
    schema, frame = describe(candidate)
    one, again = (answering_files(candidate, schema, frame, NOTEBOOK) for _ in range(2))
    assert one == again
    assert {"model/model.skops", "schema.json", "golden.json", "profile.json", "sample.csv"} <= set(
        one
    )
    assert "code/" not in " ".join(one)
    assert all(isinstance(text, bytes) for text in one.values())


def test_no_row_of_training_stands_in_the_sample_or_the_golden_rows(candidate):
    schema, frame = describe(candidate)
    files = answering_files(candidate, schema, frame, NOTEBOOK)
    sample = pd.read_csv(pd.io.common.BytesIO(files["sample.csv"]))
    trained = {tuple(row) for row in frame.round(6).to_numpy()}
    assert not trained & {tuple(row) for row in sample.round(6).to_numpy()}
    assert len(json.loads(files["golden.json"])["rows"]["data"]) == 20


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (LinearRegression(), "LinearRegression"),
        (make_pipeline(StandardScaler(), LinearRegression()), "Pipeline … LinearRegression"),
        (make_pipeline(StandardScaler(), "passthrough"), "Pipeline"),
        (
            GridSearchCV(make_pipeline(StandardScaler(), LinearRegression()), {}, cv=2),
            "GridSearchCV … Pipeline … LinearRegression",
        ),
    ],
    ids=["alone", "a pipeline", "a step passed through", "a search"],
)
def test_a_class_is_told_down_to_its_last_step(model, told):
    if isinstance(model, GridSearchCV):
        model.fit(np.arange(8.0).reshape(4, 2), np.arange(4.0))
    assert _class_of(model) == told


def test_the_modules_that_a_bundle_needs_are_those_of_its_estimators(candidate):
    class Mine(StandardScaler):
        pass

    plain = ("numpy", "pandas", "sklearn", "skops")
    assert _modules(candidate) == plain
    own = type("Own", (StandardScaler,), {"__module__": "__main__"})
    assert _modules(replace(candidate, model=make_pipeline(own(), LinearRegression()))) == plain
    other = type("Other", (StandardScaler,), {"__module__": "elsewhere.deep"})
    inside = replace(
        candidate, model=make_pipeline(Mine(), make_pipeline(other(), LinearRegression()))
    )
    assert "elsewhere" in _modules(inside)
    knot = LinearRegression()
    knot.again = [knot]
    assert _modules(replace(candidate, model=knot)) == plain
