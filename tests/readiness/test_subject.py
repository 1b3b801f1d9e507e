"""The rows that checks look at are the held-out ones with a target, told by number, of any kind of table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LogisticRegression

from o16n.candidate.candidate import Part
from o16n.readiness import subject as looked_at
from o16n.readiness.check import NotApplicable, NotAssessed
from o16n.readiness.subject import chosen, flat, labelled, of, part_of, size, taken
from o16n.settings import Settings
from tests.readiness.conftest import Builder


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """A logistic regression on what it can learn, 1,200 rows, 400 of them held back; made once."""
    build = Builder(tmp_path_factory.mktemp("clean"))
    frame = build.frame(1200)
    return build.split(LogisticRegression(), frame, build.classes(frame), 800)


KINDS = {
    "a frame": pd.DataFrame,
    "an array": np.asarray,
    "a list": lambda values: np.asarray(values).tolist(),
    "rows of a sparse matrix": sparse.csr_matrix,
    "columns of a sparse matrix": sparse.csc_array,
    "places of a sparse matrix": sparse.coo_matrix,
}


def plain(values):
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_rows_are_taken_from_any_kind_of_table_as_numpy_takes_them(kind):
    values = np.arange(12).reshape(4, 3)
    table = kind(values)
    assert size(table) == 4
    for places in ([], [2], [3, 0], [1, 1]):
        found = taken(table, np.array(places, dtype=int))
        assert plain(found).reshape(-1, 3).tolist() == values[places].tolist()
        assert size(found) == len(places)


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 5))
def test_chosen_places_are_different_ones_in_order_and_the_same_for_a_seed(n, most, seed):
    found = chosen(n, most, seed).tolist()
    assert found == sorted(set(found)) == chosen(n, most, seed).tolist()
    assert len(found) == min(n, most)
    assert set(found) <= set(range(n))


def test_another_seed_chooses_other_rows():
    assert chosen(1000, 20, 0).tolist() != chosen(1000, 20, 1).tolist()


@pytest.mark.parametrize(
    ("target", "shape"),
    [
        ([1, 2], (2,)),
        (np.ones((2, 1)), (2,)),
        (pd.DataFrame({"y": [1, 2]}), (2,)),
        (pd.Series([1, 2]), (2,)),
        (np.ones((2, 2)), (2, 2)),
    ],
    ids=str,
)
def test_a_target_of_one_column_is_flat(target, shape):
    assert flat(target).shape == shape


@pytest.mark.parametrize("gone", [None, np.nan, pd.NA, pd.NaT])
def test_rows_without_a_target_are_not_labelled(gone):
    part = Part(X=np.zeros((3, 1)), y=pd.Series(["a", gone, "b"], dtype=object), name="X_test")
    assert labelled(part).tolist() == [0, 2]
    assert labelled(replace(part, y=None)).tolist() == []


def test_a_part_of_a_part_keeps_inputs_target_and_raw_rows_together():
    part = Part(
        X=np.arange(4)[:, None],
        y=pd.Series(list("abcd")),
        name="X",
        raw=pd.DataFrame({"r": list("wxyz")}),
    )
    found = part_of(part, np.array([3, 1]))
    assert found.X[:, 0].tolist() == [3, 1]
    assert found.y.tolist() == ["d", "b"]
    assert found.raw["r"].tolist() == ["z", "x"]
    assert (found.name, part_of(replace(part, y=None, raw=None), np.array([0])).y) == ("X", None)


@pytest.mark.parametrize(
    ("n", "population", "told"),
    [(5, 5, "5 rows"), (1200, 1200, "1,200 rows"), (200, 12_000, "200 of 12,000 rows (seed 7)")],
)
def test_how_many_rows_were_looked_at_is_said_in_words(n, population, told):
    assert of(n, population, 7) == told


def test_what_was_tested_is_every_held_out_row_with_a_target(build):
    frame = build.frame(300)
    target = build.classes(frame)
    train, (rows, held) = build.cut(frame, target, 200)
    held = held.astype(float).mask(np.arange(100) % 10 == 0)
    found = build.subject(LogisticRegression().fit(*train), train, (rows, held))
    assert size(found.tested.X) == len(found.truth) == 90
    assert found.tested_told == "90 rows, 10 more have no target"
    assert found.truth.tolist() == held.dropna().tolist()
    assert found.outputs.labels.tolist() == found.candidate.model.predict(found.tested.X).tolist()
    assert found.metric.name == "roc_auc"
    assert found.unmeasurable == ""


def test_a_slow_model_is_tested_on_a_sample_that_is_told(clean, monkeypatch):
    monkeypatch.setattr(looked_at, "SECONDS", 0.0)
    slow = replace(clean, seed=5)
    assert size(slow.tested.X) == looked_at.PROBE
    assert slow.tested_told == "200 of 400 rows (seed 5)"
    assert slow.tested.raw.index.tolist() == slow.tested.X.index.tolist()


def test_no_more_cells_are_looked_at_than_a_check_has_time_for(clean, monkeypatch):
    monkeypatch.setattr(looked_at, "CELLS", 40)
    found = clean.sample(clean.candidate.held_out)
    assert found.frame.shape == (10, 4)
    assert str(found) == "10 of 400 rows (seed 0)"
    assert found.places.tolist() == sorted(found.places)
    assert size(clean.sample(clean.candidate.held_out, 3).frame) == 3


def test_a_sample_is_the_raw_rows_where_they_are_known_else_the_inputs(clean):
    part = clean.candidate.held_out
    assert clean.rows(part) is part.raw
    inputs = replace(part, raw=None, X=sparse.csr_matrix(part.X.to_numpy()))
    frame = clean.rows(inputs)
    assert list(frame.columns) == ["0", "1", "2", "3"]
    assert frame.to_numpy() == pytest.approx(part.X.to_numpy())


def test_a_threshold_is_the_team_s_where_it_set_one(clean):
    set_by = replace(clean, settings=Settings(threshold={"MOD-01": 0.1}))
    assert (clean.threshold("MOD-01", 0.5), set_by.threshold("MOD-01", 0.5)) == (0.5, 0.1)
    assert set_by.threshold("MOD-02", 0.5) == 0.5


def test_the_staged_bundle_answers_as_the_model_does(clean):
    rows = clean.sample(clean.candidate.held_out, 20).frame
    answers = clean.answer(rows)
    assert answers["prediction"].tolist() == clean.candidate.model.predict(rows).tolist()


@pytest.mark.parametrize(
    ("model", "target", "kind", "reason"),
    [
        (LogisticRegression(), None, NotAssessed, "there is no target to measure against"),
        (LogisticRegression(), np.nan, NotAssessed, "no row of X_test has a target"),
        (KMeans(2, random_state=0), None, NotAssessed, "there is no target to measure against"),
        (IsolationForest(random_state=0), None, NotApplicable, "an outlier detector has no target to be measured against"),
    ],
    ids=["no target", "empty target", "a clustering", "an outlier detector"],
)  # fmt: skip
def test_why_nothing_can_be_measured_is_said(build, model, target, kind, reason):
    frame = build.frame(80)
    train = (frame[:60], build.classes(frame)[:60])
    held = (frame[60:], None if target is None else pd.Series([target] * 20))
    found = build.subject(model.fit(*train), train, held)
    assert found.unmeasurable == reason
    answer = found.without_target("major")
    assert isinstance(answer, kind)
    assert answer.reason == reason
    assert getattr(answer, "severity", "major") == "major"
