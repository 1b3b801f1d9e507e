"""What is wrong is said before anything runs: what, where, what to do; the worst first."""

from __future__ import annotations

from pathlib import Path

import pytest

from o16n.notebook.preflight import examine, preflight
from o16n.notebook.read import read_notebook

ROOT = Path(__file__).parents[2]
TAGGED = {"tags": ["parameters"]}


def told(notebook, slug):
    return [
        (one.severity, str(one.place), one.message)
        for one in preflight(notebook)
        if one.slug == slug
    ]


@pytest.mark.parametrize("name", ["credit", "penguins", "diabetes"])
def test_a_good_notebook_has_no_findings(name):
    assert preflight(read_notebook(ROOT / "notebooks" / f"{name}.ipynb")) == ()


def test_every_finding_has_its_words_and_the_worst_comes_first(written):
    notebook = written(
        ("import no_such_package", {"execution_count": 3}),
        ("a = 1\nb = a + 1", {**TAGGED, "execution_count": 2}),
        "x = '/home/me/x.csv'",
        "def f(:",
        "password = 'hunter2hunter2'",
    )
    found = preflight(notebook)
    order = [("error", "warning", "note").index(one.severity) for one in found]
    assert order == sorted(order)
    assert all(one.message and one.hint and one.place for one in found)
    assert {one.slug for one in found} == {
        "missing-package",
        "parameters",
        "absolute-path",
        "syntax-error",
        "secret",
        "out-of-order",
        "never-run",
    }


def test_a_cell_that_is_no_python_is_named_by_line(written):
    assert told(written("x = 1", "y = 2\nz = = 3"), "syntax-error") == [
        ("error", "cell 2 line 2", "is no Python: invalid syntax")
    ]


def test_one_bad_cell_hides_no_other_finding(written):
    notebook = written("def f(:", "ghost", "import no_such_package")
    assert {one.slug for one in preflight(notebook)} == {
        "syntax-error",
        "undefined-name",
        "missing-package",
    }


def test_a_secret_is_told_by_kind_and_line_and_never_repeated(written):
    secret = "AKIAABCDEFGHIJKLMNOP"
    output = {"outputs": [{"output_type": "stream", "text": [f"key {secret}"]}]}
    notebook = written(f"x = 1\nkey = '{secret}'", ("y = 2", output))
    assert told(notebook, "secret") == [
        ("error", "cell 1 line 2", "this cell holds a secret (AWS access key)"),
        ("error", "cell 2", "this cell's output holds a secret (AWS access key)"),
    ]
    assert secret not in repr(preflight(notebook))


def test_a_secret_in_a_text_cell_stands_by_the_cell_above(written):
    text = {"cell_type": "markdown"}
    notebook = written("x = 1", ("# Key\npassword = 'hunter2hunter2'", text))
    ((_, place, message),) = told(notebook, "secret")
    assert (place, message.startswith("the text below")) == ("cell 1 line 2", True)


def test_a_derived_value_in_the_parameters_cell_is_told(written):
    notebook = written(("a = 1\nb = a * 2\nc = [1]", TAGGED))
    assert told(notebook, "parameters") == [
        (
            "warning",
            "cell 1 line 2",
            "b is computed from a in the parameters cell: a value passed for a does not reach it",
        )
    ]


def test_two_tagged_cells_are_told(written):
    ((severity, place, message),) = told(
        written(("a = 1", TAGGED), ("b = 1", TAGGED)), "parameters"
    )
    assert (severity, place) == ("warning", "cell 2")
    assert "papermill takes the first" in message


@pytest.mark.parametrize(
    ("cell", "lost"),
    [
        ("a = 5", True),
        ("for a in [1]: pass", True),
        ("with open('x') as a: pass", True),
        ("def a(): pass", True),
        ("if a is None:\n    a = 3", False),
        ("a = a * 2", False),
        ("a += 1", False),
        ("b = a", False),
        ("def f():\n    a = 3", False),
    ],
)
def test_a_parameter_that_is_set_again_loses_what_is_passed(written, cell, lost):
    found = told(written(("a = 1", TAGGED), cell), "parameters")
    assert bool(found) is lost


def test_the_copy_that_a_run_left_is_known_as_such(written):
    notebook = written(("a = 1", TAGGED), ("a = 2", {"tags": ["injected-parameters"]}))
    ((severity, place, _),) = told(notebook, "parameters")
    assert (severity, place) == ("note", "cell 2")


def test_a_missing_package_that_the_notebook_bears_or_installs_is_a_warning(written):
    assert told(written("import ghost_x"), "missing-package")[0][0] == "error"
    assert told(written("!pip install ghost_x\nimport ghost_x"), "missing-package") == [
        ("warning", "cell 1 line 2", "ghost_x is not installed here, cell 1 line 1 installs it")
    ]


def test_missing_data_is_an_error_unless_the_notebook_may_fetch_it(written):
    read = "import pandas as pd\npd.read_csv('gone.csv')"
    assert told(written(read), "missing-data") == [
        ("error", "cell 1 line 2", "gone.csv is not beside the notebook")
    ]
    assert told(written("!unzip data.zip", read), "missing-data")[0][0] == "warning"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("p = '/home/me/data'", True),
        ("p = 'C:\\\\Users\\\\me'", True),
        ("open('/content/drive/x.csv')", True),
        ("f'/kaggle/input/{name}'", True),
        ("p = '/api/v1'", False),
        ("p = 'data/x.csv'", False),
        ("p = '/home/me\\nand more text'", False),
        ("url = 'https://a.org/home/me'", False),
        ("p = '</tmp/>'", False),
    ],
)
def test_paths_of_one_machine_are_told(written, text, found):
    assert bool(told(written(text), "absolute-path")) is found


def test_a_path_with_a_control_sign_stays_one_line(written):
    ((_, _, message),) = told(written("p = 'C:\\\\Program\bin'"), "absolute-path")
    assert message == "C:\\Program in is a path of one machine"


def test_an_unsupported_model_is_an_error_where_nothing_else_is_fitted(written):
    bad = "from sklearn.cluster import DBSCAN\nm = DBSCAN().fit(X)"
    assert told(written("X = [[1]]", bad), "unsupported-model") == [
        ("error", "cell 2 line 2", "m is a sklearn.cluster.DBSCAN, which o16n cannot take yet")
    ]
    good = "from sklearn.cluster import KMeans\nk = KMeans().fit(X)"
    assert told(written("X = [[1]]", bad, good), "unsupported-model")[0][0] == "warning"


def test_two_cells_with_one_id_are_a_note(written):
    notebook = written(("x = 1", {"id": "a"}), ("y = 1", {"id": "a"}), ("z = 1", {"id": "b"}))
    assert told(notebook, "duplicate-id") == [("note", "cell 2", "two cells have the id a")]


def test_an_unreadable_parameters_cell_is_one_finding_not_an_error_of_ours(written):
    found = examine(written(("a = = 1", TAGGED)))
    assert found.parameters == ()
    assert [one.slug for one in found.findings] == ["syntax-error"]


def test_an_empty_notebook_has_nothing_to_tell(written):
    found = examine(written())
    assert (found.findings, found.models, found.packages, found.sources) == ((), (), (), ())
