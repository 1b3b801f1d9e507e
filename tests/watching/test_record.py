"""What a watched notebook did stands in the record, with cell and line."""

from __future__ import annotations

import sys

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")

SETUP = """
    import joblib, pickle
    import numpy as np, pandas as pd
    from sklearn.datasets import load_wine
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import accuracy_score, mean_squared_error
    from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
    from sklearn.preprocessing import StandardScaler
    wine = load_wine(as_frame=True).frame
    wine.to_csv("wine.csv", index=False)
"""
DATA = """
    df = pd.read_csv("wine.csv")
    X, y = df.drop(columns="target"), df["target"]
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
"""


def of(told, kind, cell=None):
    return [
        one
        for one in told["events"]
        if one["kind"] == kind and cell in (None, one["where"]["in_cell"])
    ]


def names(told, token):
    return next(one["names"] for one in told["values"] if one["token"] == token)


def test_reads_splits_fits_predictions_metrics_and_saves_are_told_with_their_places(watched_kernel):
    told = watched_kernel(
        SETUP,
        DATA,
        """
        scaler = StandardScaler()
        A = scaler.fit_transform(X_train)
        B = scaler.transform(X_test)
        model = LogisticRegression(max_iter=500)
        model.fit(A, y_train)
        """,
        """
        pred = model.predict(B)
        print("accuracy", accuracy_score(y_test, pred))
        """,
        """
        joblib.dump(model, "m.joblib")
        with open("m.pkl", "wb") as file:
            pickle.dump(obj=model, file=file)
        again = {"model": model, "scaler": scaler}
        with open("n.pkl", "wb") as file:
            pickle.dump(again, file)
        """,
    )
    assert told["mechanism"] == (
        "sys.monitoring" if sys.version_info >= (3, 12) else "sys.setprofile"
    )
    read = of(told, "read", 2)
    assert [(one["name"], one["detail"]["filepath_or_buffer"]) for one in read] == [
        ("read_csv", "wine.csv")
    ]
    assert of(told, "split")[0]["where"] == {"cell": 2, "line": 3, "in_cell": 2, "in_line": 3}
    fits = of(told, "fit")
    assert [(one["name"].rpartition(".")[2], one["where"]["line"]) for one in fits] == [
        ("fit_transform", 2),
        ("fit", 5),
    ]
    assert names(told, fits[1]["inputs"]["X"]) == ["A"]
    use = of(told, "use", 4)[0]
    assert names(told, use["inputs"]["X"]) == ["B"]
    metric = of(told, "metric")[0]
    assert metric["inputs"]["y_pred"] == use["output"][0]
    assert names(told, metric["inputs"]["y_true"]) == ["y_test"]
    assert f"accuracy {metric['result']}" in told["texts"][3]
    saves = of(told, "save", 5)
    logistic = next(
        t["thing"] for t in told["estimators"] if t["type"].endswith("LogisticRegression")
    )
    assert [logistic in one["detail"]["estimators"] for one in saves] == [True, True, True]
    assert len(saves[2]["detail"]["estimators"]) == 2


def test_a_searchs_own_fits_are_not_the_notebooks(watched):
    told = watched(
        SETUP,
        DATA,
        "search = GridSearchCV(LogisticRegression(max_iter=500), {'C': [0.1, 1]}, n_jobs=1).fit(X_train, y_train)",
        "print(search.score(X_test, y_test), cross_val_score(search.best_estimator_, X, y, cv=3).mean())",
    )
    assert [one["name"] for one in of(told, "fit")] == ["BaseSearchCV.fit"]
    assert len(of(told, "score")) == 1
    assert len(of(told, "evaluate")) == 1


def test_a_refit_is_another_state_and_both_are_kept(watched):
    told = watched(
        SETUP,
        DATA,
        """
        for depth in (1, 5):
            m = RandomForestClassifier(n_estimators=5, max_depth=depth, random_state=0)
            m.fit(X_train, y_train)
            m.fit(X, y)
        """,
    )
    fits = of(told, "fit")
    assert [one["state"] for one in fits] == [1, 2, 1, 2]
    assert len({one["owner"] for one in fits}) == 2
    assert len(told["states"]) == 4


def test_the_same_object_changed_in_place_is_another_value(watched):
    told = watched(
        SETUP,
        DATA,
        "scaler = StandardScaler().fit(X_train)\nX_train['alcohol'] = 0.0\nscaler.fit(X_train)",
    )
    first, second = of(told, "fit", 3)
    values = {one["token"]: one for one in told["values"]}
    one, two = values[first["inputs"]["X"]], values[second["inputs"]["X"]]
    assert one["thing"] == two["thing"]
    assert one["token"] != two["token"]
    assert "X_train" in told["cells"][2]["changed"]


def test_a_call_that_raises_is_told_as_such_and_the_next_one_is_seen(watched):
    told = watched(
        SETUP,
        DATA,
        """
        m = LogisticRegression(max_iter=500)
        try:
            m.fit(X_train, y_test)
        except ValueError:
            pass
        m.fit(X_train, y_train)
        """,
    )
    assert [one["ok"] for one in of(told, "fit")] == [False, True]
    assert of(told, "fit")[1]["state"] == 1


def test_a_function_of_the_notebook_gives_both_places(watched):
    told = watched(
        SETUP,
        DATA,
        "def train(m):\n    return m.fit(X_train, y_train)",
        "\nmodel = train(LogisticRegression(max_iter=500))",
    )
    assert of(told, "fit")[0]["where"] == {"cell": 3, "line": 2, "in_cell": 4, "in_line": 1}


def test_equal_statements_of_two_cells_are_told_apart(watched):
    save = "joblib.dump(a, 'a.joblib')"
    told = watched(
        SETUP, DATA, "a = LogisticRegression(max_iter=500).fit(X_train, y_train)", save, save
    )
    assert [one["where"]["in_cell"] for one in of(told, "save")] == [4, 5]


def test_a_loop_is_folded(watched):
    told = watched(SETUP, DATA, "for _ in range(30):\n    mean_squared_error(y_test, y_test)")
    assert len(of(told, "metric")) == 20
    assert [(one["name"], one["events"]) for one in told["folded"]] == [("mean_squared_error", 10)]


def test_what_a_cell_binds_and_deletes_is_told(watched):
    told = watched(SETUP, "a = 1\nb = [1]", "b.append(2)\ndel a\nc = 3")
    assert told["cells"][1]["bound"] == ["a", "b"]
    assert (told["cells"][2]["bound"], told["cells"][2]["deleted"]) == (["c"], ["a"])
    assert told["cells"][2]["changed"] == ["b"]
