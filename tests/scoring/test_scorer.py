"""One line per row, in order, with the caller's index; a row with a problem stops no other."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, IsolationForest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from o16n.bundle import trust, write
from o16n.bundle.read import open_bundle
from o16n.errors import BundleError, IntegrityError, TrustRequired, UnsafeModel, UnsupportedModel
from o16n.files import canonical_json
from o16n.scoring.scorer import CODE, as_csv, load_scorer
from tests.bundle import models
from tests.scoring.bundles import bundle_of, contents, scorer_of

FRAME = models.FRAME.dropna().reset_index(drop=True)
Y = ((FRAME["age"] > 40) ^ (FRAME["city"] == "Wien")).astype(int)
PIPE = make_pipeline(
    make_column_transformer(
        (OneHotEncoder(), ["city", "job"]), (StandardScaler(), ["age", "income"])
    ),
    LogisticRegression(),
).fit(FRAME, Y)
CODE_TEXT = models.__doc__ and (
    "from sklearn.base import BaseEstimator, TransformerMixin\n"
    "class Doubled(TransformerMixin, BaseEstimator):\n"
    "    def fit(self, X, y=None):\n        return self\n"
    "    def transform(self, X):\n        return 2 * X\n"
)


@pytest.fixture(scope="module")
def scorer(tmp_path_factory):
    return scorer_of(tmp_path_factory.mktemp("pipe"), PIPE, FRAME)


def test_every_row_is_answered_as_the_model_answers(scorer):
    lines = scorer.score(FRAME)
    assert (lines["prediction"] == PIPE.predict(FRAME)).all()
    assert (lines[["p_0", "p_1"]].to_numpy() == PIPE.predict_proba(FRAME)).all()
    assert (lines["problem"] == "").all()
    assert list(lines.columns) == [
        "prediction",
        "p_0",
        "p_1",
        "problem",
    ]
    assert scorer.golden_rows == 8


def test_a_refused_row_keeps_its_place_and_changes_no_other(scorer):
    rows = (
        FRAME.copy()
        .astype({"age": "object"})
        .set_index(pd.Index([f"k{n}" for n in range(len(FRAME))]))
    )
    rows.iloc[3, rows.columns.get_loc("age")] = "abc"
    rows.iloc[5, rows.columns.get_loc("city")] = "Rom"
    lines, whole = scorer.score(rows), scorer.score(FRAME)
    assert lines.index.tolist() == rows.index.tolist()
    assert (lines["problem"] != "").to_numpy().nonzero()[0].tolist() == [3, 5]
    assert lines["prediction"].isna().to_numpy().nonzero()[0].tolist() == [3, 5]
    kept = lines["problem"].to_numpy() == ""
    assert (lines["prediction"].to_numpy()[kept] == whole["prediction"].to_numpy()[kept]).all()
    text = as_csv(lines).decode().splitlines()
    assert text[1].split(",")[1] in ("0", "1"), "a whole number became a fraction"
    assert text[4] == "k3,,,,age: abc: not a number"


@pytest.mark.parametrize(
    "rows", [FRAME.iloc[:0], FRAME.assign(city="Rom")], ids=["none", "all refused"]
)
def test_without_an_answer_the_columns_are_the_same(scorer, rows):
    lines = scorer.score(rows)
    assert list(lines.columns) == ["prediction", "p_0", "p_1", "problem"]
    assert len(lines) == len(rows)
    assert lines["prediction"].isna().all()


@pytest.mark.parametrize(
    "labels", [np.where(Y, "yes", "no"), Y.astype(bool).to_numpy(), Y.to_numpy() + 4], ids=["text", "truth", "number"]
)  # fmt: skip
def test_labels_of_any_kind_come_back_as_they_are_beside_a_refused_row(tmp_path, labels):
    model = DecisionTreeClassifier(random_state=0).fit(FRAME[["age"]], labels)
    rows = FRAME[["age"]].astype("object")
    rows.iloc[0, 0] = None
    lines = scorer_of(tmp_path, model, FRAME[["age"]]).score(rows)
    assert lines["prediction"].tolist()[1:] == model.predict(FRAME[["age"]]).tolist()[1:]
    assert pd.isna(lines["prediction"].iloc[0])


def test_an_anomaly_model_gives_its_score_and_a_cluster_its_number(tmp_path):
    numbers = FRAME[["age", "income"]]
    forest = IsolationForest(n_estimators=5, random_state=0).fit(numbers)
    lines = scorer_of(tmp_path, forest, numbers, task="anomaly").score(numbers)
    assert list(lines.columns) == ["prediction", "score", "problem"]
    assert set(lines["prediction"]) <= {1, -1}
    assert (lines["score"] == forest.decision_function(numbers)).all()
    means = KMeans(3, random_state=0, n_init=1).fit(numbers)
    lines = scorer_of(tmp_path, means, numbers, task="clusters").score(numbers)
    assert (lines["prediction"] == means.predict(numbers)).all()


def test_a_classifier_without_probabilities_gives_its_labels(tmp_path):
    numbers = FRAME[["age", "income"]]
    model = LinearSVC(random_state=0).fit(numbers / numbers.max(), Y)
    assert list(scorer_of(tmp_path, model, numbers).score(numbers).columns) == [
        "prediction",
        "problem",
    ]


def test_a_model_of_several_targets_is_refused_in_one_line_when_packaging(tmp_path):
    numbers = FRAME[["age", "income"]]
    model = LinearRegression().fit(numbers, numbers * 2)
    with pytest.raises(UnsupportedModel, match="the LinearRegression answers 2 values for one row"):
        contents(model, numbers, task="regression")


def test_a_model_that_draws_its_answers_is_refused_in_one_line_when_packaging(tmp_path):
    from sklearn.dummy import DummyClassifier

    model = DummyClassifier(strategy="uniform").fit(FRAME[["age"]], Y)
    from o16n.errors import NotebookError

    with pytest.raises(
        NotebookError, match=r"answers the same row differently each time.*random_state"
    ):
        contents(model, FRAME[["age"]])


@pytest.mark.parametrize("matrix", [False, True])
def test_columns_called_by_numbers_are_answered_from_memory_and_file(tmp_path, matrix):
    from o16n.scoring.batch import read_rows

    frame = pd.DataFrame(models.X).set_axis([0, 7], axis=1)
    model = LogisticRegression().fit(frame.to_numpy() if matrix else frame, models.TARGET)
    scorer = scorer_of(tmp_path, model, frame, matrix=matrix)
    frame.to_csv(tmp_path / "a.csv", index=False)
    for rows in (frame, read_rows(tmp_path / "a.csv", scorer.schema)):
        assert (
            scorer.score(rows)["p_1"].to_numpy() == model.predict_proba(frame.to_numpy())[:, 1]
        ).all()


def test_categories_are_answered_from_text_as_from_categories(tmp_path):
    frame = models.FRAME.astype({"city": "category", "job": "category"})
    model = HistGradientBoostingClassifier(
        max_iter=5, categorical_features="from_dtype", random_state=0
    )
    model.fit(frame, models.TARGET)
    scorer = scorer_of(tmp_path, model, frame)
    expected = model.predict_proba(frame)[:, 1]
    for rows in (frame, models.FRAME, models.FRAME.astype({"city": "object", "job": "string"})):
        assert (scorer.score(rows)["p_1"].to_numpy() == expected).all()


class Picky(TransformerMixin, BaseEstimator):
    """Raises for one row, as a function of a notebook may."""

    def fit(self, X, y=None):  # noqa: ARG002, N803 - scikit-learn's words
        return self

    def transform(self, X):  # noqa: N803 - as above
        if (X["age"] == 20).any():
            raise KeyError("row of\nage 20")
        return X


def test_a_row_that_the_model_itself_cannot_answer_stops_no_other(scorer):
    from dataclasses import replace

    model = make_pipeline(Picky(), *[one for _, one in PIPE.steps])
    picky = replace(scorer, model=model)
    rows = FRAME.iloc[:6].assign(age=[30, 20, 40, 20, 50, 60])
    lines = picky.score(rows)
    assert (lines["problem"] != "").tolist() == [False, True, False, True, False, False]
    assert lines["problem"].iloc[1].startswith("the model cannot answer: KeyError: ")
    assert "\n" not in lines["problem"].iloc[1]
    assert (lines["prediction"].to_numpy()[[0, 2, 4, 5]] == PIPE.predict(rows)[[0, 2, 4, 5]]).all()


def _written(folder, files):
    return write.publish(
        write.stage(files, name="m", version="1", beside=folder / "m"), folder / "m"
    )


GOOD = contents(PIPE, FRAME)


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("model/model.skops", b"garbage", UnsafeModel),
        ("schema.json", b"[", BundleError),
        ("schema.json", b"[]", BundleError),
        ("schema.json", b'{"format": 2}', BundleError),
        ("recipe/recipe.json", b'{"format": 1}', BundleError),
        ("recipe/recipe.json", b'{"format": NaN}', BundleError),
        ("golden.json", b"{}", BundleError),
        ("golden.json", b"[" * 5000, BundleError),
    ],
    ids=range(8),
)
def test_a_bundle_whose_documents_are_wrong_is_refused_in_one_line(tmp_path, name, data, error):
    with pytest.raises(error) as caught:
        load_scorer(_written(tmp_path, {**GOOD, name: data}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["model/model.skops", "schema.json", "recipe/recipe.json", "golden.json"]
)
def test_a_bundle_without_a_file_that_answers_is_refused_by_name(tmp_path, name):
    with pytest.raises(BundleError, match=f"holds no {name}"):
        load_scorer(_written(tmp_path, {k: v for k, v in GOOD.items() if k != name}))


def test_a_model_that_answers_otherwise_is_refused_by_its_golden_rows(tmp_path):
    told = json.loads(GOOD["golden.json"])
    told["answers"]["p_1"][2] += 1e-6
    with pytest.raises(IntegrityError, match=r"golden row 3 answers p_1 = .*requirements\.lock"):
        load_scorer(_written(tmp_path, {**GOOD, "golden.json": canonical_json(told)}))


def test_a_zip_answers_as_its_directory(tmp_path):
    place = bundle_of(tmp_path, PIPE, FRAME)
    packed = write.zip_bundle(place, tmp_path / "m.zip")
    pd.testing.assert_frame_equal(load_scorer(packed).score(FRAME), load_scorer(place).score(FRAME))
    assert load_scorer(open_bundle(packed)).identity == load_scorer(place).identity


def test_code_of_the_notebook_runs_only_when_its_identity_is_accepted(tmp_path, monkeypatch):
    monkeypatch.setenv("O16N_TRUST", str(tmp_path / "trust"))
    from o16n.bundle.model_file import code_module

    module = code_module(CODE_TEXT)
    model = make_pipeline(module.Doubled(), LogisticRegression()).fit(models.X, models.TARGET)
    frame = pd.DataFrame(models.X, columns=["a", "b"])
    place = bundle_of(tmp_path, model, frame, code=CODE_TEXT, matrix=True)
    del sys.modules[module.__name__]
    identity = open_bundle(place).identity
    with pytest.raises(TrustRequired, match=f"add --trust-code {identity}"):
        load_scorer(place)
    assert module.__name__ not in sys.modules, "code ran without trust"
    scorer = load_scorer(place, trust_code=identity)
    assert (scorer.score(frame)["prediction"] == model.predict(models.X)).all()
    trust.remember(identity)
    assert load_scorer(place).golden_rows == 8
    assert open_bundle(place).has(CODE)


BLOCKED = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {'papermill','nbformat','ipywidgets','IPython','shap','matplotlib','jinja2','ipykernel','jupyter_client','nbclient'}:
            raise ImportError(name)
sys.meta_path.insert(0, Block())
from o16n.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_bundle_is_verified_and_scored_without_any_notebook_library(credit, tmp_path):
    data = credit.bundle.parents[1] / "data" / "german.csv"
    for words in (
        ["verify", str(credit.bundle), "--golden", "--json"],
        ["score", str(credit.bundle), str(data), "--out", str(tmp_path / "out.csv"), "--json"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", BLOCKED, *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["answered"] == 1000
    assert len(pd.read_csv(tmp_path / "out.csv")) == 1000


def test_a_mutation_of_one_row_gives_the_same_answer_in_process_and_by_the_command_line(
    tmp_path, capfd
):
    """The seven mutations that five peers answer in five ways."""
    from o16n.cli import main

    scorer = scorer_of(tmp_path, PIPE, FRAME)
    place = tmp_path / "m-1"
    row = {"age": 39, "income": 1200.5, "city": "Graz", "job": "none"}
    told = {
        "as it is": (row, 0, ""),
        "missing column": (
            {k: v for k, v in row.items() if k != "city"},
            2,
            "missing column 'city'",
        ),
        "abc in a number": ({**row, "income": "abc"}, 1, "income: abc: not a number"),
        "null in a required text": ({**row, "city": None}, 1, "city: missing, and training"),
        "number in a category": ({**row, "city": 7}, 1, "city: 7: not"),
        "extra column": ({**row, "more": "x"}, 0, ""),
        "39.5 in a whole number": ({**row, "age": 39.5}, 1, "age: 39.5: not a whole number"),
        "unseen level": (
            {**row, "city": "Rom"},
            1,
            "city: Rom: not among the levels of training (Graz,",
        ),
        "far outside": ({**row, "age": 4000}, 0, ""),
    }
    for name, (one, code, text) in told.items():
        for suffix, data in (
            (".jsonl", json.dumps(one)),
            (".csv", pd.DataFrame([one]).to_csv(index=False)),
        ):
            file = tmp_path / f"{name}{suffix}".replace(" ", "_")
            file.write_text(data)
            assert main(["score", str(place), str(file), "--json"]) == code, name
            said = capfd.readouterr()
            if code == 2:
                assert text in said.err
                continue
            line = json.loads(said.out)["lines"][0]
            assert text in line["problem"], (name, suffix)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                here = scorer.score(pd.DataFrame([one])).iloc[0]
            if suffix == ".jsonl":
                assert here["problem"] == line["problem"]
            if code == 0:
                assert here["prediction"] == line["prediction"]
                assert here["p_1"] == pytest.approx(line["p_1"], abs=1e-15)
        if name == "far outside":
            assert json.loads(said.out)["warnings"][0].startswith("age: 1 of 1 values lie outside")
