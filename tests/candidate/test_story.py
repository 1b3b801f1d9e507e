"""What a notebook did, as a graph: each thing once, in its column, with what leads to it."""

from __future__ import annotations

import pytest

from o16n.candidate.inferred import inferred
from o16n.candidate.story import LONGEST, MOST, inferred_story, story

pytestmark = pytest.mark.filterwarnings("ignore")
START = """\
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
"""
SPLIT = "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)"
SCALED = """\
scaler = StandardScaler().fit(X_train)
Z_train, Z_test = scaler.transform(X_train), scaler.transform(X_test)
final = LogisticRegression().fit(Z_train, y_train)
print(accuracy_score(y_test, final.predict(Z_test)))
"""
TREE = """\
tree = DecisionTreeClassifier(max_depth=2).fit(X_train, y_train)
print(accuracy_score(y_test, tree.predict(X_test)))
"""


def labels(told):
    return {name: [one.label for one in nodes] for name, nodes in told.columns}


def linked(told):
    known = {one.key: one.label for one in told.nodes}
    return {(known[one], known[other]) for one, other in told.links}


def test_each_thing_stands_in_its_column_and_is_led_to(watched):
    told = story(*watched(START, SPLIT, TREE, SCALED))
    names = labels(told)
    assert names["split"] == ["split"]
    assert names["after the split"] == ["scaler"]
    assert names["models"] == ["final", "tree"]
    assert {one.partition(" ")[0] for one in names["metrics"]} == {"accuracy"}
    assert {("split", "scaler"), ("scaler", "final"), ("split", "tree")} <= linked(told)
    assert ("split", "final") not in linked(told)


def test_the_chosen_model_and_its_numbers_are_marked_and_the_sentence_says_why(watched):
    told = story(*watched(START, SPLIT, TREE, SCALED))
    chosen = [one for one in told.nodes if one.chosen]
    assert [one.label for one in chosen[:1]] == ["final"]
    assert chosen[1].label.startswith("accuracy 0.")
    assert chosen[1].note == "on Z_test"
    assert str(chosen[1].place) == "cell 4 line 4"
    assert told.sentence.startswith("the model is final, because it is named best or final")


def test_what_is_prepared_before_the_split_stands_before_it(watched):
    told = story(*watched(START, "X = StandardScaler().fit_transform(X)\n" + SPLIT, TREE))
    assert labels(told)["preparation"] == ["StandardScaler"]
    assert ("StandardScaler", "split") in linked(told)
    assert [one.slug for one in told.odd] == ["fitted-before-split"]


def test_many_models_are_drawn_in_part_and_the_rest_is_counted(watched):
    loop = (
        "made = [DecisionTreeClassifier(max_depth=d).fit(X_train, y_train) for d in range(1, 11)]"
    )
    told = story(*watched(START, SPLIT, loop))
    assert len(labels(told)["models"]) == MOST
    assert told.left_out == 10 - MOST
    assert "10 fitted models could be meant" in told.sentence


def test_no_label_is_long(watched):
    long = "X_train_" + "very_" * 20
    cell = SPLIT.replace("X_train", long)
    told = story(*watched(START, cell, f"{long}m = LogisticRegression().fit({long}, y_train)"))
    assert max(len(one.label) for one in told.nodes) == LONGEST


def test_a_notebook_without_a_model_has_no_story(watched):
    assert story(*watched(START, SPLIT)) is None


def test_without_a_watcher_the_story_is_what_could_be_inferred(lived):
    read = (
        "import pandas as pd\nX.assign(y=y).to_csv('d.csv', index=False)\ndf = pd.read_csv('d.csv')"
    )
    cut = SPLIT.replace("(X, y,", "(df.drop(columns='y'), df['y'],")
    namespace, notebook = lived(START, read, cut, TREE)
    told = inferred_story(inferred(namespace, notebook, named=None, data=None, ask=None))
    assert "pd.read_csv('d.csv')" in labels(told)["raw data"]
    assert labels(told)["models"] == ["tree"]
    assert ("pd.read_csv('d.csv')", "tree") in linked(told)
    assert told.sentence == "the model is tree, because it is the only fitted model"
