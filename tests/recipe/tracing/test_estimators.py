"""A predictor's fit is answered, a transformer's knowledge is frozen as it was at each call."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from o16n.recipe.tracing.replies import Replies, Reply
from tests.recipe.tracing.traced import frame, last, traced, value_of

if TYPE_CHECKING:
    from pathlib import Path


def test_fit_transform_is_written_down_as_transform(tmp_path: Path) -> None:
    run = traced(tmp_path, "Z = StandardScaler().fit_transform(df[['k']])")
    operation = last(run)
    assert operation.arguments[1] == "transform"
    assert operation.arguments[0].mean_[0] == pytest.approx(frame()["k"].mean())


def test_an_encoder_that_is_fitted_again_is_frozen_for_each_use(tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        "le = LabelEncoder()\na = le.fit_transform(df['g'])\nb = le.fit_transform(df['k'])",
    )
    used = [one.arguments[0] for one in run.recorder.program if one.function == "method"]
    assert [list(one.classes_) for one in used] == [["x", "y", "z"], [0, 1, 2, 3]]


def test_an_estimator_used_twice_is_one_object(tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        "s = StandardScaler().fit(df[['k']])\na = s.transform(df[['k']])\nb = s.transform(df[['k']])",
    )
    used = [one.arguments[0] for one in run.recorder.program if one.function == "method"]
    assert used[0] is used[1]


def test_what_the_record_learned_answers_a_fit(tmp_path: Path) -> None:
    rows = frame()
    state = LogisticRegression().fit(rows[["k"]], rows["y"])
    state.coef_ = np.array([[123.0]])
    reply = Reply(kind="fit", name="LogisticRegression", cell=2, line=1, data=pickle.dumps(state))
    run = traced(
        tmp_path,
        "m = LogisticRegression().fit(df[['k']], df['y'])",
        replies=Replies(all_of=[reply]),
    )
    assert run.names["m"].coef_[0, 0] == 123.0


def test_without_an_answer_the_fit_is_done(tmp_path: Path) -> None:
    run = traced(tmp_path, "m = LogisticRegression().fit(df[['k']], df['y'])")
    assert run.names["m"].coef_.shape == (1, 1)


def test_an_answer_of_another_class_is_none(tmp_path: Path) -> None:
    reply = Reply(kind="fit", name="LogisticRegression", cell=2, line=1, data=pickle.dumps(frame()))
    run = traced(
        tmp_path,
        "m = LogisticRegression().fit(df[['k']], df['y'])",
        replies=Replies(all_of=[reply]),
    )
    assert hasattr(run.names["m"], "coef_")


def test_each_matrix_that_a_predictor_is_given_is_noted(tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        "X = df[['k']]\nm = LogisticRegression().fit(X, df['y'])\nm.predict(X)\nm.predict_proba(X[:5])\nm.score(X, df['y'])",
    )
    assert [(one.method, len(one.rows)) for one in run.recorder.uses] == [
        ("fit", 40), ("predict", 40), ("predict_proba", 5), ("score", 40),
    ]  # fmt: skip


def test_the_matrix_is_noted_as_it_was_then(tmp_path: Path) -> None:
    run = traced(
        tmp_path, "X = df[['k']].copy()\nm = LogisticRegression().fit(X, df['y'])\nX['k'] = 0"
    )
    assert run.recorder.uses[0].snapshot["k"].sum() > 0


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("cross_val_score(LogisticRegression(), df[['k']], df['y'], cv=3)", "ndarray"),
        ("cross_validate(LogisticRegression(), df[['k']], df['y'])", "dict"),
        ("cross_val_predict(LogisticRegression(), df[['k']], df['y'])", "Series"),
    ],
)
def test_cross_validation_costs_nothing_and_notes_its_matrix(
    call: str, kind: str, tmp_path: Path
) -> None:
    run = traced(
        tmp_path,
        "from sklearn.model_selection import cross_val_score, cross_validate, cross_val_predict",
        f"out = {call}",
    )
    assert type(run.names["out"]).__name__ == kind
    assert run.recorder.uses[0].method == "cross-validate"
    assert not hasattr(run.recorder.uses[0].model, "coef_")


def test_rows_that_resampling_made_up_have_no_identity(tmp_path: Path) -> None:
    sampler = (
        "class Sampler:\n"
        "    def fit(self, X, y): return self\n"
        "    def fit_resample(self, X, y):\n"
        "        more = X.iloc[:3] * 2\n"
        "        return pd.concat([X, more], ignore_index=True), pd.concat([y, y.iloc[:3]], ignore_index=True)\n"
    )
    path = tmp_path / "sampler.py"
    path.write_text("import pandas as pd\n" + sampler)
    run = traced(
        tmp_path,
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from sampler import Sampler",
        "X, y = Sampler().fit_resample(df[['k']], df['y'])",
    )
    entry = run.recorder.known.find(run.names["X"])
    assert entry is not None
    assert entry.rows.tolist() == [*range(40), -1, -1, -1]
    assert "resampled" in run.recorder.notes[0].text


def test_what_has_no_transform_is_marked_as_unknown(tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        "from sklearn.manifold import TSNE",
        "Z = TSNE(perplexity=5, max_iter=250, random_state=0).fit_transform(df[['k', 'y']])",
    )
    assert last(run).function == "?sklearn.manifold._t_sne.TSNE.fit_transform"


def test_the_notebooks_own_estimators_are_left_as_they_are(tmp_path: Path) -> None:
    model = LogisticRegression()
    assert clone(model).get_params() == model.get_params()
    run = traced(tmp_path, "s = StandardScaler()\nZ = s.fit_transform(df[['k']])")
    assert run.names["s"] is not last(run).arguments[0]
    assert value_of(run).mean() == pytest.approx(0)
