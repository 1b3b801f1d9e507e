"""`o16n inspect` tells a notebook's page in text, HTML and JSON, and imports next to nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from o16n.errors import NotebookError, UnsupportedModel, UsageError
from o16n.grammar import Face
from o16n.verbs import inspect, package
from tests.watching.shell import run_shell

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
FACE = Face(say=lambda _: None)

TROUBLED = [
    ("import pandas as pd\nimport no_such_package\nfrom sklearn.svm import SVC as S", 1, []),
    (
        "rows = 100  # how many\nmode: Literal['fast', 'exact'] = 'fast'\nhalf = rows / 2",
        2,
        ["parameters"],
    ),
    ("df = pd.read_csv('/home/me/data.csv')\nmore = pd.read_csv('gone.csv')", 5, []),
    ("api_key = 'abcdefgh12345678'\nX = df <tag>", 3, []),
    (
        "import xgboost as xgb\nbooster = xgb.train({}, d)\nmodels = {'a & b': S()}\nmodels['a & b'].fit(df, later)",
        None,
        [],
    ),
    ("later = 1", 6, []),
]


def write(path, cells, **metadata_of):
    told = [
        {
            "cell_type": "code",
            "source": text,
            "execution_count": count,
            "outputs": [],
            "metadata": {"tags": tags},
        }
        for text, count, tags in cells
    ]
    path.write_text(
        json.dumps({"cells": told, "metadata": metadata_of, "nbformat": 4, "nbformat_minor": 5})
    )
    return path


def inspected(path):
    return inspect.run(inspect.Options(notebook=path), FACE)


def compare(name, text):
    """Compare with the golden file; with O16N_GOLDEN set, write it."""
    for one in ("pandas", "scikit-learn", "numpy", "matplotlib"):
        text = text.replace(metadata.version(one), f"<{one}>")
    if os.environ.get("O16N_GOLDEN"):
        (GOLDEN / name).write_text(text + "\n")
    assert text + "\n" == (GOLDEN / name).read_text()


@pytest.fixture
def troubled(tmp_path):
    return inspected(write(tmp_path / "troubled.ipynb", TROUBLED))


def test_a_clean_notebook_gives_a_clean_short_page(monkeypatch):
    monkeypatch.chdir(ROOT)
    result = inspected(Path("notebooks/credit.ipynb"))
    compare("inspect_credit.txt", str(result))
    compare("inspect_credit.html", result._repr_html_())
    assert result.exit_code == 0


def test_a_troubled_notebook_gives_its_findings_first(troubled):
    compare("inspect_troubled.txt", str(troubled))
    compare("inspect_troubled.html", troubled._repr_html_())
    assert troubled.exit_code == 0


def test_markup_in_a_notebook_is_text_in_the_card(troubled):
    html = troubled._repr_html_()
    assert "models[&#39;a &amp; b&#39;]" in html
    assert "<tag>" not in html


def test_a_card_reads_bare_without_styles(troubled):
    html = troubled._repr_html_()
    assert "<style" not in html
    assert "style=" not in html
    assert re.findall(r"<th scope=\"col\">", html)
    assert html.count("<table>") == html.count("<caption>") == html.count("</table>")


def test_json_holds_everything_with_places(troubled):
    told = json.loads(json.dumps(troubled.as_json(), allow_nan=False))
    assert {one["slug"] for one in told["findings"]} >= {"secret", "syntax-error", "missing-data"}
    assert told["parameters"][1]["choices"] == ["fast", "exact"]
    assert told["parameters"][1]["place"] == {"cell": 2, "line": 2}
    models = {one["name"]: (one["cls"], one["kind"]) for one in told["models"]}
    assert models["booster"] == ("xgboost.Booster", "unsupported")
    assert models["models['a & b']"] == ("sklearn.svm.SVC", "model")
    assert {one["location"]: one["exists"] for one in told["data"]} == {
        "/home/me/data.csv": False,
        "gone.csv": False,
    }
    packages = {one["name"]: one["version"] for one in told["packages"]}
    assert packages["pandas"] == metadata.version("pandas")
    assert packages["no_such_package"] is None
    assert "abcdefgh12345678" not in json.dumps(told)


def test_defaults_that_json_cannot_hold_are_told_by_their_text(tmp_path):
    cell = ("a = 1e999\nb = (1, b'x')\nc = {1: {2}}", None, ["parameters"])
    result = inspected(write(tmp_path / "a.ipynb", [cell]))
    told = json.loads(json.dumps(result.as_json(), allow_nan=False))
    assert [one["default"] for one in told["parameters"]] == ["inf", [1, "b'x'"], {"1": "{2}"}]


def test_a_lone_surrogate_is_shown_as_what_cannot_be_written(tmp_path):
    path = write(tmp_path / "a.ipynb", [("s = '\ud83d'\n# '\ud83d'", None, ["parameters"])])
    result = inspected(path)
    assert [one.slug for one in result.preflight.findings] == ["syntax-error"]
    str(result).encode()
    result._repr_html_().encode()
    json.dumps(result.as_json(), ensure_ascii=False).encode()


def command(*words, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "o16n", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_the_shell_prints_the_page_or_only_json(tmp_path):
    path = write(tmp_path / "troubled.ipynb", TROUBLED)
    page, as_json = command("inspect", str(path)), command("inspect", str(path), "--json")
    assert (page.returncode, as_json.returncode) == (0, 0)
    assert page.stdout.startswith("troubled.ipynb: 9 errors")
    assert json.loads(as_json.stdout)["code_cells"] == 6
    assert page.stderr == as_json.stderr == ""


@pytest.mark.parametrize("text", [None, "no json", "{}"])
def test_a_file_that_is_no_notebook_is_one_line_and_exit_2(tmp_path, text):
    path = tmp_path / "a.ipynb"
    if text is not None:
        path.write_text(text)
    done = command("inspect", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "a.ipynb" in done.stderr


def test_it_imports_none_of_the_libraries_it_tells_of():
    code = (
        "import sys\nfrom pathlib import Path\nfrom o16n.grammar import Face\nfrom o16n.verbs import inspect\n"
        f"r = inspect.run(inspect.Options(notebook=Path({str(ROOT / 'notebooks/credit.ipynb')!r})), Face(say=print))\n"
        "str(r), r.as_json()\n"
        "heavy = ['pandas','numpy','sklearn','nbformat','papermill','matplotlib','shap','IPython','jinja2','skops','click']\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_a_notebook_the_shell_is_told_what_to_type():
    with pytest.raises(UsageError, match="no notebook named"):
        inspect.run(inspect.Options(), FACE)


def test_in_a_kernel_without_a_file_what_was_executed_is_told():
    names = {"In": ["", "import no_such_package", "x = 1"]}
    result = inspect.run(inspect.Options(), Face(say=print, namespace=names))
    assert str(result).startswith("this kernel: 1 error")


def test_the_running_notebook_is_the_default(tmp_path):
    path = write(tmp_path / "mine.ipynb", [("x = 1", 1, [])])
    result = inspect.run(inspect.Options(), Face(say=print, notebook=path, namespace={}))
    assert result.title == "mine.ipynb: nothing stands against a run"


@pytest.mark.filterwarnings("ignore")
def test_the_magic_shows_the_card_of_its_own_notebook(tmp_path):
    import nbformat
    from nbclient import NotebookClient

    path = tmp_path / "own.ipynb"
    cells = ["%load_ext o16n", "import no_such_package_x if 0 else None", "found = %o16n inspect"]
    told = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
    nbformat.write(told, path)
    client = NotebookClient(
        told, allow_errors=True, resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    (shown,) = told.cells[2].outputs
    assert shown.data["text/plain"].startswith("own.ipynb: 1 error")
    assert "is no Python" in shown.data["text/html"]


def test_package_refuses_what_cannot_succeed_before_anything_runs(tmp_path):
    marker = tmp_path / "ran"
    cells = [
        (f"open({str(marker)!r}, 'w').close()", None, []),
        ("from sklearn.cluster import DBSCAN\nm = DBSCAN().fit([[0.0], [1.0]])", None, []),
    ]
    path = write(tmp_path / "clusters.ipynb", cells)
    with pytest.raises(UnsupportedModel) as refusal:
        package.run(package.Options(notebook=path), FACE)
    assert refusal.value.where == "cell 2 line 2"
    assert not marker.exists()
    assert not (tmp_path / "runs").exists()


def test_package_lets_a_notebook_run_that_may_succeed(tmp_path):
    (tmp_path / "mylib.py").write_text("def train():\n    raise RuntimeError('reached')\n")
    cells = [
        ("from mylib import train\nfrom sklearn.cluster import DBSCAN", None, []),
        ("m = DBSCAN().fit([[0.0], [1.0]])\ntrain()", None, []),
    ]
    path = write(tmp_path / "may.ipynb", cells)
    with pytest.raises(Exception, match="reached"):
        package.run(package.Options(notebook=path), FACE)


def test_a_notebook_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(NotebookError, match="no such notebook"):
        inspected(tmp_path / "none.ipynb")


def test_the_examples_have_nothing_against_them(tmp_path):
    for name in ("credit", "penguins", "diabetes"):
        assert not inspected(ROOT / "notebooks" / f"{name}.ipynb").preflight.findings
    shutil.copy(ROOT / "notebooks" / "credit.ipynb", tmp_path)
    found = inspected(tmp_path / "credit.ipynb").preflight.findings
    assert [one.message for one in found] == ["data/german.csv is not beside the notebook"]


RUN = """\
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier
X, y = load_iris(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
"""
TRIED = (
    "tree = DecisionTreeClassifier(max_depth=2).fit(X_train, y_train)\ntree.score(X_train, y_train)"
)
SHOWN = (
    "r = shell.user_ns['r']; told |= {'text': str(r), 'html': r._repr_html_(), 'json': r.as_json()}"
)


def test_in_its_own_kernel_what_the_notebook_did_is_drawn_and_what_is_odd_is_said(tmp_path):
    told = run_shell(
        "%load_ext o16n", RUN, TRIED, "r = %o16n inspect", folder=tmp_path, after=SHOWN
    )
    assert "the model is tree, because it is the only model that was fitted" in told["text"]
    assert re.search(r"models +\* tree +DecisionTreeClassifier +cell \d line 1\n", told["text"])
    assert '<svg xmlns="http://www.w3.org/2000/svg" role="img"' in told["html"]
    assert "style" not in told["html"]
    (odd,) = [one for one in told["json"]["findings"] if one["slug"] == "training-rows-only"]
    assert odd["place"]["line"] == 2
    assert told["json"]["model"].startswith("the model is tree")


def test_loaded_last_the_model_is_inferred_and_nothing_is_said_to_be_odd(tmp_path):
    told = run_shell(
        RUN, TRIED, "%load_ext o16n", "r = %o16n inspect", folder=tmp_path, after=SHOWN
    )
    assert "the model is tree, because it is the only fitted model" in told["text"]
    assert "training-rows-only" not in str(told["json"]["findings"])


def test_before_anything_is_fitted_only_the_text_is_told(tmp_path):
    told = run_shell("%load_ext o16n", RUN, "r = %o16n inspect", folder=tmp_path, after=SHOWN)
    assert told["json"]["model"] is None
    assert "<svg" not in told["html"]


def test_apply_writes_a_mended_copy_and_tells_each_edit_in_every_form(tmp_path):
    (tmp_path / "data.csv").write_text("a\n1\n")
    path = write(tmp_path / "n.ipynb", [("df = read_csv('/home/me/data.csv')", 1, [])])
    before, out = path.read_bytes(), tmp_path / "out.ipynb"
    found = inspect.run(inspect.Options(notebook=path, apply=out), FACE)
    assert path.read_bytes() == before
    assert "read_csv('data.csv')" in out.read_text()
    assert f"1 edit applied in {out}" in str(found)
    assert "cell 1 line 1  '/home/me/data.csv'  'data.csv'" in str(found)
    assert "<caption>applied</caption>" in found._repr_html_()
    told = found.as_json()
    assert told["written"] == str(out)
    assert told["applied"] == [
        {"place": {"cell": 1, "line": 1}, "before": "'/home/me/data.csv'", "after": "'data.csv'"}
    ]
    assert any(one["slug"] == "absolute-path" for one in told["findings"]), "of the original"


def test_where_nothing_can_be_applied_it_says_so_and_writes_nothing(tmp_path):
    path = write(tmp_path / "n.ipynb", [("import math", 1, [])])
    found = inspect.run(inspect.Options(notebook=path, apply=tmp_path / "out.ipynb"), FACE)
    assert "nothing can be applied, so nothing was written" in str(found)
    assert not (tmp_path / "out.ipynb").exists()
    assert (found.as_json()["applied"], found.as_json()["written"]) == ([], None)


def test_a_kernel_without_a_notebook_has_nothing_to_copy(tmp_path):
    face = Face(say=lambda _: None, namespace={"In": ["", "a = 1"]})
    with pytest.raises(UsageError, match="--apply: this kernel's notebook is not known; name it"):
        inspect.run(inspect.Options(apply=tmp_path / "out.ipynb"), face)
