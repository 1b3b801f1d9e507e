"""Libraries' functions are known by name and file, and the notebook's own of the same name are not."""

from __future__ import annotations

import inspect
import pathlib

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn.datasets
import sklearn.metrics
import sklearn.model_selection
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from o16n.watching.roles import may_matter, role_of


def code_of(function):
    return inspect.unwrap(function).__code__


KNOWN = {
    "method": [LinearRegression.fit, LogisticRegression.predict_proba, Pipeline.fit, StandardScaler.transform,
               LinearRegression.score],
    "metric": [sklearn.metrics.accuracy_score, sklearn.metrics.r2_score, sklearn.metrics.auc,
               sklearn.metrics.adjusted_rand_score],
    "evaluate": [sklearn.model_selection.cross_val_score, sklearn.model_selection.learning_curve],
    "split": [sklearn.model_selection.train_test_split],
    "dummies": [pd.get_dummies],
    "code": [pd.cut, pd.qcut],
    "read": [pd.read_csv, pd.read_json, pd.read_excel, sklearn.datasets.load_iris, sklearn.datasets.make_blobs,
             joblib.load, np.loadtxt],
    "save": [joblib.dump],
    "write": [pd.DataFrame.to_csv, pd.DataFrame.to_parquet],
    "open": [pathlib.Path.read_text, pathlib.Path.write_bytes],
}  # fmt: skip
EACH = [(role, function) for role, functions in KNOWN.items() for function in functions]


@pytest.mark.parametrize(("role", "function"), EACH, ids=[f"{r} {f.__qualname__}" for r, f in EACH])
def test_a_library_s_function_plays_its_role(role, function):
    assert role_of(code_of(function)) == role
    assert may_matter(code_of(function))


OWN = """
def train_test_split(x): pass
def read_csv(x): pass
def accuracy_score(y_true, y_pred): pass
def get_dummies(x): pass
def dump(x): pass
def to_csv(x): pass
def fit(): pass
"""


def test_functions_of_the_notebook_s_own_play_none():
    names = {}
    exec(compile(OWN, "<cell>", "exec"), names)
    assert {
        name: role_of(one.__code__) for name, one in names.items() if inspect.isfunction(one)
    } == dict.fromkeys(
        ["train_test_split", "read_csv", "accuracy_score", "get_dummies", "dump", "to_csv", "fit"]
    )


def test_a_class_of_the_notebook_s_own_has_methods():
    names = {}
    exec(
        compile(
            "class A:\n    def fit(self, X): pass\n    def helper(self): pass", "<cell>", "exec"
        ),
        names,
    )
    assert role_of(names["A"].fit.__code__) == "method"
    assert role_of(names["A"].helper.__code__) is None


@pytest.mark.parametrize(
    "function",
    [
        pd.DataFrame.transform,
        pd.DataFrame.head,
        sklearn.metrics.make_scorer,
        np.mean,
        pathlib.Path.exists,
    ],
    ids=lambda one: one.__qualname__,
)
def test_what_libraries_do_beside_plays_none(function):
    code = getattr(inspect.unwrap(function), "__code__", None)
    assert code is None or role_of(code) is None


def test_where_a_role_is_played_asking_is_worth_it():
    """`may_matter` is the cheap question before `role_of`: it may never say no where that says yes."""
    for module in (pd, sklearn.metrics, sklearn.model_selection, sklearn.datasets, joblib, np):
        for one in vars(module).values():
            code = getattr(inspect.unwrap(one), "__code__", None) if callable(one) else None
            if code is not None and role_of(code) is not None:
                assert may_matter(code), one
