"""What `o16n.toml` declares sensitive stands in no golden row, no sample and no label of an explained row."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from o16n.bundle.schema import Outputs
from o16n.bundle.schema_of import infer_schema
from o16n.explain.explanation import Case, Contribution
from o16n.notebook.notebook import Notebook
from o16n.scoring.golden import synthetic_rows
from o16n.staging.documents import answering_files, describe
from o16n.staging.masking import masked_labels, masked_rows
from tests.readiness.conftest import EXPLANATION, Builder

FRAME = pd.DataFrame(
    {
        "sex": ["female", "male", "female", "female"] * 15,
        "age": [23, 31, 58, 76] * 15,
        "weight": [60.5, 71.25, None, 80.75] * 15,
        "member": [True, False, True, True] * 15,
        "debt": [1.0, 2.0, 3.0, 4.0] * 15,
    }
)
LABEL = [0, 1, 0, 1] * 15


def scored(frame, unknown="ignore", *, takes_gaps=True):
    """Return (schema, rows, what answers them) of a model that knows the frame."""
    text = [name for name in frame if frame[name].dtype.kind not in "iufb"]
    encoder = OneHotEncoder(handle_unknown=unknown, sparse_output=False)
    known = make_column_transformer((encoder, text), remainder="passthrough")
    last = HistGradientBoostingClassifier(max_iter=2) if takes_gaps else LogisticRegression()
    model = make_pipeline(known, last).fit(frame, LABEL)
    schema = infer_schema(frame, Outputs(task="binary"), level="raw rows", named=True)

    def answer(rows):
        problems = []
        for number in range(len(rows)):
            try:  # each row by itself
                model.predict(rows.iloc[[number]])
                problems.append("")
            except (ValueError, TypeError) as error:
                problems.append(str(error))
        return pd.DataFrame({"problem": problems})

    return schema, synthetic_rows(frame, count=20), answer


def test_without_a_declaration_the_rows_stay_as_they_are():
    schema, rows, answer = scored(FRAME)
    pd.testing.assert_frame_equal(masked_rows(rows, schema, (), answer), rows)


def test_a_word_stands_for_a_text_where_the_model_answers_it():
    schema, rows, answer = scored(FRAME)
    found = masked_rows(rows, schema, ("sex",), answer)
    assert set(found["sex"]) == {"masked"}
    pd.testing.assert_frame_equal(found.drop(columns="sex"), rows.drop(columns="sex"))
    assert set(rows["sex"]) == {"female", "male"}, "the rows that were given are not changed"


def test_where_the_model_knows_its_levels_only_the_commonest_stands_in_every_row():
    schema, rows, answer = scored(FRAME, unknown="error")
    found = masked_rows(rows, schema, ("sex",), answer)
    assert set(found["sex"]) == {rows["sex"].mode().iloc[0]}
    assert (answer(found)["problem"] == "").all()


def test_a_missing_value_stands_for_a_number_that_training_saw_missing():
    schema, rows, answer = scored(FRAME)
    assert masked_rows(rows, schema, ("weight",), answer)["weight"].isna().all()


def test_else_the_middle_of_the_range_stands_for_a_number():
    schema, rows, answer = scored(FRAME.drop(columns="weight"), takes_gaps=False)
    found = masked_rows(rows, schema, ("age", "debt"), answer)
    ends = {one.name: (one.minimum, one.maximum) for one in schema.columns}
    assert set(found["age"]) == {round(sum(ends["age"]) / 2)}
    assert set(found["debt"]) == {sum(ends["debt"]) / 2}
    assert all(isinstance(one, int) for one in found["age"].tolist())


def test_of_a_yes_or_no_the_commoner_stands_in_every_row():
    schema, rows, answer = scored(FRAME.drop(columns="weight"))
    found = masked_rows(rows, schema, ("member",), answer)["member"]
    assert len(set(found)) == 1


def test_an_encoded_column_of_a_sensitive_one_is_masked_with_it():
    frame = FRAME[["age"]].assign(sex_female=[1, 0, 1, 1] * 15)
    schema, rows, answer = scored(frame)
    found = masked_rows(rows, schema, ("sex",), answer)["sex_female"]
    assert len(set(found)) == 1


def test_golden_rows_are_answered_after_masking(tmp_path):
    build = Builder(tmp_path)
    frame = build.frame(90)
    train, test = build.cut(frame, build.classes(frame), 60)
    candidate = build.candidate(LogisticRegression().fit(*train), train, test, raw=frame)
    schema, rows = describe(candidate)
    files = answering_files(candidate, schema, rows, Notebook(path=None, cells=()), ("c1",))
    golden, sample = (
        json.loads(files["golden.json"]),
        pd.read_csv(io.BytesIO(files["sample.csv"])),
    )
    given = pd.DataFrame(golden["rows"]["data"], columns=golden["rows"]["columns"])
    assert len(set(given["c1"])) == len(set(sample["c1"])) == 1
    assert given["c1"][0] not in set(frame["c1"])
    assert len(set(given["c0"])) > 1
    assert candidate.model.predict(given).tolist() == golden["answers"]["prediction"]


def case(row):
    return Case(
        row=row,
        kind="typical",
        answer=1.0,
        base=0.0,
        contributions=(Contribution(column="a", value="1", amount=1.0),),
    )


@pytest.mark.parametrize(
    ("index", "sensitive", "rows"),
    [
        (pd.Index([7, 9]), (), ["7", "9", "7"]),
        (pd.Index([7, 9]), ("sex",), ["7", "9", "7"]),
        (pd.Index(["Ada", "Bo"]), (), ["7", "9", "7"]),
        (pd.Index(["Ada", "Bo"]), ("sex",), ["masked 1", "masked 2", "masked 1"]),
        (pd.Index([7, 9], name="patient"), ("patient",), ["masked 1", "masked 2", "masked 1"]),
        (pd.Index([7, 9], name="patient"), ("sex",), ["7", "9", "7"]),
        (None, ("sex",), ["7", "9", "7"]),
    ],
)
def test_a_row_goes_by_a_number_where_its_label_may_name_a_person(index, sensitive, rows):
    known = replace(EXPLANATION, cases=(case("7"), case("9"), case("7")))
    assert [one.row for one in masked_labels(known, index, sensitive).cases] == rows
