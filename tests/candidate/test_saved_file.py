"""A saved model is read back only from a file that this very process wrote."""

from __future__ import annotations

import os
from pathlib import Path

import joblib
import pytest

from o16n.candidate.saved_file import loaded, saved_file
from o16n.notebook.notebook import Cell, Notebook, Place

FORMS = [
    "joblib.dump(m, 'm.pkl')",
    "joblib.dump(value=m, filename='m.pkl')",
    "pickle.dump(m, open('m.pkl', 'wb'))",
    "pickle.dump(obj=m, file=open(PATH, 'wb'))",
    "with open('m.pkl', 'wb') as f:\n    pickle.dump(m, f)",
    "with Path('m.pkl').open('wb') as f:\n    pickle.dump(m, f)",
]


def asked(source, folder, **names):
    cell = Cell(number=1, id=None, kind="code", source=source)
    line = len(source.splitlines())
    place = Place(cell=1, line=line)
    return saved_file(names, Notebook(path=None, cells=(cell,)), place, folder)


@pytest.mark.parametrize("source", FORMS)
def test_each_way_of_writing_leads_to_the_file(source, tmp_path):
    joblib.dump([1, 2], tmp_path / "m.pkl")
    path = asked(source, tmp_path, PATH="m.pkl", Path=Path)
    assert path == tmp_path / "m.pkl"
    assert loaded(path) == [1, 2]


def test_a_file_from_before_this_process_is_never_loaded(tmp_path):
    joblib.dump([1], tmp_path / "m.pkl")
    os.utime(tmp_path / "m.pkl", (1, 1))
    assert asked(FORMS[0], tmp_path) is None


def test_what_cannot_be_read_back_is_nothing(tmp_path):
    (tmp_path / "m.pkl").write_bytes(b"no pickle")
    assert loaded(tmp_path / "m.pkl") is None
    assert asked("joblib.dump(m, where())", tmp_path) is None
    assert asked("joblib.dump(m, 'gone.pkl')", tmp_path) is None
