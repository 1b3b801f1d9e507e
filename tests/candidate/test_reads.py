"""Raw rows are read once more from local files and bundled data, and from nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sklearn.datasets
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.candidate.reads import digest, raw_data
from o16n.candidate.statements import statements
from o16n.notebook.read import from_history
from o16n.recipe.raw import frame_of

FRAME = pd.DataFrame({"a": [1, 2, 3], "b": ["x", None, "z"]})


@pytest.fixture
def told(tmp_path):
    """Return a function: the cell → what is read again, beside files of several kinds."""
    FRAME.to_csv(tmp_path / "a.csv", index=False)
    FRAME.to_csv(tmp_path / "semi.csv", index=False, sep=";")
    FRAME.to_json(tmp_path / "a.json")
    (tmp_path / "data").mkdir()
    FRAME.to_csv(tmp_path / "data" / "b.csv", index=False)
    names = {"pd": pd, "np": np, "os": os, "Path": Path, "folder": "data", "tmp": tmp_path}
    names |= {"load_iris": sklearn.datasets.load_iris, "datasets": sklearn.datasets}
    names |= {"read_csv": pd.read_csv}

    def read(cell):
        names["calls"] = calls = []
        names["spy"] = lambda *a: calls.append(a)
        return raw_data(dict(names), statements(from_history(["", cell])), tmp_path), calls

    return read


@pytest.mark.parametrize(
    ("call", "location"),
    [
        ("pd.read_csv('a.csv')", "a.csv"),
        ("read_csv('a.csv')", "a.csv"),
        ("pd.read_csv(filepath_or_buffer='a.csv')", "a.csv"),
        ("pd.read_csv(sep=';', filepath_or_buffer='semi.csv')", "semi.csv"),
        ("pd.read_csv('semi.csv', sep=';', usecols=['a', 'b'])", "semi.csv"),
        ("pd.read_csv(folder + '/b.csv')", "data/b.csv"),
        ("pd.read_csv(f'{folder}/b.csv')", "data/b.csv"),
        ("pd.read_csv(os.path.join(folder, 'b.csv'))", "data/b.csv"),
        ("pd.read_csv(Path(folder) / 'b.csv')", "data/b.csv"),
        ("pd.read_csv(tmp / 'a.csv')", "a.csv"),
        ("pd.read_json('a.json')", "a.json"),
    ],
)
def test_a_local_file_is_read_again_as_the_notebook_reads_it(told, call, location):
    (found,), _ = told(f"x = 1\ndf = {call}")
    assert found.frame["a"].tolist() == [1, 2, 3]
    assert (found.location, found.call) == (location, call)
    assert str(found.place) == "cell 1 line 2"


@pytest.mark.parametrize(
    "call", ["load_iris(as_frame=True)", "datasets.load_iris(as_frame=True)", "load_iris()"]
)
def test_data_that_scikit_learn_carries_is_a_frame_with_its_target(told, call):
    (found,), _ = told(f"d = {call}")
    assert found.frame.shape == (150, 5)
    assert found.frame.columns[-1] == "target"
    assert found.location == "sklearn.datasets.load_iris"


@pytest.mark.parametrize(
    "call",
    [
        "pd.read_csv('gone.csv')",
        "pd.read_csv('https://example.org/a.csv')",
        "pd.read_csv('file:///a.csv')",
        "pd.read_csv(spy('a.csv'))",
        "pd.read_csv('a.csv', converters={'a': lambda x: x})",
        "pd.read_csv('a.csv', **how)",
        "pd.read_csv('a.csv', dtype=unheard_of)",
        "pd.read_csv(open('a.csv'))",
        "pd.read_csv()",
        "pd.read_csv(folder)",
        "pd.read_sql('select 1', engine)",
        "pl.read_csv('a.csv')",
        "mine.load_data()",
        "datasets.fetch_openml('x')",
        "pd.read_csv('a.csv', nrows='many')",
    ],
)
def test_what_is_elsewhere_computed_or_not_to_be_had_is_not_read(told, call):
    found, calls = told(f"df = {call}")
    assert (found, calls) == ((), [])


def test_reading_again_leaves_the_working_directory(told):
    before = Path.cwd()
    told("pd.read_csv('a.csv')\npd.read_csv('semi.csv', sep='x', names=['a'] * 2)")
    assert Path.cwd() == before


CELLS = st.none() | st.integers(-3, 3) | st.sampled_from(["a", "b", "", "null", "1"])


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6), st.data())
def test_a_digest_is_of_the_content_alone(rows, data):
    frame = pd.DataFrame(rows, columns=["a", "b"], dtype=object)
    told = digest(frame)
    assert digest(frame.copy()) == told
    assert digest(frame.set_axis(range(5, 5 + len(frame)))) == told
    assert digest(frame.rename(columns={"a": "z"})) != told
    place, name = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.sampled_from("ab"))
    other = frame.copy()
    other.loc[place, name] = "changed"
    assert digest(other) != told


def test_a_missing_value_is_no_text():
    assert digest(pd.DataFrame({"a": [None]})) != digest(pd.DataFrame({"a": ["None"]}))
    assert digest(pd.DataFrame({"a": [None]})) != digest(pd.DataFrame({"a": ["nan"]}))
    assert digest(pd.DataFrame({"a": [None]})) != digest(pd.DataFrame({"a": ["null"]}))


def test_the_order_of_rows_and_columns_counts():
    assert digest(FRAME) != digest(FRAME[::-1])
    assert digest(FRAME) != digest(FRAME[["b", "a"]])


@pytest.mark.parametrize(
    "value", [None, 3, np.zeros((2, 2)), [FRAME], "a.csv", FRAME["a"]], ids=type
)
def test_what_is_no_table_gives_no_frame(value):
    assert frame_of(value) is None


def test_a_reader_that_gives_more_than_the_table_gives_its_first_part():
    assert frame_of((FRAME, {"meta": 1})) is FRAME
    assert frame_of(FRAME) is FRAME
