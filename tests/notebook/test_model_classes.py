"""Classes are judged by name as scikit-learn itself would judge them."""

from __future__ import annotations

import ast
import re

import pytest
from sklearn.utils import all_estimators

from o16n.bundle.model_file import allowed
from o16n.notebook.model_classes import CANNOT_PREDICT, held_classes, is_transforming, judge
from o16n.notebook.notebook import Place
from o16n.notebook.outline import outline
from o16n.notebook.values import Made

HERE = Place(cell=1, line=1)


def public(cls):
    return re.sub(r"\._\w+", "", cls.__module__) + "." + cls.__name__


ESTIMATORS = {public(cls): cls for _, cls in all_estimators()}
META = {"Pipeline", "FrozenEstimator", "LocalOutlierFactor"}


@pytest.mark.parametrize("name", [n for n in ESTIMATORS if n.rpartition(".")[2] not in META])
def test_every_estimator_of_scikit_learn_is_judged_by_whether_it_predicts(name):
    kind = judge(Made(cls=name, place=HERE)).kind
    if hasattr(ESTIMATORS[name], "predict"):
        assert kind == "model"
    else:
        assert kind in ("transformer", "unsupported")
        assert (kind == "unsupported") == (name.rpartition(".")[2] in CANNOT_PREDICT)


def test_every_model_of_scikit_learn_can_be_held_by_a_bundle():
    held = held_classes(allowed())
    models = [n for n in ESTIMATORS if judge(Made(cls=n, place=HERE)).kind == "model"]
    assert [n for n in models if f"sklearn.{n.rpartition('.')[2]}" not in held] == []


def last(typed, text):
    imports = (
        "import xgboost as xgb, lightgbm as lgb, catboost, torch, torch.nn as nn, category_encoders as ce\n"
        "import statsmodels.api as sm, statsmodels.formula.api as smf, imblearn.pipeline, somelib\n"
        "from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin\n"
        "from sklearn.cluster import DBSCAN, KMeans\n"
        "from sklearn.compose import ColumnTransformer\n"
        "from sklearn.feature_selection import RFE, SelectFromModel\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.model_selection import GridSearchCV\n"
        "from sklearn.neighbors import LocalOutlierFactor\n"
        "from sklearn.pipeline import Pipeline, make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "from tensorflow import keras\nimport tensorflow as tf\n"
        "from tensorflow.keras.wrappers.scikit_learn import KerasClassifier\n"
        "from scikeras.wrappers import KerasRegressor\n"
        "from prophet import Prophet\n"
    )
    return outline(typed(imports, text)).fits[-1].made


