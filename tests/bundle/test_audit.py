"""A model whose parts do not fit together is refused before it predicts: it would read outside its memory."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import (
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
)
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import BallTree, KDTree, KNeighborsClassifier
from sklearn.preprocessing import SplineTransformer
from sklearn.svm import SVC, SVR, NuSVC, OneClassSVM
from sklearn.tree import DecisionTreeClassifier

from o16n.bundle.audit import audit, random_state_fault
from o16n.bundle.model_file import dump_model, load_model
from o16n.errors import UnsafeModel
from tests.bundle.tampering import value, with_array, with_attribute, with_field

X, Y = load_breast_cancer(return_X_y=True)
X = X[:, :3]


def refuses(model, match):
    with pytest.raises(UnsafeModel, match=match):
        audit(model)


@pytest.mark.parametrize(
    ("field", "index", "told"),
    [
        ("left_child", 0, 2_000_000_000), ("right_child", 0, 2_000_000_000), ("right_child", 0, 0),
        ("left_child", 0, 2), ("left_child", 0, -7), ("left_child", 0, -1), ("right_child", 0, -1),
        ("feature", 0, 99), ("feature", 0, -2), ("feature", 0, 3),
    ],
)  # fmt: skip
def test_a_tree_with_a_bad_index_is_refused_on_load(field, index, told):
    data = dump_model(DecisionTreeClassifier(max_depth=3, random_state=0).fit(X, Y))
    load_model(data)
    with pytest.raises(UnsafeModel, match="a Tree is damaged"):
        load_model(with_field(data, field, index, told))


@pytest.mark.parametrize(
    ("field", "index", "told"),
    [
        ("left", 0, 4_000_000_000), ("right", 0, 4_000_000_000), ("right", 0, 0), ("left", 0, 2),
        ("feature_idx", 0, 99), ("feature_idx", 0, 3), ("feature_idx", 0, -1), ("value", 0, np.nan),
        ("is_leaf", 0, 1), ("is_categorical", 0, 1),
    ],
)  # fmt: skip
def test_a_boosted_tree_with_a_bad_index_is_refused_on_load(field, index, told):
    data = dump_model(HistGradientBoostingClassifier(max_iter=2).fit(X, Y))
    load_model(data)
    with pytest.raises(UnsafeModel, match="is damaged"):
        load_model(with_field(data, field, index, told))


def test_a_split_by_category_needs_its_bit_set_and_a_column_of_categories():
    coded = np.column_stack([X[:, :2], np.arange(len(X)) % 4])
    model = HistGradientBoostingClassifier(max_iter=5, categorical_features=[2]).fit(
        coded, (coded[:, 2] == 1) | (coded[:, 2] == 3)
    )
    data = dump_model(model)
    with pytest.raises(UnsafeModel, match="a bit set that does not exist"):
        load_model(with_field(data, "bitset_idx", 0, 900))
    with pytest.raises(UnsafeModel, match="a split by category uses a column of numbers"):
        load_model(with_field(data, "feature_idx", 0, 1))
    narrow = with_array(data, "TreePredictor", "raw_left_cat_bitsets", lambda one: one[:, :4])
    with pytest.raises(UnsafeModel, match="bit sets have another width"):
        load_model(narrow)
    short = with_array(data, "_BinMapper", "is_categorical_", lambda one: one[:1])
    with pytest.raises(UnsafeModel, match="the kind of another number of columns"):
        load_model(short)


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(3, max_depth=2, random_state=0),
        GradientBoostingClassifier(n_estimators=3, random_state=0),
        IsolationForest(n_estimators=3, random_state=0),
    ],
    ids=["forest", "gradient", "isolation"],
)
def test_an_ensemble_whose_trees_take_more_columns_is_refused(model):
    data = dump_model(model.fit(X, Y))
    load_model(data)
    owner = type(model).__name__
    with pytest.raises(UnsafeModel, match=f"a {owner} is damaged"):
        load_model(with_attribute(data, owner, "n_features_in_", lambda _: value(2)))
    with pytest.raises(UnsafeModel, match="is damaged"):
        load_model(with_attribute(data, owner, "n_features_in_", lambda _: value("x")))


def test_an_ensemble_with_one_wider_tree_is_refused():
    forest = RandomForestClassifier(3, random_state=0).fit(X, Y)
    forest.estimators_[1] = DecisionTreeClassifier(random_state=0).fit(np.hstack([X, X]), Y)
    refuses(forest, "RandomForestClassifier is damaged: its trees take another number of columns")


def test_an_estimator_that_hides_how_many_columns_it_takes_is_refused():
    for model in (
        DecisionTreeClassifier(),
        RandomForestClassifier(2),
        IsolationForest(n_estimators=2),
    ):
        model.fit(X, Y)
        del model.n_features_in_
        refuses(model, "do not fit together|is damaged")


def test_gradient_boosting_with_another_number_of_outputs_is_refused():
    model = GradientBoostingClassifier(n_estimators=2).fit(X, Y)
    model.estimators_ = np.hstack([model.estimators_] * 2)
    refuses(model, "another number of trees per iteration")
    model = GradientBoostingClassifier(n_estimators=2).fit(X, Y)
    model.estimators_[0, 0] = DecisionTreeClassifier().fit(X, Y)
    refuses(model, "more than one value per node")


def test_an_isolation_forest_whose_trees_see_other_columns_is_refused():
    model = IsolationForest(n_estimators=3, max_features=2, random_state=0).fit(X)
    audit(model)
    model.estimators_features_[1] = np.array([0])
    refuses(model, "are shown another number of columns")
    model = IsolationForest(n_estimators=3, random_state=0).fit(X)
    model._max_features = 9
    refuses(model, "IsolationForest is damaged")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "model",
    [SVC(), SVC(probability=True), NuSVC(nu=0.2), SVR(), OneClassSVM(), SVC(kernel="precomputed")],
    ids=str,
)
def test_support_vectors_that_do_not_fit_are_refused(model):
    inputs = X @ X.T if model.kernel == "precomputed" else X
    data = dump_model(model.fit(inputs, Y * 1.0 if isinstance(model, SVR) else Y))
    assert (load_model(data).predict(inputs) == model.predict(inputs)).all()
    owner = type(model).__name__
    cut = {
        "support_": lambda one: one[:-3],
        "_dual_coef_": lambda one: one[:, :-3],
        "_intercept_": lambda one: one[:0],
        "_probA": lambda _: np.zeros(7),
    }
    if hasattr(model, "classes_"):
        cut["_n_support"] = lambda one: one + 1000
        cut["_n_support "] = lambda one: one * np.array([-1, 1], one.dtype)
    if model.kernel == "precomputed":
        cut["support_ "] = lambda one: one + 10_000
    else:
        cut["support_vectors_"] = lambda one: one[:, :2]
        cut["support_vectors_ "] = lambda one: one[:5]
    for key, change in cut.items():
        with pytest.raises(UnsafeModel, match=f"a {owner} is damaged"):
            load_model(with_array(data, owner, key.strip(), change))


def test_sparse_support_vectors_are_looked_at_too():
    model = SVC().fit(sparse.csr_matrix(X), Y)
    audit(model)
    model._dual_coef_ = model._dual_coef_.copy()
    model._dual_coef_.data = model._dual_coef_.data[:-1]
    model._dual_coef_.indices = model._dual_coef_.indices[:-1]
    model._dual_coef_.indptr = model._dual_coef_.indptr - np.array([0, 1], "int32")
    refuses(model, "SVC is damaged: coefficients are missing")


@pytest.mark.parametrize("kind", [KDTree, BallTree])
@pytest.mark.parametrize(
    ("place", "change", "match"),
    [
        (1, lambda one: one + 10**9, "an index is outside the data"),
        (1, lambda one: one - 1, "an index is outside the data"),
        (1, lambda one: one[:-1], "data and indices have other sizes"),
        (2, lambda one: _with(one, "idx_end", 10**9), "a node is outside the data"),
        (2, lambda one: _with(one, "idx_start", -5), "a node is outside the data"),
        (2, lambda one: _with(one, "is_leaf", 0), "has no children and is no leaf"),
        (2, lambda one: one[:3], "it counts other nodes"),
        (3, lambda one: one[:, :3].copy(), "its bounds have another size"),
        (3, lambda one: one[:, :, :1].copy(), "its bounds have another size"),
        (5, lambda _: 20, "it counts other nodes"),
        (6, lambda _: 10**9, "it counts other nodes"),
        (0, lambda one: one * np.nan, "not finite"),
    ],
    ids=range(12),
)
def test_a_neighbour_tree_that_points_outside_is_refused(kind, place, change, match):
    state = list(kind(X, leaf_size=50).__getstate__())
    state[place] = change(np.array(state[place]) if place < 4 else state[place])
    broken = kind.__new__(kind)
    broken.__setstate__(tuple(state))
    refuses(broken, match)


def _with(array, field, told):
    array[field] = told
    return array


def test_answers_of_neighbours_are_one_of_the_classes_for_each_point():
    model = KNeighborsClassifier(algorithm="kd_tree").fit(X, Y)
    model._y = model._y + 5
    refuses(model, "an answer is none of its classes")
    model._y = model._y[:5]
    refuses(model, "not one answer per point")


def test_a_distance_that_weighs_other_columns_is_refused():
    model = KNeighborsClassifier(
        algorithm="ball_tree", metric="minkowski", metric_params={"w": np.ones(3)}
    ).fit(X, Y)
    data = dump_model(model)
    assert (load_model(data).predict(X) == model.predict(X)).all()
    metric = model._tree.__getstate__()[11]
    state = list(metric.__getstate__())
    state[1] = np.ones(2)
    metric.__setstate__(tuple(state))
    refuses(model, "its distance weighs other columns")


def test_a_spline_with_missing_coefficients_is_refused():
    model = SplineTransformer().fit(X)
    audit(model)
    model.bsplines_[0].c = model.bsplines_[0].c[:2]
    refuses(model, "BSpline is damaged")


class Displaced(np.random.RandomState):
    """A twister that tells a position outside its state; numpy 2.5 sets no such thing itself."""

    def get_state(self, **_):
        told = super().get_state(legacy=False)
        return {**told, "state": {**told["state"], "pos": 10**6}}


def test_a_random_state_beyond_its_state_is_refused():
    audit(np.random.RandomState(0))
    assert random_state_fault(np.random.RandomState(0)) is None
    assert random_state_fault(Displaced(0)) == "its position is outside its state"


@pytest.mark.parametrize("kind", [CountVectorizer, TfidfVectorizer, HashingVectorizer])
def test_a_vectorizer_that_opens_files_which_rows_name_is_refused(kind):
    with pytest.raises(UnsafeModel, match="it would open files that a row names"):
        dump_model(kind(input="filename"))
    dump_model(kind())


@pytest.mark.parametrize(
    "model",
    [
        KNeighborsClassifier(algorithm="kd_tree"), KNeighborsClassifier(algorithm="ball_tree"),
        BaggingClassifier(max_features=2, random_state=0), SVC(), OneClassSVM(),
        GradientBoostingClassifier(n_estimators=2), HistGradientBoostingClassifier(max_iter=2),
    ],
    ids=str,
)  # fmt: skip
def test_an_honest_model_passes(model):
    audit(model.fit(X, Y))


def test_an_unfitted_part_passes_since_it_answers_nothing():
    audit(BaggingClassifier(RandomForestClassifier()))
    audit(SVC())


FUZZ = """
import io, sys, warnings
warnings.simplefilter("ignore")
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import *
from sklearn.neighbors import KNeighborsClassifier, KernelDensity
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from o16n.bundle.model_file import dump_model, load_model
from o16n.errors import UnsafeModel
from tests.bundle.tampering import npy, packed, parts

