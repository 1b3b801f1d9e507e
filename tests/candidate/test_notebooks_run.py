"""The notebooks of `tests/candidate/notebooks` and their answers fit together; they are run elsewhere."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
FIELDS = {
    "about", "status", "model", "X", "y", "X_train", "y_train", "target", "task", "raw",
    "rows", "metrics", "because", "odd", "requires",
}  # fmt: skip
STATUSES = {"decided", "proposed", "ambiguous", "refused"}
TASKS = {"binary", "multiclass", "regression", "anomaly"}


def answer(path):
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def source(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return re.sub(r"(?m)^%.*$", "", "\n\n".join(texts))


def named(told):
    """Every name or expression by which an answer points into its notebook."""
    for field in ("X", "y", "X_train", "y_train"):
        yield from told[field] or []
    model = told["model"] or {}
    yield from filter(None, [model.get("name"), model.get("source"), *model.get("acceptable", [])])


def stands_in(expression, text):
    """Whether all names of an expression, and each of its constants, occur in the text's code."""
    seen = list(ast.walk(ast.parse(text)))
    names = {one.id for one in seen if isinstance(one, ast.Name)}
    names |= {one.arg for one in seen if isinstance(one, ast.arg)}
    constants = {one.value for one in seen if isinstance(one, ast.Constant)}
    asked = list(ast.walk(ast.parse(expression, mode="eval")))
    keys = {one.value for one in asked if isinstance(one, ast.Constant)}
    return {one.id for one in asked if isinstance(one, ast.Name)} <= names and keys <= constants


def test_each_notebook_has_an_answer_and_each_answer_a_notebook():
    answers = {path.stem for path in FOLDER.glob("*.json")}
    assert {path.stem for path in NOTEBOOKS} == answers
    assert len(answers) >= 23


def test_the_readme_says_what_each_is_for():
    told = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [path.stem for path in NOTEBOOKS if f"`{path.stem}`" not in told] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_an_answer_is_complete(path):
    told = answer(path)
    assert told.keys() == FIELDS
    assert told["status"]
    assert set(told["status"]) <= STATUSES
    assert told["task"] in TASKS
    assert told["because"].endswith(".")
    assert not [one for one in told["metrics"] if not re.fullmatch(r"-?\d+\.\d+", one["printed"])]
    assert (told["X"] is None) == (told["y"] is None) == ("test" not in told["rows"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_an_answer_names_only_what_its_notebook_has(path):
    told, text = answer(path), source(path)
    assert [one for one in named(told) if not stands_in(one, text)] == []
    assert told["raw"] in text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_an_answer_without_a_decision_is_not_called_decided(path):
    told = answer(path)
    if told["model"] is None:
        assert set(told["status"]) <= {"ambiguous", "refused"}
    elif told["model"]["name"] is None:
        assert told["model"]["source"]
    else:
        assert told["model"]["fit"] >= 1


def test_an_answer_that_names_a_stranger_is_noticed():
    text = "model = fit(X_train)\ndf['risk']"
    assert stands_in("model", text)
    assert stands_in("df['risk']", text)
    assert not stands_in("X_test", text)
    assert not stands_in("df['price']", text)


def test_no_data_file_is_large():
    assert [one.name for one in (FOLDER / "data").iterdir() if one.stat().st_size > 60_000] == []
