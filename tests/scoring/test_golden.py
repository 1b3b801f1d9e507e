"""Golden rows are synthetic, answered twice when recorded, and read back without losing a bit."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from o16n.errors import BundleError, IntegrityError, NotebookError
from o16n.files import canonical_json
from o16n.scoring import golden
from tests.bundle.strategies import TREES, changed_somewhere

FRAME = pd.DataFrame(
    {"n": [0.1, 2.5, None], "i": [1, 2, 3], "t": ["a", "b", "a"], "b": [True, False, True],
     "d": pd.to_datetime(["2026-01-01", None, "2026-01-03"]), 7: [1.0, 2.0, 3.0]}
)  # fmt: skip


def _answer(rows):
    numbers = pd.to_numeric(rows[7]) * 0.1
    return pd.DataFrame({"prediction": numbers, "label": rows["t"], "problem": ""})


GOOD = golden.record(FRAME, _answer)


def test_rows_come_back_as_they_were_written():
    told = json.loads(canonical_json(GOOD))
    again = golden.rows_of(golden.golden_from_json(told).rows)
    assert list(again.columns) == ["n", "i", "t", "b", "d", 7]
    assert again["n"].tolist()[:2] == [0.1, 2.5]
    assert again["n"][2] is None
    assert again["d"].tolist() == ["2026-01-01 00:00:00", None, "2026-01-03 00:00:00"]
    assert golden.replay(golden.golden_from_json(told), _answer) == 3


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda a: a.assign(prediction=a["prediction"] * (1 + 1e-6)), "golden row 1 answers prediction"),
        (lambda a: a.assign(label="b"), "golden row 1 answers label = 'b', packaged 'a'"),
        (lambda a: a.assign(prediction=math.nan), "golden row 1 answers prediction"),
        (lambda a: a.drop(columns="label"), "golden rows have no answer 'label'"),
    ],
    ids=range(4),
)  # fmt: skip
def test_another_answer_is_refused_by_row_and_column(change, match):
    with pytest.raises(IntegrityError, match=match):
        golden.replay(golden.golden_from_json(GOOD), lambda rows: change(_answer(rows)))


def test_a_difference_within_the_tolerance_passes():
    near = lambda rows: _answer(rows).assign(prediction=_answer(rows)["prediction"] * (1 + 1e-12))  # noqa: E731 - read best in place
    assert golden.replay(golden.golden_from_json(GOOD), near) == 3


def test_an_answer_drawn_anew_each_time_is_refused_when_recorded():
    dice = np.random.default_rng(0)
    with pytest.raises(NotebookError, match="answers the same row differently each time"):
        golden.record(
            FRAME, lambda rows: _answer(rows).assign(prediction=dice.normal(size=len(rows)))
        )


def test_rows_that_the_schema_refuses_are_left_out():
    told = golden.record(
        FRAME,
        lambda rows: _answer(rows).assign(
            problem=["x", "", ""][: len(rows)] if len(rows) == 3 else ""
        ),
    )
    assert len(told["rows"]["data"]) == 2


@settings(deadline=None, max_examples=400)
@given(changed_somewhere(json.loads(canonical_json(GOOD))))
def test_a_document_with_any_value_exchanged_is_read_or_refused_in_one_line(told):
    _reads_or_refuses(told)


@settings(deadline=None, max_examples=200)
@given(TREES)
def test_any_json_is_refused_in_one_line(told):
    _reads_or_refuses(told)


def _reads_or_refuses(told):
    try:
        found = golden.golden_from_json(told)
    except BundleError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert len(golden.rows_of(found.rows)) == len(found.rows.data) or not found.rows.columns


@pytest.mark.parametrize("relative", [-1e-9, 0.5, 1])
def test_a_tolerance_that_lets_everything_pass_is_refused(relative):
    told = {**GOOD, "tolerance": {"labels": "equal", "numbers": {"relative": relative}}}
    with pytest.raises(BundleError, match="tolerance that is not between"):
        golden.golden_from_json(told)


def test_synthetic_rows_hide_identifiers_and_repeat_no_row():
    dice = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "name": [f"person {n}" for n in range(200)],
            "x": dice.normal(size=200),
            "y": dice.normal(size=200),
        }
    )
    rows = golden.synthetic_rows(frame, count=20, seed=0)
    assert rows["name"].tolist() == [f"value {n + 1}" for n in range(20)]
    assert rows["x"].isin(frame["x"]).all()
    pairs = set(zip(frame["x"], frame["y"], strict=True))
    assert not pairs & set(zip(rows["x"], rows["y"], strict=True))
    pd.testing.assert_frame_equal(rows, golden.synthetic_rows(frame, count=20, seed=0))
    assert golden.sample_csv(rows).decode().splitlines()[0] == "name,x,y"
