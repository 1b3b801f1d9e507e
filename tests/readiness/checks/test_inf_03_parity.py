"""INF-03: a bundle that answers otherwise than the notebook's model is found out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from o16n.readiness.check import Failed, Passed
from o16n.readiness.checks import inf_03_parity as inf_03


def trials(outcome):
    return {row[0]: row[1:] for row in outcome.evidence.tables[0].rows}


def test_the_packaged_model_answers_as_the_notebooks_in_bulk_alone_and_with_columns_reversed(clean):
    outcome = inf_03.check(clean)
    assert isinstance(outcome, Passed)
    assert outcome.evidence.value <= 1e-9
    told = trials(outcome)
    assert {kind: row[0] for kind, row in told.items()} == {
        "in bulk": 200,
        "one by one": 20,
        "columns reversed": 200,
    }
    assert "200 of 400 rows (seed 0)" in outcome.evidence.method


def test_a_bundle_of_another_model_is_a_blocker_with_the_difference(build, clean):
    frame = build.frame(1200)
    other = build.split(LogisticRegression(C=1e-3), frame, build.classes(frame), 800)
    outcome = inf_03.check(replace(clean, bundle=other.bundle))
    assert isinstance(outcome, Failed)
    assert outcome.severity == "blocker"
    rows = clean.sample(clean.candidate.held_out, 200).frame
    by_hand = np.abs(
        clean.candidate.model.predict_proba(rows) - other.candidate.model.predict_proba(rows)
    ).max()
    assert outcome.evidence.value >= by_hand > 1e-3


def test_a_model_fitted_again_after_it_was_packaged_is_found(build):
    frame = build.frame(300)
    target = frame["c0"] + frame["c1"]
    subject = build.split(LinearRegression(), frame, target, 200)
    assert isinstance(inf_03.check(subject), Passed)
    subject.candidate.model.coef_ = subject.candidate.model.coef_ * (1 + 1e-6)
    assert isinstance(inf_03.check(subject), Failed)


def test_rows_that_the_schema_refuses_are_counted_and_not_taken_for_a_difference(build):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"town": rng.choice(["a", "b"], 300)})
    target = pd.Series(rng.integers(0, 2, 300))
    frame.loc[200:204, "town"] = "elsewhere"
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression())
    outcome = inf_03.check(build.split(model, frame, target, 200))
    assert isinstance(outcome, Passed)
    assert outcome.evidence.n == 95
    assert trials(outcome)["in bulk"][1] == 5


def test_a_bundle_that_refuses_every_row_fails(build):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"town": np.where(np.arange(300) < 200, rng.choice(["a", "b"], 300), "c")})
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression())
    outcome = inf_03.check(build.split(model, frame, pd.Series(rng.integers(0, 2, 300)), 200))
    assert isinstance(outcome, Failed)
    assert "refuses every one" in outcome.reason


def test_a_bundle_that_cannot_be_loaded_fails_with_its_reason(clean):
    (clean.bundle / "model" / "model.skops").write_bytes(b"")
    outcome = inf_03.check(clean)
    assert isinstance(outcome, Failed)
    assert "cannot answer" in outcome.reason


def test_sparse_matrices_and_lists_of_text_are_compared_too(build):
    frame = build.frame(200)
    matrix = sparse.csr_matrix(frame.to_numpy())
    outcome = inf_03.check(build.split(LogisticRegression(), matrix, build.classes(frame), 150))
    assert isinstance(outcome, Passed)
    assert "columns reversed" not in trials(outcome)
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(["good", "bad", "fine"], 4)) for _ in range(200)]
    model = make_pipeline(CountVectorizer(), LogisticRegression())
    target = np.array(["good" in text for text in texts])
    assert isinstance(inf_03.check(build.split(model, texts, target, 150)), Passed)
