"""Each event has the line that a person sees, whatever IPython made of the cell."""

from __future__ import annotations

import pytest

from tests.watching.shell import INSTALL, run_shell

SETUP = """
import numpy as np
from sklearn.linear_model import LinearRegression
X, y = np.arange(20.0).reshape(10, 2), np.arange(10.0)
m = LinearRegression().fit(X, y)
"""
CELLS = {
    "m.predict(X)": (1, 1),
    "\n\n\nm.predict(X)": (4, 4),
    "%%time\nm.predict(X)": (2, 2),
    "%%time\na = 1\nm.predict(X)\nb = 2": (3, 3),
    "%%capture out\nm.predict(X)": (2, 2),
    "%%capture\n\nm.predict(X)": (3, 3),
    "%%capture\n%%time\n\nm.predict(X)": (4, 4),
    "%time m.predict(X)": (1, 1),
    "a = 1\n%run -i script.py": (2, 2),
    "def f():\n\n    return m.predict(X)\n\nf()": (3, 5),
    "if True:\n    for _ in range(1):\n        m.predict(X)": (3, 3),
    "m.predict(\n    X\n)": (1, 1),
    "eval('m.predict(X)')": (1, 1),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cells")
    (folder / "script.py").write_text("\n\n\n\nm.predict(X)\n")
    return run_shell(INSTALL, SETUP, *CELLS, "late = 1", folder=folder)["record"]


@pytest.mark.parametrize("cell", CELLS)
def test_a_prediction_stands_on_its_line(cell, told):
    order = list(CELLS).index(cell) + 2
    assert told["cells"][order - 1]["source"] == cell
    where = [one["where"] for one in told["events"] if one["where"]["in_cell"] == order]
    line, in_line = CELLS[cell]
    assert where == [{"cell": order, "line": line, "in_cell": order, "in_line": in_line}]


def test_a_cell_within_a_cell_is_none_of_its_own(told):
    assert len(told["cells"]) == len(CELLS) + 2
    assert all(one["ok"] for one in told["cells"])
