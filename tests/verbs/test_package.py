"""`package`, from a live kernel's names and from a fresh run: what it makes, asks and refuses."""

from __future__ import annotations

import json
import random
import re
import textwrap
from pathlib import Path

import numpy as np
import pytest

from o16n.bundle.verify import verify
from o16n.errors import AmbiguousCandidate, Bug, NotebookError, RunFailed, UsageError
from o16n.grammar import Face
from o16n.staging import documents
from o16n.verbs import package, score

QUIET = Face(say=lambda _: None)
DATA = """
    import numpy as np, pandas as pd
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from sklearn.tree import DecisionTreeClassifier
    rng = np.random.default_rng(0)
    made = pd.DataFrame({"age": rng.integers(18, 90, 300), "income": rng.normal(50, 9, 300).round(2)})
    made["bought"] = np.where(made.age + made.income + rng.normal(0, 5, 300) > 100, "yes", "no")
    made.to_csv("people.csv", index=False)
"""
FIT = """
    df = pd.read_csv("people.csv")
    X_train, X_test, y_train, y_test = train_test_split(df[["age", "income"]], df["bought"], random_state=0)
    clf = LogisticRegression().fit(X_train, y_train)
    print(clf.score(X_test, y_test))
"""

TREE = """
    tree = DecisionTreeClassifier(max_depth=2).fit(X_train, y_train)
    print(tree.score(X_test, y_test))
"""


def live(lived, *cells, ran=(), **options):
    """Package from the names of a notebook lived through here, as the magic does; `ran` is the history."""
    namespace, notebook = lived(*cells)
    source = [
        {"cell_type": "code", "source": cell.source, "outputs": list(cell.outputs)}
        for cell in notebook.cells
    ]
    notebook.path.write_text(json.dumps({"cells": source, "metadata": {}, "nbformat": 4}))
    namespace["In"] = ["", *map(textwrap.dedent, ran)]
    face = Face(say=lambda _: None, notebook=notebook.path, namespace=namespace)
    return package.run(package.Options(**options), face)


def test_the_live_kernels_own_model_becomes_a_verified_bundle_that_scores(lived, tmp_path):
    made = live(lived, DATA, FIT)
    assert made.bundle == tmp_path / "bundles" / "train-1"
    assert made.report.is_file()
    assert verify(made.bundle).identity == made.content.identity
    scored = score.run(score.Options(bundle=made.bundle, data=tmp_path / "people.csv"), QUIET)
    assert scored.answered == 300
    assert made.content.candidate["metrics"][0]["name"] == "accuracy"


def test_bundles_count_up_and_nothing_is_overwritten(lived, tmp_path):
    namespace_cells = (DATA, FIT)
    first, second = live(lived, *namespace_cells), live(lived, *namespace_cells)
    assert [first.bundle.name, second.bundle.name] == ["train-1", "train-2"]
    assert first.content.identity == second.content.identity
    with pytest.raises(UsageError, match="nothing is overwritten"):
        live(lived, *namespace_cells, out=first.bundle)


def test_a_zip_holds_the_same_tree(lived):
    made = live(lived, DATA, FIT, zip=True)
    assert verify(made.bundle.with_suffix(".zip")).identity == made.content.identity


def test_a_zip_keeps_the_dots_of_its_name(lived, tmp_path):
    (tmp_path / "o16n.toml").write_text('name = "buyers.v2.eu"\n')
    live(lived, DATA, FIT, zip=True)
    assert {one.name for one in (tmp_path / "bundles").iterdir()} == {
        "buyers.v2.eu-1",
        "buyers.v2.eu-1.zip",
    }


def test_a_cell_that_was_not_saved_is_told_on_the_card(lived):
    made = live(lived, DATA, FIT, ran=(DATA, FIT, "%load_ext o16n"))
    assert made.lags == ""
    assert "not saved" not in str(made)
    made = live(lived, DATA, FIT, ran=(DATA, FIT, "X_test = X_test[:50]", "b = %o16n package"))
    (line,) = [one for one in str(made).splitlines() if "not saved" in one]
    assert line.split(maxsplit=2)[2] == (
        "train.ipynb does not hold In [3], which ran here: save it and package again"
    )
    assert "does not hold In [3]" in made._repr_html_()
    assert made.as_json()["lags"] == made.lags


