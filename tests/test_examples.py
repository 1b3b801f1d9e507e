"""The whole way, on the three real notebooks."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from o16n.errors import RowsRefused, TrustRequired
from o16n.grammar import Face
from o16n.scoring.scorer import load_scorer
from o16n.verbs import package, score

ROOT = Path(__file__).parents[1]
FACE = Face(say=lambda _: None)


def _ran(packaged):
    """Run the notebook as it is, independently of o16n; return its names."""
    source = json.loads((packaged.bundle / "evidence/notebook/source.ipynb").read_text())
    names: dict = {}
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
    return names


def _notebooks_own(packaged, frame, target):
    """Return the notebook's own model, trained once more, and every raw row."""
    names = _ran(packaged)
    return names.get("final_model", names.get("search")), frame.drop(columns=target)


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


@pytest.mark.filterwarnings("ignore")
def test_every_raw_penguin_scores_as_in_the_notebook_in_bulk_and_alone(penguins, tmp_path):
    data = penguins.bundle.parents[1] / "data" / "penguins.csv"
    raw = pd.read_csv(data)
    bulk = score.run(score.Options(bundle=penguins.bundle, data=data), FACE).lines
    names = _ran(penguins)
    own = names["rf"].predict_proba(names["sc"].transform(names["X"]))
    assert np.array_equal(bulk["prediction"].to_numpy(), own.argmax(axis=1))
    assert np.abs(bulk[["p_0", "p_1", "p_2"]].to_numpy() - own).max() <= 1e-12
    scorer = load_scorer(penguins.bundle)
    needed = [str(one.name) for one in scorer.schema.columns]
    assert {"species", "year"}.isdisjoint(needed)
    for place in range(len(raw)):
        alone = scorer.score(pd.DataFrame([raw.iloc[place][needed].to_dict()]))
        assert alone["p_0"].iloc[0] == bulk["p_0"].iloc[place]


def test_a_column_that_needs_all_rows_is_refused_with_its_line(ranked):
    data = ranked.bundle.parents[1] / "data" / "penguins.csv"
    with pytest.raises(RowsRefused, match=r"cell 6 line 1: `rank` takes values from other rows"):
        score.run(score.Options(bundle=ranked.bundle, data=data), FACE)
    assert {one["code"] for one in ranked.content.blocking} == {"REC-01"}


def test_the_examples_are_ready_and_what_needs_all_rows_is_not(credit, diabetes, penguins, ranked):
    found = [one.verdict for one in (credit, diabetes, penguins, ranked)]
    assert found == ["ready", "ready", "ready", "not ready"]


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


def test_a_function_of_the_notebook_in_a_recipe_runs_here_and_elsewhere_only_when_accepted(
    tmp_path, monkeypatch
):
    shutil.copytree(ROOT / "notebooks" / "data", tmp_path / "data")
    line = "df['bill_ratio'] ="
    source = (ROOT / "notebooks" / "penguins.ipynb").read_text()
    own = "df['long'] = df['bill_length_mm'].apply(lambda v: 1 if v > seed else 0)"
    (tmp_path / "own.ipynb").write_text(source.replace(line, f"{own}; {line}"))
    packaged = package.run(package.Options(notebook=tmp_path / "own.ipynb"), FACE)
    assert packaged.verdict == "ready"
    options = score.Options(bundle=packaged.bundle, data=tmp_path / "data" / "penguins.csv")
    assert score.run(options, FACE).answered == 344
    assert "v > seed" in (packaged.bundle / "model/code/recipe_code.py").read_text()
    monkeypatch.setenv("O16N_TRUST", str(tmp_path / "nobody"))
    with pytest.raises(TrustRequired, match=r"model/code/recipe_code\.py: .*accepted"):
        score.run(options, FACE)
