"""Dependence, the strongest pair, groups and reference of explained rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from o16n.explain.drivers import drivers_of
from o16n.explain.pictures import dependence_of, groups_of, interaction_of, reference_of
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


def test_bins_hold_as_many_rows_each_so_that_a_far_value_takes_no_room(rows):
    age, kind = dependence_of(*rows, ("y",))
    assert (age.column, age.kind, age.output) == ("age", "number", "y")
    *bins, gaps = age.bins
    assert gaps.name == "missing"
    assert gaps.n == 30
    assert max(one.n for one in bins) - min(one.n for one in bins) <= 2
    assert bins[0].mean < 0 < bins[-1].mean
    assert all(one.least <= one.mean <= one.most for one in bins)
    assert [one.high for one in bins[:-1]] == [one.low for one in bins[1:]]
    assert [one.name for one in kind.bins] == ["a", "b"]
    assert kind.bins[0].mean == pytest.approx(0.5)


def test_a_level_of_few_rows_is_not_shown(rows):
    frame, amounts = rows
    rare = frame.assign(kind=np.where(np.arange(600) < 4, "four rows", frame["kind"]))
    kind = dependence_of(rare, amounts, ("y",))[1]
    assert "four rows" not in [one.name for one in kind.bins]


def test_columns_that_add_nothing_are_not_drawn(rows):
    assert "flat" not in [one.column for one in dependence_of(*rows, ("y",))]


def test_of_several_outputs_the_one_that_moves_most_is_drawn(rows):
    frame, amounts = rows
    both = np.concatenate([amounts * 0.1, amounts], axis=2)
    assert {one.output for one in dependence_of(frame, both, ("no", "yes"))} == {"yes"}
    assert interaction_of(frame, both) is None


def test_the_pair_whose_contributions_depend_on_each_other_is_found(rows):
    found = interaction_of(*rows)
    assert found.columns == ("age", "kind")
    assert found.share > 0.3
    assert {cell[1] for cell in found.cells} >= {"a", "b"}
    assert min(cell[2] for cell in found.cells) >= 5


def test_columns_that_only_add_are_no_pair(rows):
    frame, _ = rows
    age = frame["age"].fillna(40).clip(upper=80).to_numpy()
    sign = np.where(frame["kind"] == "a", 1.0, -1.0)
    amounts = np.stack([np.round((age - 40) / 100), sign, age * 0], axis=1)[:, :, None]
    found = interaction_of(frame, amounts)
    assert found is None or found.share < 0.1


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


def test_the_reference_is_where_contributions_lie(rows):
    frame, amounts = rows
    found = reference_of(frame, amounts, drivers_of(frame, amounts, 600))
    assert [one.column for one in found] == ["age", "kind", "flat"]
    assert found[1].quantiles == (-0.5, -0.5, pytest.approx(found[1].quantiles[2]), 0.5, 0.5)
    assert found[1].mean == pytest.approx(amounts[:, 1, 0].mean())
