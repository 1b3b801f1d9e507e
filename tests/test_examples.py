"""The whole way, on the three real notebooks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from o16n.bundle.verify import verify
from o16n.errors import RowsRefused
from o16n.grammar import Face
from o16n.verbs import package, score

FACE = Face(say=lambda _: None)


def _notebooks_own(packaged, frame, target):
    """Train as the notebook does, independently of o16n, and predict every raw row."""
    source = json.loads((packaged.bundle / "evidence/notebook/source.ipynb").read_text())
    names: dict = {}
    import os

    import matplotlib as mpl

    mpl.use("Agg")
    before = Path.cwd()
    os.chdir(packaged.bundle.parents[1])
    try:
        for cell in source["cells"]:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), names)
    finally:
        os.chdir(before)
        names["plt"].close("all") if "plt" in names else None
    model = names.get("final_model", names.get("search"))
    return model, frame.drop(columns=target)


@pytest.mark.filterwarnings("ignore")
def test_every_raw_row_of_credit_scores_as_in_the_notebook(credit, tmp_path):
    data = credit.bundle.parents[1] / "data" / "german.csv"
    scored = score.run(
        score.Options(bundle=credit.bundle, data=data, out=tmp_path / "out.csv"), FACE
    )
    model, rows = _notebooks_own(credit, pd.read_csv(data), "risk")
    assert len(scored.lines) == 1000
    assert scored.answered == 1000
    assert (scored.lines["prediction"].to_numpy() == model.predict(rows)).all()
    assert np.abs(scored.lines["p_1"].to_numpy() - model.predict_proba(rows)[:, 1]).max() <= 1e-12
    assert len(pd.read_csv(tmp_path / "out.csv")) == 1000


@pytest.mark.filterwarnings("ignore")
def test_every_raw_row_of_diabetes_scores_as_in_the_notebook(diabetes, tmp_path):
    from sklearn.datasets import load_diabetes

    frame = load_diabetes(as_frame=True).frame
    frame.to_csv(tmp_path / "raw.csv", index=False)
    scored = score.run(score.Options(bundle=diabetes.bundle, data=tmp_path / "raw.csv"), FACE)
    model, rows = _notebooks_own(diabetes, frame, "target")
    assert scored.answered == 442
    assert np.abs(scored.lines["prediction"].to_numpy() - model.predict(rows)).max() <= 1e-9


def test_penguins_refuses_raw_rows_naming_the_cells_that_prepare(penguins):
    data = penguins.bundle.parents[1] / "data" / "penguins.csv"
    with pytest.raises(RowsRefused, match=r"cell 5 line 4.*cell 9"):
        score.run(score.Options(bundle=penguins.bundle, data=data), FACE)
    blocking = {one["code"]: one for one in penguins.content.blocking}
    assert set(blocking) == {"REC-01"}
    texts = [row[2] for row in blocking["REC-01"]["outcome"]["evidence"]["tables"][0]["rows"]]
    assert any("get_dummies" in text for text in texts)
    assert any("fit_transform" in text for text in texts)


def test_credit_and_diabetes_are_ready_and_penguins_is_not(credit, diabetes, penguins):
    assert [one.verdict for one in (credit, diabetes, penguins)] == ["ready", "ready", "not ready"]
    for one in (credit, diabetes, penguins):
        assert verify(one.bundle).identity == one.content.identity


def test_two_packagings_of_one_notebook_give_the_same_identity(credit, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    again = package.run(package.Options(notebook=credit.bundle.parents[1] / "credit.ipynb"), FACE)
    assert again.content.identity == credit.content.identity
    assert again.bundle != credit.bundle


def test_the_explanation_adds_up_to_the_models_own_output(credit, diabetes, penguins):
    for one in (credit, diabetes, penguins):
        told = one.content.explanation
        assert told["kind"] == "shap", told["refusal"]
        assert told["additivity"]["holds"]
    assert {d["column"] for d in credit.content.explanation["drivers"]} >= {
        "checking_account",
        "duration",
    }
