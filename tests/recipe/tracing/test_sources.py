"""Rows come from readers, loaders and the notebook itself; splits go along with them."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from o16n.recipe.tracing.replies import Replies, Reply
from o16n.recipe.tracing.trace import CellText, trace
from tests.recipe.tracing.traced import frame, functions, traced, value_of, wrong_rows

if TYPE_CHECKING:
    from pathlib import Path


def _run(*cells: str, replies: Replies | None = None) -> object:
    texts = [CellText(order=k, number=k, source=one) for k, one in enumerate(cells, 1)]
    return trace(texts, replies)


@pytest.mark.parametrize(
    ("read", "columns"),
    [
        ("load_iris(as_frame=True).frame", 5),
        ("load_iris().data", 4),
        ("load_iris()['data']", 4),
        ("load_iris().target", 1),
        ("load_diabetes(as_frame=True).data", 10),
        ("load_wine(return_X_y=True)[0]", 13),
        ("load_wine(return_X_y=True, as_frame=True)[0]", 13),
        ("make_classification(60, random_state=0)[0]", 20),
    ],
)
def test_a_loaders_table_is_columns_of_one_source(read: str, columns: int) -> None:
    run = _run("from sklearn.datasets import *", f"out = {read}")
    assert run.failed == []
    assert functions(run)[0] == "source"
    entry = run.known if hasattr(run, "known") else run.recorder.known
    rows = entry.find(run.names["out"]).rows
    assert rows.tolist() == list(range(len(run.names["out"])))
    shape = run.names["out"].shape
    assert (shape[1] if len(shape) > 1 else 1) == columns


def test_a_file_read_twice_is_one_source(tmp_path: Path) -> None:
    run = traced(tmp_path, "path = df.attrs.get('p')", "a = df.copy()")
    again = traced(tmp_path, f"b = pd.read_csv({str(tmp_path / 'rows.csv')!r})")
    assert len(run.recorder.sources) == len(again.recorder.sources) == 1


def test_two_files_are_two_sources(tmp_path: Path) -> None:
    frame(10).to_csv(tmp_path / "other.csv", index=False)
    run = traced(tmp_path, f"b = pd.read_csv({str(tmp_path / 'other.csv')!r})")
    assert len(run.recorder.sources) == 2


def test_a_table_typed_into_the_notebook_is_a_source() -> None:
    run = _run("import pandas as pd", "df = pd.DataFrame({'a': [1, 2, 3], 'b': ['x', 'y', None]})")
    assert functions(run) == ["source"]
    assert run.recorder.sources[0][0] == "the notebook itself"


def test_a_table_made_of_computed_values_is_no_source() -> None:
    run = _run("import pandas as pd, numpy as np", "df = pd.DataFrame({'a': np.arange(9)})")
    assert run.recorder.program == []


def test_text_files_of_numbers_are_read_as_a_matrix(tmp_path: Path) -> None:
    np.savetxt(tmp_path / "m.txt", np.arange(12).reshape(4, 3))
    run = _run("import numpy as np", f"m = np.loadtxt({str(tmp_path / 'm.txt')!r})")
    assert functions(run) == ["source", "to_numpy"]
    assert list(run.recorder.sources[0][1].columns) == ["0", "1", "2"]


def test_what_the_first_run_read_is_not_read_again(tmp_path: Path) -> None:
    before = pd.DataFrame({"id": [0, 1, 2], "a": [5, 6, 7]})
    reply = Reply(kind="read", name="read_csv", cell=1, line=2, data=pickle.dumps(before))
    run = _run("import pandas as pd\ndf = pd.read_csv('gone.csv')", replies=Replies(all_of=[reply]))
    assert run.failed == []
    assert value_of(run)["a"].tolist() == [5, 6, 7]


def test_an_answer_is_given_once_and_to_its_own_cell() -> None:
    replies = Replies(
        all_of=[
            Reply(kind="read", name="read_csv", cell=k, line=1, data=pickle.dumps(k))
            for k in (1, 2)
        ]
    )
    from o16n.recipe.program import Site

    assert replies.take("read", "read_csv", Site(cell=2, line=9)) == 2
    assert replies.take("read", "read_csv", Site(cell=2, line=1)) is None
    assert replies.take("fit", "read_csv", Site(cell=1, line=1)) is None
    assert replies.take("read", "read_csv", Site(cell=1, line=1)) == 1


def test_an_answer_that_cannot_be_read_is_none() -> None:
    from o16n.recipe.program import Site

    replies = Replies(all_of=[Reply(kind="fit", name="A", cell=1, line=1, data=b"broken")])
    assert replies.take("fit", "A", Site(cell=1, line=1)) is None


def test_a_split_without_a_seed_goes_as_in_the_first_run(tmp_path: Path) -> None:
    whole = frame()
    before = (whole.iloc[[3, 1, 2]], whole.iloc[[0]])
    reply = Reply(kind="split", name="train_test_split", cell=2, line=1, data=pickle.dumps(before))
    run = traced(
        tmp_path, "a, b = train_test_split(df, test_size=0.1)", replies=Replies(all_of=[reply])
    )
    assert run.names["a"]["id"].tolist() == [3, 1, 2]
    assert run.names["b"]["id"].tolist() == [0]
    assert wrong_rows(run) == []


@pytest.mark.parametrize(
    "line",
    [
        "a, b = train_test_split(df)",
        "a, b, c, d = train_test_split(df, df['y'], stratify=df['y'], random_state=1)",
        "a, b, c, d = train_test_split(df, list(df['y']), shuffle=False)",
        "a, b, c, d = train_test_split(df, df.values, test_size=7, random_state=2)",
    ],
)
def test_a_split_follows_each_row_to_its_side(line: str, tmp_path: Path) -> None:
    run = traced(tmp_path, line)
    assert run.failed == []
    assert wrong_rows(run) == []
    assert len(run.names["a"]) + len(run.names["b"]) == 40
    assert not set(run.names["a"]["id"]) & set(run.names["b"]["id"])


def test_a_dictionary_of_sheets_gives_a_source_each(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    with pd.ExcelWriter(tmp_path / "s.xlsx") as book:
        frame(5).to_excel(book, sheet_name="one", index=False)
        frame(6).to_excel(book, sheet_name="two", index=False)
    run = _run(
        "import pandas as pd", f"s = pd.read_excel({str(tmp_path / 's.xlsx')!r}, sheet_name=None)"
    )
    assert [len(one) for _, one in run.recorder.sources] == [5, 6]
