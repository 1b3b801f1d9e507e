"""What the child is asked: the cells as they ran, and everything that need not be done again."""

from __future__ import annotations

import pickle
from pathlib import Path

import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from o16n.notebook.notebook import Cell, Notebook
from o16n.recipe.lifting.request import cells_in, cells_of, cells_ran, replies_from, replies_of
from o16n.watching.record import CellRun, Estimator, Event, Record, Where


def _notebook(*cells: tuple[str, int | None]) -> Notebook:
    made = [
        Cell(number=number, id=None, kind="code", source=text, execution_count=count)
        for number, (text, count) in enumerate(cells, 1)
    ]
    return Notebook(path=Path("train.ipynb"), cells=tuple(made))


def test_cells_of_a_file_come_in_the_order_they_ran() -> None:
    found = cells_in(_notebook(("a = 1", 2), ("b = 2", 1), ("never = 3", None)))
    assert [(one.order, one.number, one.source) for one in found] == [
        (1, 2, "b = 2"),
        (2, 1, "a = 1"),
    ]


def test_cells_of_a_file_that_never_ran_come_as_they_stand() -> None:
    assert [one.number for one in cells_in(_notebook(("a = 1", None), ("b = 2", None)))] == [1, 2]


def test_a_live_kernel_ran_what_its_history_says() -> None:
    history = ["", "a = 1", "a = 1", "", "scratch = 5", "%load_ext o16n", "%o16n package"]
    found = cells_ran(history, _notebook(("a = 1", 1)))
    assert [(one.order, one.number) for one in found] == [(1, 1), (2, 1), (4, 4)]


def test_magics_are_no_python_in_the_child() -> None:
    (cell,) = cells_in(_notebook(("%matplotlib inline\nx = 1", 1)))
    assert cell.source.splitlines() == ["pass", "x = 1"]


def test_the_names_of_a_kernel_answer_for_their_predictors_once() -> None:
    model = LogisticRegression(C=2).fit([[0.0], [1.0]], [0, 1])
    replies = replies_from({"m": model, "again": model, "s": StandardScaler(), "n": 3})
    assert [(one.kind, one.name) for one in replies.all_of] == [
        ("living", "LogisticRegression(C=2)")
    ]
    assert replies.living("LogisticRegression(C=2)").coef_.shape == (1, 1)
    assert replies.living("LogisticRegression()") is None


def test_two_predictors_that_look_alike_answer_for_nothing() -> None:
    one, other = (LogisticRegression().fit([[0.0], [1.0]], y) for y in ([0, 1], [1, 0]))
    assert replies_from({"a": one, "b": other}).living("LogisticRegression()") is None


@pytest.fixture
def record() -> Record:
    """Return the record of a read, a split without a seed, and two fits."""
    here = {k: Where(cell=k, line=1, in_cell=k, in_line=1) for k in (1, 2, 3, 4)}
    frame = pd.DataFrame({"a": [1.0, 2.0]})
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    return Record(
        mechanism="sys.setprofile",
        cells=tuple(
            CellRun(order=k, id=None, digest="", source=f"cell_{k} = 1", start=0.0) for k in (1, 2)
        ),
        events=(
            Event(number=1, kind="read", name="pandas.read_csv", where=here[1], output=(11,)),
            Event(number=2, kind="split", name="train_test_split", where=here[2], output=(12, 13)),
            Event(number=3, kind="fit", name="LogisticRegression.fit", where=here[3], owner=7, state=1),
            Event(number=4, kind="fit", name="StandardScaler.fit", where=here[3], owner=8, state=1),
            Event(number=5, kind="fit", name="SMOTE.fit_resample", where=here[4], owner=9, state=1, output=(12, 13)),
            Event(number=6, kind="read", name="pandas.read_csv", where=here[1], output=(11,), ok=False),
            Event(number=7, kind="read", name="pandas.read_csv", where=here[1], output=(99,)),
        ),
        values={},
        names={},
        estimators={
            7: Estimator(thing=7, type="sklearn.linear_model.LogisticRegression", fits=1),
            8: Estimator(thing=8, type="sklearn.preprocessing.StandardScaler", fits=1),
            9: Estimator(thing=9, type="imblearn.SMOTE", fits=1),
        },
        kept={11: frame, 12: frame.iloc[:1], 13: frame.iloc[1:]},
        states={(7, 1): model, (8, 1): StandardScaler()},
    )  # fmt: skip


def test_cells_of_a_record_keep_the_numbers_a_person_knows(record: Record) -> None:
    found = cells_of(record, {1: 4})
    assert [(one.order, one.number) for one in found] == [(1, 4), (2, 2)]


def test_a_record_answers_reads_splits_resamplings_and_the_fits_of_predictors(
    record: Record,
) -> None:
    found = [(one.kind, one.name, one.cell) for one in replies_of(record).all_of]
    assert found == [
        ("read", "read_csv", 1),
        ("split", "train_test_split", 2),
        ("fit", "LogisticRegression", 3),
        ("resample", "fit_resample", 4),
    ]


def test_answers_are_whole(record: Record) -> None:
    read, split, *_ = replies_of(record).all_of
    assert pickle.loads(read.data)["a"].tolist() == [1.0, 2.0]
    assert [len(one) for one in pickle.loads(split.data)] == [1, 1]


def test_what_cannot_be_pickled_is_not_answered(record: Record) -> None:
    record.kept[11] = lambda: None  # type: ignore[index]
    assert "read" not in [one.kind for one in replies_of(record).all_of]
