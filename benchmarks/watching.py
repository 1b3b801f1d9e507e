"""What watching costs: CPU and peak memory of a watched kernel over those of a plain one.

Runs each notebook in fresh kernels, watched and plain by turns, and takes the least of each: the
three examples, a notebook of pure-Python loops, and one on a frame of a gigabyte.

    python benchmarks/watching.py [--rounds N] [--only NAME,…]

Exits with 1 where a limit is missed: CPU 1.05 times (Python 3.12 on), peak memory 1.15 times, and
1.05 times for the large frame. On Python 3.11, which has no `sys.monitoring`, the CPU is printed
and has no limit.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from o16n.runs.execute import execute
from o16n.runs.job import Job
from o16n.staging.kernel import WATCH

ROOT = Path(__file__).parents[1]
EXAMPLES = ("credit", "penguins", "diabetes")
CPU, MEMORY, LARGE = 1.05, 1.15, 1.05
START = "__import__('os').environ.__setitem__('O16N_CPU', str(__import__('time').process_time()))"
STOP = """
(lambda status, start, out: open(out, 'w').write(__import__('json').dumps({{
    'cpu': __import__('time').process_time() - start,
    'peak': int(status.split('VmHWM:')[1].split()[0]) * 1024,
    'mechanism': getattr(getattr(__import__('o16n.watching.watch', fromlist=['x']).current(), 'mechanism', None), 'name', ''),
}})))(open('/proc/self/status').read(), float(__import__('os').environ['O16N_CPU']), {out!r})
"""
LOOPS = [
    """
import random
import numpy as np, pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import KFold, train_test_split
random.seed(0)
""",
    """
def step(state):
    return (state * 1103515245 + 12345) % 2147483648

def simulate(rounds, state=1):
    total = 0
    for _ in range(rounds):
        state = step(state)
        total += state % 7
    return total

simulate(2_000_000)
""",
    """
class Account:
    def __init__(self, balance):
        self.balance = balance

    def spend(self, amount):
        if amount > self.balance:
            raise ValueError(amount)
        self.balance -= amount

rows = []
for number in range(60_000):
    account, failed = Account(random.randint(100, 1000)), 0
    for _ in range(10):
        try:
            account.spend(random.randint(1, 200))
        except ValueError:
            failed += 1
    rows.append({"number": number, "left": account.balance, "failed": failed})
frame = pd.DataFrame(rows)
""",
    """
words = ["".join(sorted(str(n * 7919))).strip().upper() for n in range(400_000)]
frame["ratio"] = [float(len(words[row.Index])) / (1 + row.failed) for row in frame.itertuples()]
frame["band"] = frame["left"].apply(lambda left: "low" if left < 100 else "high")
""",
    """
X = pd.get_dummies(frame.drop(columns="failed")).astype(float)
y = (frame["failed"] > 3).astype(int)
scores = []
for train, test in KFold(5, shuffle=True, random_state=0).split(X):
    model = LogisticRegression(max_iter=200).fit(X.iloc[train] / X.max(), y.iloc[train])
    scores.append(accuracy_score(y.iloc[test], model.predict(X.iloc[test] / X.max())))
print(np.mean(scores))
""",
    """
A, B, a, b = train_test_split(X, y, random_state=0)
forest = RandomForestClassifier(30, random_state=0).fit(A, a)
print(accuracy_score(b, forest.predict(B)))
""",
]
FRAME = [
    """
import numpy as np, pandas as pd
from sklearn.linear_model import SGDRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
""",
    "from pathlib import Path\ndf = pd.read_pickle(Path('large.pkl'))",
    "df.loc[df['c0'] > 1.0, 'c1'] = 0.0\ndf['sum'] = df['c0'] + df['c2']",
    "df = df[df['c3'] > -2.0]\ndf.iloc[0, 0] = 1.0",
    "X, y = df.drop(columns='sum'), df['sum']\nX_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)",
    "del df, X\nX_train.iloc[:5] = 0.0\nmodel = SGDRegressor(max_iter=1, tol=None).fit(X_train, y_train)",
    "pred = model.predict(X_test)\nprint(r2_score(y_test, pred))",
]
LARGE_FRAME = """
import numpy as np, pandas as pd
values = np.random.default_rng(0).normal(size=(1 << 20, 128))
pd.DataFrame(values, columns=[f"c{{n}}" for n in range(128)]).to_pickle({path!r})
"""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a kernel took: CPU seconds, and bytes at the peak."""

    cpu: float
    peak: int
    mechanism: str


def measured(notebook: Path, *, watched: bool, folder: Path) -> Cost:
    """Run the notebook in a fresh kernel and return what it cost."""
    out = folder / "cost.json"
    stop = " ".join(STOP.format(out=str(out)).split())
    before = (START, WATCH) if watched else (START,)
    execute(Job(notebook=notebook), before=before, after=(stop,))
    return Cost(**json.loads(out.read_text()))


def written(folder: Path, name: str, cells: list[str]) -> Path:
    """Write cells as a notebook; return its path."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    told = {
        "cells": [
            {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": one.strip()}
            for one in cells
        ],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 4,
    }  # fmt: skip
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(told))
    return path


def prepared(folder: Path, name: str) -> Path:
    """Lay out one of the notebooks in `folder`; return its path."""
    if name == "loops":
        return written(folder, name, LOOPS)
    if name == "frame":
        import subprocess

        code = LARGE_FRAME.format(path=str(folder / "large.pkl"))
        subprocess.run([sys.executable, "-c", code], check=True)
        return written(folder, name, FRAME)
    shutil.copytree(ROOT / "notebooks", folder, dirs_exist_ok=True)
    return folder / f"{name}.ipynb"


def compare(name: str, rounds: int) -> bool:
    """Print one line for a notebook; tell whether it keeps the limits."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        notebook = prepared(folder, name)
        plain, seen = [], []
        for _ in range(rounds):
            plain.append(measured(notebook, watched=False, folder=folder))
            seen.append(measured(notebook, watched=True, folder=folder))
    cpu = min(one.cpu for one in seen) / min(one.cpu for one in plain)
    peak = min(one.peak for one in seen) / min(one.peak for one in plain)
    limit = LARGE if name == "frame" else MEMORY
    monitored = seen[0].mechanism == "sys.monitoring"
    print(
        f"{name:10} {seen[0].mechanism:15} "
        f"CPU {min(one.cpu for one in plain):6.2f} s × {cpu:.3f} (limit {CPU if monitored else 'none'})   "
        f"peak {min(one.peak for one in plain) / 2**20:6.0f} MiB × {peak:.3f} (limit {limit})",
        flush=True,
    )
    return peak <= limit and (cpu <= CPU or not monitored)


def main() -> int:
    """Compare them all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join((*EXAMPLES, "loops", "frame")))
    asked = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, least of {asked.rounds} rounds")
    kept = [
        compare(name, asked.rounds if name != "frame" else min(asked.rounds, 2))
        for name in asked.only.split(",")
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
