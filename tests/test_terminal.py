"""`%o16n` in IPython's own terminal: a question is asked once, with numbers, and its answer is kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pexpect

ROOT = Path(__file__).parents[1]
CELLS = [
    "%load_ext o16n",
    "from sklearn.datasets import load_iris; from sklearn.tree import DecisionTreeClassifier as T",
    "from sklearn.model_selection import train_test_split as cut",
    "X, y = load_iris(return_X_y=True, as_frame=True); A, B, a, b = cut(X, y, random_state=0)",
    "deep = T(max_depth=3, random_state=0).fit(A, a); flat = T(max_depth=1, random_state=0).fit(A, a)",
    "print(deep.score(B, b), flat.score(B, b))",
]


def test_in_a_terminal_a_proposal_is_asked_once_and_the_answer_is_kept(tmp_path):
    told = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "IPYTHONDIR": str(tmp_path / "i"),
        "TERM": "dumb",
    }
    words = ["-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor"]
    shell = pexpect.spawn(
        sys.executable,
        words,
        cwd=str(tmp_path),
        env=told,
        encoding="utf-8",
        timeout=60,
        echo=False,
    )
    for number, cell in enumerate([*CELLS, "%o16n package"], 1):
        shell.expect_exact(f"In [{number}]: ")
        shell.sendline(cell)
    shell.expect(r"1\. deep \(.*accuracy 0\.9\d+\r\n +2\. flat \(.*\r\n1-2: ")
    shell.sendline("2")
    shell.expect("because you said so")
    shell.expect_exact("In [8]: ")
    assert (tmp_path / "o16n.toml").read_text() == 'model = "flat"\n'
    shell.sendline("%o16n package")
    shell.expect("--model says so")
    shell.expect_exact("In [9]: ")
    assert len(list((tmp_path / "bundles").glob("model-*"))) == 2
    shell.sendline("exit")
    shell.expect(pexpect.EOF)
