"""A module beside the notebook is the notebook's own code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.recipe.tracing.traced import functions, traced, wrong_rows

if TYPE_CHECKING:
    from pathlib import Path

HELPERS = """import pandas as pd

LIMIT = 1

class Helper:
    def __init__(self, k):
        self.k = k

    def prepare(self, d):
        d = d[d['k'] > LIMIT].copy()
        d['a'] = d['a'].fillna(d['a'].mean()) * self.k
        return d

def half(v):
    return v / 2
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to work in, with a module; modules of its name are forgotten after."""
    (tmp_path / "beside_helpers.py").write_text(HELPERS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "beside_helpers", raising=False)
    return tmp_path


def test_what_its_functions_do_is_written_down(folder: Path) -> None:
    run = traced(folder, "from beside_helpers import Helper\ndf = Helper(2).prepare(df)")
    assert run.failed == []
    assert {"gt", "getitem", "fillna", "mul", "setitem"} <= set(functions(run))
    assert wrong_rows(run) == []


def test_the_place_names_the_file(folder: Path) -> None:
    run = traced(folder, "import beside_helpers as b\ndf = b.Helper(2).prepare(df)")
    site = next(one.site for one in run.recorder.program if one.arguments[1:2] == ("fillna",))
    assert str(site) == "beside_helpers.py line 11"


def test_its_functions_can_be_handed_to_pandas(folder: Path) -> None:
    run = traced(folder, "from beside_helpers import half\ndf['h'] = df['k'].apply(half)")
    code = next(
        one.arguments[2] for one in run.recorder.program if one.arguments[1:2] == ("apply",)
    )
    assert (code.kind, code.name) == ("def", "half")


def test_nothing_is_left_in_the_import_system(folder: Path) -> None:
    before = list(sys.meta_path)
    traced(folder, "import beside_helpers")
    assert sys.meta_path == before
