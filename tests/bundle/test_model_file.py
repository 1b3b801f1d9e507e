"""Only what is on the list is loaded, and only trees that are safe to walk."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from o16n.bundle import trust
from o16n.bundle.model_file import allowed, dump_model, load_model
from o16n.errors import NotebookError, TrustRequired, UnsafeModel

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
