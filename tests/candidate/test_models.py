"""The rules that choose among fitted models, each held against names and what the text tells of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from o16n.candidate.models import (
    Measured,
    Told,
    choose_model,
    fitted_models,
    names_of,
    spelled,
)
from o16n.errors import AmbiguousCandidate, NotebookError, UnknownName, UnsupportedModel
from o16n.notebook.notebook import Place

ROWS, LABELS = np.arange(24.0).reshape(12, 2), np.array([0, 1] * 6)
AT = Place(cell=4, line=2)


def linear():
    return LinearRegression().fit(ROWS, LABELS)


def pick(names, told=None, *, named=None, ask=None, measured=()):
    return choose_model(names, told or Told(), named=named, ask=ask, measure=lambda _: measured)


def numbers(**values):
    return [Measured(name=name, metric="r2", value=value) for name, value in values.items()]


def test_a_model_counts_once_under_its_first_name_and_not_as_a_part_of_another():
    inner = LogisticRegression()
    whole = make_pipeline(StandardScaler(), inner).fit(ROWS, LABELS)
    names = {"whole": whole, "again": whole, "inner": whole[-1], "scaler": whole[0]}
    assert list(fitted_models(names)) == ["whole"]
    assert names_of(names, whole) == ["whole", "again"]


def test_models_stand_in_dicts_and_lists_too_and_those_that_were_never_fitted_nowhere():
    model = linear()
    names = {
        "bare": Ridge(),
        "kind": Ridge,
        "_hidden": linear(),
        "In": [linear()],
        "found": {"a": linear(), 1: 2},
        "pairs": [("name", linear())],
        "model": model,
    }
    assert list(fitted_models(names)) == ["found['a']", "pairs[0]", "model"]


def test_without_a_model_the_error_says_what_to_write():
    with pytest.raises(NotebookError, match=r"no fitted model is left among .* model = ….fit"):
        pick({"x": 1})


def test_the_only_model_needs_no_other_reason():
    found = pick({"x": 3, "clf": linear()})
    assert (found.name, found.proposed, found.answered) == ("clf", False, False)
    assert found.reason.statement == "the model is clf, because it is the only fitted model"


@pytest.mark.parametrize(
    ("told", "because"),
    [
        (Told(saved={"b": AT}), "the notebook saves it"),
        (Told(evaluated={"b"}), "it is the only one that predicts"),
        (Told(saved={"b": AT}, evaluated={"a"}), "the notebook saves it"),
        (Told(saved={"other": AT}, evaluated={"b"}), "it is the only one that predicts"),
    ],
)
def test_of_several_the_first_rule_that_leaves_one_decides(told, because):
    found = pick({"a": linear(), "b": linear(), "c": linear()}, told)
    assert found.reason.statement == f"the model is b, because {because}"


def test_a_rule_that_leaves_several_is_followed_by_the_next():
    told = Told(saved={"a": AT, "best_b": AT, "c": AT})
    found = pick({"a": linear(), "best_b": linear(), "c": linear()}, told)
    assert found.name == "best_b"
    assert found.reason.statement.endswith("because it is named best or final")
    assert found.reason.place is None


def test_a_saved_dict_saves_what_it_holds_and_the_place_is_told():
    found = pick({"all": {"m": linear(), "n": 1}, "c": linear()}, Told(saved={"all": AT}))
    assert (found.name, found.reason.place) == ("all['m']", AT)


def test_a_search_goes_before_a_name_and_its_best_estimator_under_the_saved_name():
    search = GridSearchCV(Ridge(), {"alpha": [1.0, 2.0]}, cv=2).fit(ROWS, LABELS)
    names = {"final": linear(), "search": search}
    assert pick(names).reason.statement.endswith("it is the best of a search")
    kept = {**names, "winner": search.best_estimator_}
    found = pick(kept, Told(saved={"winner": AT}))
    assert found.name == "winner"
    assert found.model is search.best_estimator_


def test_what_was_fitted_again_after_it_was_saved_is_refused_with_the_place():
    with pytest.raises(AmbiguousCandidate) as caught:
        pick({"m": linear()}, Told(saved={"m": AT}, again={"m": Place(cell=5, line=1)}))
    assert str(caught.value) == (
        "cell 5 line 1: m was saved and then fitted again: what is left is not what was saved; "
        "take what is left with --model m, or %load_ext o16n in the first cell and run all"
    )


def test_the_last_of_several_that_are_gone_is_refused_unless_it_was_saved():
    gone = [("m", Place(cell=2, line=1)), ("m", Place(cell=3, line=1))]
    with pytest.raises(
        AmbiguousCandidate, match="m is what is left of several; m of cell 2 line 1"
    ):
        pick({"m": linear()}, Told(gone=gone))
    assert pick({"m": linear()}, Told(gone=gone, saved={"m": AT})).name == "m"


def test_the_last_round_of_a_loop_is_refused_unless_another_name_or_a_save_keeps_it():
    model = linear()
    told = {"in_loop": {"m": AT}}
    with pytest.raises(AmbiguousCandidate, match="m is fitted again in each round of a loop"):
        pick({"m": model}, Told(**told))
    assert pick({"m": model, "kept": model}, Told(**told)).name == "m"
    assert pick({"m": model}, Told(**told, saved={"m": AT})).name == "m"


def test_of_several_the_best_by_the_printed_numbers_is_proposed_with_the_ranking():
    names = {"a": linear(), "b": Ridge().fit(ROWS, LABELS), "c": linear()}
    found = pick(names, measured=numbers(b=0.9, a=0.8))
    assert (found.name, found.proposed, found.instead) == ("b", True, ("a", "c"))
    assert found.ranking == (
        "b (Ridge), r2 0.9",
        "a (LinearRegression), r2 0.8",
        "c (LinearRegression)",
    )
    assert "its r2 of 0.9, which the notebook printed, is the best of 2 (3 fitted)" in (
        found.reason.statement
    )


@pytest.mark.parametrize(
    ("told", "measured"),
    [
        (Told(), ()),
        (Told(), numbers(a=0.9, b=0.9)),
        (Told(gone=[("m", AT)]), numbers(b=0.9, a=0.8)),
    ],
    ids=["no number", "equal numbers", "a better one may be gone"],
)
def test_without_a_number_that_decides_o16n_refuses_with_the_names(told, measured):
    with pytest.raises(
        AmbiguousCandidate, match=r"2 fitted models could be meant: .* --model NAME"
    ):
        pick({"a": linear(), "b": linear()}, told, measured=measured)


def test_a_person_is_asked_in_the_order_of_the_numbers():
    asked = []

    def ask(question, choices):
        asked.append((question, list(choices)))
        return 1

    names = {"a": linear(), "b": linear()}
    found = pick(names, ask=ask, measured=numbers(b=0.9, a=0.8))
    assert (found.name, found.answered, found.proposed) == ("a", True, False)
    ((question, choices),) = asked
    assert question == "Which model is this notebook about?"
    assert [one.split()[0] for one in choices] == ["b", "a"]


def test_a_name_that_was_typed_decides_and_is_an_answer_where_the_rules_would_ask():
    names = {"a": linear(), "b": linear(), "all": {"x y": linear()}, "rows": ROWS}
    assert pick(names, named="b").answered
    assert not pick({"b": names["b"]}, named="b").answered
    assert pick(names, named='all["x y"]').name == "all['x y']"
    with pytest.raises(NotebookError, match="--model: rows is a ndarray, not a fitted model"):
        pick(names, named="rows")
    with pytest.raises(UnknownName, match=r"--model: unknown model 'c'"):
        pick(names, named="c")


def test_an_alias_may_be_typed():
    model = linear()
    assert pick({"a": model, "again": model, "b": linear()}, named="again").model is model


def test_a_foreign_model_alone_is_refused_with_what_would_be_needed():
    class Net:
        def predict(self, rows):
            return rows

    Net.__module__ = "torch.nn"
    with pytest.raises(
        UnsupportedModel, match=r"net is a torch\.nn\.Net, which o16n cannot take yet"
    ):
        pick({"net": Net()})


@given(
    st.permutations(["a", "b", "best_c", "d"]), st.sets(st.sampled_from(["a", "b", "best_c", "d"]))
)
def test_the_order_of_names_decides_nothing_while_a_rule_does(order, evaluated):
    models = {name: MODELS[name] for name in order}
    assert pick(models, Told(evaluated=evaluated)).name == "best_c"


MODELS = {name: linear() for name in ("a", "b", "best_c", "d")}


@pytest.mark.parametrize(
    ("typed", "told"),
    [('m["a"]', "m['a']"), (" m [ 0 ] ", "m[0]"), ("model", "model"), ("not a name", "not a name")],
)
def test_what_is_typed_is_spelled_as_names_are(typed, told):
    assert spelled(typed) == told


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (make_pipeline(StandardScaler(), LogisticRegression()), "Pipeline … LogisticRegression"),
        (GridSearchCV(SVC(), {"C": [1.0]}, cv=2), "GridSearchCV … SVC"),
        (DecisionTreeClassifier(), "DecisionTreeClassifier"),
    ],
    ids=["pipeline", "search", "alone"],
)
def test_a_contender_is_told_with_what_is_inside(model, kind):
    with pytest.raises(AmbiguousCandidate) as caught:
        pick(
            {"a": model.fit(ROWS, LABELS), "b": clone(model).fit(ROWS, LABELS)},
            Told(saved={"a": AT, "b": AT}),
        )
    assert f"a ({kind})" in caught.value.what


def test_every_pair_of_equal_reasons_is_left_to_the_person():
    for one, other in itertools.combinations(("best_a", "final_b", "best_c"), 2):
        with pytest.raises(AmbiguousCandidate, match="2 fitted models"):
            pick({one: linear(), other: linear(), "d": linear()})
