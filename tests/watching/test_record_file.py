"""record.json has the shape its schema says, on every notebook, and no data in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from o16n.watching.record import Event, Record, Value, Where
from o16n.watching.record_file import to_json
from tests.candidate.test_answers import FOLDER, lived_through
from tests.watching.shell import INSTALL, run_shell

DOCS = Path(__file__).parents[2] / "docs" / "reference"
SCHEMA = json.loads((DOCS / "record.schema.json").read_text())
VALID = Draft202012Validator(SCHEMA)
PLANTED = ("Zaphod-8471", "86420.13579", "86420")
CELLS = (
    """
    import pickle
    import numpy as np, pandas as pd
    from sklearn.linear_model import LinearRegression
    from sklearn.metrics import max_error, r2_score
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import OneHotEncoder
    df = pd.read_csv("people.csv")
    """,
    "df.head(2)",
    "print(df['name'].iloc[0], df['income'].max())",
    """
    X = pd.get_dummies(df[["name", "age"]]).astype(float)
    wide = df.pivot(columns="name", values="income")
    X_train, X_test, y_train, y_test = train_test_split(X, df["income"], random_state=0)
    """,
    """
    models = {}
    for name, part in df.groupby("name"):
        models[name] = LinearRegression().fit(part[["age"]], part["income"])
    """,
    "onehot = OneHotEncoder(sparse_output=False).set_output(transform='pandas').fit_transform(df[['name']])",
    "m = LinearRegression().fit(X_train, y_train)\npred = m.predict(X_test)",
    "one = m.predict(X_test[:1])\nr2_score(y_test, pred)",
    "pd.factorize(df['name'])\npd.cut(df['income'], [0, df['income'].max()])",
    "labels = df['name'].tolist()\nLinearRegression().fit(X_train.values, y_train.tolist())",
    "try:\n    m.fit(df[['name']], df['income'])\nexcept ValueError:\n    pass",
    "for _ in range(30):\n    r2_score(y_test, pred)",
    "with open('m.pkl', 'wb') as file:\n    pickle.dump({'model': m, 'who': df['name'].iloc[0]}, file)",
    "df['name'].iloc[0] in models",
)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    rows = [f"{name},{age},{5000 + 90 * age}.5" for age in range(20, 60) for name in ("Ann", "Bo")]
    rows.insert(0, "Zaphod-8471,42,86420.13579")
    rows.insert(9, "Zaphod-8471,43,86419.5")
    (folder / "people.csv").write_text("name,age,income\n" + "\n".join(rows) + "\n")
    return run_shell(INSTALL, *CELLS, folder=folder)["record"]


def document(told):
    return {key: value for key, value in told.items() if key in SCHEMA["properties"]}


def columns(told):
    return {name for value in told["values"] for name in value["columns"] or ()}


def test_no_value_of_the_frame_is_in_the_record(told):
    assert told["errors"] == []
    assert len(told["events"]) > 30
    written = json.dumps(document(told))
    assert [one for one in PLANTED if one in written] == []


def test_columns_that_the_data_made_are_masked_and_those_that_were_read_are_not(told):
    assert columns(told) == {"name", "age", "income", "*"}
    assert "models[*]" in {name for one in told["estimators"] for name in one["names"]}


def test_a_loop_is_folded_and_counted(told):
    assert [(one["name"], one["events"]) for one in told["folded"]] == [("r2_score", 10)]


def test_the_record_of_a_planted_frame_is_as_its_schema_says(told):
    assert list(map(str, VALID.iter_errors(document(told)))) == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("notebook", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_record_of_each_notebook_is_as_its_schema_says(notebook, tmp_path, monkeypatch):
    import shutil
    import sys

    for library in json.loads(notebook.with_suffix(".json").read_text()).get("requires", []):
        pytest.importorskip(library)
    shutil.copytree(FOLDER, tmp_path / "n")
    monkeypatch.chdir(tmp_path / "n")
    monkeypatch.setattr(sys, "argv", ["kernel"])
    record, _ = lived_through(Path(notebook.name))
    assert record.errors == ()
    written = json.loads(json.dumps(to_json(record), allow_nan=False))
    assert list(map(str, VALID.iter_errors(written))) == []
    assert written["events"]


def test_a_field_that_the_schema_does_not_know_is_refused(told):
    changed = document(told)
    changed["events"] = [{**changed["events"][0], "rows": [1, 2]}]
    assert [one.validator for one in VALID.iter_errors(changed)] == ["additionalProperties"]


def test_the_page_names_every_field_and_kind():
    page = (DOCS / "record.md").read_text()
    fields = set(SCHEMA["properties"])
    for part in ("cell", "where", "event", "value", "estimator"):
        fields |= set(SCHEMA["$defs"][part]["properties"])
    fields |= set(SCHEMA["$defs"]["event"]["properties"]["kind"]["enum"])
    assert sorted(one for one in fields if not re.search(rf"`{one}`", page)) == []


def test_an_answer_of_a_model_is_no_result_and_no_number_is_text():
    where = Where(cell=1, line=1, in_cell=1, in_line=1)
    events = tuple(
        Event(number=n, kind=kind, name="f", where=where, result=result)
        for n, (kind, result) in enumerate(
            [("use", 86420.5), ("metric", 0.5), ("score", float("nan")), ("fit", 3.0)], 1
        )
    )
    record = Record(
        mechanism="sys.monitoring", cells=(), events=events, values={}, names={}, estimators={}
    )
    assert [one["result"] for one in to_json(record)["events"]] == [None, 0.5, "nan", None]


def test_a_digest_of_few_numbers_is_left_out():
    where = Where(cell=1, line=1, in_cell=1, in_line=1)
    values = {
        1: Value(token=1, thing=1, kind="array", shape=(3, 5), digest=7),
        2: Value(token=2, thing=2, kind="array", shape=(4, 4), digest=8),
    }
    event = Event(number=1, kind="use", name="f", where=where, inputs={"X": 1, "y": 2})
    record = Record(
        mechanism="sys.monitoring",
        cells=(),
        events=(event,),
        values=values,
        names={},
        estimators={},
    )
    assert [one["digest"] for one in to_json(record)["values"]] == [None, 8]


def test_what_a_cell_printed_is_evidence_and_the_identity_does_not_cover_it(credit):
    bundle = credit.bundle  # the folder
    covered = json.loads((bundle / "manifest.json").read_text())["files"]
    record = json.loads((bundle / "evidence/record.json").read_text())
    assert all(cell["text"] == "" for cell in record["cells"])
    assert [name for name in covered if name.startswith("evidence/")] == []
    executed = json.loads((bundle / "evidence/notebook/executed.ipynb").read_text())
    printed = [
        "".join(output["text"]).strip()
        for cell in executed["cells"]
        for output in cell.get("outputs", ())
        if output["output_type"] == "stream"
    ]
    lines = [line for text in printed for line in text.splitlines() if len(line) > 12]
    assert lines
    for name in covered:
        content = (bundle / name).read_bytes()
        assert [line for line in lines if line.encode() in content] == [], name
