"""What may not be packaged is refused before anything is written; a failure leaves nothing behind."""

from __future__ import annotations

import re

import pytest

from o16n import errors
from o16n.notebook.read import from_history
from o16n.staging import documents
from o16n.staging.stage import now, quiet, refuse_secrets, settings_of, stage

CELLS = (
    """
    import numpy as np, pandas as pd
    from sklearn.linear_model import LinearRegression
    rng = np.random.default_rng(0)
    df = pd.DataFrame({"a": rng.normal(size=60), "b": rng.normal(size=60)})
    df["y"] = df.a + df.b
    df.to_csv("rows.csv", index=False)
    """,
    """
    df = pd.read_csv("rows.csv")
    X, y = df[["a", "b"]], df["y"]
    model = LinearRegression().fit(X, y)
    """,
)


def asked(folder, **how):
    return {"folder": str(folder), "out": None, "model": None, "data": None, "target": None, **how}


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        (["x = 1", "import os\nkey = 'AKIAIOSFODNN7EXAMPLE'"], "cell 2 line 2"),
        (["token = 'ghp_" + "a1B2" * 9 + "'"], "cell 1 line 1"),
    ],
)
def test_a_secret_is_refused_by_its_line_and_never_repeated(cells, where):
    with pytest.raises(errors.NotebookError) as refusal:
        refuse_secrets(from_history(["", *cells]))
    assert refusal.value.where == where
    assert "would be written into the bundle" in str(refusal.value)
    assert "AKIA" not in str(refusal.value)
    assert "ghp_" not in str(refusal.value)


def test_a_notebook_without_secrets_passes():
    refuse_secrets(from_history(["", "key = os.environ['KEY']", "print('AKIA')"]))


def test_a_check_that_nobody_knows_is_refused_in_the_settings(tmp_path):
    (tmp_path / "o16n.toml").write_text('[threshold]\n"MOD-99" = 0.5\n')
    with pytest.raises(errors.UsageError, match="MOD-99"):
        settings_of(tmp_path)
    (tmp_path / "o16n.toml").write_text('name = "credit"\n')
    assert settings_of(tmp_path).name == "credit"


def test_the_time_is_utc_to_the_second():
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", now())
    assert quiet("anything") is None


@pytest.fixture
def ready(lived, tmp_path):
    names, notebook = lived(*CELLS)
    notebook.path.write_text('{"cells": []}')
    return names, notebook, tmp_path


def test_a_secret_stops_before_anything_is_said_or_written(ready):
    names, _, folder = ready
    said = []
    with pytest.raises(errors.NotebookError, match="secret"):
        stage(
            names, from_history(["", "k = 'AKIAIOSFODNN7EXAMPLE'"]), asked(folder), say=said.append
        )
    assert said == []
    assert not (folder / "bundles").exists()


def test_a_name_that_does_not_exist_leaves_nothing_behind(ready):
    names, notebook, folder = ready
    with pytest.raises(errors.UnknownName, match="modle"):
        stage(names, notebook, asked(folder, model="modle"))
    assert not (folder / "bundles").exists()


def test_a_failure_of_ours_is_one_line_that_says_so_and_leaves_nothing_behind(ready, monkeypatch):
    names, notebook, folder = ready

    def broken(*_, **__):
        raise KeyError("lost")

    monkeypatch.setattr(documents, "known_facts", broken)
    with pytest.raises(errors.Bug, match="this is a bug in o16n: KeyError") as failure:
        stage(names, notebook, asked(folder))
    assert failure.value.exit_code == 70
    assert [*(folder / "bundles").iterdir()] == []
    monkeypatch.setenv("O16N_DEBUG", "1")
    with pytest.raises(KeyError):
        stage(names, notebook, asked(folder))
    assert [*(folder / "bundles").iterdir()] == []


def test_what_is_staged_is_a_bundle_beside_its_place_with_its_evidence(ready):
    from o16n.bundle.read import open_bundle

    names, notebook, folder = ready
    said = []
    staged = stage(names, notebook, asked(folder), say=said.append)
    assert staged.parent == folder / "bundles"
    assert len(open_bundle(staged).identity) == 64
    assert (staged / "model" / "model.skops").is_file()
    evidence = {one.name for one in (staged / "evidence").iterdir()}
    assert {"candidate.json", "explanation.json", "readiness.json", "sbom.cdx.json"} <= evidence
    steps = ["choosing the model and its data", "explaining", "checking"]
    assert [one for one in said if one in steps] == steps
