"""`o16n score` writes one line per row, says what it refused, and exits 1 where a row has no answer."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from o16n.cli import main
from tests.scoring.bundles import bundle_of
from tests.scoring.test_scorer import FRAME, PIPE


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return bundle_of(tmp_path_factory.mktemp("score"), PIPE, FRAME)


@pytest.fixture
def data(tmp_path):
    rows = FRAME.iloc[:4].assign(id=["a", "b", "c", "d"]).astype({"age": "object"})
    rows.iloc[2, rows.columns.get_loc("age")] = "old"
    rows.to_csv(tmp_path / "data.csv", index=False)
    return tmp_path / "data.csv"


def test_the_lines_stand_in_order_under_the_callers_key(place, data, tmp_path, capfd):
    out = tmp_path / "lines.csv"
    assert main(["score", str(place), str(data), "--index", "id", "--out", str(out)]) == 1
    assert out.read_text().splitlines()[0] == "id,prediction,p_0,p_1,problem"
    lines = pd.read_csv(out)
    assert lines["id"].tolist() == ["a", "b", "c", "d"]
    expected = PIPE.predict(FRAME.iloc[:4])
    assert lines["prediction"].tolist()[:2] == expected.tolist()[:2]
    assert lines["problem"].fillna("").tolist() == ["", "", "age: old: not a number", ""]
    said = capfd.readouterr().out
    assert "3 of 4 rows answered" in said
    assert "1 × age: old: not a number" in said


def test_problems_are_told_by_cell_to_machines(place, data, capfd):
    assert main(["score", str(place), str(data), "--json"]) == 1
    told = json.loads(capfd.readouterr().out)
    assert told["problems"] == [
        {"row": 2, "column": "age", "value": "old", "reason": "not a number"}
    ]
    assert (told["rows"], told["answered"]) == (4, 3)
    assert told["lines"][2]["prediction"] is None


def test_rows_without_a_key_are_numbered(place, data, tmp_path):
    out = tmp_path / "lines.csv"
    main(["score", str(place), str(data), "--out", str(out)])
    assert out.read_text().splitlines()[0] == "row,prediction,p_0,p_1,problem"
    assert pd.read_csv(out)["row"].tolist() == [0, 1, 2, 3]


def test_a_header_alone_gives_a_header_alone(place, data, tmp_path):
    data.write_text(data.read_text().splitlines()[0] + "\n")
    out = tmp_path / "lines.csv"
    assert main(["score", str(place), str(data), "--out", str(out)]) == 0
    assert out.read_text() == "row,prediction,p_0,p_1,problem\n"


@pytest.mark.parametrize(
    ("text", "match"),
    [("age\n1\n", "RowsRefused: rows: missing columns"), ("", "UsageError"), ("age,age\n1,2\n", "UsageError")],
    ids=range(3),
)  # fmt: skip
def test_a_table_that_cannot_be_answered_at_all_exits_2_and_writes_nothing(
    place, data, tmp_path, capfd, text, match
):
    data.write_text(text)
    out = tmp_path / "lines.csv"
    assert main(["score", str(place), str(data), "--out", str(out)]) == 2
    said = capfd.readouterr().err.splitlines()[-1]
    assert said.startswith(match)
    assert not out.exists()


def test_an_encoding_is_told(place, data):
    data.write_bytes(data.read_bytes().replace(b"id", "schlüssel".encode("latin-1")))
    assert main(["score", str(place), str(data)]) == 2
    assert main(["score", str(place), str(data), "--encoding", "latin-1"]) == 1


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """A bundle of a model of text whose column has no levels: nearly every text is another."""
    said = [f"{mood} thing {n}" for n in range(60) for mood in ("good", "bad")]
    frame = pd.DataFrame({"said": said})
    model = make_pipeline(
        ColumnTransformer([("words", CountVectorizer(), "said")]), LogisticRegression()
    ).fit(frame, [0, 1] * 60)
    return bundle_of(tmp_path_factory.mktemp("words"), model, frame)


def test_a_number_in_a_column_of_text_is_text_in_a_csv_as_training_read_it(words, tmp_path):
    data, out = tmp_path / "data.csv", tmp_path / "lines.csv"
    data.write_text("said\n12\nbad thing\n3.5\n")
    assert main(["score", str(words), str(data), "--out", str(out)]) == 0
    assert pd.read_csv(out)["prediction"].tolist()[1] == 1
    assert pd.read_csv(out)["problem"].isna().all()


@pytest.mark.parametrize("value", [12, 3.5, True, None, ["a"], {"a": 1}])
def test_what_is_no_text_is_refused_by_its_cell_before_the_model_sees_it(
    words, tmp_path, capfd, value
):
    data = tmp_path / "data.json"
    data.write_text(json.dumps([{"said": "bad thing"}, {"said": value}]))
    assert main(["score", str(words), str(data), "--json"]) == 1
    told = json.loads(capfd.readouterr().out)
    assert [(one["row"], one["column"]) for one in told["problems"]] == [(1, "said")]
    assert told["problems"][0]["reason"].startswith(("not text", "missing"))
    assert [line["prediction"] for line in told["lines"]] == [1, None]
