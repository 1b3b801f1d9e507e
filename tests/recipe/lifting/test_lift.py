"""The slice holds what leads to the model's input and nothing else; what needs other rows is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from o16n.errors import NotLifted
from o16n.recipe.lifting.lift import called_name, lift
from tests.recipe.tracing.traced import frame, traced

if TYPE_CHECKING:
    from pathlib import Path

    from o16n.recipe.lifting.lift import Lifted

FIT = "m = LogisticRegression().fit(X, y)"


def _lifted(folder: Path, *cells: str, method: str = "fit") -> Lifted:
    run = traced(folder, *cells)
    assert run.failed == []
    return lift(run.recorder, next(one for one in run.recorder.uses if one.method == method))


def _called(lifted: Lifted) -> list[str]:
    return [called_name(one) for one in lifted.operations]


def test_operations_that_lead_elsewhere_are_left_out(tmp_path: Path) -> None:
    lifted = _lifted(
        tmp_path, "df['z'] = df['a'] * 100\nX = df[['k']]\nother = df[['z']] + 1\ny = df['y']", FIT
    )
    assert "add" not in _called(lifted)
    assert _called(lifted)[0] == "source"
    assert _called(lifted)[-1] == "getitem"


def test_a_change_in_place_before_the_use_stays_one_after_it_does_not(tmp_path: Path) -> None:
    lifted = _lifted(
        tmp_path, "df['k'] = df['k'] + 1\nX = df[['k']]\ny = df['y']", FIT, "df['k'] = df['k'] * 7"
    )
    assert "add" in _called(lifted)
    assert "mul" not in _called(lifted)


def test_raw_rows_and_their_positions_are_told(tmp_path: Path) -> None:
    lifted = _lifted(tmp_path, "df = df[df['k'] > 1]\nX = df[['k']]\ny = df['y']", FIT)
    pd.testing.assert_frame_equal(lifted.raw, frame())
    assert lifted.rows.tolist() == np.flatnonzero(frame()["k"] > 1).tolist()


def test_another_table_is_a_frozen_look_up(tmp_path: Path) -> None:
    prices = pd.DataFrame({"k": [0, 1, 2, 3], "price": [5, 6, 7, 8]})
    prices.to_csv(tmp_path / "prices.csv", index=False)
    lifted = _lifted(
        tmp_path,
        f"p = pd.read_csv({str(tmp_path / 'prices.csv')!r})\nd = df.merge(p, on='k', how='left')",
        "X = d[['price']]\ny = d['y']",
        FIT,
    )
    assert _called(lifted).count("source") == 1
    merge = next(one for one in lifted.operations if called_name(one) == "merge")
    tables = [one for one in merge.arguments if isinstance(one, pd.DataFrame)]
    pd.testing.assert_frame_equal(tables[0], prices)


def test_rows_of_two_tables_are_refused(tmp_path: Path) -> None:
    frame(7).to_csv(tmp_path / "more.csv", index=False)
    with pytest.raises(NotLifted, match=r"rows of 2 tables reach LogisticRegression.*more\.csv"):
        _lifted(
            tmp_path,
            f"more = pd.read_csv({str(tmp_path / 'more.csv')!r})\nd = pd.concat([df, more])",
            "X = d[['k']]\ny = d['y']",
            FIT,
        )


@pytest.mark.parametrize(
    "line",
    [
        "df['n'] = df['k'].shift(1).fillna(0)",
        "df['n'] = df['k'].rank()",
        "df['n'] = df['k'].cumsum()",
        "df['n'] = df['k'].ffill()",
        "df['k'] = df['k'].bfill()",
        "df['n'] = df['k'].diff().fillna(0)",
        "df['n'] = df['k'].rolling(2, min_periods=1).sum()",
        "df['n'] = df['k'].expanding().mean()",
        "df['n'] = df['k'].ewm(span=3).mean()",
        "df['n'] = df['k'].interpolate()",
        "df['n'] = df.groupby('g')['k'].shift().fillna(0)",
        "df['n'] = df.groupby('g').cumcount()",
        "df['n'] = (df['k'] + 1).pct_change().fillna(0)",
        "df['n'] = np.argsort(df['k'].values)",
    ],
)
def test_values_of_other_rows_are_refused_with_cell_and_line(line: str, tmp_path: Path) -> None:
    with pytest.raises(NotLifted, match="needs history") as told:
        _lifted(
            tmp_path, f"# one\n{line}",
            "X = df.select_dtypes('number').fillna(0).drop(columns='y')\ny = df['y']", FIT,
        )  # fmt: skip
    assert told.value.where == "cell 2 line 2"
    assert line in told.value.what


def test_values_along_a_row_are_not_refused(tmp_path: Path) -> None:
    lifted = _lifted(tmp_path, "X = df[['k', 'y']].rank(axis=1)\ny = df['y']", FIT)
    assert "rank" in _called(lifted)


def test_a_condition_and_its_opposite_are_a_split(tmp_path: Path) -> None:
    cells = (
        "train = df[df['id'] < 30]\ntest = df[df['id'] >= 30]",
        "X = train[['k']]\ny = train['y']",
        FIT,
        "p = m.predict(test[['k']])",
    )
    lifted = _lifted(tmp_path, *cells)
    assert [one.role for one in lifted.operations if one.role == "filter"] == []
    assert [one.role for one in lifted.operations].count("pass") == 1


def test_a_condition_without_its_opposite_stays_a_filter(tmp_path: Path) -> None:
    cells = (
        "d = df[df['k'] < 3]\ntest = df[df['id'] >= 30]",
        "X = d[['k']]\ny = d['y']",
        FIT,
        "p = m.predict(test[['k']])",
    )
    lifted = _lifted(tmp_path, *cells)
    assert [one.role for one in lifted.operations].count("filter") == 1


def test_a_model_fitted_on_what_nobody_read_is_not_lifted(tmp_path: Path) -> None:
    run = traced(tmp_path, "X = np.ones((4, 1))\nm = LogisticRegression().fit(X, [0, 1, 0, 1])")
    assert run.recorder.uses == []


def test_places_are_those_of_the_statements(tmp_path: Path) -> None:
    lifted = _lifted(tmp_path, "X = df[['k']]\ny = df['y']", FIT)
    assert str(lifted.operations[-1].site) == "cell 2 line 1"
    assert lifted.operations[-1].site.text == "X = df[['k']]"