@pytest.mark.parametrize(
    ("text", "kind", "culprit"),
    [
        ("make_pipeline(StandardScaler(), LogisticRegression()).fit(X)", "model", ""),
        ("make_pipeline(StandardScaler()).fit(X)", "transformer", ""),
        ("make_pipeline(StandardScaler(), DBSCAN()).fit(X)", "unsupported", "DBSCAN"),
        (
            "make_pipeline(StandardScaler(), xgb.XGBClassifier()).fit(X)",
            "unsupported",
            "XGBClassifier",
        ),
        (
            "make_pipeline(ce.TargetEncoder(), LogisticRegression()).fit(X)",
            "unsupported",
            "TargetEncoder",
        ),
        ("Pipeline(steps).fit(X)", "unknown", ""),
        ("Pipeline([('a', StandardScaler()), ('m', unknown_model)]).fit(X)", "unknown", ""),
        ("make_pipeline(StandardScaler(), unknown_model).fit(X)", "unknown", ""),
        ("Pipeline(steps=[('a', StandardScaler()), ('m', KMeans())]).fit(X)", "model", ""),
        ("m = KMeans() if a else DBSCAN()\nmake_pipeline(m).fit(X)", "unknown", ""),
        ("m = KMeans() if a else DBSCAN()\nGridSearchCV(m, {}).fit(X)", "unknown", ""),
        ("for m in [KMeans(), LogisticRegression()]:\n    make_pipeline(m).fit(X)", "model", ""),
        ("GridSearchCV(LogisticRegression(), {}).fit(X)", "model", ""),
        ("GridSearchCV(xgb.XGBClassifier(), {}).fit(X)", "unsupported", "XGBClassifier"),
        (
            "GridSearchCV(estimator=make_pipeline(DBSCAN()), param_grid={}).fit(X)",
            "unsupported",
            "DBSCAN",
        ),
        ("GridSearchCV(given, {}).fit(X)", "model", ""),
        ("RFE(LogisticRegression()).fit(X)", "model", ""),
        ("SelectFromModel(xgb.XGBClassifier()).fit(X)", "transformer", ""),
        ("ColumnTransformer([('a', StandardScaler(), [0])]).fit(X)", "transformer", ""),
        ("LocalOutlierFactor().fit_predict(X)", "unsupported", "LocalOutlierFactor"),
        ("LocalOutlierFactor(novelty=True).fit(X)", "model", ""),
        ("KMeans(3).fit(X)", "model", ""),
        ("xgb.train({}, d)", "unsupported", "Booster"),
        ("lgb.train({}, d)", "unsupported", "Booster"),
        ("catboost.CatBoostRegressor().fit(X)", "unsupported", "CatBoostRegressor"),
        ("sm.OLS(y, X).fit()", "unsupported", "OLS"),
        ("smf.ols('y ~ x', data=df).fit()", "unsupported", "ols"),
        ("sm.tsa.ARIMA(y, order=(1, 0, 0)).fit()", "unsupported", "ARIMA"),
        ("keras.Sequential([]).fit(X)", "unsupported", "Sequential"),
        ("tf.keras.models.Sequential().fit(X)", "unsupported", "Sequential"),
        ("keras.Model(inputs=a, outputs=b).fit(X)", "unsupported", "Model"),
        ("Prophet().fit(df)", "unsupported", "Prophet"),
        ("KerasClassifier(f).fit(X)", "unknown", ""),
        ("KerasRegressor(f).fit(X)", "unknown", ""),
        ("ce.TargetEncoder().fit(X)", "transformer", ""),
        ("keras.preprocessing.image.ImageDataGenerator().fit(X)", "transformer", ""),
        ("somelib.Model().fit(X)", "unknown", ""),
        ("class N(nn.Module):\n    pass\nN().fit(X)", "unsupported", "N (torch.nn.Module)"),
        (
            "class M(keras.Model):\n    pass\nM().fit(X)",
            "unsupported",
            "M (tensorflow.keras.Model)",
        ),
        ("class C(BaseEstimator, ClassifierMixin):\n    pass\nC().fit(X)", "model", ""),
        ("class C(BaseEstimator):\n    def predict(self, X): pass\nC().fit(X)", "model", ""),
        ("class C(LogisticRegression):\n    pass\nC().fit(X)", "model", ""),
        ("class C(BaseEstimator, TransformerMixin):\n    pass\nC().fit(X)", "transformer", ""),
        ("class C(StandardScaler):\n    pass\nC().fit(X)", "transformer", ""),
        ("class C(BaseEstimator, Mystery):\n    pass\nC().fit(X)", "unknown", ""),
        ("class C(nn.Module, BaseEstimator, ClassifierMixin):\n    pass\nC().fit(X)", "model", ""),
        ("class C:\n    pass\nC().fit(X)", "unknown", ""),
    ],
)
def test_an_object_is_judged_with_what_is_inside_it(typed, text, kind, culprit):
    judged = judge(last(typed, text))
    assert judged.kind == kind
    assert judged.culprit.endswith(culprit)
    assert bool(judged.culprit) == bool(culprit)
    assert bool(judged.needed) == (kind == "unsupported")


def test_a_foreign_class_that_bundles_hold_is_a_model():
    made = Made(cls="xgboost.XGBClassifier", place=HERE)
    assert judge(made, held_classes(["xgboost.sklearn.XGBClassifier"])).kind == "model"
    booster = judge(
        Made(cls="xgboost.Booster", place=HERE), held_classes(["xgboost.sklearn.XGBClassifier"])
    )
    assert "scikit-learn interface" in booster.needed


def test_the_private_place_of_a_class_judges_alike():
    assert (
        judge(Made(cls="sklearn.preprocessing._data.StandardScaler", place=HERE)).kind
        == "transformer"
    )
    assert is_transforming("sklearn.feature_selection.SelectKBest")
    assert not is_transforming("sklearn.feature_selection.RFECV")


def test_novelty_is_read_from_the_call():
    how = {"novelty": ast.parse("False", mode="eval").body}
    made = Made(cls="sklearn.neighbors.LocalOutlierFactor", place=HERE, options=how)
    assert judge(made).kind == "unsupported"
