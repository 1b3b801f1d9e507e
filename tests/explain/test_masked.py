"""What was declared sensitive is masked in the rows that an explanation shows, and nowhere else touched."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sklearn.linear_model import LogisticRegression

from o16n.explain.explain import explain
from o16n.explain.masked import MASKED, is_sensitive, masked
from tests.explain.conftest import candidate_of


@pytest.fixture(scope="module")
def found(numbers):
    train, score, test, more = numbers
    model = LogisticRegression(max_iter=900).fit(train, score > 0)
    told = explain(candidate_of(model, train, score > 0, test, more > 0))
    assert len(told.cases) > 2
    return told


def values(explanation, column):
    cells = [cell for case in explanation.cases for cell in case.contributions]
    return {cell.value for cell in cells if cell.column == column}


def test_no_value_of_a_sensitive_column_is_left_and_all_others_are(found):
    hidden = masked(found, ("age",), "target")
    assert values(hidden, "age") == {MASKED}
    for other in ("amount", "months"):
        assert values(hidden, other) == values(found, other) != {MASKED}
    assert hidden.drivers == found.drivers
    amounts = [[c.amount for c in case.contributions] for case in hidden.cases]
    assert amounts == [[c.amount for c in case.contributions] for case in found.cases]
    assert {case.actual for case in hidden.cases} == {case.actual for case in found.cases}


def test_a_sensitive_target_is_masked_as_the_truth_and_not_as_the_answer(found):
    hidden = masked(found, ("target",), "target")
    assert {case.actual for case in hidden.cases} == {MASKED}
    assert [case.said for case in hidden.cases] == [case.said for case in found.cases]
    unknown = replace(found, cases=tuple(replace(case, actual="") for case in found.cases))
    assert {case.actual for case in masked(unknown, ("target",), "target").cases} == {""}


def test_without_a_declared_column_the_explanation_is_as_it_was(found):
    assert masked(found, (), "target") == found
    assert masked(found, ("sex",), None) == found


@pytest.mark.parametrize(
    ("column", "is_one"),
    [("sex", True), ("sex_female", True), ("sexy", False), ("the_sex", False), ("Sex", False)],
)
def test_an_encoded_column_is_as_sensitive_as_its_own(column, is_one):
    assert is_sensitive(column, ("age", "sex")) is is_one
