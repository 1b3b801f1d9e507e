"""The nearest change is the smallest there is, within seen values, and flips what is served."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.explain.effects.nearest_change import nearest_change
from tests.explain.effects.scenes import scene

SAID = ("no", "yes")


def frame(rows=200):
    return pd.DataFrame(
        {
            "age": np.arange(rows) * 1.0,
            "amount": (np.arange(rows) * 7 % rows) * 1.0,
            "housing": ["own", "rent"] * (rows // 2),
        }
    )


def found(answer, row, **told):
    return nearest_change(scene(answer, frame(), classes=SAID, drivers=(0, 1, 2), **told), row)


def test_the_first_seen_value_beyond_the_border_is_found():
    one = found(lambda rows: (rows["age"] >= 120).astype(float), 50)
    assert (one.said, one.would_say) == ("no", "yes")
    assert [(move.column, move.value, move.instead) for move in one.moves] == [("age", "50", "120")]
    assert (one.before, one.after) == (0.0, 1.0)
    assert one.distance == pytest.approx(70 / 200)


def test_of_two_ways_the_shorter_one_is_told():
    answer = lambda rows: ((rows["age"] >= 190) | (rows["housing"] == "rent")).astype(float)  # noqa: E731
    far = found(answer, 0)
    assert [move.column for move in far.moves] == ["housing"]
    assert far.distance == 0.5
    near = found(answer, 180)
    assert [(move.column, move.instead) for move in near.moves] == [("age", "190")]


def test_where_one_column_does_not_do_two_are_tried():
    answer = lambda rows: ((rows["age"] > 150) & (rows["housing"] == "rent")).astype(float)  # noqa: E731
    one = found(answer, 20)
    assert sorted(move.column for move in one.moves) == ["age", "housing"]
    assert one.would_say == "yes"
    assert one.after == 1.0


def test_where_nothing_does_it_says_how_much_was_tried():
    one = found(lambda rows: np.zeros(len(rows)), 3)
    assert one.moves == ()
    assert (one.would_say, one.after, one.distance) == ("", None, None)
    assert one.tried > 100
    assert (one.columns, one.population) == (3, 200)


def test_a_fixed_column_is_never_changed():
    answer = lambda rows: (rows["age"] >= 120).astype(float)  # noqa: E731
    assert found(answer, 50, fixed=(0,)).moves == ()


def test_a_row_made_so_is_asked_of_the_scorer_and_one_that_is_refused_is_no_change():
    refuses = lambda rows: np.where(rows["age"] > 100, np.nan, (rows["amount"] > 150) * 1.0)  # noqa: E731
    one = found(refuses, 10)
    assert [move.column for move in one.moves] == ["amount"]


def test_a_missing_value_can_be_the_way_and_counts_as_a_level():
    gone = frame()
    gone.loc[7, "amount"] = np.nan
    answer = lambda rows: rows["amount"].isna().astype(float)  # noqa: E731
    one = nearest_change(scene(answer, gone, classes=SAID, drivers=(0, 1, 2)), 20)
    assert [(move.column, move.instead) for move in one.moves] == [("amount", "missing")]
    assert one.distance == 0.5
    back = nearest_change(scene(answer, gone, classes=SAID, drivers=(0, 1, 2)), 7)
    assert back.moves[0].value == "missing"


def test_the_change_is_as_short_as_an_exhaustive_search_finds():
    rng = np.random.default_rng(3)
    rows = pd.DataFrame(rng.normal(size=(300, 3)), columns=list("abc"))
    answer = lambda asked: (asked["a"] + 0.4 * asked["b"] > 0.8).astype(float)  # noqa: E731
    one = scene(answer, rows, classes=SAID, drivers=(0, 1, 2))
    for row in (0, 5, 9):
        nearest = nearest_change(one, row)
        own, best = answer(rows.iloc[[row]]).iloc[0], np.inf
        for column in rows:
            ranks = rows[column].rank(method="average") / len(rows)
            tried = pd.concat([rows.iloc[[row]]] * len(rows), ignore_index=True)
            tried[column] = rows[column].to_numpy()
            flips = answer(tried).to_numpy() != own
            if flips.any():
                best = min(best, np.abs(ranks - ranks.iloc[row]).to_numpy()[flips].min())
        assert nearest.distance == pytest.approx(best, abs=0.02)


def test_a_regression_decides_nothing():
    with pytest.raises(ValueError, match="decides nothing"):
        nearest_change(scene(lambda rows: rows["age"], frame(), drivers=(0,)), 0)
