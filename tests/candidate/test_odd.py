"""One planted notebook for each oddity: it is said with its cell and line, and not of the mended twin."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from o16n.candidate.odd import never_run_of
from o16n.notebook.notebook import Cell, Notebook

pytestmark = pytest.mark.filterwarnings("ignore")
NOTEBOOKS = Path(__file__).parent / "notebooks"
START = """\
import joblib
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, OrdinalEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier
df = pd.read_csv("german.csv")
"""
SPLIT = """\
X, y = df[["age", "duration", "credit_amount", "job"]], df["risk"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
"""
SCALED = """\
scaler = StandardScaler()
Z_train = scaler.fit_transform(X_train)
Z_test = scaler.transform(X_test)
"""
FIT = """\
model = LogisticRegression(max_iter=500)
model.fit(X_train, y_train)
print(accuracy_score(y_test, model.predict(X_test)))
"""
FIT_SCALED = "model = LogisticRegression().fit(Z_train, y_train)\n"

PLANTED = {
    "saved-not-evaluated": (
        [SPLIT, FIT, "model.fit(X, y)", "joblib.dump(model, 'm.joblib')"],
        (5, 1),
        "saves a model as fitted in cell 4 line 1, but what was measured is its fit of cell 3 line 2",
        [SPLIT, FIT, "joblib.dump(model, 'm.joblib')"],
    ),
    "saved-unfitted": (
        [SPLIT, FIT, "model = LogisticRegression()\njoblib.dump(model, 'm.joblib')"],
        (4, 2),
        "saves model, which was never fitted",
        [SPLIT, FIT, "joblib.dump(model, 'm.joblib')"],
    ),
    "refitted-after-save": (
        [SPLIT, FIT, "joblib.dump(model, 'm.joblib')\nmodel.fit(X_test, y_test)"],
        (4, 2),
        "fits again what was saved in cell 4 line 1",
        [SPLIT, FIT, "joblib.dump(model, 'm.joblib')\nmodel.fit(X_train, y_train)"],
    ),
    "training-rows-only": (
        [SPLIT, "model = LogisticRegression(max_iter=500).fit(X, y)\nprint(model.score(X, y))"],
        (3, 2),
        "measured on the rows it was trained on, and on no others",
        [SPLIT, FIT, "print(model.score(X_train, y_train))"],
    ),
    "other-matrix": (
        [SPLIT, SCALED, FIT_SCALED + "print(accuracy_score(y_test, model.predict(X_test)))"],
        (4, 2),
        "X_test came here without scaler: the model takes it, but was not trained on such rows",
        [SPLIT, SCALED, FIT_SCALED + "print(accuracy_score(y_test, model.predict(Z_test)))"],
    ),
    "refitted-on-test": (
        [
            SPLIT,
            "scaler = StandardScaler()\nZ_train = scaler.fit_transform(X_train)\nZ_test = scaler.fit_transform(X_test)",
            FIT_SCALED + "print(model.score(Z_test, y_test))",
        ],
        (3, 3),
        "scaler is fitted on X_test: the rows it is tried on decide how they are coded",
        [SPLIT, SCALED, FIT_SCALED + "print(model.score(Z_test, y_test))"],
    ),
    "fitted-before-split": (
        [
            "X = StandardScaler().fit_transform(df[['age', 'duration']])\ny = df['risk']",
            "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)",
            FIT,
        ],
        (2, 1),
        "StandardScaler (StandardScaler) learned from all rows, those held back in cell 3 line 1 included",
        [SPLIT, SCALED, FIT_SCALED + "print(model.score(Z_test, y_test))"],
    ),
    "overwritten-input": (
        [SPLIT, FIT, "df['more'] = 1\ndf.to_csv('german.csv', index=False)"],
        (4, 2),
        "writes over german.csv, which cell 1 line 9 reads",
        [SPLIT, FIT, "df['more'] = 1\ndf.to_csv('german2.csv', index=False)"],
    ),
    "target-among-features": (
        [
            "df['bad'] = (df['risk'] == 0) * 1\nX, y = df[['age', 'duration', 'bad']], df['risk']",
            "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)",
            FIT,
        ],
        (4, 2),
        "column bad of X_train goes with the target one to one: the model is told the answer",
        [SPLIT, FIT],
    ),
}


@pytest.fixture
def odd(found, tmp_path, monkeypatch):
    (tmp_path / "german.csv").write_bytes((NOTEBOOKS / "data" / "german.csv").read_bytes())
    monkeypatch.chdir(tmp_path)
    return lambda *cells: found(START, *cells).odd


@pytest.mark.parametrize("slug", PLANTED)
def test_an_oddity_is_said_where_it_was_done_and_not_of_the_mended_twin(odd, slug):
    cells, place, words, mended = PLANTED[slug]
    said = [one for one in odd(*cells) if one.slug == slug]
    assert [(one.place.cell, one.place.line) for one in said] == [place]
    assert words in said[0].message
    assert said[0].hint
    assert slug not in [one.slug for one in odd(*mended)]


def test_a_clean_notebook_is_not_odd(odd):
    assert odd(SPLIT, FIT, "joblib.dump(model, 'm.joblib')") == ()
    assert odd(SPLIT, SCALED, FIT_SCALED + "print(model.score(Z_test, y_test))") == ()


def test_a_column_of_the_test_rows_that_is_encoded_anew_is_told(odd):
    split = """
X_train, X_test, y_train, y_test = train_test_split(df[["age", "sex"]], df["risk"], random_state=0)
enc = LabelEncoder()
X_train["sex"] = enc.fit_transform(X_train["sex"])
X_test["sex"] = enc.FIT(X_test["sex"])
"""
    (said,) = odd(split.replace("FIT", "fit_transform"), FIT)
    assert (said.slug, str(said.place)) == ("refitted-on-test", "cell 2 line 5")
    assert "enc is fitted on X_test['sex']" in said.message
    assert odd(split.replace("FIT", "transform"), FIT) == ()


def test_a_coded_column_before_the_split_is_told_and_a_coded_target_is_not(odd):
    coded = "enc = LabelEncoder()\ndf['{0}'] = enc.fit_transform(df['{0}'])\n"
    split = "X, y = df[['age', 'sex']], df['risk']\n" + SPLIT.splitlines()[1]
    (said,) = odd(coded.format("sex") + split, FIT)
    assert (said.slug, str(said.place)) == ("fitted-before-split", "cell 2 line 2")
    assert "enc (LabelEncoder) learned from all rows" in said.message
    plain = split.replace("'sex'", "'duration'")
    assert odd(coded.format("risk") + plain, FIT) == ()


def test_a_scaled_frame_with_its_columns_given_back_is_followed(odd):
    frames = SCALED.replace(
        "scaler.fit_transform(X_train)",
        "pd.DataFrame(scaler.fit_transform(X_train), columns=X.columns)",
    )
    assert odd(SPLIT, frames, FIT_SCALED + "print(model.score(Z_test, y_test))") == ()
    (said,) = odd(SPLIT, frames, FIT_SCALED + "print(model.score(X_test.to_numpy(), y_test))")
    assert said.slug == "other-matrix"


def test_a_file_that_a_dump_writes_over_is_told(odd):
    (said,) = odd(SPLIT, FIT, "joblib.dump(model, 'german.csv')")
    assert (said.slug, str(said.place)) == ("overwritten-input", "cell 4 line 1")


def test_cross_validation_counts_as_rows_not_trained_on(odd):
    cross = "from sklearn.model_selection import cross_val_score\nprint(cross_val_score(model, X, y).mean())"
    fit = "model.fit(X, y)\nprint(model.score(X, y))"
    new = "model = LogisticRegression(max_iter=500)\n"
    assert [one.slug for one in odd(SPLIT, new + fit)] == ["training-rows-only"]
    assert odd(SPLIT, new + cross, fit) == ()


def notebook(*sources):
    cells = [Cell(number=n, id=None, kind="code", source=one) for n, one in enumerate(sources, 1)]
    return Notebook(path=None, cells=tuple(cells))


def test_cells_that_were_left_out_are_told_and_those_still_to_come_are_not():
    cells = notebook("a = 1", "# only a thought", "b = 2", "c = 3", "d = 4")
    said = list(never_run_of({"a = 1", "c = 3"}, cells))
    assert [str(one.place) for one in said] == ["cell 3"]
    assert list(never_run_of({"a = 1", "b = 2", "c = 3"}, cells)) == []
    assert list(never_run_of(set(), cells)) == []


@pytest.mark.parametrize("example", ["credit", "penguins", "diabetes"])
def test_the_examples_are_not_odd(example, request):
    assert request.getfixturevalue(example).content.candidate["odd"] == []


def test_findings_travel_as_json(credit):
    assert json.loads(json.dumps(credit.content.candidate["odd"])) == []
