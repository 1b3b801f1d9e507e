"""DAT-01: rows that break their own contract, and columns that say nothing, are found and counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeClassifier

from o16n.readiness.check import Failed, Passed
from o16n.readiness.checks import dat_01_contract as dat_01
from o16n.settings import Settings


def remarks(outcome):
    return {row[0]: row[1:] for table in outcome.evidence.tables for row in table.rows}


def test_rows_that_meet_their_schema_pass_and_are_counted(clean):
    outcome = dat_01.check(clean)
    assert isinstance(outcome, Passed)
    assert outcome.evidence.n == 1200
    assert outcome.evidence.value == 0


@pytest.mark.parametrize(("levels", "severity"), [(2, "minor"), (40, "major")])
def test_test_rows_with_levels_nobody_has_seen_are_counted_and_named(build, levels, severity):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"town": rng.choice(["a", "b"], 400)})
    target = (frame["town"] == "a").astype(int) ^ (rng.random(400) < 0.2)
    frame.loc[300 : 300 + levels - 1, "town"] = "elsewhere"
    train, test = build.cut(frame, target.astype(int), 300)
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression())
    outcome = dat_01.check(build.subject(model.fit(*train), train, test))
    assert isinstance(outcome, Failed)
    assert outcome.severity == severity
    assert outcome.evidence.value == pytest.approx(levels / 400)
    first = outcome.evidence.tables[0].rows[0]
    assert first[:2] == ("test", "300")
    assert "town: elsewhere" in first[2]


def test_missing_values_that_gather_in_the_test_part_are_major(build):
    frame = build.frame(1200)
    target = build.classes(frame)
    frame.loc[:79, "c2"] = np.nan  # 10 % of train
    frame.loc[800:919, "c2"] = np.nan  # 30 % of test
    train, test = build.cut(frame, target, 800)
    model = DecisionTreeClassifier(max_depth=3).fit(*train)
    outcome = dat_01.check(build.subject(model, train, test))
    assert isinstance(outcome, Failed)
    assert outcome.severity == "major"
    assert remarks(outcome) == {"c2": ("missing in 10.0% of train and 30.0% of test", "major")}


def test_a_difference_that_chance_explains_is_none(build):
    frame = build.frame(1200)
    target = build.classes(frame)
    frame.loc[::11, "c2"] = np.nan
    train, test = build.cut(frame, target, 1185)  # 15 test rows: 1 of them is missing, or 2
    model = DecisionTreeClassifier(max_depth=3).fit(*train)
    assert isinstance(dat_01.check(build.subject(model, train, test)), Passed)


ODD = {
    "constant": (lambda n: np.full(n, 7), "is always 7", "minor"),
    "customer": (np.arange, "looks like an identifier of the row", "minor"),
    "shuffled number": (
        lambda n: np.random.default_rng(0).permutation(n) + 1000,
        "looks like an identifier of the row",
        "minor",
    ),
    "empty": (lambda n: np.full(n, np.nan), "has no value in training", "major"),
}


@pytest.mark.parametrize(("values", "said", "severity"), ODD.values(), ids=ODD)
def test_a_column_that_says_nothing_is_named(build, values, said, severity):
    frame = build.frame(400)
    target = build.classes(frame)
    frame["odd"] = values(400)
    outcome = dat_01.check(build.split(DecisionTreeClassifier(max_depth=3), frame, target, 300))
    assert isinstance(outcome, Failed)
    assert outcome.severity == severity
    assert remarks(outcome) == {"odd": (said, severity)}
    assert "odd" in outcome.reason


FINE = {
    "an age": lambda n: np.random.default_rng(0).integers(18, 90, n),
    "an amount": lambda n: np.random.default_rng(0).integers(0, 10**7, n),
    "a measure": lambda n: np.random.default_rng(0).normal(size=n),
    "a flag": lambda n: np.random.default_rng(0).random(n) > 0.5,
}


@pytest.mark.parametrize("values", FINE.values(), ids=FINE)
def test_numbers_that_happen_to_differ_are_no_identifiers(build, values):
    frame = build.frame(400)
    target = build.classes(frame)
    frame["fine"] = values(400)
    train, test = build.cut(frame, target, 300)
    model = DecisionTreeClassifier(max_depth=3).fit(*train)
    assert isinstance(dat_01.check(build.subject(model, train, test)), Passed)


def test_texts_that_name_the_row_are_identifiers_and_sentences_are_not(build):
    frame = pd.DataFrame(
        {
            "code": [f"K-{number:05}" for number in range(200)],
            "remark": [f"customer {number} called twice" for number in range(200)],
            "kind": ["a", "b"] * 100,
        }
    )
    found = dat_01._remarks([frame])
    assert found == [("code", "looks like an identifier of the row", "minor")]


def test_a_column_the_schema_asks_for_and_the_rows_lack_breaks_every_row(clean):
    from o16n.bundle.schema import Column

    more = Column(name="region", kind="text", nullable=False)
    schema = replace(clean.schema, columns=(*clean.schema.columns, more))
    outcome = dat_01.check(replace(clean, schema=schema))
    assert isinstance(outcome, Failed)
    assert outcome.evidence.value == 1.0
    assert "region" in outcome.evidence.tables[0].rows[0][2]


def test_the_team_may_allow_more_rows_to_break(build):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"town": rng.choice(["a", "b"], 400)})
    target = (frame["town"] == "a").astype(int)
    frame.loc[300:339, "town"] = "elsewhere"
    train, test = build.cut(frame, target, 300)
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression())
    lax = Settings(threshold={"DAT-01": 0.2})
    outcome = dat_01.check(build.subject(model.fit(*train), train, test, settings=lax))
    assert (outcome.severity, outcome.evidence.threshold) == ("minor", 0.2)