def test_a_sensitive_column_is_in_no_row_that_the_evidence_shows(lived, tmp_path):
    (tmp_path / "o16n.toml").write_text('sensitive = ["age"]\n')
    made = live(lived, DATA, FIT)
    told = json.loads((made.bundle / "evidence" / "explanation.json").read_text())
    cells = [cell for case in told["cases"] for cell in case["contributions"]]
    assert {cell["value"] for cell in cells if cell["column"] == "age"} == {"masked"}
    assert "masked" not in {cell["value"] for cell in cells if cell["column"] == "income"}
    assert "masked" in made.report.with_name("explanation.html").read_text()


@pytest.mark.parametrize(
    ("options", "flag"),
    [({"values": (("a", "1"),)}, "-p"), ({"file": Path("a.toml")}, "-f"), ({"timeout": 9}, "--ti")],
)
def test_what_needs_a_run_is_refused_in_a_live_kernel(lived, options, flag):
    with pytest.raises(UsageError, match=f"^{flag}.*nothing is run again.*NOTEBOOK.ipynb {flag}"):
        live(lived, DATA, FIT, **options)


def test_a_run_out_of_time_is_not_packaged(written, tmp_path):
    notebook = written("x = 1", "import time; time.sleep(60)")
    with pytest.raises(RunFailed, match=r"cell 2.*time"):
        package.run(package.Options(notebook=notebook, timeout=2), QUIET)
    assert not (tmp_path / "bundles").exists()


def test_o16n_toml_names_the_bundle_and_answers_the_question_of_the_model(lived, tmp_path):
    (tmp_path / "o16n.toml").write_text('name = "buyers"\nversion = "2.1"\nmodel = "tree"\n')
    made = live(lived, DATA, FIT, TREE)
    assert made.bundle.name == "buyers-1"
    assert made.content.version == "2.1"
    assert made.content.candidate["name"] == "tree"


def test_an_answer_is_kept_in_o16n_toml_and_nobody_is_asked_twice(lived, tmp_path):
    namespace, notebook = lived(DATA, FIT, TREE)
    notebook.path.write_text('{"cells": [], "metadata": {}, "nbformat": 4}')
    history = {"In": ["", *map(textwrap.dedent, (DATA, FIT, TREE))]}
    asked, said = [], []

    def ask(question, choices):
        asked.append(list(choices))
        return 1

    face = Face(say=said.append, notebook=None, namespace=namespace | history, ask=ask)
    made = package.run(package.Options(), face)
    assert made.content.candidate["reasons"][0]["statement"].endswith("because you said so")
    assert len(asked[0]) == 2
    name = asked[0][1].partition(" ")[0]
    assert (tmp_path / "o16n.toml").read_text() == f'model = "{name}"\n'
    assert f'kept in o16n.toml: model = "{name}"' in said
    again = package.run(package.Options(), face)
    assert again.content.candidate["name"] == made.content.candidate["name"] == name
    assert len(asked) == 1


def test_what_the_evidence_decides_is_not_kept(lived, tmp_path):
    live(lived, DATA, FIT, model="clf")
    assert not (tmp_path / "o16n.toml").exists()


def test_without_a_person_the_proposal_is_taken_and_the_card_says_what_else_to_type(
    lived, tmp_path
):
    made = live(lived, DATA, FIT, TREE)
    (other,) = made.content.candidate["instead"]
    assert re.search(
        rf"  proposed; or +--model {other}: {other} \(.*\), accuracy 0\.\d+\n", str(made)
    )
    assert f"--model {other}:" in made._repr_html_()
    assert not (tmp_path / "o16n.toml").exists()
    live(lived, DATA, FIT, TREE, model=other)
    assert (tmp_path / "o16n.toml").read_text() == f'model = "{other}"\n'


def test_sparse_matrices_of_a_text_notebook_are_packaged(lived):
    made = live(
        lived,
        """
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.naive_bayes import MultinomialNB
        texts, kinds = ["win a prize", "see you soon", "a prize for you", "soon at home"] * 20, [1, 0, 1, 0] * 20
        vec = TfidfVectorizer()
        X_train = vec.fit_transform(texts[:60])
        X_test = vec.transform(texts[60:])
        nb = MultinomialNB().fit(X_train, kinds[:60])
        print(nb.score(X_test, kinds[60:]))
        """,
    )
    assert made.content.candidate["rows"]["train"] == 60


