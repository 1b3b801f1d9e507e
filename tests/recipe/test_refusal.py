"""Why a row gets no model input is one line, by row, with the place in the notebook."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.recipe.program import Site
from o16n.recipe.refusal import LONGEST, RowsOut, Verdict, one_line, refuse_unseen

COLUMN = pd.Series(["a", "new", None, "odd"], index=[9, 8, 7, 6])
UNSEEN = np.array([False, True, False, True])


def test_each_row_with_a_level_that_training_never_had_is_refused_by_its_position():
    with pytest.raises(RowsOut) as out:
        refuse_unseen(COLUMN, UNSEEN, "kind", "refuse")
    assert out.value.reasons == {
        1: "column 'kind' holds 'new', which training never had",
        3: "column 'kind' holds 'odd', which training never had",
    }
    assert str(out.value) == "2 rows"


def test_a_column_without_a_name_is_a_column():
    with pytest.raises(RowsOut) as out:
        refuse_unseen([1, 2], np.array([True, False]), None, "refuse")
    assert out.value.reasons == {0: "a column holds 1, which training never had"}


@pytest.mark.parametrize("policy", ["missing", "as trained"])
def test_a_team_that_takes_new_levels_has_none_refused(policy):
    refuse_unseen(COLUMN, UNSEEN, "kind", policy)


def test_where_every_level_is_known_nothing_is_refused():
    refuse_unseen(COLUMN, np.zeros(4, dtype=bool), "kind", "refuse")


@given(st.text(max_size=400))
def test_a_reason_is_one_line_of_a_length_that_people_read(text):
    line = one_line(text)
    assert len(line) <= LONGEST
    assert len(line.splitlines()) <= 1
    whole = " ".join(text.split())
    assert line == whole or (line.endswith("…") and whole.startswith(line[:-1]))


def test_a_verdict_says_its_place_where_there_is_one():
    assert str(Verdict(reason="age is missing")) == "age is missing"
    placed = Verdict(reason="age is missing", site=Site(cell=3, line=2))
    assert str(placed) == f"{Site(cell=3, line=2)}: age is missing"
    assert "cell 3" in str(placed)
