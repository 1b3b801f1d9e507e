"""`run`: values from a line and a file, and a bundle made from inside the run."""

from __future__ import annotations

import json

import pytest

from o16n import cli
from o16n.bundle.verify import verify
from o16n.errors import O16nError, UnknownName, UsageError
from o16n.grammar import Face
from o16n.runs.status import list_runs
from o16n.verbs import run

QUIET = Face(say=lambda _: None)
PARAMETERS = "depth = 2\nseed: int = 7\nname = 'x'"
FIT = """
    from sklearn.datasets import load_wine
    from sklearn.model_selection import train_test_split
    from sklearn.tree import DecisionTreeClassifier
    data = load_wine(as_frame=True).frame
    parts = train_test_split(data.drop(columns="target"), data["target"], random_state=seed)
    X_train, X_test, y_train, y_test = parts
    model = DecisionTreeClassifier(max_depth=depth, random_state=0).fit(X_train, y_train)
    print(model.get_depth(), model.score(X_test, y_test))
"""


@pytest.fixture
def wine(written):
    return written(PARAMETERS, FIT, tags=("parameters",))


def test_what_is_typed_wins_over_the_file(written, tmp_path):
    notebook = written(PARAMETERS, "print(depth, seed, name)", tags=("parameters",))
    (tmp_path / "values.toml").write_text('depth = 5\nname = "from the file"\n')
    options = run.Options(
        notebook=notebook, file=tmp_path / "values.toml", values=(("depth", "4"),)
    )
    ran = run.run(options, QUIET)
    assert ran.run.parameters == {"depth": 4, "name": "from the file"}
    cells = json.loads(ran.run.executed.read_text())["cells"]
    assert "".join(cells[-1]["outputs"][0]["text"]) == "4 7 from the file\n"
    assert ran.packaged is None
    assert "packaged" not in ran.as_json()


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("dept = 3", UnknownName, "unknown parameter 'dept'; did you mean depth?"),
        ("depth = 'deep'", UsageError, "-p depth: 'deep' is not int; default: 2"),
        ("depth = ", UsageError, "is not TOML"),
    ],
)
def test_a_wrong_value_of_a_file_is_refused_before_anything_runs(wine, tmp_path, text, kind, said):
    (tmp_path / "values.toml").write_text(text)
    with pytest.raises(kind) as caught:
        run.run(run.Options(notebook=wine, file=tmp_path / "values.toml"), QUIET)
    assert said in str(caught.value)
    assert not (tmp_path / "runs").exists()


@pytest.mark.filterwarnings("ignore")
def test_a_run_is_packaged_from_inside_with_its_values_and_both_are_told(wine, tmp_path, capsys):
    words = ["run", wine, "-p", "depth", "3", "--out", tmp_path / "here", "--package", "--json"]
    assert cli.main([*map(str, words)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["status"] == "completed"
    assert told["directory"] == str(tmp_path / "here")
    assert verify(tmp_path / "bundles" / "train-1").identity == told["packaged"]["identity"]
    kept = json.loads((tmp_path / "bundles/train-1/evidence/run.json").read_text())
    assert kept["parameters"] == {"depth": 3}


@pytest.mark.filterwarnings("ignore")
def test_the_card_shows_the_run_and_then_the_bundle(written, tmp_path):
    notebook = written(f"seed, depth = 7, 2\n{FIT.replace(chr(10) + '    ', chr(10))}")
    ran = run.run(run.Options(notebook=notebook, package=True), QUIET)
    assert str(ran).index("status ") < str(ran).index("next: o16n verify")
    html = ran._repr_html_()
    assert html.index(ran.run.id) < html.index(ran.packaged.content.identity)
    assert ran.run.error is None


@pytest.mark.filterwarnings("ignore")
def test_a_run_that_cannot_be_packaged_is_complete_all_the_same(written, tmp_path):
    notebook = written("x = 1")
    with pytest.raises(O16nError, match="model"):
        run.run(run.Options(notebook=notebook, package=True), QUIET)
    (left,) = list_runs(tmp_path / "runs")
    assert left.status == "completed"
    assert not (tmp_path / "bundles").exists()
