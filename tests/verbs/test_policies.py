"""What o16n.toml says of raw columns decides what a bundle answers, and is proven and said."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from o16n.bundle.read import open_bundle
from o16n.errors import RowsRefused, UsageError
from o16n.scoring.scorer import load_scorer
from tests.verbs.test_package import live

pytestmark = pytest.mark.filterwarnings("ignore")
DATA = """
    import numpy as np, pandas as pd
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import LabelEncoder
    rng = np.random.default_rng(0)
    made = pd.DataFrame({"age": rng.integers(18, 90, 200), "city": rng.choice(["Rome", "Oslo", None], 200),
                         "job": rng.choice(["cook", "nurse", "clerk"], 200)})
    made["bought"] = np.where(made.age + rng.normal(0, 9, 200) > 50, "yes", "no")
    made.to_csv("people.csv", index=False)
"""
FIT = """
    df = pd.read_csv("people.csv")
    X = pd.get_dummies(df[["age", "city"]], columns=["city"])
    X["job"] = LabelEncoder().fit_transform(df["job"])
    clf = LogisticRegression(max_iter=1000).fit(X, df["bought"])
    print(clf.score(X, df["bought"]))
"""
ROWS = pd.DataFrame(
    {
        "age": [40, 40, 40, 40],
        "city": ["Oslo", "Bern", None, "Bern"],
        "job": ["cook", "cook", "cook", "smith"],
    }
)


def packaged(lived, tmp_path, toml, *cells):
    (tmp_path / "o16n.toml").write_text(toml)
    return live(lived, DATA, *(cells or (FIT,)), ran=(DATA, *(cells or (FIT,)))).bundle


def test_a_policy_decides_what_is_answered_and_each_row_says_so(lived, tmp_path):
    refusing = packaged(lived, tmp_path, "")
    lines = load_scorer(refusing).score(ROWS)
    assert lines["problem"].ne("").tolist() == [False, True, False, True]
    assert "note" not in lines
    taking = packaged(lived, tmp_path, '[unseen]\ncity = "missing"\n')
    lines = load_scorer(taking).score(ROWS)
    assert lines["problem"].ne("").tolist() == [False, False, False, True]
    assert "job: smith: not among the levels" in lines["problem"][3]
    assert lines["note"].tolist() == [
        "",
        "city: 'Bern' was never in training, taken as missing",
        "",
        "",
    ]
    assert lines["p_yes"][1] == lines["p_yes"][2] != lines["p_yes"][0]


def test_it_is_part_of_what_answers_and_stands_in_schema_recipe_and_report(lived, tmp_path):
    plain = packaged(lived, tmp_path, "")
    told = packaged(lived, tmp_path, '[unseen]\ncity = "missing"\njob = "as trained"\n')
    assert open_bundle(plain).identity != open_bundle(told).identity
    columns = {
        one["name"]: one.get("unseen") for one in open_bundle(told).json("schema.json")["columns"]
    }
    assert columns == {"age": None, "city": "missing", "job": "as trained"}
    held = open_bundle(told).json("recipe/recipe.json")["unseen"]
    assert [(one["column"], one["policy"], sorted(one["known"])) for one in held] == [
        ("city", "missing", ["Oslo", "Rome"]),
        ("job", "as trained", ["clerk", "cook", "nurse"]),
    ]
    outcomes = open_bundle(told).json("evidence/readiness.json")["outcomes"]
    shown = json.dumps(next(one for one in outcomes if one["code"] == "REC-01"))
    assert '"levels that training never had"' in shown
    assert "levels that training never had" in (told / "evidence" / "readiness.html").read_text()
    lines = load_scorer(told).score(ROWS)
    assert "previously unseen labels" in lines["problem"][3]  # as trained, LabelEncoder refuses
    assert (
        open_bundle(told).json("evidence/proof.json")["injected_answered"]
        > open_bundle(plain).json("evidence/proof.json")["injected_answered"]
    )


PIPELINE = """
    from sklearn.compose import make_column_transformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder
    df = pd.read_csv("people.csv")
    X = df[["age", "city"]]
    pipe = make_pipeline(make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["city"]), remainder="passthrough"),
                         LogisticRegression(max_iter=1000)).fit(X, df["bought"])
    print(pipe.score(X, df["bought"]))
