"""A statement is slept through only where neither an event nor a printed word can come of it."""

from __future__ import annotations

import collections
import functools
import math
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from o16n.watching.reach import Reach, shows

pytestmark = pytest.mark.skipif(sys.version_info >= (3, 12), reason="sys.monitoring needs no sleep")

DEFINED = """
def step(n): return n * 3 % 7
def simulate(rounds):
    total = 0
    for n in range(rounds): total += step(n)
    return total
def train(m): return m.fit(X, y)
def main(): return train(model)
def closed():
    bound = model.predict
    return lambda rows: bound(rows)
class Account:
    rate = 0.5
    def __init__(self, left): self.left = left
    def spend(self, n): self.left -= n
class Trainer:
    def go(self): return model.fit(X, y)
class Child(Account): pass
class Lazy:
    @property
    def answer(self): return model.predict(X)
def rows():
    yield model.predict(X)
"""
QUIET = [
    "import random",
    "import numpy as np, pandas as pd",
    "from sklearn.linear_model import LinearRegression",
    "x = [n * n for n in range(10)]",
    "for n in range(100): total += step(n)",
    "result = simulate(10)",
    "simulate(10)",
    "df['c'] = df['a'].apply(lambda v: step(v))",
    "df = df[df['a'] > 1].groupby('b').mean()",
    "account = Account(3)",
    "other.spend(2)",
    "while total > 10: total -= math.sqrt(total)",
    "z = np.sin(array).sum()",
    "counts = collections.Counter(words)",
]
LOUD = [
    "model.fit(X, y)",
    "p = model.predict(X)",
    "print(simulate(3))",
    "df.info()",
    "main()",
    "m = train(model)",
    "Trainer().go()",
    "trainer.go()",
    "Child(2)",
    "lazy.answer",
    "from helpers import train_all",
    "helpers.run()",
    "df = pd.read_csv('a.csv')",
    "open('a.txt')",
    "exec('model.fit(X, y)')",
    "getattr(model, 'f' + 'it')(X, y)",
    "f = partial(X)",
    "bound(X)",
    "inner(X)",
    "next(gen)",
    "[one() for one in steps]",
    "list(map(bound, [X]))",
    "vec(array)",
    "from sklearn.model_selection import *",
    "class New(Account): pass",
    "pd.factorize(df['b'])",
    "get_ipython().run_line_magic('time', 'model.fit(X, y)')",
]


@pytest.fixture(scope="module")
def names():
    model = LinearRegression().fit([[0.0], [1.0]], [0, 1])
    found = {
        "__name__": "__main__", "X": [[0.0]], "y": [0], "model": model, "total": 50, "math": math,
        "np": np, "pd": pd, "collections": collections, "words": ["a", "b"], "helpers": pytest,
        "df": pd.DataFrame({"a": [1, 2], "b": ["u", "v"]}), "array": np.arange(3.0),
        "partial": functools.partial(model.predict), "bound": model.predict,
        "vec": np.vectorize(lambda v: model.predict([[v]])),
    }  # fmt: skip
    exec(DEFINED, found)
    exec(
        "other, trainer, lazy, gen, inner = Account(1), Trainer(), Lazy(), rows(), closed()", found
    )
    found["steps"] = [found["train"], found["bound"]]
    return found


@pytest.mark.parametrize("statement", QUIET)
def test_slept_through(statement, names):
    assert Reach(names).quiet(compile(statement, "<cell>", "exec"))


@pytest.mark.parametrize("statement", LOUD)
def test_listened_to(statement, names):
    assert not Reach(names).quiet(compile(statement, "<cell>", "exec"))


def test_a_statement_that_shows_its_value_is_known():
    assert shows(compile("simulate(3)", "<cell>", "single"))
    assert not shows(compile("simulate(3)", "<cell>", "exec"))


def test_nothing_is_missed_behind_a_loop_that_was_slept_through(watched):
    told = watched(
        "from sklearn.linear_model import LinearRegression\nX, y = [[0.0], [1.0]], [0, 1]",
        "def step(n): return n % 7\nt = 0\nfor n in range(1000): t += step(n)\nm = LinearRegression().fit(X, y)",
        "u = [step(n) for n in range(1000)]\nfor n in range(3): p = m.predict(X)",
    )
    kinds = [
        (one["kind"], one["where"]["in_cell"], one["where"]["in_line"]) for one in told["events"]
    ]
    assert kinds == [("fit", 2, 4), *[("use", 3, 2)] * 3]
    assert told["gaps"] == []


def test_a_value_shown_by_a_statement_that_was_slept_through_is_text_of_its_cell(watched_kernel):
    told = watched_kernel(
        "def score(n):\n    return sum(k % 7 for k in range(n)) / n",
        "score(1000)",
        "[score(10), score(20)]",
    )
    assert ["2.997" in told["texts"][1], "[2.4, 2.85]" in told["texts"][2]] == [True, True]
