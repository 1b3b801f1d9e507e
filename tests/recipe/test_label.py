"""Where the label enters the model's input is told by the line, whatever comes before and behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from o16n.recipe.label import label_enters
from o16n.recipe.prove import prove
from tests.recipe.constructs import Construct, raw_rows
from tests.recipe.lifted import lifted, traced_construct

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ["sex", "town", "cabin", "name", "day", "took", "price", "grade"]
LEAKS = {
    "left among the columns": (
        "df['age'] = df['age'].fillna(0)\nX = df[['fare', 'age', 'y']]",
        "cell 2 line 2 `X = df[['fare', 'age', 'y']]`",
    ),
    "not dropped": (
        f"df = df.assign(fare=df['fare'] * 2)\nX = df.drop(columns={TEXTS})\nX = X.fillna(0)",
        "cell 2 line 2 `X = df.drop(",
    ),
    "not dropped, then scaled": (
        "X = df[['fare', 'y']]\nX = StandardScaler().fit_transform(X)",
        "cell 2 line 1 `X = df[['fare', 'y']]`",
    ),
    "within another column": (
        "df['ratio'] = df['fare'].fillna(0) / (df['y'] + 1)\nX = df[['fare', 'ratio']].fillna(0)\nX = X * 2",
        "cell 2 line 1 `df['ratio']",
    ),
    "renamed": (
        "df = df.rename(columns={'y': 'truth'})\nX = df[['fare', 'truth']]\ndf['y'] = df['truth']",
        "cell 2 line 1 `df = df.rename",
    ),
    "encoded, then left": (
        "df['y'] = LabelEncoder().fit_transform(df['y'])\nX = df[['fare', 'y']].copy()",
        "cell 2 line 2 `X = df[['fare', 'y']].copy()`",
    ),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", LEAKS)
def test_the_line_is_named_at_which_the_label_becomes_an_input(name: str, tmp_path: Path) -> None:
    code, told = LEAKS[name]
    rows = raw_rows()
    rows.to_csv(tmp_path / "rows.csv", index=False)
    tail = "m = RandomForestClassifier(3, random_state=0).fit(X, df['y'])\np = m.predict(X)\n"
    construct = Construct(name=name, code=code, expected="lifted", tail=tail)
    run = traced_construct(construct, tmp_path / "rows.csv")
    assert run.failed == []
    found = lifted(run)
    recipe, proof = prove(found.recipe, found.raw, found.uses, found.model, target="y")
    assert (recipe.state, proof.label) == ("proven", "y")
    assert proof.label_at.startswith(told)


@pytest.mark.filterwarnings("ignore")
def test_a_label_that_is_no_input_enters_nowhere(tmp_path: Path) -> None:
    raw_rows().to_csv(tmp_path / "rows.csv", index=False)
    code = "df = df[df['y'] >= 0]\nX = df[['fare', 'rooms']].fillna(0)"
    construct = Construct(name="clean", code=code, expected="lifted")
    found = lifted(traced_construct(construct, tmp_path / "rows.csv"))
    _, proof = prove(found.recipe, found.raw, found.uses, found.model, target="y")
    assert (proof.label, proof.label_at) == ("", "")
    assert label_enters(found.recipe, found.raw, "y") == ""
