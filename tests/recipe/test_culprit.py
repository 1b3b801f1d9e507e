"""The first operation where replay and notebook part is named by place, rows and how far."""

from __future__ import annotations

import numpy as np
import pandas as pd

from o16n.recipe.culprit import alone_or_together, culprit
from o16n.recipe.program import Named
from o16n.recipe.replay import play
from tests.recipe.programs import Program

RAW = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "t": list("xyzx")})


def program():
    p = Program(RAW)
    a = p.add("getitem", p.source, "a")
    doubled = p.add("mul", a, 2)
    return p.recipe(p.add("add", doubled, 1))


def snapshots_of(recipe, **changed):
    seen = {}
    play(recipe, RAW, observe=lambda op, value, rows: seen.__setitem__(op.number, (value, rows)))
    return seen | {
        int(number.removeprefix("at")): (value, np.arange(4)) for number, value in changed.items()
    }


def test_where_all_is_as_it_was_there_is_none():
    recipe = program()
    assert culprit(recipe, snapshots_of(recipe), RAW) is None


def test_the_first_difference_is_named_and_later_ones_are_not():
    recipe = program()
    wrong = pd.Series([2.0, 4.0, 7.0, 8.5])
    found = culprit(recipe, snapshots_of(recipe, at2=wrong, at3=wrong), RAW)
    assert found.number == 2
    assert (found.rows, found.of) == (2, 4)
    assert str(found) == (
        "cell 2 line 2 `line 2 of the notebook`: the replay gives another result than the notebook: "
        "2 of 4 rows differ, the first is 6.0 instead of 7.0, the largest difference is 1"
    )


def test_some_rows_are_compared_with_theirs_among_all():
    recipe = program()
    seen = snapshots_of(recipe)
    assert culprit(recipe, seen, RAW.iloc[[2]], np.array([2])) is None
    assert culprit(recipe, seen, RAW.iloc[[2]], np.array([1])).number == 0


def test_an_operation_that_refuses_is_the_culprit():
    p = Program(RAW)
    recipe = p.recipe(
        p.add("method", p.add("getitem", p.source, "t"), "astype", Named("builtins.float"))
    )
    found = culprit(recipe, {}, RAW)
    assert found.number == 2
    assert "astype cannot take the rows: ValueError" in str(found)


def test_results_without_rows_or_with_other_lengths_are_not_compared():
    recipe = program()
    seen = snapshots_of(recipe) | {1: (3.0, np.arange(0)), 2: (pd.Series([1.0]), np.arange(4))}
    assert culprit(recipe, seen, RAW) is None


def test_what_looks_at_other_rows_is_found_between_a_row_alone_and_among_others():
    p = Program(RAW)
    a = p.add("getitem", p.source, "a")
    shared = p.add("sub", a, p.add("numpy.full_like", a, 1.0))
    scaled = p.add("sklearn.preprocessing.minmax_scale", shared)
    recipe = p.recipe(p.add("mul", scaled, 10))
    found = alone_or_together(recipe, RAW, 2)
    assert found.function == "sklearn.preprocessing.minmax_scale"
    assert alone_or_together(program(), RAW, 2) is None
