"""Fitted models of every kind that a notebook leaves: scikit-learn's own, and what people build of them."""

from __future__ import annotations

import functools
import warnings

import numpy as np
import pandas as pd
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_selector
from sklearn.ensemble import (
    BaggingClassifier,
    BaggingRegressor,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)  # fmt: skip
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.feature_selection import (
    RFE,
    SelectFromModel,
    SelectKBest,
    SequentialFeatureSelector,
    mutual_info_classif,
)  # fmt: skip
from sklearn.frozen import FrozenEstimator
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import (
    RBF,
    ConstantKernel,
    Matern,
    RationalQuadratic,
    WhiteKernel,
)
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
)  # fmt: skip
from sklearn.neighbors import KNeighborsClassifier, RadiusNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline, make_union
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    SplineTransformer,
    StandardScaler,
    TargetEncoder,
)  # fmt: skip
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import all_estimators

DICE = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "age": DICE.integers(18, 80, 120),
        "income": DICE.lognormal(7, 1, 120).round(2),
        "city": DICE.choice(["Graz", "Linz", "Wien"], 120),
        "job": DICE.choice(["none", "skilled", None], 120),
    }
)
TARGET = ((FRAME["age"] > 40) ^ (FRAME["city"] == "Wien")).astype(int).to_numpy()
NUMBERS = ["age", "income"]
X = FRAME[NUMBERS].to_numpy(float)
X = (X - X.mean(0)) / X.std(0)


def encoded(last, **how):
    """Return a pipeline of a ColumnTransformer and `last`, on named columns."""
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), NUMBERS),
            ("texts", OneHotEncoder(handle_unknown="ignore"), ["city", "job"]),
        ],
        **how,
    )
    return make_pipeline(columns, last)


def composed():
    """Return name → (unfitted model, inputs, target) of what people build."""
    lr = functools.partial(LogisticRegression, max_iter=500)
    categories = FRAME.assign(
        city=FRAME["city"].astype("category"), job=FRAME["job"].astype("category")
    )
    mixed = ColumnTransformer(
        [
            ("log", FunctionTransformer(np.log1p, feature_names_out="one-to-one"), ["income"]),
            ("drop", "drop", ["job"]),
            ("same", "passthrough", ["age"]),
            ("target", TargetEncoder(random_state=0), ["city"]),
        ]
    )
    selected = ColumnTransformer(
        [("texts", OrdinalEncoder(), make_column_selector(dtype_include=["object", "string"]))],
        remainder=StandardScaler(), sparse_threshold=0, verbose_feature_names_out=False,
    ).set_output(transform="pandas")  # fmt: skip
    texts = (FRAME["city"] + " " + FRAME["job"].fillna("")).tolist()
    named = {
        "logistic": encoded(lr()),
        "remainder passthrough": (encoded(lr(), remainder="passthrough"), FRAME.assign(more=1.5)),
        "functions, drop, passthrough, target encoder": (make_pipeline(mixed, lr()),),
        "selector, remainder, pandas output": make_pipeline(selected, DecisionTreeClassifier(random_state=0)),
        "histogram, categories from dtype": (
            HistGradientBoostingClassifier(random_state=0, max_iter=5, categorical_features="from_dtype"), categories),
        "histogram, categories by name": (
            make_pipeline(selected, HistGradientBoostingClassifier(random_state=0, max_iter=5)),),
        "grid search of a pipeline": GridSearchCV(
            encoded(lr()), {"logisticregression__C": [0.1, 1.0]}, cv=StratifiedKFold(3), scoring="roc_auc"),
        "words as a set": (make_pipeline(CountVectorizer(vocabulary={"wien", "graz", "linz", "skilled"}), lr()), texts),
        "tf-idf": (make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), SGDClassifier(loss="log_loss", random_state=0)), texts),
    }  # fmt: skip
    arrays = {
        "stacking": StackingClassifier([("a", lr()), ("b", DecisionTreeClassifier(max_depth=2, random_state=0))]),
        "voting": VotingClassifier([("a", lr()), ("b", RandomForestClassifier(3, random_state=0))], voting="soft"),
        "bagging": BaggingClassifier(lr(), n_estimators=3, max_features=1, random_state=0),
        "bagging a regressor": BaggingRegressor(n_estimators=3, random_state=np.random.RandomState(4)),
        "calibrated, isotonic": CalibratedClassifierCV(lr(), method="isotonic", cv=3),
        "calibrated, prefit": CalibratedClassifierCV(FrozenEstimator(LinearSVC().fit(X, TARGET)), method="sigmoid"),
        "randomized search": RandomizedSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2, 3]}, n_iter=2, random_state=0),
        "recursive elimination": RFE(lr(), n_features_to_select=1),
        "selected from a model": make_pipeline(SelectFromModel(RandomForestClassifier(3, random_state=0), threshold=0.0), lr()),
        "selected one by one": make_pipeline(SequentialFeatureSelector(lr(), n_features_to_select=1), lr()),
        "best by a partial": make_pipeline(SelectKBest(functools.partial(mutual_info_classif, random_state=0), k=1), lr()),
        "tuned threshold": TunedThresholdClassifierCV(lr(), scoring="f1"),
        "fixed threshold": FixedThresholdClassifier(lr(), threshold=0.3),
        "neighbours, tree": KNeighborsClassifier(algorithm="kd_tree", weights="distance"),
        "neighbours, ball": KNeighborsClassifier(algorithm="ball_tree", metric="manhattan"),
        "neighbours, brute": KNeighborsClassifier(algorithm="brute", metric="cosine"),
        "neighbours in a radius": RadiusNeighborsClassifier(5.0),
        "support vectors": SVC(kernel="poly"),
        "gaussian process": GaussianProcessRegressor(ConstantKernel() * RBF() + WhiteKernel(), optimizer=None),
        "gaussian process, classes": GaussianProcessClassifier(Matern() + RationalQuadratic(), optimizer=None),
        "perceptron": MLPClassifier((4,), max_iter=20, random_state=0),
        "gradient boosting with a first model": GradientBoostingClassifier(n_estimators=3, init=lr(), random_state=0),
        "isolation forest": IsolationForest(n_estimators=3, random_state=0),
        "transformed target": TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1),
        "union": make_pipeline(make_union(StandardScaler(), PolynomialFeatures(2)), lr()),
        "union with passthrough": make_pipeline(FeatureUnion([("a", "passthrough"), ("b", SplineTransformer())]), lr()),
        "imputed by neighbours": make_pipeline(KNNImputer(), lr()),
        "binned and powered": make_pipeline(KBinsDiscretizer(3, encode="ordinal", quantile_method="averaged_inverted_cdf"), PowerTransformer(), lr()),
        "class weights by number": lr(class_weight={0: 1.0, 1: 3.0}),
        "linear": LinearRegression(),
    }  # fmt: skip
    found = {}
    for name, one in named.items():
        model, inputs = (*one, FRAME)[:2] if isinstance(one, tuple) else (one, FRAME)
        found[name] = (model, inputs, TARGET)
    return found | {name: (one, X, TARGET) for name, one in arrays.items()}


