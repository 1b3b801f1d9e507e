"""Drivers within groups of explained rows, and where their contributions lie."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.explain.drivers import drivers_of
from o16n.explain.groups import groups_of, reference_of
from o16n.explain.question import Attributed


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age": rng.normal(40, 10, 600),
            "kind": rng.choice(["a", "b", "c"], 600, p=[0.5, 0.49, 0.01]),
            "flat": rng.normal(size=600),
        }
    )
    frame.loc[0, "age"] = 1e6
    frame.loc[1:30, "age"] = np.nan
    age = frame["age"].fillna(40).clip(upper=80).to_numpy()
    sign = np.where(frame["kind"] == "a", 1.0, -1.0)
    amounts = np.stack([(age - 40) / 10 * (1 + sign), sign * 0.5, np.zeros(600)], axis=1)
    return frame, amounts[:, :, None]


def test_groups_tell_their_own_strongest_columns_with_n(rows):
    frame, amounts = rows
    output = amounts.sum(axis=1)
    given = Attributed(
        amounts=amounts, base=np.zeros(1), output=output, unit="target unit", background=""
    )
    found = groups_of(frame, given)
    assert [(one.column, one.level) for one in found] == [("kind", "a"), ("kind", "b")]
    assert found[0].drivers[0][0] == "age"
    assert found[1].drivers[0][0] == "kind"
    mean = output[(frame["kind"] == "a").to_numpy()].mean()
    assert found[0].answer == pytest.approx(mean)


def test_rows_without_a_value_are_a_group_of_their_own_and_numbers_of_many_values_are_none(rows):
    frame, amounts = rows
    gone = frame.assign(kind=frame["kind"].where(np.arange(600) >= 50))
    given = Attributed(
        amounts=amounts,
        base=np.zeros(1),
        output=amounts.sum(axis=1),
        unit="log-odds",
        background="",
    )
    found = groups_of(gone, given)
    assert {one.column for one in found} == {"kind"}
    assert [one.level for one in found] == ["a", "b", "missing"]
    assert found[2].n == 50
    assert sum(one.n for one in found) > 590, "only what 20 rows do not share is left out"


def test_the_reference_is_where_contributions_lie(rows):
    frame, amounts = rows
    found = reference_of(frame, amounts, drivers_of(frame, amounts, 600))
    assert [one.column for one in found] == ["age", "kind", "flat"]
    assert found[1].quantiles == (-0.5, -0.5, pytest.approx(found[1].quantiles[2]), 0.5, 0.5)
    assert found[1].mean == pytest.approx(amounts[:, 1, 0].mean())
