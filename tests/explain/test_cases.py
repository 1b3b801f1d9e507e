"""The rows worth looking at, and how their values read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from o16n.explain import cases
from o16n.explain.cases import Answers, picks_of, told
from o16n.explain.question import Attributed

FRAME = pd.DataFrame({"a": [1.0, 2.0, 3.0, np.nan], "b": ["u", "v", "w" * 200, None]})


def attributed(output, unit="probability"):
    output = np.asarray(output, dtype="float64")
    output = output if output.ndim == 2 else output[:, None]
    amounts = np.stack([output * 0.25, output * 0.75], axis=1)
    return Attributed(
        amounts=amounts, base=np.zeros(output.shape[1]), output=output, unit=unit, background=""
    )


def cases_of(frame, attributed, answers, outputs):
    picked = picks_of(attributed.output, attributed.unit, answers)
    places = np.array(list(picked))
    chosen = replace(
        attributed, amounts=attributed.amounts[places], output=attributed.output[places]
    )
    kinds = tuple(", ".join(one) for one in picked.values())
    return cases.cases_of(frame.iloc[places], chosen, kinds, answers.take(places), outputs)


def answers(labels, truth, classes):
    return Answers(
        names=("r0", "r1", "r2", "r3"),
        labels=np.asarray(labels),
        truth=None if truth is None else np.asarray(truth),
        classes=classes,
    )


def test_of_two_classes_the_strongest_the_borderline_and_the_wrong_rows_are_shown():
    said = answers(["yes", "no", "yes", "no"], ["yes", "yes", "no", "no"], ("no", "yes"))
    found = {
        one.kind: one for one in cases_of(FRAME, attributed([0.9, 0.3, 0.52, 0.1]), said, ("yes",))
    }
    assert {kind: one.row for kind, one in found.items()} == {
        "strongest yes": "r0",
        "strongest no": "r3",
        "borderline, typical": "r2",
        "wrong": "r1",
    }
    assert (found["wrong"].said, found["wrong"].actual) == ("no", "yes")


def test_log_odds_are_borderline_at_zero():
    said = answers(["no"] * 4, None, ("no", "yes"))
    found = cases_of(FRAME, attributed([-3.0, -0.2, 0.6, 2.0], "log-odds"), said, ("yes",))
    assert next(one.row for one in found if "borderline" in one.kind) == "r1"
    assert not any("wrong" in one.kind for one in found)


def test_of_three_classes_the_surest_of_each_is_broken_down_for_its_own_class():
    output = [[0.7, 0.2, 0.1], [0.4, 0.35, 0.25], [0.1, 0.8, 0.1], [0.6, 0.1, 0.3]]
    said = answers(["x", "x", "y", "x"], ["x", "x", "y", "z"], ("x", "y", "z"))
    found = {
        one.kind: one for one in cases_of(FRAME, attributed(output), said, ("k = x", "k = y", "z"))
    }
    assert set(found) == {"surest x", "surest y", "borderline", "wrong"}
    assert found["surest y"].output == "k = y"
    assert found["surest y"].answer == 0.8
    assert found["wrong"].row == "r3"


def test_a_regression_shows_its_extremes_its_middle_and_its_worst_error():
    said = answers([10.0, 20.0, 31.0, 90.0], [10.0, 80.0, 30.0, 91.0], ())
    found = {
        one.kind: one.row
        for one in cases_of(FRAME, attributed(said.labels, "target unit"), said, ("y",))
    }
    assert found == {"highest": "r3", "lowest": "r0", "typical, worst error": "r1"}


def test_contributions_add_up_and_the_many_small_ones_are_one_line():
    wide = pd.DataFrame(np.ones((1, 50)), columns=[f"c{place}" for place in range(50)])
    amounts = np.linspace(1, 2, 50)[None, :, None]
    output = amounts.sum(axis=1)
    given = Attributed(
        amounts=amounts, base=np.zeros(1), output=output, unit="target unit", background=""
    )
    said = Answers(names=("r",), labels=output[:, 0], truth=None, classes=())
    case = cases_of(wide, given, said, ("y",))[0]
    assert len(case.contributions) == 31
    assert case.contributions[-1].column == "20 other columns"
    assert sum(one.amount for one in case.contributions) == pytest.approx(case.answer)


def test_cells_read_as_a_person_would_write_them():
    assert [told(one) for one in (np.nan, None, pd.NA, 0.1 + 0.2, 3, "a b", True)] == [
        "missing",
        "missing",
        "missing",
        "0.3",
        "3",
        "a b",
        "True",
    ]
    assert len(told("w" * 200)) == 80
    assert told([1, 2]) == "[1, 2]"