@functools.cache
def fitted():
    """Return name → (fitted model, inputs) of `composed`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            name: (clone(model).fit(inputs, target) if name != "calibrated, prefit" else model.fit(inputs, target), inputs)
            for name, (model, inputs, target) in composed().items()
        }  # fmt: skip


def every_estimator():
    """Yield (name, fitted model or None, inputs, why not) for each of scikit-learn's estimators."""
    from sklearn.utils._test_common.instance_generator import _construct_instances
    from sklearn.utils.estimator_checks import _enforce_estimator_tags_X, _enforce_estimator_tags_y

    labels = (X[:60, 0] + X[:60, 1] > 0).astype(int)
    labels.flags.writeable = False
    own = _by_hand(labels)
    for name, kind in all_estimators():
        if name in own:
            yield name, *own[name], ""
            continue
        model = next(iter(_construct_instances(kind)))
        inputs = _enforce_estimator_tags_X(model, np.hstack([X[:60], X[60:]]))
        yield name, model.fit(inputs, _enforce_estimator_tags_y(model, labels.copy())), inputs, ""


def _by_hand(labels):
    from sklearn.decomposition import SparseCoder
    from sklearn.feature_extraction import DictVectorizer, FeatureHasher
    from sklearn.feature_extraction.image import PatchExtractor
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.preprocessing import LabelBinarizer, LabelEncoder, MultiLabelBinarizer

    texts = ["ein wort", "noch ein wort", "kein satz"] * 20
    tables = [{"a": 1, "b": 2}, {"b": 3.5}] * 20
    return {
        "DictVectorizer": (DictVectorizer().fit(tables), tables),
        "FeatureHasher": (FeatureHasher(8).fit(tables), tables),
        "HashingVectorizer": (HashingVectorizer(n_features=8).fit(texts), texts),
        "CountVectorizer": (CountVectorizer().fit(texts), texts),
        "TfidfVectorizer": (TfidfVectorizer().fit(texts), texts),
        "FrozenEstimator": (FrozenEstimator(LogisticRegression().fit(X, TARGET)), X),
        "LabelBinarizer": (LabelBinarizer().fit(labels), labels),
        "MultiLabelBinarizer": (MultiLabelBinarizer().fit([["a"], ["b", "a"]]), [["a"], ["b"]]),
        "PatchExtractor": (
            PatchExtractor(patch_size=(2, 2)).fit(X.reshape(4, 6, 10)),
            X.reshape(4, 6, 10),
        ),
        "LabelEncoder": (LabelEncoder().fit(labels), labels),
        "SparseCoder": (SparseCoder(np.eye(2)), X),
    }


def answers(model, inputs):
    """Return what `model` answers, by method."""
    found = {}
    for name in ("predict", "predict_proba", "decision_function", "transform", "score_samples"):
        if hasattr(model, name) and (name != "transform" or not is_classifier(model)):
            given = getattr(model, name)(inputs)
            found[name] = np.asarray(given.toarray() if hasattr(given, "toarray") else given)
    return found
