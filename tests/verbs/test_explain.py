"""`o16n explain` shows what packaging found, or explains given rows with the bundle's own model and recipe."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pandas as pd
import pytest

from o16n.bundle.read import open_bundle
from o16n.cli import main
from o16n.explain import from_bundle
from o16n.scoring.scorer import load_scorer
from o16n.verbs import explain


def german(credit):
    return credit.bundle.parent.parent / "data" / "german.csv"


def said(capfd, *words):
    capfd.readouterr()
    code = main(["explain", *map(str, words)])
    return code, *capfd.readouterr()


@pytest.fixture(scope="module")
def computed(credit, tmp_path_factory):
    """The credit bundle explained on the file that its notebook reads, once as JSON and page."""
    folder = tmp_path_factory.mktemp("explained")
    options = explain.Options(
        bundle=credit.bundle,
        data=german(credit),
        out=folder / "page.html",
        markdown=folder / "page.md",
        seconds=30.0,
    )
    from o16n.grammar import SILENT

    return explain.run(options, SILENT), options


def test_without_data_it_shows_what_packaging_found_and_wrote(credit, tmp_path, capfd):
    page = tmp_path / "page.html"
    code, out, _ = said(capfd, credit.bundle, "--out", page)
    assert code == 0
    assert "checking_account moves the answer by" in out
    assert f"page: {page}" in out
    assert page.read_text() == (credit.bundle / "evidence" / "explanation.html").read_text()
    told = open_bundle(credit.bundle).json("evidence/effects.json")
    assert told["part"] == "held-out rows"
    assert told["goodness"]["n"] == told["rows"] == 300
    assert len(told["changes"]) == len({one["row"] for one in told["changes"]}) >= 3


@pytest.mark.parametrize("name", ["penguins", "diabetes"])
def test_every_example_has_its_effects(request, name):
    told = open_bundle(request.getfixturevalue(name).bundle).json("evidence/effects.json")
    assert told["curves"]
    assert told["interaction"]["tried"] >= 1
    assert bool(told["changes"]) == (name == "penguins")


def test_given_rows_are_explained_by_the_bundle_itself(credit, computed):
    found, _ = computed
    told, effects = found.content.explanation, found.content.effects
    assert told["part"] == effects["part"] == "rows of german.csv"
    assert told["population"] == effects["rows"] == 1000
    assert told["additivity"]["holds"]
    assert "training rows" not in told["background"]
    assert effects["goodness"]["n"] == effects["thresholds"]["n"] == 1000
    scorer = load_scorer(credit.bundle)
    rows = pd.read_csv(german(credit))
    wrong = scorer.score(rows)["prediction"].astype(int).to_numpy() != rows["risk"].to_numpy()
    assert effects["goodness"]["overall"] == pytest.approx(wrong.mean())


def test_a_nearest_change_flips_what_the_bundle_serves(credit, computed):
    scorer, rows = load_scorer(credit.bundle), pd.read_csv(german(credit))
    changes = [one for one in computed[0].content.effects["changes"] if one["moves"]]
    assert len(changes) >= 3
    for one in changes:
        row = rows.iloc[[int(one["row"])]].copy()
        assert str(scorer.score(row)["prediction"].iloc[0]) == one["said"]
        for move in one["moves"]:
            assert str(row[move["column"]].iloc[0]) == move["value"]
            seen = rows[move["column"]]
            value = seen[seen.astype(str) == move["instead"]].iloc[0]
            row[move["column"]] = value
        assert str(scorer.score(row)["prediction"].iloc[0]) == one["would_say"] != one["said"]


def test_one_object_is_shown_four_ways(computed):
    found, options = computed
    first = found.content.explanation["drivers"][0]
    strength = f"{first['strength']:.3g}"
    for text in (
        str(found),
        found._repr_html_(),
        found._repr_markdown_(),
        options.out.read_text(),
        options.markdown.read_text(),
    ):
        assert first["column"] in text
        assert strength in text
    assert found.as_json()["explanation"]["drivers"][0]["strength"] == first["strength"]


def test_a_second_run_differs_in_its_time_alone(credit, computed):
    from o16n.grammar import SILENT

    found, options = computed
    again = explain.run(replace(options, out=None, markdown=None), SILENT)
    texts = []
    for one in (found, again):
        told = {**one.as_json(), "page": None}
        told["explanation"] = {**told["explanation"], "seconds": 0, "forecast": 0}
        told["effects"] = {**told["effects"], "seconds": 0}
        texts.append(json.dumps(told, allow_nan=False))
    assert texts[0] == texts[1]


def test_a_named_row_is_broken_down_first(credit, capfd):
    code, out, _ = said(capfd, credit.bundle, german(credit), "--row", 17, "--row", "3", "--json")
    assert code == 0
    told = json.loads(out)
    named = [one for one in told["explanation"]["cases"] if "named" in one["kind"]]
    assert {one["row"] for one in named} == {"17", "3"}
    case = next(one for one in named if one["row"] == "17")
    total = case["base"] + sum(one["amount"] for one in case["contributions"])
    assert total == pytest.approx(case["answer"])
    assert {"17", "3"} <= {one["row"] for one in told["effects"]["changes"]}


def test_rows_are_named_by_a_column_and_those_that_are_refused_are_counted(credit, tmp_path, capfd):
    rows = pd.read_csv(german(credit)).head(60).astype({"age": "object"})
    rows.insert(0, "who", [f"p{n}" for n in range(60)])
    rows.loc[5, "age"] = "old"
    rows.to_csv(tmp_path / "some.csv", index=False)
    code, out, _ = said(
        capfd, credit.bundle, tmp_path / "some.csv", "--index", "who", "--row", "p7", "--json"
    )
    told = json.loads(out)
    assert code == 0
    assert told["effects"]["rows"] == 59
    assert told["effects"]["refused"] == 1
    assert ["1 rows", "the scorer refuses them"] in told["effects"]["left_out"]
    assert "p7" in [one["row"] for one in told["explanation"]["cases"]]


def test_labels_that_the_model_does_not_know_are_no_truth_and_the_page_says_which(
    credit, tmp_path, capfd
):
    rows = pd.read_csv(german(credit)).head(80)
    rows["risk"] = rows["risk"].map({0: "bad", 1: "good"})
    rows.to_csv(tmp_path / "words.csv", index=False)
    _, out, _ = said(capfd, credit.bundle, tmp_path / "words.csv", "--json")
    told = json.loads(out)["effects"]
    assert told["goodness"] is None
    assert any("risk holds 'good', the model says 0, 1" in why for _, why in told["left_out"])
    rows.drop(columns="risk").to_csv(tmp_path / "words.csv", index=False)
    _, out, _ = said(capfd, credit.bundle, tmp_path / "words.csv", "--json")
    assert any(
        "there is no column 'risk'" in why for _, why in json.loads(out)["effects"]["left_out"]
    )


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["DATA", "--row", "1001"], "UnknownName: german.csv: unknown row '1001'"),
        (["--row", "nobody"], "give its data: o16n explain"),
        (["missing.csv"], "UsageError: missing.csv: no such data file"),
        (["DATA", "--index", "who"], "no column 'who'"),
    ],
    ids=["no such row", "no such case", "no file", "no index"],
)
def test_what_is_asked_wrongly_is_one_line_and_exit_2(credit, capfd, words, line):
    given = [str(german(credit)) if one == "DATA" else one for one in words]
    code, _, error = said(capfd, credit.bundle, *given)
    assert code == 2
    assert line in error.splitlines()[-1]


def test_a_column_that_is_missing_refuses_all_rows(credit, tmp_path, capfd):
    pd.read_csv(german(credit)).drop(columns="age").to_csv(tmp_path / "less.csv", index=False)
    code, _, error = said(capfd, credit.bundle, tmp_path / "less.csv")
    assert code == 2
    assert "missing column 'age'" in error.splitlines()[-1]


def test_rows_none_of_which_can_be_answered_say_why(credit, tmp_path, capfd):
    rows = pd.read_csv(german(credit)).head(3).assign(age="old")
    rows.to_csv(tmp_path / "none.csv", index=False)
    code, _, error = said(capfd, credit.bundle, tmp_path / "none.csv")
    assert code == 2
    assert "no row can be explained: age: old: not a number" in error.splitlines()[-1]


def test_a_changed_bundle_is_not_explained(credit, tmp_path, capfd):
    copy = shutil.copytree(credit.bundle, tmp_path / "copy")
    (copy / "evidence" / "explanation.json").write_text("{}")
    code, _, error = said(capfd, copy)
    assert code == 1
    assert "IntegrityError" in error


def test_a_row_name_that_stands_there_twice_is_refused(credit):
    scorer = load_scorer(credit.bundle)
    rows = pd.read_csv(german(credit)).head(4).set_axis(["a", "b", "b", "c"], axis=0)
    given = from_bundle.rows_given(scorer, rows, target="risk", name="four.csv")
    with pytest.raises(Exception, match="2 rows are called b"):
        from_bundle.explain_given(scorer, given, {}, seconds=5, say=lambda _: None, rows=("b",))


@pytest.mark.parametrize("value", [1, 1.0, "1"], ids=["whole", "float", "text"])
def test_a_label_is_known_by_its_text(credit, value):
    scorer = load_scorer(credit.bundle)
    rows = pd.read_csv(german(credit)).head(3).assign(risk=value)
    given = from_bundle.rows_given(scorer, rows, target="risk", name="three.csv")
    assert given.truth.tolist() == [1, 1, 1]


def test_of_a_regression_the_truth_is_a_number_or_not_known(diabetes):
    from sklearn.datasets import load_diabetes

    scorer = load_scorer(diabetes.bundle)
    rows = load_diabetes(as_frame=True).frame.head(5)
    known = from_bundle.rows_given(scorer, rows, target="target", name="five.csv")
    assert known.truth.tolist() == rows["target"].tolist()
    words = rows.astype({"target": "object"}).assign(target="much")
    unknown = from_bundle.rows_given(scorer, words, target="target", name="five.csv")
    assert unknown.truth is None
    assert "not a number" in unknown.untold
