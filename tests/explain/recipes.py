"""Candidates whose recipe was lifted from a notebook that prepares its data with pandas."""

from __future__ import annotations

from dataclasses import replace

from o16n.candidate.candidate import Candidate, Part, RawData
from o16n.recipe.tracing.trace import CellText, trace
from tests.explain.conftest import mixed_frame
from tests.recipe.lifted import lifted

READ = """
import pandas as pd
from sklearn.model_selection import train_test_split
df = pd.read_csv({path!r})
"""
SPLIT = """
y = df['bad']
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
"""
FOREST = """
from sklearn.ensemble import RandomForestClassifier
model = RandomForestClassifier(12, max_depth=6, random_state=0).fit(X_train, y_train)
model.predict(X_test)
"""
LOGISTIC = """
from sklearn.preprocessing import StandardScaler
from sklearn.linear_model import LogisticRegression
scaler = StandardScaler().fit(X_train)
model = LogisticRegression().fit(scaler.transform(X_train), y_train)
model.predict(scaler.transform(X_test))
"""
DUMMIES = """
df['amount'] = df['amount'].fillna(df['amount'].median())
X = pd.get_dummies(df.drop(columns=['bad']), columns=['housing', 'sex'])
"""
CODES = """
df['amount'] = df['amount'].fillna(0).clip(upper=5000)
df['sex'] = df['sex'].map({{'f': 0, 'm': 1}})
X = pd.get_dummies(df[['age', 'amount', 'sex', 'housing']], columns=['housing'], drop_first=True)
"""
ARRAY = """
X = df[['months', 'age']].to_numpy()
"""
RATIO = """
df['rate'] = df['amount'].fillna(0) / df['months']
df['own'] = (df['housing'] == 'own').astype(int)
X = df[['rate', 'age', 'own']]
"""


def prepared(folder, *cells, rows=400):
    """Run a notebook of these cells on a table of raw rows; return its candidate, recipe included."""
    frame, score = mixed_frame(rows)
    path = folder / "loans.csv"
    frame.assign(bad=(score > 0).astype(int)).to_csv(path, index=False)
    texts = [
        CellText(order=at, number=at, source=one.format(path=str(path)))
        for at, one in enumerate((READ, *cells), 1)
    ]
    run = trace(texts)
    found = lifted(run)
    fit, tried = found.uses
    truth = found.raw["bad"].to_numpy()

    def part(use, name):
        raw = found.raw.iloc[use.places].reset_index(drop=True)
        return Part(X=use.matrix, y=truth[use.places], name=name, raw=raw)

    return Candidate(
        model=found.model,
        name="model",
        task="binary",
        classes=(0, 1),
        positive=1,
        target="bad",
        train=part(fit, "X_train"),
        test=part(tried, "X_test"),
        raw=RawData(frame=found.raw, call="", location="", digest=""),
        recipe=replace(found.recipe, state="proven", reason=""),
        proof=None,
        metrics=(),
        reasons=(),
    )