X, Y = load_breast_cancer(return_X_y=True)
X, Y = X[:120, :4], Y[:120]
EXTREMES = [0, 1, -1, 255, 2**31 - 1, -2**31, 2**62]
dice = np.random.default_rng(int(sys.argv[1]))

def changed(array):
    raw = np.atleast_1d(array).reshape(-1).view(np.uint8).copy()
    at = dice.integers(max(len(raw) // 4, 1)) * 4
    raw[at:at + 4] = np.frombuffer(np.int64(dice.choice(EXTREMES)).tobytes(), np.uint8)[: len(raw[at:at + 4])]
    return raw.view(array.dtype).reshape(array.shape)

for text in sys.argv[3:]:
    files = parts(dump_model(eval(text).fit(X, Y)))
    arrays = {n: np.load(io.BytesIO(c), allow_pickle=False) for n, c in files.items() if n.endswith(".npy")}
    names = [name for name, one in arrays.items() if one.dtype.kind not in "US" and one.size]
    refused = 0
    for _ in range(int(sys.argv[2])):
        name = names[dice.integers(len(names))]
        try:
            other = load_model(packed({**files, name: npy(changed(arrays[name]))}))
        except UnsafeModel:
            refused += 1
            continue
        try:
            getattr(other, "predict", getattr(other, "score_samples", None))(X)
        except Exception:
            pass
    print(text, "refused", refused, "of", sys.argv[2])
"""
MODELS = [
    "DecisionTreeClassifier(random_state=0)",
    "RandomForestClassifier(3, random_state=0)",
    "GradientBoostingClassifier(n_estimators=3)",
    "HistGradientBoostingClassifier(max_iter=3, min_samples_leaf=5)",
    "IsolationForest(n_estimators=3, random_state=0)",
    "KNeighborsClassifier(algorithm='kd_tree', leaf_size=5)",
    "KernelDensity(algorithm='ball_tree')",
    "SVC()",
    "BaggingClassifier(n_estimators=3, max_features=2, random_state=0)",
]


def test_no_changed_number_in_an_array_ends_the_process():
    """A crash would end the child with a signal: numbers are set to the extremes of their type."""
    done = subprocess.run(
        [sys.executable, "-c", FUZZ, "0", "25", *MODELS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("refused") == len(MODELS)


def test_a_list_of_pandas_own_is_walked_and_a_module_is_not():
    model = LinearRegression().fit(X, X[:, 0])
    model.levels = pd.MultiIndex.from_tuples([(1, 2), (3, 4)]).levels
    model.library = np
    audit(model)
