"""Few rows become what many become: whatever holds a frame, refuses rows or has no form on columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.recipe.columns.forms import light, plain
from o16n.recipe.program import Code
from o16n.recipe.replay import FEW, apply, play
from tests.recipe.alike import alike
from tests.recipe.columns.rows import both_agree, on_columns, outcome
from tests.recipe.programs import Program

RAW = pd.DataFrame({"a": [1.0, np.nan, 3.0], "k": [1, 2, 1], "g": ["x", "y", "x"]})


def itself(recipe):
    """Return what a run of few rows gives by itself, which is what pandas gives."""
    value = plain(on_columns(recipe, light(RAW), len(RAW))[0])
    assert alike(value, play(recipe, RAW, observe=lambda *_: None).value)
    return value


def test_a_grouping_sees_the_columns_that_its_frame_gets_later():
    p = Program(RAW)
    grouped = p.add("method", p.source, "groupby", "g", role="lazy")
    p.add(
        "setitem", p.source, "n", p.add("mul", p.add("getitem", p.source, "k"), 2), changes=p.source
    )
    part = p.add("rules.group_part", grouped, "x", role="filter", follows=p.source)
    assert itself(p.recipe(p.add("getitem", part, "n"))).tolist() == [2, 2]


def test_a_function_that_changes_its_frame_changes_that_frame():
    p = Program(RAW)
    change = Code(
        kind="def",
        name="change",
        source="def change(rows):\n    rows['k'] = rows['k'] + 10\n    return rows\n",
    )
    made = p.add("call", change, p.source)
    p.add("setitem", p.source, "a", 0.5, changes=p.source)
    both = p.add("pandas.concat", [p.add("getitem", p.source, ["a", "k"]), p.add("method", p.add("getitem", made, ["a"]), "rename", columns={"a": "b"})], axis=1)  # fmt: skip
    assert itself(p.recipe(both))["k"].tolist() == [11, 12, 11]


def test_a_column_that_pandas_changes_and_hands_back_is_one_with_what_it_was():
    p = Program(RAW)
    k = p.add("getitem", p.source, "k")
    more = p.add("iadd", k, 10)
    assert itself(p.recipe(p.add("add", k, 1))).tolist() == [12, 13, 12]
    p.add("set_iloc", more, 0, 5, changes=more)
    assert itself(p.recipe(k)).tolist() == [5, 12, 11]


def test_what_is_changed_after_pandas_was_asked_is_asked_anew():
    p = Program(RAW)
    first = p.add("method", p.add("getitem", p.source, ["a", "k"]), "sum", axis=1)
    p.add("setitem", p.source, "n", first, changes=p.source)
    p.add("setitem", p.source, "k", 0, changes=p.source)
    again = p.add("method", p.add("getitem", p.source, ["n", "k"]), "sum", axis=1)
    assert itself(p.recipe(again)).tolist() == [1.0 + 1, 2.0, 3.0 + 1]


def encoded():
    p = Program(RAW)
    made = p.add("rules.get_dummies", p.source, levels={"g": ["x", "y"]}, columns=["a", "k", "g_x", "g_y"])  # fmt: skip
    return p.recipe(p.add("getitem", made, ["k", "g_x"]))


@pytest.mark.parametrize("policy", ["refuse", "missing", "as trained"])
def test_a_level_that_training_never_had_follows_its_policy(policy):
    frame, told = RAW.assign(g=["x", "new", None]), {"g": policy}
    given = outcome(encoded(), frame, unseen=told)
    assert alike(given, outcome(encoded(), frame, unseen=told, observe=lambda *_: None))
    assert len(given[1]) == (2 if policy == "refuse" else 3)


def test_a_row_that_cannot_be_prepared_is_refused_in_the_same_words():
    p = Program(RAW)
    recipe = p.recipe(p.add("method", p.add("getitem", p.source, "g"), "astype", "float64"))
    kind, text = outcome(recipe, RAW)
    assert (kind, text) == outcome(recipe, RAW, observe=lambda *_: None)
    assert "cell 2 line 2: astype cannot take the rows" in text


def test_wrong_cells_are_told_and_stop_no_other_row():
    given = RAW.assign(k=[1.0, 2.5, 3.0])
    assert both_agree(encoded(), given)
    assert sorted(apply(encoded(), given).verdicts) == [1]


def test_a_filter_takes_rows_out_or_lets_them_through_as_it_is_told():
    p = Program(RAW)
    small = p.add("lt", p.add("getitem", p.source, "k"), 2)
    some = p.add("getitem", p.source, small, role="filter", follows=p.source)
    recipe = p.recipe(p.add("getitem", some, ["k"]))
    for frame in (RAW, RAW.iloc[[0]], RAW.iloc[[1]]):
        assert both_agree(recipe, frame)
        assert alike(
            outcome(recipe, frame, loose=[some.register]),
            outcome(recipe, frame, loose=[some.register], observe=lambda *_: None),
        )


@pytest.mark.parametrize("count", [0, 1, FEW, FEW + 1])
def test_how_many_rows_are_given_makes_no_difference_to_one(count):
    frame = RAW.iloc[np.arange(count) % 3].reset_index(drop=True)
    played = apply(encoded(), frame)
    assert played.rows.tolist() == list(range(count))
    if count:
        assert played.value["k"].tolist() == frame["k"].tolist()
        assert played.value["g_x"].tolist() == (frame["g"] == "x").tolist()


def test_a_number_among_texts_is_refused_alone_as_among_others():
    raw = pd.DataFrame({"o": ["ab", None, "c"]}, dtype="object")
    p = Program(raw)
    texts = p.add("attribute", p.add("getitem", p.source, "o"), "str", role="lazy")
    recipe = p.recipe(p.add("method", texts, "len"))
    frame = pd.DataFrame({"o": ["abc", 7, None, True, "d"]}, dtype="object")
    for rows, places in ((frame, [1, 3]), (frame.iloc[[1]], [0])):
        verdicts = apply(recipe, rows).verdicts
        assert sorted(verdicts) == places
        told = str(verdicts[places[0]])
        assert told == "cell 2 line 2: column 'o' holds 7, which is not text"
    parts = pd.DataFrame({"o": [["a", "b"], ["c"]]})
    assert apply(recipe, parts).value.tolist() == [2, 1]
