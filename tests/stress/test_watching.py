"""Watching leaves each of the candidate's notebooks alone, beside a coverage tracer too, and takes no memory for a large frame."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.watching.kernel import ROOT, kernel, record_of

ENV = {name: value for name, value in os.environ.items() if name != "COVERAGE_CORE"}
FOLDER = ROOT / "tests" / "candidate" / "notebooks"
STATE = """
import random, warnings, os, hashlib
import numpy as np
(random.getstate() and hashlib.sha256(repr(random.getstate()).encode()).hexdigest(),
 hashlib.sha256(np.random.get_state()[1].tobytes()).hexdigest(),
 sorted(name for name in dir() if name != 'exit'), len(In), sorted(Out), len(warnings.filters), sorted(os.listdir('.')))
"""


def cells_of(notebook):
    told = json.loads(notebook.read_text())
    sources = ("".join(cell["source"]) for cell in told["cells"] if cell["cell_type"] == "code")
    return [one for one in sources if one.strip()]


@pytest.mark.parametrize("notebook", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_shows_the_same_watched_and_not(notebook, tmp_path):
    for library in json.loads(notebook.with_suffix(".json").read_text()).get("requires", []):
        pytest.importorskip(library)
    seen = []
    for watched in (True, False):
        folder = tmp_path / f"{watched}"
        shutil.copytree(FOLDER, folder)
        with kernel(folder, watched=watched) as run:
            run("import random, numpy; random.seed(0); numpy.random.seed(0)")
            seen.append([(cell, run(cell)) for cell in [*cells_of(notebook), STATE]])
            if watched:
                record = record_of(run, folder)
    watched, plain = seen
    assert [(one, other) for one, other in zip(watched, plain, strict=True) if one != other] == []
    assert record["errors"] == []
    assert record["events"]


SCRIPT = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
if {watched}:
    from o16n.watching.watch import install
    install(shell)
for cell in {cells!r}:
    assert shell.run_cell(cell, store_history=True).success
if {watched}:
    from o16n.watching.watch import current
    print([(one.kind, one.where.in_cell) for one in current().record().events], current().record().gaps, file=sys.stderr)
"""
CELLS = [
    "import module\nimport numpy as np\nX = np.arange(40.0).reshape(20, 2)\ny = X[:, 0] > 15",
    "from sklearn.linear_model import LogisticRegression\nm = module.trained(LogisticRegression(), X, y)",
    "print(module.checked(m, X, y), module.folded(3))",
]
MODULE = """
def trained(model, X, y):
    if len(X) > 3:
        model.fit(X, y)
    else:
        model = None
    return model

def checked(model, X, y):
    from sklearn.metrics import accuracy_score
    return accuracy_score(y, model.predict(X))

def folded(n):
    return [k for k in range(n) if k % 2]
"""


@pytest.mark.parametrize("core", ["ctrace", "pytrace", "sysmon"])
def test_coverage_counts_the_same_lines_and_branches_beside_the_watcher(core, tmp_path):
    pytest.importorskip("coverage")
    if core == "sysmon" and sys.version_info < (3, 12):
        pytest.skip("coverage's sysmon core needs Python 3.12")
    told = []
    for watched in (True, False):
        folder = tmp_path / f"{watched}"
        folder.mkdir()
        (folder / "module.py").write_text(MODULE)
        script = folder / "cells.py"
        script.write_text(SCRIPT.format(watched=watched, cells=CELLS))
        env = {
            "COVERAGE_CORE": core,
            "PYTHONPATH": f"{ROOT}:{folder}",
            "IPYTHONDIR": str(folder / "i"),
        }
        branch = [] if core == "sysmon" and sys.version_info < (3, 14) else ["--branch"]
        run = [
            sys.executable,
            "-m",
            "coverage",
            "run",
            *branch,
            "--include=*/module.py",
            str(script),
        ]
        done = subprocess.run(
            run, cwd=folder, capture_output=True, text=True, check=True, env={**ENV, **env}
        )
        report = [sys.executable, "-m", "coverage", "json", "-o", "-", "-q"]
        shown = subprocess.run(
            report, cwd=folder, capture_output=True, text=True, check=True, env={**ENV, **env}
        )
        files = json.loads(shown.stdout[shown.stdout.index("{") :])["files"]
        lines = [
            (one["executed_lines"], one["missing_lines"], one.get("missing_branches"))
            for one in files.values()
        ]
        told.append((done.stdout, lines))
        if watched:
            assert done.stderr.strip().endswith("[('fit', 2), ('use', 3), ('metric', 3)] ()"), (
                done.stderr
            )
    assert told[0] == told[1]
    assert told[0][1]


def test_a_frame_of_a_gigabyte_takes_at_most_a_twentieth_more_memory_watched():
    script = ROOT / "benchmarks" / "watching.py"
    done = subprocess.run(
        [sys.executable, str(script), "--rounds", "1", "--only", "frame"],
        capture_output=True,
        text=True,
        check=False,
        env={**ENV, "PYTHONPATH": str(ROOT)},
        cwd=Path(ROOT),
    )
    line = done.stdout.splitlines()[-1]
    peak = float(line.rpartition("× ")[2].split()[0])
    assert peak <= 1.05, done.stdout + done.stderr
