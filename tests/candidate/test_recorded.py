"""What the record tells where names and order would lie."""

from __future__ import annotations

import pytest

from o16n.errors import AmbiguousCandidate

pytestmark = pytest.mark.filterwarnings("ignore")
START = """
    import numpy as np
    from sklearn.datasets import load_breast_cancer
    from sklearn.metrics import accuracy_score
    from sklearn.model_selection import GridSearchCV, train_test_split
    from sklearn.tree import DecisionTreeClassifier
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    X_rest, X_test, y_rest, y_test = train_test_split(X, y, random_state=0)
    X_train, X_val, y_train, y_val = train_test_split(X_rest, y_rest, random_state=0)
"""
SEARCH = """
    grid = GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [2, 3]}, cv=3)
    grid.fit(X_train, y_train)
    print(accuracy_score(y_val, grid.predict(X_val)))
"""


def test_a_search_answers_for_itself(found):
    made = found(START, SEARCH)
    assert (made.name, made.parts.train.name, made.parts.test.name) == ("grid", "X_train", "X_val")


def test_the_best_estimator_fitted_again_is_told_with_the_rows_it_was_fitted_on(found):
    again = "tree = grid.best_estimator_\ntree.fit(X_rest, y_rest)"
    made = found(START, SEARCH, again)
    assert (made.name, type(made.model).__name__) == ("tree", "DecisionTreeClassifier")
    assert made.parts.train.name == "X_rest"
    assert made.parts.test is None  # X_val is among the rows of X_rest
    tried = again + "\nprint(accuracy_score(y_test, tree.predict(X_test)))"
    made = found(START, SEARCH, tried)
    assert (made.parts.train.name, made.parts.test.name) == ("X_rest", "X_test")


def test_a_search_named_by_hand_is_packaged_as_it_was_when_its_best_is_fitted_again(found):
    again = "grid.best_estimator_.fit(X_rest.iloc[:40], y_rest.iloc[:40])"
    made = found(START, SEARCH, again, named="grid")
    assert type(made.model).__name__ == "GridSearchCV"
    assert made.parts.train.name == "X_train"
    assert made.model.best_estimator_.tree_.n_node_samples[0] == len(made.parts.train.X)
    assert "it is packaged as it was after cell 2" in made.reason.statement


def test_a_superseded_fit_is_packaged_as_it_was_evaluated_and_said_so(found):
    made = found(
        START,
        """
        m = DecisionTreeClassifier(max_depth=2, random_state=0).fit(X_train, y_train)
        print(accuracy_score(y_val, m.predict(X_val)))
        m = DecisionTreeClassifier()
        """,
    )
    assert made.model.get_depth() == 2
    assert "after cell 2, bound anew or gone since" in made.reason.statement


LOOP = """
    for depth in (1, 2, 3):
        DecisionTreeClassifier(max_depth=depth, random_state=0).fit(X_train, y_train)
"""
HELD = """
    models = {"a": DecisionTreeClassifier(max_depth=1), "b": DecisionTreeClassifier(max_depth=2)}
    for one in models.values():
        one.fit(X_train, y_train)
"""
LONE = "print(DecisionTreeClassifier(max_depth=4).fit(X_train, y_train).get_depth())"


def test_a_model_in_a_dict_can_be_typed_with_either_quotes(found):
    for typed in ('models["b"]', "models['b']", "models[ 'b' ]"):
        made = found(START, HELD, named=typed)
        assert (made.name, made.model.max_depth) == ("models['b']", 2)


def test_a_refusal_says_what_to_type_for_models_in_a_dict(found):
    with pytest.raises(AmbiguousCandidate) as caught:
        found(START, HELD)
    assert caught.value.hint == "say which: --model \"models['a']\" or --model \"models['b']\""


def test_a_temporary_is_typed_by_its_place(found):
    made = found(START, LONE, HELD, named="cell 2 line 1")
    assert made.model.max_depth == 4
    assert made.typed == "cell 2 line 1"
    with pytest.raises(AmbiguousCandidate, match="--model 'cell 2 line 1'"):
        found(START, LONE, HELD)


def test_of_several_fitted_at_one_place_the_refusal_says_once_where_and_how_to_type_one(found):
    with pytest.raises(AmbiguousCandidate) as caught:
        found(START, LOOP)
    assert caught.value.what.endswith(": 3 DecisionTreeClassifier fitted in cell 2 line 3")
    assert "--model 'cell 2 line 3 fit 1' or --model 'cell 2 line 3 fit 3'" in caught.value.hint
    assert found(START, LOOP, named="cell 2 line 3 fit 2").model.max_depth == 2
    with pytest.raises(AmbiguousCandidate, match="3 models were fitted there"):
        found(START, LOOP, named="cell 2 line 3")


def test_a_place_where_nothing_was_fitted_is_no_answer_of_the_record(found):
    assert found(START, LOOP, named="cell 1 line 1") is None
    assert found(START, LOOP, named="cell 2 line 3 fit 4") is None


def test_a_question_lists_the_best_first_and_its_answer_counts(found):
    asked = []

    def ask(question, choices):
        asked.extend(choices)
        return 1

    tried = HELD + "        print(accuracy_score(y_val, one.predict(X_val)))\n"
    assert found(START, tried).proposed
    made = found(START, tried, ask=ask)
    assert asked[0].startswith("models['a'] (DecisionTreeClassifier), accuracy 0.")
    assert (made.name, made.answered, made.proposed) == ("models['b']", True, False)
    assert made.instead == ("models['a']",)


def test_what_a_watcher_saw_only_in_part_is_not_decided_by_the_record(found):
    start = "m = DecisionTreeClassifier(max_depth=9).fit(X_train, y_train)"
    assert found(START, start, LONE, watched_from=2) is None
    assert found(START, start, watched_from=1).name == "m"
