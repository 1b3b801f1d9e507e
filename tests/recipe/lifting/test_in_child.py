"""The whole lifting, in the process that it is made for."""

from __future__ import annotations

import os
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from o16n.errors import NotLifted
from o16n.recipe.lifting.in_child import lift_in_child
from o16n.recipe.lifting.request import Request, Wanted
from o16n.recipe.replay import play
from o16n.recipe.tracing.replies import Replies
from o16n.recipe.tracing.trace import CellText
from tests.recipe.tracing.traced import HEAD, frame

if TYPE_CHECKING:
    from pathlib import Path

PREPARE = """df['a'] = df['a'].fillna(df['a'].median())
df = pd.get_dummies(df, columns=['g'])
X = df.drop(columns=['y', 'id'])
y = df['y']"""
FIT = """X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
sc = StandardScaler().fit(X_train)
Z_train, Z_test = sc.transform(X_train), sc.transform(X_test)
m = LogisticRegression().fit(Z_train, y_train)
p = m.predict(Z_test)"""


def _asked(folder: Path, *cells: str, **more: Any) -> tuple[Request, dict[str, Any]]:
    """Run cells plainly; return the request that asks for the way to Z_train and Z_test, and the names."""
    frame().to_csv(folder / "rows.csv", index=False)
    texts = [HEAD.format(path="rows.csv"), *cells]
    names: dict[str, Any] = {}
    before = os.getcwd()  # noqa: PTH109
    os.chdir(folder)
    try:
        for text in texts:
            exec(text, names)
    finally:
        os.chdir(before)
    wanted = [
        Wanted(role=role, name=name, matrix=more.get(name, names[name]))
        for role, name in (("train", "Z_train"), ("test", "Z_test"))
    ]
    request = Request(
        cells=tuple(CellText(order=k, number=k, source=text) for k, text in enumerate(texts, 1)),
        replies=Replies(),
        wanted=tuple(wanted),
        model=pickle.dumps(names["m"]),
        folder=str(folder),
    )
    return request, names


def test_raw_rows_give_the_models_inputs_in_this_process_too(tmp_path: Path) -> None:
    request, names = _asked(tmp_path, PREPARE, FIT)
    found = lift_in_child(request)
    assert found.recipe.state == "proven"
    assert sorted(found.recipe.raw_columns) == ["a", "g", "k"]
    raw = pd.read_csv(tmp_path / "rows.csv")
    played = play(found.recipe, raw[["a", "g", "k"]])
    expected = names["sc"].transform(names["X"])
    np.testing.assert_array_equal(np.asarray(played.value), expected)
    assert found.proof.matched == found.proof.compared == len(raw)
    assert (found.proof.alone, found.proof.failed) == (found.proof.alone_tried, "")


def test_each_row_of_a_matrix_knows_its_raw_row(tmp_path: Path) -> None:
    request, names = _asked(tmp_path, PREPARE, FIT)
    found = lift_in_child(request)
    assert found.rows["train"] == names["X_train"].index.tolist()
    assert found.rows["test"] == names["X_test"].index.tolist()


def test_a_notebook_that_does_not_repeat_itself_is_told(tmp_path: Path) -> None:
    request, _ = _asked(tmp_path, PREPARE, FIT.replace("random_state=0", "random_state=None"))
    with pytest.raises(NotLifted, match=r"does not repeat itself: .* rows differ") as told:
        lift_in_child(request)
    assert told.value.where == "cell 3 line 4"


def test_a_statement_that_cannot_be_repeated_is_told(tmp_path: Path) -> None:
    request, _ = _asked(tmp_path, PREPARE, FIT)
    broken = [one for one in request.cells if one.order != 2]
    from dataclasses import replace

    with pytest.raises(NotLifted, match="cannot be repeated: NameError"):
        lift_in_child(replace(request, cells=tuple(broken)))


def test_a_batch_dependent_line_is_named(tmp_path: Path) -> None:
    line = "df['r'] = (df['k'] - df['k'].mean()).rank()"
    request, _ = _asked(tmp_path, PREPARE.replace("X = df", f"{line}\nX = df"), FIT)
    with pytest.raises(NotLifted, match="`rank` takes values from other rows") as told:
        lift_in_child(request)
    assert told.value.where == "cell 2 line 3"


def test_test_rows_that_are_not_scaled_are_told_with_both_lines(tmp_path: Path) -> None:
    forgot = FIT.replace(
        "sc.transform(X_train), sc.transform(X_test)", "sc.transform(X_train), X_test.values"
    )
    request, _ = _asked(tmp_path, PREPARE, forgot)
    found = lift_in_child(request)
    assert found.recipe.state == "proven"
    assert (
        "tried on (cell 3 line 5) are prepared otherwise than those it is fitted on (cell 3 line 4)"
        in found.proof.branches
    )
    assert "rows differ" in found.proof.branches
    assert "test" not in found.rows


def test_the_notebooks_folder_is_as_it_was(tmp_path: Path) -> None:
    request, _ = _asked(
        tmp_path,
        PREPARE,
        FIT + "\ndf.to_csv('out.csv')\nimport pathlib; pathlib.Path('log.txt').write_text('x')",
    )
    (tmp_path / "out.csv").unlink()
    (tmp_path / "log.txt").write_text("mine")
    assert lift_in_child(request).recipe.state == "proven"
    assert not (tmp_path / "out.csv").exists()
    assert (tmp_path / "log.txt").read_text() == "mine"


def test_a_function_of_the_notebook_travels_as_source(tmp_path: Path) -> None:
    line = "def twice(v):\n    return v * 2\ndf['k'] = df['k'].apply(twice)\n"
    request, _ = _asked(tmp_path, line + PREPARE, FIT)
    found = lift_in_child(request)
    assert found.recipe.state == "proven"
    assert not found.own_code


def test_an_estimator_class_of_the_notebook_is_told(tmp_path: Path) -> None:
    source = "from sklearn.base import BaseEstimator, TransformerMixin\nclass Half(TransformerMixin, BaseEstimator):\n    def fit(self, X, y=None):\n        return self\n    def transform(self, X):\n        return X / 2\n"
    request, _ = _asked(tmp_path, PREPARE, source, FIT.replace("StandardScaler()", "Half()"))
    with pytest.raises(NotLifted, match="Half"):
        lift_in_child(request)
