"""`o16n score --explain` says for each answered row which three columns moved it most, in which unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from o16n.cli import main
from o16n.scoring import golden
from tests.scoring.bundles import bundle_of

RNG = np.random.default_rng(0)
FRAME = pd.DataFrame(RNG.normal(size=(200, 4)), columns=list("abcd"))
MODEL = LogisticRegression().fit(FRAME, (FRAME["a"] - 2 * FRAME["b"] > 0).astype(int))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return bundle_of(tmp_path_factory.mktemp("reasons"), MODEL, FRAME)


def lines(place, rows, tmp_path):
    data, out = tmp_path / "rows.csv", tmp_path / "lines.csv"
    rows.to_csv(data, index=False)
    code = main(["score", str(place), str(data), "--explain", "--out", str(out)])
    return code, pd.read_csv(out, keep_default_na=False)


def test_the_reasons_are_coefficient_times_distance_from_the_sample(place, tmp_path):
    code, found = lines(place, FRAME.head(20), tmp_path)
    assert code == 0
    assert list(found.columns[-5:]) == [
        "reason_1",
        "reason_2",
        "reason_3",
        "reason_unit",
        "problem",
    ]
    assert set(found["reason_unit"]) == {"log-odds"}
    sample = golden.synthetic_rows(FRAME, count=8)
    amounts = MODEL.coef_[0] * (FRAME.head(20) - sample.mean())
    for row, line in found.iterrows():
        strongest = amounts.iloc[row].abs().sort_values(ascending=False).index[:3]
        for n, column in enumerate(strongest, 1):
            told = f"{column}={FRAME[column].iloc[row]:.6g} ({amounts[column].iloc[row]:+.3g})"
            assert line[f"reason_{n}"] == told


def test_a_row_has_the_same_reasons_in_whatever_file_it_stands(place, tmp_path):
    _, many = lines(place, FRAME.head(50), tmp_path)
    _, alone = lines(place, FRAME.iloc[[7]], tmp_path)
    assert alone.iloc[0, 1:].tolist() == many.iloc[7, 1:].tolist()


def test_a_row_with_a_problem_keeps_it_and_has_no_reason(place, tmp_path):
    rows = FRAME.head(4).astype("object")
    rows.loc[2, "a"] = "old"
    code, found = lines(place, rows, tmp_path)
    assert code == 1
    assert found["problem"].tolist() == ["", "", "a: old: not a number", ""]
    assert found["reason_1"].ne("").tolist() == [True, True, False, True]
    assert found["reason_unit"].tolist() == ["log-odds", "log-odds", "", "log-odds"]


def test_model_inputs_are_not_explained(place, tmp_path, capfd):
    FRAME.head(2).to_csv(tmp_path / "rows.csv", index=False)
    assert main(["score", str(place), str(tmp_path / "rows.csv"), "--explain", "--inputs"]) == 2
    assert "raw rows are explained" in capfd.readouterr().err