def test_packaging_leaves_the_kernel_as_it_was(lived, tmp_path, monkeypatch):
    namespace, notebook = lived(DATA, FIT)
    notebook.path.write_text('{"cells": [], "metadata": {}, "nbformat": 4}')
    before = dict(namespace)
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002 - the person's legacy state
    states = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    face = Face(
        say=lambda _: None,
        notebook=None,
        namespace=namespace | {"In": ["", *map(textwrap.dedent, (DATA, FIT))]},
    )
    monkeypatch.chdir(tmp_path)
    package.run(package.Options(), face)
    assert {name for name in namespace if name not in before} == set()
    assert (random.getstate(), np.random.get_state()[1].tolist()) == states  # noqa: NPY002


def test_a_refusal_leaves_no_directory_behind(lived, tmp_path):
    untold = TREE.replace("print(tree.score(X_test, y_test))", "")
    with pytest.raises(AmbiguousCandidate, match=r"clf .*tree.*--model"):
        live(lived, DATA, FIT.replace("print(clf.score(X_test, y_test))", ""), untold)
    assert not (tmp_path / "bundles").exists()


def test_a_fault_of_our_own_is_one_line_and_leaves_nothing(lived, tmp_path, monkeypatch):
    def broken(*_args, **_how):
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(documents, "known_facts", broken)
    with pytest.raises(Bug, match="this is a bug in o16n: ZeroDivisionError: on purpose") as caught:
        live(lived, DATA, FIT)
    assert caught.value.exit_code == 70
    assert list((tmp_path / "bundles").iterdir()) == []


def test_a_secret_in_a_cell_is_refused_with_its_line(lived):
    with pytest.raises(NotebookError, match=r"cell 3 line 2.*revoke"):
        live(lived, DATA, FIT, 'a = 1\ntoken = "ghp_' + "a1B2" * 9 + '"')


@pytest.mark.filterwarnings("ignore")
def test_a_fresh_run_packages_from_inside_its_kernel(written, tmp_path):
    notebook = written(DATA, FIT)
    said = []
    made = package.run(package.Options(notebook=notebook), Face(say=said.append))
    assert made.bundle.parent == tmp_path / "bundles"
    executed = json.loads((made.bundle / "evidence" / "notebook" / "executed.ipynb").read_text())
    assert len(executed["cells"]) == 2
    told = json.loads((made.bundle / "evidence" / "run.json").read_text())
    assert [one["place"]["cell"] for one in made.content.candidate["metrics"]] == [2]
    assert told["status"] == "completed"
    assert any(line.startswith("cell 2 of 2") for line in said)
    scored = score.run(score.Options(bundle=made.bundle, data=tmp_path / "people.csv"), QUIET)
    assert scored.answered == 300


@pytest.mark.filterwarnings("ignore")
def test_the_best_by_the_notebooks_own_numbers_is_proposed_and_another_may_be_named(written):
    notebook = written(DATA, FIT, TREE)
    made = package.run(package.Options(notebook=notebook), QUIET)
    why = made.content.candidate["reasons"][0]["statement"]
    assert why.startswith("the model is clf, because its accuracy of")
    assert "(proposed; --model NAME says otherwise)" in why
    assert [one.partition(" ")[0] for one in made.content.candidate["ranking"]] == ["clf", "tree"]
    made = package.run(package.Options(notebook=notebook, model="tree"), QUIET)
    assert made.content.candidate["reasons"][0]["statement"].endswith("because --model says so")


@pytest.mark.filterwarnings("ignore")
def test_a_notebook_that_fails_is_told_with_cell_and_line(written, tmp_path):
    notebook = written(DATA, "x = 1\ny = x / 0")
    with pytest.raises(RunFailed, match=r"cell 2 line 2.*ZeroDivisionError") as caught:
        package.run(package.Options(notebook=notebook), QUIET)
    assert caught.value.exit_code == 3
    assert not (tmp_path / "bundles").exists()


def test_no_notebook_at_all_says_what_to_type():
    with pytest.raises(UsageError, match="o16n package NOTEBOOK"):
        package.run(package.Options(), QUIET)
