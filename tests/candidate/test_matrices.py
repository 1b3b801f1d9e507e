"""What a native training matrix was made of is read from the statements before it."""

from __future__ import annotations

import pytest

from o16n.candidate.statements import fits, predictions, saves, statements
from o16n.notebook.notebook import Place
from o16n.notebook.read import from_history

MADE = "d = xgb.DMatrix(X_train, label=y_train)"


def read(*cells):
    return statements(from_history(["", *cells]))


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([MADE, "b = xgb.train(p, d, 10)"], ("b", "X_train", "y_train", 1)),
        ([MADE, "", "b = xgb.train(params=p, dtrain=d)"], ("b", "X_train", "y_train", 1)),
        (["d = lgb.Dataset(X, y)", "b = lgb.train(p, train_set=d)"], ("b", "X", "y", 1)),
        (["b = train(p, DMatrix(X[cols], y))"], ("b", "X[cols]", "y", 1)),
        (["b = xgb.train(p, xgb.QuantileDMatrix(data=X, label=df['y']))"], ("b", "X", "df['y']", 1)),
        (["d = xgb.DMatrix(X)", "b = xgb.train(p, d)"], ("b", "X", "", 1)),
        ([MADE, "d = xgb.DMatrix(Z)", "b = xgb.train(p, d)"], ("b", "Z", "", 2)),
        (["d = load()", "b = xgb.train(p, d)"], ("b", "", "", 2)),
        (["b = xgb.train(p, d)", MADE], ("b", "", "", 1)),
        ([MADE, "d, e = halves(d)", "b = xgb.train(p, d)"], ("b", "", "", 3)),
        ([MADE, "d.set_weight(w)", "b = xgb.train(p, d)"], ("b", "X_train", "y_train", 1)),
    ],
)  # fmt: skip
def test_a_booster_is_fitted_on_what_its_matrix_was_made_of(cells, told):
    owner, x, y, cell = told
    assert fits(read(*cells)) == [(owner, x, y, Place(cell=cell, line=1))]


@pytest.mark.parametrize(
    "cell",
    ["net.train()", "b = net.train()", "train(p, d)", "b = [xgb.train(p, d)]", "b = fit(p, d)"],
)
def test_what_is_called_train_and_binds_no_booster_is_no_fit(cell):
    assert fits(read(MADE, cell)) == []


def test_a_matrix_that_is_predicted_stands_for_its_rows():
    cells = "v = xgb.DMatrix(X_valid, label=y_valid)", "p = b.predict(v)\nroc_auc_score(y_valid, p)"
    assert predictions(read(*cells)) == [("b", "X_valid", "y_valid", Place(cell=1, line=1))]


def test_rows_that_no_matrix_holds_are_predicted_as_they_stand():
    cells = "v = scale(X)", "b.predict(v)", "b.predict(X + 1)", "b.predict(scale(X))"
    told = [(x, place.cell) for _, x, _, place in predictions(read(*cells))]
    assert told == [("v", 2), ("X + 1", 3), ("scale(X)", 4)]


def test_a_booster_that_saves_itself_is_saved():
    assert saves(read(MADE, "b = xgb.train(p, d)", "b.save_model('b.json')")) == {
        "b": Place(cell=3, line=1)
    }
