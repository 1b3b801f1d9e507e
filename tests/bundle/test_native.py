"""What xgboost and lightgbm read by parsers of their own is written as data, and read only under trust."""

from __future__ import annotations

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from o16n.bundle import nodes
from o16n.bundle.model_file import dump_model, holds_native, load_model
from o16n.bundle.read import open_bundle
from o16n.errors import TrustRequired, UnsafeModel
from o16n.scoring.scorer import load_scorer
from tests.bundle.tampering import with_schema

ROWS = np.random.default_rng(0).normal(size=(80, 3))
TARGET = (ROWS[:, 0] > 0).astype(int)
MODELS = {
    "xgboost": ("XGBClassifier", "XGBRegressor", "XGBRFClassifier", "XGBRFRegressor"),
    "lightgbm": ("LGBMClassifier", "LGBMRegressor"),
}
KINDS = [(library, kind) for library, kinds in MODELS.items() for kind in kinds]
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def told_native():
    """A linear model that says it is xgboost's: refused before anything of xgboost is asked."""
    model = LogisticRegression().fit(ROWS, TARGET)
    data = skops.io.dumps(model)

    def change(schema):
        schema["__class__"], schema["__module__"] = "XGBClassifier", "xgboost.sklearn"

    return with_schema(data, change)


def test_a_file_with_a_native_part_says_so_without_being_loaded(told_native):
    assert holds_native(told_native)
    assert not holds_native(dump_model(LogisticRegression().fit(ROWS, TARGET)))


def test_a_native_part_is_refused_by_name_where_nobody_trusts_it(told_native):
    with pytest.raises(UnsafeModel, match=r"xgboost\.sklearn\.XGBClassifier"):
        load_model(told_native)


def test_no_other_name_of_these_libraries_is_known():
    known = {name for names in nodes.allowed().values() for name in names} | nodes.NATIVE
    found = {name for name in known if name.split(".")[0] in MODELS}
    assert found == nodes.NATIVE


@pytest.mark.parametrize(("library", "kind"), KINDS)
def test_a_native_model_comes_back_as_it_was_and_equal_models_are_equal_bytes(library, kind):
    made = getattr(pytest.importorskip(library), kind)
    model = GridSearchCV(
        make_pipeline(StandardScaler(), made(n_estimators=3, max_depth=2)), {}, cv=2
    ).fit(ROWS, TARGET)
    data = dump_model(model)
    assert data == dump_model(model)
    again = load_model(data, native=True)
    assert np.array_equal(again.predict(ROWS), model.predict(ROWS))
    with pytest.raises(UnsafeModel, match=library):
        load_model(data)


def test_a_bundle_with_a_native_model_asks_before_it_loads(
    told_native, bundle, monkeypatch, tmp_path
):
    monkeypatch.setenv("O16N_TRUST", str(tmp_path / "trust"))
    opened = open_bundle(bundle)
    read = opened.read
    answers = {"model/model.skops": told_native}
    monkeypatch.setattr(type(opened), "read", lambda _, name: answers.get(name) or read(name))
    with pytest.raises(TrustRequired, match="a model that a native parser reads") as caught:
        load_scorer(opened)
    assert "model/model.skops" in str(caught.value)
    assert f"--trust-code {opened.identity}" in str(caught.value)
