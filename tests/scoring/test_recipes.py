"""A bundle with a lifted recipe answers raw rows; a row that the notebook takes out is told by cell and line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from o16n.bundle import trust, write
from o16n.bundle.model_file import dump_model
from o16n.bundle.read import open_bundle
from o16n.bundle.schema_of import infer_schema, schema_to_json
from o16n.errors import BundleError, TrustRequired
from o16n.files import canonical_json
from o16n.recipe import recipe_file
from o16n.recipe.program import Code, Named
from o16n.recipe.recipe_file import CODE
from o16n.scoring import golden
from o16n.scoring.scorer import Scorer, load_scorer
from tests.recipe.programs import Program
from tests.scoring.bundles import outputs_of

RNG = np.random.default_rng(0)
RAW = pd.DataFrame(
    {"a": RNG.normal(size=120), "k": RNG.integers(0, 9, 120), "g": RNG.choice(["x", "y"], 120)}
)
LOGGED = Code(
    kind="def", name="logged", source="def logged(value):\n    return np.log1p(abs(value) * factor)",
    frozen={"np": Named("numpy"), "factor": 2.0},
)  # fmt: skip


def recipe_with(function):
    p = Program(RAW)
    few = p.add(
        "getitem",
        p.source,
        p.add("lt", p.add("getitem", p.source, "k"), 8),
        role="filter",
        follows=p.source,
    )
    new = p.add("method", p.add("getitem", few, "a"), "map", function)
    code = p.add("method", p.add("getitem", few, "g"), "map", {"x": 0, "y": 1})
    return p.recipe(p.add("numpy.column_stack", [new, code]))


def bundle_with(folder, function):
    recipe = recipe_with(function)
    features = np.column_stack([np.log1p(np.abs(RAW.a) * 2.0), RAW.g == "y"])
    model = LogisticRegression().fit(features, RAW.a > 0)
    schema = infer_schema(RAW, outputs_of(model))
    scorer = Scorer(identity="", name="", model=model, recipe=recipe, schema=schema)
    rows = golden.synthetic_rows(RAW, count=8)
    files = {
        "model/model.skops": dump_model(model),
        **recipe_file.to_files(recipe),
        "schema.json": canonical_json(schema_to_json(schema)),
        "golden.json": canonical_json(golden.record(rows, scorer.answer)),
    }
    staged = write.stage(files, name="m", version="1", beside=folder / "m-1")
    return write.publish(staged, folder / "m-1"), scorer


@pytest.fixture(autouse=True)
def _no_trust(monkeypatch, tmp_path):
    monkeypatch.setenv("O16N_TRUST", str(tmp_path / "trust"))


def test_rows_answer_in_bulk_and_alone_and_a_filtered_row_is_told_by_its_line(tmp_path):
    place, made = bundle_with(tmp_path, Named("numpy.abs"))
    scorer = load_scorer(place)
    rows = RAW.iloc[:20].assign(k=[8, *range(8), *[1] * 11])
    lines = scorer.score(rows)
    assert (
        lines["problem"].iloc[0]
        == "cell 2 line 3: this line takes the row out: line 3 of the notebook"
    )
    assert lines["prediction"].isna().tolist() == [True] + [False] * 19
    pd.testing.assert_frame_equal(lines, made.score(rows))
    for at in range(20):
        assert scorer.score(rows.iloc[[at]])["p_True"].iloc[0] == pytest.approx(
            lines["p_True"].iloc[at], nan_ok=True
        )
    assert scorer.score(rows.iloc[[0, 0]])["problem"].str.len().min() > 0


def test_a_level_or_value_that_training_never_had_refuses_its_row_only(tmp_path):
    place, _ = bundle_with(tmp_path, Named("numpy.abs"))
    rows = RAW.iloc[:4].assign(g=["x", "new", "y", "x"], k=1)
    lines = load_scorer(place).score(rows)
    assert lines["problem"].tolist() == [
        "",
        "g: new: not among the levels of training (x, y)",
        "",
        "",
    ]


def test_a_recipe_that_calls_the_notebooks_functions_loads_only_under_trust(tmp_path):
    place, made = bundle_with(tmp_path, LOGGED)
    with pytest.raises(
        TrustRequired, match=r"model/code/recipe_code\.py: the bundle holds code of its notebook"
    ):
        load_scorer(place)
    identity = open_bundle(place).identity
    scorer = load_scorer(place, trust_code=identity)
    pd.testing.assert_frame_equal(scorer.score(RAW), made.score(RAW))
    trust.remember(identity)
    assert load_scorer(place).golden_rows == 8


def test_code_in_the_recipe_without_a_code_file_is_refused(tmp_path):
    files = recipe_file.to_files(recipe_with(LOGGED))
    del files[CODE]
    with pytest.raises(BundleError, match="the code file has no make_logged"):
        recipe_file.from_files(files.__contains__, files.__getitem__)


def test_a_recipe_of_named_functions_only_asks_nobody(tmp_path):
    place, _ = bundle_with(tmp_path, Named("numpy.abs"))
    assert not open_bundle(place).has(CODE)
    assert load_scorer(place).golden_rows == 8