"""


def test_a_model_that_encodes_by_itself_takes_the_same_policy(lived, tmp_path):
    rows = ROWS[["age", "city"]]
    refusing = packaged(lived, tmp_path, "", PIPELINE)
    assert load_scorer(refusing).score(rows)["problem"].ne("").tolist() == [
        False,
        True,
        False,
        True,
    ]
    taking = packaged(lived, tmp_path, '[unseen]\ncity = "missing"\n', PIPELINE)
    lines = load_scorer(taking).score(rows)
    assert lines["problem"].eq("").all()
    assert lines["p_yes"][1] == lines["p_yes"][2]
    leaving = packaged(lived, tmp_path, '[unseen]\ncity = "as trained"\n', PIPELINE)
    lines = load_scorer(leaving).score(rows)
    assert lines["problem"].eq("").all()
    assert (
        lines["p_yes"][1] != lines["p_yes"][2]
    )  # ignored: no city at all, and not the missing one


@pytest.mark.parametrize("cells", [FIT, PIPELINE])
def test_a_column_that_is_not_there_is_refused_with_the_nearest(lived, tmp_path, cells):
    with pytest.raises(
        UsageError, match=r"o16n.toml \[unseen\]: unknown column 'cty'; did you mean city\?"
    ):
        packaged(lived, tmp_path, '[unseen]\ncty = "missing"\n', cells)


HISTORY = """
    df = pd.read_csv("people.csv")
    df["before"] = df.groupby("job")["age"].shift(1)
    d = df.dropna(subset=["before"])
    X = d[["age", "before"]]
    clf = LogisticRegression(max_iter=1000).fit(X, d["bought"])
    print(clf.score(X, d["bought"]))
"""


def test_a_column_that_needs_history_is_refused_with_the_line_that_mends_it(lived, tmp_path):
    refused = packaged(lived, tmp_path, "", HISTORY)
    said = open_bundle(refused).json("recipe/recipe.json")["reason"]
    assert "needs history: columns age, by job" in said
    line = said.partition("at the top of o16n.toml: ")[2]
    assert line == 'history.given = ["before"]'
    with pytest.raises(RowsRefused, match="needs history"):
        load_scorer(refused).score(pd.DataFrame({"age": [40], "before": [30.0]}))
    given = packaged(lived, tmp_path, line + '\ntier = "low"\n', HISTORY)
    held = open_bundle(given)
    assert (
        "the caller gives before, which need history" in held.json("recipe/recipe.json")["reason"]
    )
    columns = {one["name"]: one for one in held.json("schema.json")["columns"]}
    assert set(columns) == {"age", "before"}
    before = pd.read_csv(tmp_path / "people.csv").groupby("job")["age"].shift(1)
    assert (
        columns["before"]["minimum"] <= before.min() <= before.max() <= columns["before"]["maximum"]
    )
    assert set(held.read("sample.csv").decode().splitlines()[0].split(",")) == {"age", "before"}
    rows = pd.DataFrame({"age": [40, 40, 40], "before": [30.0, 80.0, None]})
    lines = load_scorer(given).score(rows)
    assert lines["problem"].ne("").tolist() == [False, False, True]
    assert lines["p_yes"][0] != lines["p_yes"][1]
    assert held.json("evidence/proof.json")["required"] == ["age", "before"]


def test_a_given_column_that_the_notebook_does_not_make_is_refused_with_the_nearest(
    lived, tmp_path
):
    with pytest.raises(
        UsageError, match=r"\[history\]: unknown derived column 'befor'; did you mean before\?"
    ):
        packaged(lived, tmp_path, 'history.given = ["befor"]\n', HISTORY)


ROLLED = HISTORY.replace('["age"].shift(1)', '["age"].rolling(3).mean().reset_index(0, drop=True)')


def test_so_is_one_whose_history_only_a_row_alone_shows(lived, tmp_path):
    refused = packaged(lived, tmp_path, "", ROLLED)
    said = open_bundle(refused).json("recipe/recipe.json")["reason"]
    assert "a row alone gives another result than among others" in said
    assert said.endswith('at the top of o16n.toml: history.given = ["before"]')
    given = packaged(lived, tmp_path, 'history.given = ["before"]', ROLLED)
    assert open_bundle(given).json("recipe/recipe.json")["state"] == "proven"
