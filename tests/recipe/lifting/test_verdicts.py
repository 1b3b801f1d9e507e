"""Every fit and prediction of a notebook is told apart: replayed from raw rows, or refused and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from o16n.recipe.lifting.verdicts import verdicts_of
from tests.recipe.tracing.traced import frame, traced

if TYPE_CHECKING:
    from pathlib import Path

    from o16n.recipe.proof import Verdict

CELLS = (
    """df['a'] = df['a'].fillna(df['a'].median())
X = df[['a', 'k']]
y = df['y']""",
    """good = LogisticRegression().fit(X, y)
p = good.predict(X)""",
    """Z = X.assign(before=X['a'].shift(1).fillna(0))
late = LogisticRegression().fit(Z, y)""",
    """from sklearn.ensemble import RandomForestClassifier
other = RandomForestClassifier(n_estimators=3, random_state=0).fit(X, y)""",
)


@pytest.fixture
def verdicts(tmp_path: Path) -> tuple[Verdict, ...]:
    """What is said of a notebook with three models, one of which needs the row before."""
    return _verdicts(tmp_path)


def _verdicts(folder: Path, *, seconds: float = 20.0) -> tuple[Verdict, ...]:
    run = traced(folder, *CELLS)
    numbers = {order: 10 * order for order in range(1, len(CELLS) + 2)}
    return verdicts_of(run.recorder, numbers, seconds=seconds)


def test_every_fit_and_prediction_has_its_place_and_its_rows(
    verdicts: tuple[Verdict, ...],
) -> None:
    told = [(one.model, one.method, one.cell, one.line) for one in verdicts]
    assert told == [
        ("LogisticRegression", "fit", 30, 1),
        ("LogisticRegression", "predict", 30, 2),
        ("LogisticRegression", "fit", 40, 2),
        ("RandomForestClassifier", "fit", 50, 2),
    ]
    assert {one.rows for one in verdicts} == {len(frame())}


def test_what_follows_each_row_by_itself_is_replayed_and_what_needs_the_row_before_is_refused(
    verdicts: tuple[Verdict, ...],
) -> None:
    assert [one.state for one in verdicts] == ["replayed", "replayed", "refused", "replayed"]
    assert "`shift` takes values from other rows" in verdicts[2].reason
    assert not any(one.reason for one in verdicts if one.state == "replayed")


def test_what_time_does_not_allow_is_said_to_be_untried(tmp_path: Path) -> None:
    found = _verdicts(tmp_path, seconds=-1)
    assert {one.state for one in found} == {"untried"}
    assert {one.reason for one in found} == {"time did not allow it"}
