"""A Booster of xgboost or lightgbm is asked as any other model is; the libraries are not pinned."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LinearRegression

from o16n.candidate.data import fits_model
from o16n.candidate.models import fitted_models
from o16n.candidate.native import answering, columns_of, is_native
from o16n.candidate.task import task_of
from o16n.candidate.unsupported import refuse_foreign
from o16n.errors import UnsupportedModel

pytestmark = pytest.mark.filterwarnings("ignore")
IRIS, DIABETES = load_iris(as_frame=True), load_diabetes(as_frame=True)
TARGETS = {
    "binary": (IRIS.data, (IRIS.target > 1).astype(int), "binary:logistic", "binary"),
    "multiclass": (IRIS.data, IRIS.target, "multi:softprob", "multiclass"),
    "regression": (DIABETES.data, DIABETES.target, "reg:squarederror", "regression"),
}


def trained(library, task, objective=None):
    module = pytest.importorskip(library, reason="xgboost and lightgbm are not pinned")
    rows, y, xgboost_word, lightgbm_word = TARGETS[task]
    params = {"verbosity": -1} if library == "lightgbm" else {"nthread": 1}
    if task == "multiclass":
        params["num_class"] = 3
    params["objective"] = objective or (xgboost_word if library == "xgboost" else lightgbm_word)
    make = module.DMatrix if library == "xgboost" else module.Dataset
    return module.train(params, make(rows, y), 20), rows, y


def test_an_estimator_answers_for_itself():
    model = LinearRegression()
    assert not is_native(model)
    assert answering(model) is model
    refuse_foreign("model", model)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
@pytest.mark.parametrize("task", list(TARGETS))
def test_a_booster_tells_its_task_and_answers_frames(library, task):
    model, rows, y = trained(library, task)
    asked = answering(model)
    assert task_of(asked) == task
    answers = asked.predict(rows)
    if task == "regression":
        assert np.corrcoef(answers, y)[0, 1] > 0.8
        return
    assert (answers == y).mean() > 0.9
    assert asked.predict_proba(rows).shape == (len(rows), len(asked.classes_))
    np.testing.assert_allclose(asked.predict_proba(rows).sum(axis=1), 1.0, rtol=1e-5)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_a_booster_fits_the_columns_it_was_trained_on_and_no_others(library):
    model, rows, _ = trained(library, "multiclass")
    assert columns_of(model)[1] == 4
    assert fits_model(model, rows)
    assert fits_model(model, rows.to_numpy())
    assert not fits_model(model, rows.iloc[:, :3])
    assert not fits_model(model, rows.rename(columns={rows.columns[0]: "other"}))


def test_lightgbms_numbered_columns_are_no_names():
    lightgbm = pytest.importorskip("lightgbm", reason="xgboost and lightgbm are not pinned")
    data = lightgbm.Dataset(IRIS.data.to_numpy(), IRIS.target)
    model = lightgbm.train({"verbosity": -1}, data, 2)
    assert columns_of(model) == (None, 4)
    assert fits_model(model, IRIS.data)


def test_an_objective_that_is_neither_classes_nor_numbers_is_refused_by_its_name():
    model, _, _ = trained("xgboost", "binary", "rank:pairwise")
    with pytest.raises(UnsupportedModel, match="the Booster is trained for rank:pairwise"):
        answering(model)


def test_columns_with_levels_are_answered_by_xgboost():
    xgboost = pytest.importorskip("xgboost", reason="xgboost and lightgbm are not pinned")
    rows = pd.DataFrame({"c": pd.Categorical(list("abab") * 10), "n": range(40)})
    matrix = xgboost.DMatrix(rows, [0, 1] * 20, enable_categorical=True)
    model = xgboost.train({"objective": "binary:logistic", "min_child_weight": 0}, matrix, 5)
    assert answering(model).predict(rows).tolist() == [0, 1] * 20


def test_a_booster_is_a_fitted_model_unless_an_estimator_holds_it():
    xgboost = pytest.importorskip("xgboost", reason="xgboost and lightgbm are not pinned")
    model, _, _ = trained("xgboost", "binary")
    outer = xgboost.XGBClassifier(n_estimators=2).fit(IRIS.data, IRIS.target)
    names = {"b": model, "outer": outer, "inner": outer.get_booster()}
    assert list(fitted_models(names)) == ["b", "outer"]


def test_a_booster_that_was_chosen_is_refused_by_its_name():
    model, _, _ = trained("xgboost", "binary")
    with pytest.raises(
        UnsupportedModel, match=r"bst is a xgboost\.core\.Booster, which o16n cannot"
    ):
        refuse_foreign("bst", model)
