"""Which matrices belong to a model: by the statements that name them, held against the model itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from o16n.candidate.data import Seen, contains, find_parts, fits_model, height, rows_fitted
from o16n.candidate.statements import statements
from o16n.errors import AmbiguousCandidate, NotebookError, UnknownName
from o16n.notebook.read import from_history

RNG = np.random.default_rng(0)
FRAME = pd.DataFrame(RNG.normal(size=(20, 2)), columns=["age", "in.come"])
FRAME.index += 100  # labels of their own, as rows of a larger table have
TARGET = pd.Series(np.arange(20.0), index=FRAME.index, name="y")


def seen(names, *cells, model="m"):
    all_of = statements(from_history(["", *cells]))
    return Seen(
        namespace=names, statements=all_of, model=names[model], aliases=(model,), lived=all_of
    )


def parts(names, *cells, data=None, model="m"):
    found = find_parts(seen(names, *cells, model=model), data=data)
    told = [found.train, found.test]
    return [(one.name, one.target_name) if one is not None else None for one in told]


def split(**more):
    x, x2, y, y2 = FRAME[:14], FRAME[14:], TARGET[:14], TARGET[14:]
    names = {"X_train": x, "X_test": x2, "y_train": y, "y_test": y2}
    return {**names, "m": LinearRegression().fit(x, y), **more}


SPLIT = "X_train, X_test, y_train, y_test = train_test_split(X, y)"
FIT = "m = LinearRegression()\nm.fit(X_train, y_train)"


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        (FRAME, 20),
        (TARGET, 20),
        (FRAME.to_numpy(), 20),
        (sparse.eye(7, format="csr"), 7),
        ([1, 2], 2),
    ],
)
def test_rows_are_counted_whatever_holds_them(value, rows):
    assert height(value) == rows


def test_a_model_of_a_frame_takes_its_columns_in_order_and_arrays_by_their_number():
    model = LinearRegression().fit(FRAME, TARGET)
    assert fits_model(model, FRAME)
    assert fits_model(model, FRAME.to_numpy())
    assert fits_model(model, sparse.csr_array(FRAME.to_numpy()))
    assert not fits_model(model, FRAME[["in.come", "age"]])
    assert not fits_model(model, FRAME[["age"]])
    assert not fits_model(model, FRAME.to_numpy()[:, :1])
    assert not fits_model(model, TARGET)
    assert not fits_model(model, "text")


def test_lightgbm_remembers_a_column_with_its_odd_signs_replaced():
    model = LinearRegression().fit(FRAME.rename(columns={"in.come": "in_come"}), TARGET)
    assert fits_model(model, FRAME)


def test_a_model_without_a_width_takes_texts_and_only_such():
    class Bag:
        def predict(self, texts): ...

    assert fits_model(Bag(), ["a", "b"])
    assert fits_model(Bag(), pd.Series(["a"]))
    assert not fits_model(Bag(), [])
    assert fits_model(Bag(), FRAME)


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        (KNeighborsRegressor(2), 20),
        (make_pipeline(StandardScaler(), LinearRegression()), None),  # it counts weights
        (GridSearchCV(KNeighborsRegressor(), {"n_neighbors": [2]}, cv=2), 20),
        (make_pipeline(MinMaxScaler(), LinearRegression()), 20),
        (DecisionTreeRegressor(), 20),
        (GradientBoostingRegressor(n_estimators=2), 20),
        (GradientBoostingRegressor(n_estimators=2, subsample=0.5), None),
        (RandomForestRegressor(n_estimators=2), None),
        (LinearRegression(), None),
    ],
    ids=repr,
)
def test_some_models_remember_how_many_rows_they_were_fitted_on(model, rows):
    assert rows_fitted(model.fit(FRAME, TARGET)) == rows


def test_the_held_out_part_is_what_the_model_predicts_with_the_truth_it_is_compared_with():
    cells = SPLIT, FIT, "print(r2_score(y_test, m.predict(X_test)))"
    assert parts(split(), *cells) == [("X_train", "y_train"), ("X_test", "y_test")]


def test_without_a_prediction_the_other_half_of_the_split_is_the_held_out_part():
    assert parts(split(), SPLIT, FIT) == [("X_train", "y_train"), ("X_test", "y_test")]


def test_without_a_split_a_twin_of_the_name_is():
    names = split()
    names |= {"X_valid": names.pop("X_test"), "y_valid": names.pop("y_test")}
    assert parts(names, FIT) == [("X_train", "y_train"), ("X_valid", "y_valid")]


def test_rows_that_the_model_was_trained_on_are_not_held_out():
    names = split(seen=FRAME[:5], truth=TARGET[:5])
    cells = "m.fit(X_train, y_train)", "r2_score(truth, m.predict(seen))"
    names.pop("X_test")
    assert parts(names, *cells)[1] is None


def test_without_anything_held_back_there_is_no_test_part():
    names = {"X": FRAME, "y": TARGET, "m": LinearRegression().fit(FRAME, TARGET)}
    assert parts(names, "m.fit(X, y)") == [("X", "y"), None]


def test_a_table_of_one_column_is_a_target():
    names = split()
    names["y_train"] = names["y_train"].to_frame()
    found = find_parts(seen(names, SPLIT, FIT), data=None)
    assert found.train.y.shape == (14,)


def test_what_changed_its_rows_since_the_fit_is_refused_with_the_place():
    names = split()
    names["y_train"] = names["y_train"][:-3]
    with pytest.raises(NotebookError) as caught:
        parts(names, SPLIT, FIT)
    assert str(caught.value) == (
        "cell 2 line 2: X_train has 14 rows and y_train 11: one of them changed since the fit; "
        "name the data with --data NAME"
    )


def test_a_name_bound_anew_since_the_fit_is_refused_with_both_places():
    cells = SPLIT, FIT, "X_train = scale(X_train)"
    with pytest.raises(AmbiguousCandidate) as caught:
        parts(split(), *cells)
    assert str(caught.value).startswith(
        "cell 2 line 2: X_train was bound anew in cell 3 line 1 after m was fitted on it; name its inputs"
    )


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (("pass",), "no fit statement names data that m fits; name its inputs with --data NAME"),
        (
            (
                "for model in models:\n    model.fit(X_train, y_train)\n    model.fit(X_test, y_test)",
            ),
            "m could have been fitted on X_train or X_test; name its inputs with --data NAME",
        ),
    ],
)
def test_where_no_or_several_fits_could_be_meant_the_option_is_said(cells, message):
    names = {name: value for name, value in split().items() if name != "y_none"}
    with pytest.raises(AmbiguousCandidate) as caught:
        parts(names, *cells)
    assert str(caught.value) == message


def test_data_that_was_named_is_taken_where_it_fits_and_unknown_names_are_told():
    names = split(other=FRAME, narrow=FRAME[["age"]])
    assert parts(names, FIT, data="other")[0] == ("other", None)
    with pytest.raises(UnknownName, match="--data: unknown name 'X_trian'; did you mean X_train"):
        parts(names, FIT, data="X_trian")
    with pytest.raises(AmbiguousCandidate):
        parts(names, FIT, data="narrow")


def test_a_model_in_a_dict_is_fitted_by_the_loop_over_it():
    names = {**split(), "models": {"a": split()["m"]}}
    all_of = statements(
        from_history(["", SPLIT, "for k, one in models.items():\n    one.fit(X_train, y_train)"])
    )
    told = Seen(
        namespace=names,
        statements=all_of,
        model=names["models"]["a"],
        aliases=("models['a']",),
        loops=frozenset({"k", "one"}),
        lived=all_of,
    )
    assert told.is_own("models")
    assert told.may_be("one")
    assert not told.may_be("m")
    assert find_parts(told, data=None).train.name == "X_train"


def test_rows_are_told_apart_by_labels_unless_both_were_numbered_afresh():
    assert contains(FRAME[:10], FRAME[:3])
    assert not contains(FRAME[:10], FRAME[8:12])
    first, second = (part.reset_index(drop=True) for part in (FRAME[:10], FRAME[10:]))
    assert not contains(first, second)
    assert contains(first, first[3:])
    assert not contains(FRAME[:10].to_numpy(), FRAME[:3])


@given(st.permutations(range(20)), st.integers(1, 19))
def test_a_part_of_shuffled_rows_is_contained_and_the_rest_is_not(order, at):
    rows = FRAME.iloc[order]
    part, rest = rows[:at], rows[at:]
    assert contains(rows, part)
    assert contains(part, rest) is False


def test_a_classifier_finds_its_rows_too():
    labels = (TARGET > 9).astype(int)
    names = {"X": FRAME, "labels": labels, "m": LogisticRegression().fit(FRAME, labels)}
    assert parts(names, "m = LogisticRegression().fit(X, labels)") == [("X", "labels"), None]
