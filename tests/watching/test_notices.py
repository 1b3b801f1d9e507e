"""Each way to read, code, split, fit, judge and save that notebooks use stands in the record; one cell each."""

from __future__ import annotations

import importlib.util

import pytest

from tests.watching.shell import INSTALL, run_shell

SETUP = """
import io, json, os, pickle, sqlite3, warnings
from pathlib import Path
import joblib, numpy as np, pandas as pd
import sklearn.datasets, sklearn.model_selection
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    cross_val_predict, cross_val_score, cross_validate, learning_curve, train_test_split, validation_curve)
warnings.simplefilter("ignore")
df = pd.DataFrame({"a": np.arange(60.0) % 7, "b": list("xyz") * 20, "t": [0, 1] * 30})
X, y = df[["a"]], df["t"]
model = LogisticRegression().fit(X, y)
df.to_csv("a.csv", index=False); df.to_json("a.json"); df.to_pickle("a.pkl"); df.to_html("a.html")
con = sqlite3.connect("a.db"); df.to_sql("rows", con, index=False)
np.save("a.npy", X.values); np.savetxt("a.txt", X.values)
"""
# what has to be installed; the cell; the events: kind, name, and what its detail must hold
CASES = [
    ("", "pd.read_csv('a.csv')", [("read", "read_csv", {"filepath_or_buffer": "a.csv"})]),
    ("", "pd.read_csv(Path('a.csv'))", [("read", "read_csv", {"filepath_or_buffer": "a.csv"})]),
    ("", "pd.read_csv(io.StringIO('a\\n1'))", [("read", "read_csv", {})]),
    ("", "pd.read_table('a.csv', sep=',')", [("read", "read_table", {"filepath_or_buffer": "a.csv"})]),
    ("", "[len(c) for c in pd.read_csv('a.csv', chunksize=30)]",
     [("read", "read_csv", {}), ("read", "TextFileReader.get_chunk", {}),
      ("read", "TextFileReader.get_chunk", {}), ("read", "TextFileReader.get_chunk", {})]),
    ("", "pd.read_json('a.json')", [("read", "read_json", {"path_or_buf": "a.json"})]),
    ("", "pd.read_pickle('a.pkl')", [("read", "read_pickle", {"filepath_or_buffer": "a.pkl"})]),
    ("", "pd.read_sql('select * from rows', con)",
     [("read", "read_sql", {"sql": "select * from rows", "con": "sqlite3.Connection"})]),
    ("", "pd.read_sql_query('select a from rows', con)", [("read", "read_sql_query", {})]),
    ("sqlalchemy", "import sqlalchemy\nengine = sqlalchemy.create_engine('sqlite:///a.db')\npd.read_sql_table('rows', engine)",
     [("read", "read_sql_table", {"table_name": "rows", "con": "Engine(sqlite:///a.db)"})]),
    ("openpyxl", "df.to_excel('a.xlsx', sheet_name='one')\npd.read_excel('a.xlsx', sheet_name='one')",
     [("write", "NDFrame.to_excel", {"excel_writer": "a.xlsx"}),
      ("read", "read_excel", {"io": "a.xlsx", "sheet_name": "one"})]),
    ("openpyxl", "pd.ExcelFile('a.xlsx').parse('one')", [("read", "ExcelFile.parse", {"sheet_name": "one"})]),
    ("pyarrow", "df.to_parquet('a.parquet')\npd.read_parquet('a.parquet')",
     [("write", "DataFrame.to_parquet", {"path": "a.parquet"}), ("read", "read_parquet", {"path": "a.parquet"})]),
    ("lxml", "pd.read_html('a.html')[0].shape", [("read", "read_html", {"io": "a.html"})]),
    ("", "try:\n    pd.read_clipboard()\nexcept Exception:\n    pass", [("read", "read_clipboard", {})]),
    ("", "np.load('a.npy')", [("read", "load", {"file": "a.npy"})]),
    ("", "np.loadtxt('a.txt')", [("read", "loadtxt", {"fname": "a.txt"})]),
    ("", "np.genfromtxt('a.txt')", [("read", "genfromtxt", {"fname": "a.txt"})]),
    ("", "with open('a.txt') as file:\n    text = file.read()", [("open", "_modified_open", {"file": "a.txt"})]),
    ("", "Path('a.txt').read_text()[:1]", [("open", "Path.read_text", {"file": "a.txt"})]),
    ("", "json.load(open('a.json'))['a']['0']", [("open", "_modified_open", {"file": "a.json"})]),
    ("", "sklearn.datasets.load_iris(as_frame=True).frame.shape", [("read", "load_iris", {})]),
    ("", "sklearn.datasets.load_iris(return_X_y=True)[0].shape", [("read", "load_iris", {})]),
    ("", "sklearn.datasets.make_classification(random_state=0)[0].shape", [("read", "make_classification", {})]),
    ("", "try:\n    sklearn.datasets.fetch_california_housing(data_home='.', download_if_missing=False)\nexcept OSError:\n    pass",
     [("read", "fetch_california_housing", {})]),
    ("seaborn", "import seaborn\ntry:\n    seaborn.load_dataset('o16n', data_home='no', cache=False)\nexcept Exception:\n    pass",
     [("read", "load_dataset", {"name": "o16n"})]),
    ("polars", "import polars\npolars.read_csv('a.csv').shape", [("read", "read_csv", {"source": "a.csv"})]),
    ("polars", "polars.scan_csv('a.csv').collect().shape", [("read", "scan_csv", {"source": "a.csv"})]),
    ("", "pd.get_dummies(df[['b']])", [("dummies", "get_dummies", {})]),
    ("", "pd.factorize(df['b'])[0][:3]", [("code", "factorize", {})]),
    ("", "df['b'].factorize()[0][:3]", [("code", "IndexOpsMixin.factorize", {})]),
    ("", "pd.cut(df['a'], 3, labels=False)", [("code", "cut", {})]),
    ("", "pd.qcut(df['a'], 2)", [("code", "qcut", {})]),
    ("", "df.groupby('b')['a'].mean(), df.merge(df.head(2), on='b').shape, df['a'].describe()", []),
    ("", "train_test_split(X, y)[0].shape", [("split", "train_test_split", {})]),
    ("", "cross_val_score(LogisticRegression(), X, y, cv=2)", [("evaluate", "cross_val_score", {})]),
    ("", "cross_val_predict(LogisticRegression(), X, y, cv=2)", [("evaluate", "cross_val_predict", {})]),
    ("", "sorted(cross_validate(LogisticRegression(), X, y, cv=2, scoring=['accuracy', 'f1']))",
     [("evaluate", "cross_validate", {})]),
    ("", "learning_curve(LogisticRegression(), X, y, cv=2)[0]", [("evaluate", "learning_curve", {})]),
    ("", "validation_curve(LogisticRegression(), X, y, param_name='C', param_range=[1, 2], cv=2)[0]",
     [("evaluate", "validation_curve", {})]),
    ("", "permutation_importance(model, X, y, n_repeats=1).importances_mean",
     [("evaluate", "permutation_importance", {})]),
    ("imblearn", "from imblearn.over_sampling import RandomOverSampler\nRandomOverSampler(random_state=0).fit_resample(X[:45], y[:45])[0].shape",
     [("fit", "BaseSampler.fit_resample", {})]),
    ("xgboost", "import xgboost\nd = xgboost.DMatrix(X, label=y)\nbooster = xgboost.train({'max_depth': 2}, d, 2)\np = booster.predict(d)",
     [("matrix", "DMatrix.__init__", {}), ("fit", "train", {}), ("use", "Booster.predict", {})]),
    ("xgboost", "booster.save_model('b.json')", [("save", "Booster.save_model", {"to": ["b.json"]})]),
    ("xgboost", "xgboost.cv({'max_depth': 2}, d, 2, nfold=2).shape", [("evaluate", "cv", {})]),
    ("xgboost", "xgboost.XGBClassifier(n_estimators=2).fit(X, y).predict(X)[:2]",
     [("fit", "XGBClassifier.fit", {}), ("use", "XGBClassifier.predict", {})]),
    ("lightgbm", "import lightgbm\nd = lightgbm.Dataset(X, label=y)\nlight = lightgbm.train({'verbose': -1}, d, 2)\nlight.predict(X)[:2]",
     [("matrix", "Dataset.__init__", {}), ("fit", "train", {}), ("use", "Booster.predict", {})]),
    ("lightgbm", "light.save_model('l.txt');", [("save", "Booster.save_model", {"to": ["l.txt"]})]),
    ("catboost", "import catboost\ncat = catboost.CatBoostClassifier(iterations=2, verbose=0, allow_writing_files=False)\ncat.fit(catboost.Pool(X, y))\ncat.predict(X)[:2]",
     [("matrix", "Pool.__init__", {}), ("fit", "CatBoostClassifier.fit", {}), ("use", "CatBoostClassifier.predict", {})]),
    ("catboost", "cat.save_model('c.cbm')", [("save", "CatBoost.save_model", {"to": ["c.cbm"]})]),
    ("", "joblib.dump(model, 'm.joblib')", [("save", "dump", {"to": ["m.joblib"]})]),
    ("", "joblib.load('m.joblib').predict(X)[:2]",
     [("read", "load", {"filename": "m.joblib"}), ("use", "LinearClassifierMixin.predict", {})]),
    ("", "with open('m.pkl', 'wb') as file:\n    pickle.dump(model, file)",
     [("open", "_modified_open", {"file": "m.pkl", "mode": "wb"}), ("save", "pickle.dump", {})]),
    ("", "import skops.io\nskops.io.dump(model, 'm.skops')", [("save", "dump", {"to": ["m.skops"]})]),
    ("", "df.to_csv('b.csv')", [("write", "NDFrame.to_csv", {"path_or_buf": "b.csv"})]),
]  # fmt: skip


