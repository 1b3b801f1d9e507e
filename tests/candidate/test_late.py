"""`%load_ext o16n` typed last: the same candidate, or a refusal with its reason, and nothing is touched."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import textwrap
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FOLDER = HERE / "notebooks"
TWENTY_FOUR = sorted(FOLDER.glob("[012]?_*.json"))[:24]
ANSWERS = sorted(FOLDER.glob("*.json"))
REASONS = ("is gone", "are gone", "bound anew", "fitted again", "no fitted model", "could be meant")


def late(folder, verb, *names):
    """Live through notebooks of `folder` in kernels of their own, load o16n last; return what it told by name."""
    out = folder / "told"
    out.mkdir()
    subprocess.run(
        [sys.executable, str(HERE / "late_child.py"), str(folder), str(out), verb, *names],
        check=True,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1]), "IPYTHONDIR": str(folder / "ipy")},
    )
    return {path.stem: json.loads(path.read_text()) for path in out.iterdir()}


def needs(answer):
    """The packages outside the pinned set that its notebook needs and that are not here."""
    required = json.loads(answer.read_text()).get("requires", [])
    return [one for one in required if find_spec(one) is None]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("late") / "n"
    shutil.copytree(FOLDER, folder)
    names = [one.stem for one in ANSWERS if not needs(one)]
    found = late(folder, "choose", *names)
    assert sorted(found) == names
    return found


def agrees(wanted, told):
    """Whether what was told is the noted answer: the model, its class, its rows, and what it is measured on."""
    model = wanted["model"]
    if model is None or told["error"]:
        return bool(told["error"]) and {"refused", "ambiguous"} >= set(wanted["status"])
    parts = told["parts"]
    kinds = {model["class"], model.get("inner_class", model["class"])}
    named = told["name"] in {model["name"], *model["acceptable"]}
    trained = wanted["X_train"] is None or parts["train"][0] in wanted["X_train"]
    tried = "test" not in parts or (
        parts["test"][0] in wanted["X"]
        and parts["test"][1] in wanted["y"]
        and parts["test"][2] == wanted["rows"]["test"]
    )
    rows = parts["train"][2] == wanted["rows"]["train"]
    return named and told["class"] in kinds and trained and tried and rows


def test_of_the_24_all_but_four_whose_model_is_gone_give_the_same_candidate(told):
    ran = [one for one in TWENTY_FOUR if one.stem in told]
    other = {one.stem for one in ran if not agrees_of(told, one)}
    assert len(TWENTY_FOUR) == 24
    assert len(ran) == 24 - sum(bool(needs(one)) for one in TWENTY_FOUR)  # one needs xgboost
    assert other <= {
        "03_helper_returns_the_score",
        "09_rebound_unfitted",
        "10_saved_then_refitted",
        "21_one_name_for_three",
    }


def agrees_of(told, answer):
    return agrees(json.loads(answer.read_text()), told[answer.stem])


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda path: path.stem)
def test_what_is_not_the_same_candidate_is_a_refusal_with_its_reason(told, answer):
    if answer.stem not in told:
        pytest.skip(f"needs {', '.join(needs(answer))}")
    if agrees_of(told, answer):
        return
    refusal = told[answer.stem]["error"]
    assert any(one in refusal for one in REASONS), told[answer.stem]


def test_what_was_saved_and_then_fitted_again_is_refused_since_no_pickle_is_opened(told):
    assert "fitted again" in told["10_saved_then_refitted"]["error"]


def test_rows_of_a_split_that_a_later_one_replaced_are_split_again(told):
    assert told["08_second_split"]["parts"]["train"][2] == 266


def test_nothing_of_the_person_is_changed(told):
    assert {name: one["changed"] for name, one in told.items() if one["changed"]} == {}


def test_nothing_is_said_to_have_been_watched(told):
    assert {one.get("watched", "") for one in told.values()} == {""}


def test_loaded_in_the_first_cell_the_record_decides_what_names_cannot(tmp_path):
    folder = tmp_path / "n"
    shutil.copytree(FOLDER, folder)
    names = ["03_helper_returns_the_score", "09_rebound_unfitted", "21_one_name_for_three"]
    found = late(folder, "early", *names)
    assert {one["watched"] for one in found.values()} <= {"sys.monitoring", "sys.setprofile"}
    for name in names:
        assert found[name]["error"] == "", found[name]
        wanted = json.loads((FOLDER / f"{name}.json").read_text())
        assert found[name]["class"] == wanted["model"]["class"]
        assert found[name]["parts"]["train"][2] == wanted["rows"]["train"]
        assert found[name]["changed"] == []


WRITES = [
    """
    import socket, sqlite3
    import pandas as pd
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    df = pd.read_csv("data/german.csv")
    with open("log.txt", "a") as log:
        log.write("read once more\\n")
    """,
    """
    with socket.create_connection(("127.0.0.1", PORT)) as line:
        line.sendall(b"one run")
    store = sqlite3.connect("runs.db")
    store.execute("create table if not exists runs (rows int)")
    store.execute("insert into runs values (?)", (len(df),))
    store.commit()
    df["known"] = pd.read_sql("select max(rows) as n from runs", store)["n"][0]
    """,
    """
    X, y = df[["age", "duration", "credit_amount", "known"]], df["risk"]
    X.to_csv("prepared.csv")
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    clf = LogisticRegression(max_iter=500).fit(X_train, y_train)
    print(clf.score(X_test, y_test))
    """,
]


@pytest.fixture
def listener():
    """A real server on this machine; yields (port, what it was sent)."""
    got = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen():
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                with line:
                    got.append(line.recv(100))

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], got
        server.shutdown(socket.SHUT_RDWR)


def test_a_file_a_socket_and_a_database_that_the_notebook_writes_to_are_left_alone(
    tmp_path, listener
):
    port, got = listener
    folder = tmp_path / "n"
    folder.mkdir()
    shutil.copytree(FOLDER / "data", folder / "data")
    cells = [textwrap.dedent(one).replace("PORT", str(port)) for one in WRITES]
    told = [
        {"cell_type": "code", "source": one, "outputs": [], "execution_count": None, "metadata": {}}
        for one in cells
    ]
    path = folder / "writes.ipynb"
    path.write_text(json.dumps({"cells": told, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    found = late(folder, "package", "writes")["writes"]
    assert Path(found["bundle"], "manifest.json").is_file(), found
    assert found["changed"] == []
    assert got == [b"one run"]
    assert (folder / "log.txt").read_text() == "read once more\n"
    with contextlib.closing(sqlite3.connect(folder / "runs.db")) as store:
        assert store.execute("select count(*) from runs").fetchone() == (1,)
    assert (folder / "prepared.csv").is_file()
    assert (
        "not watched: inferred from names, history, statements and stored outputs"
        in (found["text"])
    )
