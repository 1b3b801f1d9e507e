"""The trace writes nothing, connects to nothing, starts nothing, and draws nothing."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

RUN = """
import json, sys
from o16n.recipe.tracing.guard import Guard
from o16n.recipe.tracing.silence import silence
from o16n.recipe.tracing.trace import CellText, trace
silence()
guard = Guard()
guard.active = True
run = trace([CellText(order=1, number=1, source=sys.argv[1])])
guard.active = False
print(json.dumps({"failed": run.failed, "refused": guard.refused, "done": "done" in run.names}))
"""


def _guarded(source: str, folder: Path) -> dict[str, object]:
    made = subprocess.run(
        [sys.executable, "-c", RUN, source + "\ndone = True"],
        cwd=folder, capture_output=True, text=True, check=True,
        env={**os.environ, "TMPDIR": str(folder.parent / "free")},  # where writing is free
    )  # fmt: skip
    found: dict[str, object] = json.loads(made.stdout.splitlines()[-1])
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder that the notebook lies in."""
    for name in ("notebook", "free"):
        (tmp_path / name).mkdir()
    return tmp_path / "notebook"


@pytest.mark.parametrize(
    "source",
    [
        "open('new.txt', 'w').write('x')",
        "import pathlib; pathlib.Path('new.txt').write_text('x')",
        "import pandas as pd; pd.DataFrame({'a': [1]}).to_csv('new.txt')",
        "import joblib; joblib.dump({}, 'new.txt')",
        "import os; os.open('new.txt', os.O_CREAT | os.O_WRONLY)",
        "import os; os.makedirs('new.txt')",
        "import os; os.rename('kept.txt', 'new.txt')",
    ],
)
def test_no_file_is_written(source: str, folder: Path) -> None:
    (folder / "kept.txt").write_text("as it was")
    found = _guarded(source, folder)
    assert found["refused"]
    assert found["done"], "only the statement stops"
    assert [one.name for one in folder.iterdir()] == ["kept.txt"]


def test_no_file_is_removed_or_changed(folder: Path) -> None:
    (folder / "kept.txt").write_text("as it was")
    _guarded("import os; os.remove('kept.txt')", folder)
    _guarded("open('kept.txt', 'a').write('more')", folder)
    assert (folder / "kept.txt").read_text() == "as it was"


def test_files_can_be_read(folder: Path) -> None:
    (folder / "kept.txt").write_text("as it was")
    found = _guarded("assert open('kept.txt').read() == 'as it was'", folder)
    assert found["failed"] == []


def test_nothing_is_connected_to(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        found = _guarded(f"import socket; socket.create_connection(('127.0.0.1', {port}))", folder)
        with pytest.raises(TimeoutError):
            server.accept()
    assert found["refused"]


def test_no_statement_reaches_a_database(folder: Path) -> None:
    path = folder / "kept.db"
    with sqlite3.connect(path) as base:
        base.execute("create table t (a)")
    base.close()
    found = _guarded("import sqlite3; sqlite3.connect('kept.db').execute('drop table t')", folder)
    assert found["refused"]
    base = sqlite3.connect(path)
    assert base.execute("select count(*) from t").fetchone() == (0,)
    base.close()


@pytest.mark.parametrize(
    "source", ["import subprocess; subprocess.run(['true'])", "import os; os.system('true')"]
)
def test_no_process_is_started(source: str, folder: Path) -> None:
    assert _guarded(source, folder)["refused"]


@pytest.mark.parametrize(
    "source",
    [
        "import matplotlib.pyplot as plt\nplt.figure(figsize=(3, 4)); plt.plot([1, 2]); plt.show()",
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1]); ax.set_title('x')",
        "import matplotlib.pyplot as plt\nfig, axes = plt.subplots(2, 3)\nfor row in axes:\n    for ax in row:\n        ax.hist([1])",
        "import matplotlib.pyplot as plt\nfig, (a, b) = plt.subplots(1, 2, figsize=(9, 3))\na.bar([1], [2])",
        "import matplotlib.pyplot as plt\nfig, axes = plt.subplots(nrows=2, ncols=2)\nfor ax in axes.flatten():\n    ax.set_xlabel('x')",
        "import matplotlib.pyplot as plt\nn, bins, patches = plt.hist([1, 2])",
        "import matplotlib.pyplot as plt\nline, = plt.plot([1, 2])",
        "import seaborn as sns\nsns.set(style='white')\ng = sns.pairplot(None); g.fig.suptitle('x')",
        "from matplotlib.colors import ListedColormap\nc = ListedColormap(('red', 'green'))",
        "import plotly.express as px\nfig = px.scatter(x=[1], y=[2]); fig.update_layout(title='a'); fig.show()",
        "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2]})\ndf.hist(bins=3); df['a'].plot(kind='bar')",
        "%matplotlib inline".replace("%", "# "),
        "import matplotlib\nmatplotlib.rcParams['figure.figsize'] = (3, 3)\nmatplotlib.use('Agg')",
        "import matplotlib.pyplot as plt\nwith plt.style.context('ggplot'):\n    plt.plot([1])",
        "from matplotlib import pyplot as plt, cm\nfor i, c in enumerate(['r', 'g']):\n    plt.scatter([1], [2], color=cm.viridis(i / 2))",
    ],
)  # fmt: skip
def test_drawing_costs_nothing_and_stops_nothing(source: str, folder: Path) -> None:
    found = _guarded(source, folder)
    assert found["failed"] == []
    assert found["refused"] == []