RAISED = {cell: [events[0][1]] for _, cell, events in CASES if cell.find("except") > 0}


def here(needs):
    return not needs or importlib.util.find_spec(needs) is not None


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    cells = [cell if here(needs) else "pass" for needs, cell, _ in CASES]
    record = run_shell(INSTALL, SETUP, *cells, folder=tmp_path_factory.mktemp("n"))["record"]
    assert record["errors"] == []
    return record


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case[1] for case in CASES])
def test_noticed(number, told):
    needs, cell, expected = CASES[number]
    if needs:
        pytest.importorskip(needs)
    order = number + 2
    assert told["cells"][order - 1]["source"] == cell
    events = [one for one in told["events"] if one["where"]["in_cell"] == order]
    assert [(one["kind"], one["name"]) for one in events] == [one[:2] for one in expected]
    for event, (_, _, detail) in zip(events, expected, strict=True):
        assert {name: event["detail"].get(name) for name in detail} == detail
    raised = [one["name"] for one in events if not one["ok"]]
    assert raised == (["TextFileReader.get_chunk"] if "chunksize" in cell else RAISED.get(cell, []))


def test_what_is_read_is_kept_as_it_was_read(told):
    reads = [one for one in told["events"] if one["kind"] == "read" and one["name"] == "read_csv"]
    assert reads[0]["output"][0] in told["kept"]


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_a_native_model_is_fitted_predicts_and_is_saved_as_one_thing(library, told):
    pytest.importorskip(library)
    thing = next(
        one["thing"] for one in told["estimators"] if one["type"].startswith(f"{library}.")
        and one["type"].endswith(".Booster")
    )  # fmt: skip
    mine = [one for one in told["events"] if one["owner"] == thing]
    assert [(one["kind"], one["state"]) for one in mine][:2] == [("fit", 1), ("use", 1)]
    saves = [one for one in told["events"] if thing in one["detail"].get("estimators", ())]
    assert [one["detail"]["states"] for one in saves] == [[[thing, 1]]]


@pytest.mark.parametrize(
    ("library", "fit", "predicts"),
    [
        ("xgboost", "train", "Booster.predict"),
        ("lightgbm", "train", ""),
        ("catboost", "CatBoostClassifier.fit", ""),
    ],
)
def test_a_native_fit_tells_the_frame_and_labels_that_its_matrix_was_built_from(
    library, fit, predicts, told
):
    pytest.importorskip(library)
    names = {one["token"]: one["names"] for one in told["values"]}
    cells = [one["order"] for one in told["cells"] if f"import {library}" in one["source"]]
    first = [one for one in told["events"] if one["where"]["in_cell"] in cells]
    inputs = next(one["inputs"] for one in first if one["name"] == fit)
    assert list(inputs)[:2] == ["X", "y"]
    assert (names[inputs["X"]], names[inputs["y"]]) == (["X"], ["y"])
    for event in (one for one in first if one["name"] == predicts):
        assert names[event["inputs"]["X"]] == ["X"]
