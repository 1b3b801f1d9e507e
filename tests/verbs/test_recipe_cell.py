"""`%%o16n recipe`, in a real kernel and in a file that is run: the person supplies the preparation."""

from __future__ import annotations

import json
import re

import nbformat
import numpy as np
import pandas as pd
import papermill
import pytest
from sklearn.linear_model import LogisticRegression

from o16n.bundle.read import open_bundle
from o16n.errors import NotebookError, RowsRefused
from o16n.grammar import Face
from o16n.scoring.scorer import load_scorer
from o16n.verbs import package
from tests.test_magics import Kernel

pytestmark = pytest.mark.filterwarnings("ignore")
QUIET = Face(say=lambda _: None)
READ = """import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
df = pd.read_csv('people.csv')
y = df['bought']"""
# Inputs that another program made of the same people: no trace leads from the rows to them.
GIVEN = "import json\nX = np.array(json.load(open('inputs.json')))"
FIT = "clf = LogisticRegression().fit(X, y)\nprint(clf.score(X, y))"
PREPARE = """%%o16n recipe
middle = df['age'].median()
CITIES = {'Rome': 1, 'Oslo': 2}

def prepare(rows):
    age = rows['age'].fillna(middle) / 10
    return np.column_stack([age, rows['city'].map(CITIES)])
prepare(df).shape"""
LOAD = "%load_ext o16n"


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    cities = rng.choice(["Rome", "Oslo"], 120)
    made = pd.DataFrame({"age": rng.integers(18, 90, 120), "city": cities})
    made["bought"] = np.where(made["age"] + rng.normal(0, 9, 120) > 50, "yes", "no")
    made["age"] = made["age"].where(made["age"] % 11 > 0)
    made.to_csv(tmp_path / "people.csv", index=False)
    age = made["age"].fillna(made["age"].median()) / 10
    inputs = np.column_stack([age, made["city"].map({"Rome": 1, "Oslo": 2})])
    (tmp_path / "inputs.json").write_text(json.dumps(inputs.tolist()))
    return tmp_path


def written(folder, *cells):
    """Write a notebook of these cells; return its path."""
    path = folder / "train.ipynb"
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
    nbformat.write(made, path)
    return path


def rec_01(bundle):
    """Return the outcome of REC-01 as text."""
    outcomes = open_bundle(bundle).json("evidence/readiness.json")["outcomes"]
    return json.dumps(next(one for one in outcomes if one["code"] == "REC-01"))


def answered(bundle, folder):
    """Return for how many rows of the file the bundle gives the answers of the notebook's model."""
    df = pd.read_csv(folder / "people.csv")
    inputs = np.array(json.loads((folder / "inputs.json").read_text()))
    model = LogisticRegression().fit(inputs, df["bought"])
    lines = load_scorer(bundle).score(df[["age", "city"]])
    return int((lines["prediction"] == model.predict(inputs)).sum())


def test_a_live_kernel_is_refused_first_and_proven_once_the_cell_supplies_the_way(folder):
    kernel = Kernel(folder)
    try:
        for cell in (LOAD, READ, GIVEN, FIT):
            assert kernel.run(cell).error is None
        assert kernel.run("b = %o16n package --out first").error is None
        (shown,) = kernel.run(PREPARE).shown
        assert shown["text/plain"] == "(120, 2)"  # a cell like any other shows its last value
        assert kernel.run("print(prepare(df).mean() == X.mean())").text == "True\n"
        assert kernel.run("b = %o16n package --out second").error is None
        broken = kernel.run(PREPARE.replace("CITIES = ", "CITIES = 1 / 0, "))
    finally:
        kernel.close()
    assert "Failed" in rec_01(folder / "first")
    proven = rec_01(folder / "second")
    assert '"state": "Passed"' in proven
    assert "prepared by prepare(rows), which cell 6 supplies" in proven
    assert answered(folder / "second", folder) == 120
    assert broken.error["ename"] == "ZeroDivisionError"
    assert "----> 3 CITIES" in re.sub(r"\x1b\[[\d;]*m", "", "".join(broken.error["traceback"]))


def test_a_file_that_is_run_gives_the_same_and_the_executed_notebook_is_as_if_unwatched(folder):
    path = written(folder, LOAD, READ, GIVEN, FIT, PREPARE)
    made = package.run(package.Options(notebook=path), QUIET)
    assert "which cell 5 supplies" in rec_01(made.bundle)
    assert answered(made.bundle, folder) == 120
    assert "prepare(rows), supplied by cell 5" in made.report.read_text()
    (run,) = (folder / "runs" / "train").iterdir()
    plain = folder / "plain.ipynb"
    papermill.execute_notebook(
        str(path), str(plain), kernel_name="python3", cwd=str(folder), progress_bar=False
    )
    assert outputs(run / "executed.ipynb") == outputs(plain)


def outputs(path):
    """Return what the cells of a notebook show, and their counts."""
    cells = nbformat.read(path, 4).cells
    return [(one.source, one.execution_count, one.outputs) for one in cells]


def test_a_late_load_finds_the_cell_in_the_kernels_history(folder):
    kernel = Kernel(folder)
    try:
        for cell in (READ, GIVEN, FIT, LOAD, PREPARE):
            assert kernel.run(cell).error is None
        assert kernel.run("b = %o16n package --out late").error is None
    finally:
        kernel.close()
    assert '"state": "Passed"' in rec_01(folder / "late")
    assert answered(folder / "late", folder) == 120


TREE = (
    "from sklearn.tree import DecisionTreeClassifier\n"
    "clf = DecisionTreeClassifier(max_depth=2).fit(X, y)\nprint(clf.score(X, y))"
)
OWN = {"that is traced": "X = df[['age']].fillna(0)\n", "of columns as read": "X = df[['age']]\n"}


@pytest.mark.parametrize("own", OWN.values(), ids=list(OWN))
def test_one_that_gives_other_inputs_is_refused_also_where_the_notebooks_own_way_is_proven(
    folder, own
):
    wrong = "%%o16n recipe\ndef prepare(rows):\n    return rows[['age']].fillna(1)"
    made = package.run(package.Options(notebook=written(folder, LOAD, READ, own + TREE)), QUIET)
    assert '"state": "Passed"' in rec_01(made.bundle)
    notebook = written(folder, LOAD, READ, own + TREE, wrong)
    made = package.run(package.Options(notebook=notebook), QUIET)
    gone = int(pd.read_csv(folder / "people.csv")["age"].isna().sum())
    words = f"gives other inputs than the notebook's: column 'age': {gone} of 120 rows differ"
    assert f"cell 4: prepare(rows) {words}" in rec_01(made.bundle)
    with pytest.raises(RowsRefused, match=re.escape(words)):
        load_scorer(made.bundle).score(pd.read_csv(folder / "people.csv"))


def test_a_notebook_that_does_not_load_o16n_is_refused_before_it_runs(folder):
    with pytest.raises(NotebookError, match="unknown to a kernel that has not loaded o16n") as told:
        package.run(package.Options(notebook=written(folder, READ, GIVEN, FIT, PREPARE)), QUIET)
    assert (told.value.where, told.value.hint) == (
        "cell 4 line 1",
        "put %load_ext o16n into a cell above it",
    )
    assert not (folder / "runs").exists()
