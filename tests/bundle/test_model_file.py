"""Only what is on the list is loaded, and only trees that are safe to walk."""

from __future__ import annotations

import fractions
import io
import json
import os
import subprocess
import sys
import warnings
import zipfile
from functools import partial

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import all_estimators

from o16n.bundle import trust
from o16n.bundle.model_file import allowed, dump_model, load_model
from o16n.errors import NotebookError, TrustRequired, UnsafeModel, UnsupportedModel

X, Y = load_breast_cancer(return_X_y=True)


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(StandardScaler(), LogisticRegression()),
        RandomForestClassifier(5, random_state=0),
        HistGradientBoostingClassifier(max_iter=3),
        make_pipeline(FunctionTransformer(np.log1p), LogisticRegression(max_iter=5000)),
    ],
    ids=["logistic", "forest", "boosted", "function"],
)
@pytest.mark.filterwarnings("ignore")
def test_a_model_comes_back_with_equal_predictions_and_equal_bytes(model):
    model.fit(X, Y)
    data = dump_model(model)
    assert dump_model(model) == data
    assert (load_model(data).predict_proba(X) == model.predict_proba(X)).all()


def test_equal_models_have_equal_bytes_in_processes_with_other_hash_seeds():
    code = "import hashlib,sys; from o16n.bundle.model_file import dump_model; from sklearn.tree import DecisionTreeClassifier as D; from sklearn.datasets import load_iris; print(hashlib.sha256(dump_model(D(random_state=0).fit(*load_iris(return_X_y=True)))).hexdigest())"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def _changed(data, change):
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(held, "w") as target:
        for one in source.infolist():
            target.writestr(one.filename, change(one.filename, source.read(one)))
    return held.getvalue()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("left_child", 2_000_000_000),
        ("right_child", 0),
        ("left_child", 2),
        ("feature", 99),
        ("left_child", -1),
    ],
)
def test_a_tree_with_a_bad_index_is_refused_on_load(field, value):
    data = dump_model(DecisionTreeClassifier(random_state=0).fit(X[:, :3], Y))

    def tamper(name, content):
        if name.endswith(".npy"):
            array = np.load(io.BytesIO(content), allow_pickle=False)
            if array.dtype.names and field in array.dtype.names:
                array[field][0] = value
                out = io.BytesIO()
                np.save(out, array)
                return out.getvalue()
        return content

    with pytest.raises(UnsafeModel, match="damaged|cannot be loaded"):
        load_model(_changed(data, tamper))


NEIGHBOURS = [
    (KNeighborsClassifier, "order", np.iinfo(np.intp).max),
    (KNeighborsClassifier, "nodes", 2_000_000),
    (KNeighborsClassifier, "labels", 2_000_000),
    (partial(KNeighborsRegressor, algorithm="ball_tree"), "order", -1),
    (partial(KNeighborsRegressor, algorithm="ball_tree"), "nodes", -1),
]


@pytest.mark.parametrize(("make", "part", "value"), NEIGHBOURS)
def test_neighbours_that_would_be_looked_for_outside_memory_are_refused_on_load(make, part, value):
    model = make().fit(X[:, :4], Y)
    data = dump_model(model)
    assert (load_model(data).predict(X[:, :4]) == model.predict(X[:, :4])).all()
    shapes = {"order": len(X), "nodes": len(model._tree.__getstate__()[2]), "labels": len(X)}
    kinds = {"order": "i", "nodes": "V", "labels": "i"}
    ordered = np.argsort(model._tree.__getstate__()[1])
    done = []

    def tamper(_, content):
        array = np.load(io.BytesIO(content)) if content[:6] == b"\x93NUMPY" else np.empty(0)
        mine = array.shape == (shapes[part],) and array.dtype.kind == kinds[part]
        is_order = mine and part != "nodes" and (np.argsort(array) == ordered).all()
        if not mine or (part == "order") != is_order or done:
            return content
        done.append(part)
        (array["idx_end"] if part == "nodes" else array)[-1] = value
        out = io.BytesIO()
        np.save(out, array)
        return out.getvalue()

    changed = _changed(data, tamper)
    assert done
    with pytest.raises(UnsafeModel, match=r"damaged|cannot be loaded"):
        load_model(changed)


def test_every_classifier_and_regressor_of_scikit_learn_can_be_packaged():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, kind in all_estimators(type_filter=["classifier", "regressor"]):
            try:
                model = kind().fit(X[::4, :4], Y[::4])
            except (TypeError, ValueError):  # it needs parts, or another target
                continue
            data = dump_model(model)
            again = load_model(data).predict(X[::4, :4])
            assert np.allclose(again, model.predict(X[::4, :4])), name


def test_a_model_with_foreign_parts_is_refused_when_packaging_by_class_and_part():
    model = make_pipeline(StandardScaler(), LogisticRegression())
    model.fit(X, Y).steps[0][1].extra_ = fractions.Fraction(1, 3)
    with pytest.raises(UnsupportedModel, match=r"the Pipeline holds a fractions\.Fraction.* yet;"):
        dump_model(model)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("builtins", "eval"),
        ("numpy", "load"),
        ("subprocess", "Popen"),
        ("sklearn.externals", "x"),
    ],
)
def test_a_foreign_function_or_type_is_refused_by_name(module, name):
    model = make_pipeline(FunctionTransformer(np.log1p), LogisticRegression(max_iter=10))
    with np.errstate(all="ignore"):
        data = dump_model(make_pipeline(FunctionTransformer(np.log1p)).fit(X))
    del model

    def tamper(file, content):
        if file != "schema.json":
            return content
        told = json.loads(content)

        def walk(node):
            if isinstance(node, dict):
                if node.get("__class__") in ("function", "ufunc") or "module_path" in node:
                    for key in ("module_path", "__module__"):
                        if key in node:
                            node[key] = module
                    if "function" in node:
                        node["function"] = name
                    if isinstance(node.get("content"), str):
                        node["content"] = name
                if node.get("__class__") == "log1p":
                    node["__class__"], node["__module__"] = name, module
                for one in node.values():
                    walk(one)
            elif isinstance(node, list):
                for one in node:
                    walk(one)

        walk(told)
        return json.dumps(told).encode()

    changed = _changed(data, tamper)
    assert name.encode() in zipfile.ZipFile(io.BytesIO(changed)).read("schema.json")
    with pytest.raises(UnsafeModel):
        load_model(changed)


def test_dangerous_names_are_not_on_the_list():
    assert (
        not {"numpy.load", "os.system", "builtins.eval", "builtins.exec", "operator.methodcaller"}
        & allowed()
    )
    assert all(
        not one.startswith(("os.", "subprocess.", "pickle.", "joblib.")) for one in allowed()
    )


def test_garbage_is_refused():
    with pytest.raises(UnsafeModel, match="not a .skops file"):
        load_model(b"garbage")


def test_a_lambda_is_refused_in_one_line_when_packaging():
    with pytest.raises((NotebookError, UnsafeModel)):
        dump_model(FunctionTransformer(lambda x: x).fit(X))


def test_code_runs_only_for_an_accepted_identity(credit):
    from o16n.bundle.read import open_bundle

    bundle = open_bundle(credit.bundle)
    with pytest.raises(TrustRequired, match=f"--trust-code {bundle.identity}"):
        trust.require(bundle, None)
    trust.require(bundle, bundle.identity)
    trust.remember(bundle.identity)
    trust.require(bundle, None)
    assert trust.store().stat().st_mode & 0o777 == 0o600
