"""No check crashes, whatever odd model and rows it is asked about."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import IsolationForest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from o16n.readiness import checklist
from o16n.readiness.check import NotAssessed

N, AT = 200, 150


def rows(n=N, columns=4):
    values = np.random.default_rng(0).normal(size=(n, columns))
    return pd.DataFrame(values, columns=[f"c{place}" for place in range(columns)])


FRAME = rows()
TARGET = (FRAME["c0"] + np.random.default_rng(1).normal(size=N) > 0).astype(int)


def cut(x, y, at=AT, until=None):
    return (x[:at], y[:at]), (x[at:until], y[at:until])


def one_class():
    target = TARGET.copy()
    target[AT:] = 0
    return LogisticRegression(), *cut(FRAME, target)


def missing_targets(count):
    target = TARGET.astype(float)
    target[N - count :] = np.nan
    return LogisticRegression(), (FRAME[:AT], TARGET[:AT]), (FRAME[AT:], target[AT:])


def many_kinds():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "flag": rng.random(300) > 0.5,
            "kind": pd.Categorical(rng.choice(list("xyz"), 300)),
            "when": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, 300), "D"),
            "number": rng.normal(size=300),
            "text": rng.choice(["a", "b", None], 300),
        }
    )
    encode = ColumnTransformer(
        [
            ("levels", OneHotEncoder(handle_unknown="ignore"), ["kind", "text", "flag"]),
            ("numbers", StandardScaler(), ["number"]),
        ]
    )
    target = (frame["number"] + rng.normal(size=300) > 0).astype(int)
    return make_pipeline(encode, LogisticRegression()), *cut(frame, target, 220)


def texts(kind):
    rng = np.random.default_rng(0)
    words = [" ".join(rng.choice(["good", "bad", "fine", "poor"], 5)) for _ in range(N)]
    target = np.array(["good" in one for one in words]).astype(int)
    return make_pipeline(CountVectorizer(), LogisticRegression()), *cut(kind(words), target)


def two_hundred_classes():
    frame = rows(1500)
    target = pd.Series(np.random.default_rng(3).integers(0, 200, 1500))
    return DecisionTreeClassifier(max_depth=9), *cut(frame.assign(c0=target), target, 1000)


def strings():
    names = np.where(FRAME["c0"] > 0.5, "hi", np.where(FRAME["c1"] > 0, "mid", "lo"))
    return LogisticRegression(), *cut(FRAME, pd.Series(names))


def wide():
    frame = rows(300, 120)
    return LogisticRegression(), *cut(frame, TARGET.sample(300, replace=True).to_numpy())


def twins():
    """Two columns of one name reach a model as a matrix only: scikit-learn refuses such a frame."""
    return LogisticRegression(), *cut(np.hstack([FRAME, FRAME]), TARGET.to_numpy())


ODD = {
    "one class in the test part": one_class,
    "three test rows": lambda: (LogisticRegression(), *cut(FRAME, TARGET, AT, AT + 3)),
    "some targets missing": lambda: missing_targets(10),
    "every target missing": lambda: missing_targets(N - AT),
    "a constant prediction": lambda: (DummyClassifier(), *cut(FRAME, TARGET)),
    "classes that are texts": strings,
    "a regression without variance": lambda: (
        LinearRegression(),
        *cut(FRAME, pd.Series(np.ones(N))),
    ),
    "no test part": lambda: (LogisticRegression(), (FRAME, TARGET), None),
    "a sparse matrix": lambda: (
        LogisticRegression(),
        *cut(sparse.csr_matrix(FRAME.to_numpy()), TARGET),
    ),
    "a matrix without names": lambda: (LogisticRegression(), *cut(FRAME.to_numpy(), TARGET)),
    "a list of texts": lambda: texts(list),
    "a series of texts": lambda: texts(lambda words: pd.Series(words, name="review")),
    "flags, categories and times": many_kinds,
    "columns that are equal": twins,
    "one column": lambda: (LogisticRegression(), *cut(FRAME[["c0"]], TARGET)),
    "200 classes": two_hundred_classes,
    "120 columns": wide,
    "labels without probabilities": lambda: (LinearSVC(), *cut(FRAME, TARGET)),
    "an outlier detector": lambda: (
        IsolationForest(n_estimators=5, random_state=0),
        (FRAME[:AT], None),
        (FRAME[AT:], None),
    ),
    "a model that knows one class": lambda: (
        DecisionTreeClassifier(),
        *cut(FRAME, TARGET * 0),
    ),
    "numbers as column names": lambda: (
        LogisticRegression(),
        *cut(FRAME.set_axis(range(4), axis=1), TARGET),
    ),
    "true and false as classes": lambda: (LogisticRegression(), *cut(FRAME, TARGET.astype(bool))),
}


@pytest.mark.filterwarnings("ignore")  # what scikit-learn says of odd candidates is not asked here
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_every_check_gives_an_answer_of_its_own(build, odd):
    model, train, test = odd()
    model.fit(train[0]) if train[1] is None else model.fit(*train)
    found = checklist.assess(build.subject(model, train, test))
    for one in found.outcomes:
        crashed = isinstance(one.outcome, NotAssessed) and "itself failed" in one.outcome.reason
        assert not crashed, f"{one.code}: {one.outcome.reason}"
    json.dumps(checklist.to_json(found), allow_nan=False)


def test_two_hundred_thousand_rows_are_answered_and_what_is_sampled_is_said(build):
    frame = rows(200_000, 10)
    noise = np.random.default_rng(2).normal(size=len(frame))
    target = (frame["c0"] + noise > 0).astype(int)
    found = checklist.assess(build.split(LogisticRegression(), frame, target, 120_000))
    told = {one.code: one.outcome for one in found.outcomes}
    assert found.verdict == "ready"
    assert told["MOD-02"].evidence.n == 80_000
    assert "5,000 of 120,000 rows (seed 0)" in told["DAT-04"].evidence.method
    assert "20,000 of 80,000 rows (seed 0)" in told["MOD-04"].evidence.method
