"""Candidates around any fitted model, and the Shapley value by its definition."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest

from o16n.candidate.candidate import Candidate, Part
from o16n.recipe.recipe import Recipe

REFUSED = "the data is prepared outside the model"


def candidate_of(model, train, truth, test, test_truth, *, task=None, positive=None, proven=True):
    classes = tuple(getattr(model, "classes_", ()))
    kinds = {0: "regression", 2: "binary"}
    return Candidate(
        model=model,
        name="model",
        task=task or kinds.get(len(classes), "multiclass"),
        classes=classes,
        positive=positive if positive is not None else classes[1] if len(classes) == 2 else None,
        target="target",
        train=Part(X=train, y=truth, name="X_train"),
        test=Part(X=test, y=test_truth, name="X_test") if test is not None else None,
        raw=None,
        recipe=Recipe(state="proven" if proven else "missing", reason="" if proven else REFUSED),
        proof=None,
        metrics=(),
        reasons=(),
    )


def mixed_frame(rows, seed=0):
    """Numbers (one with gaps), texts (one with a rare level), all of them in what is predicted."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 80, rows).astype("float64"),
            "amount": np.round(rng.lognormal(7, 0.6, rows), 2),
            "housing": rng.choice(["own", "rent", "free", "boat"], rows, p=[0.5, 0.3, 0.17, 0.03]),
            "sex": rng.choice(["f", "m"], rows),
            "months": rng.integers(1, 60, rows).astype("float64"),
        }
    )
    score = (
        (frame["age"] - 45) / 20
        - (frame["amount"] - 1300) / 900
        + 1.4 * (frame["housing"] == "own")
        - 0.5 * (frame["sex"] == "m") * (frame["months"] > 30)
        + rng.normal(0, 0.6, rows)
    )
    frame.loc[rng.random(rows) < 0.1, "amount"] = np.nan
    return frame, score.to_numpy()


@pytest.fixture(scope="session")
def mixed():
    """(train, its score, test, its score): a raw table of both kinds of columns."""
    frame, score = mixed_frame(600)
    return (
        frame.iloc[:450],
        score[:450],
        frame.iloc[450:],
        score[450:],
    )


@pytest.fixture(scope="session")
def numbers(mixed):
    """The same without texts and gaps."""
    train, score, test, more = mixed
    names = ["age", "amount", "months"]
    return train[names].fillna(1000.0), score, test[names].fillna(1000.0), more


def levels_of(score):
    """Three classes of a score, as texts."""
    return np.array(["bad", "fair", "good"])[np.digitize(score, [-0.5, 0.9])]


def shapley(value, players):
    """Return the Shapley values of a game: `value` maps a frozenset of players to (n, …)."""
    every = range(players)
    worth = {
        frozenset(group): value(frozenset(group))
        for size in range(players + 1)
        for group in combinations(every, size)
    }
    found = []
    for player in every:
        others = [one for one in every if one != player]
        total = 0.0
        for size in range(players):
            weight = factorial(size) * factorial(players - size - 1) / factorial(players)
            for group in combinations(others, size):
                inside = frozenset(group)
                total = total + weight * (worth[inside | {player}] - worth[inside])
        found.append(total)
    return np.stack(found, axis=1)


def marginal_game(answer, rows, background):
    """v(S): columns in S from the row, the others from each background row in turn, averaged."""

    def value(group):
        found = []
        for place in range(len(rows)):
            mixed = background.copy()
            for column in group:
                name = background.columns[column]
                mixed[name] = pd.Series(
                    [rows[name].iloc[place]] * len(background), index=background.index
                ).astype(background[name].dtype)
            found.append(np.asarray(answer(mixed)).mean(axis=0))
        return np.array(found)

    return value


def path_game(tree, rows, owner):
    """v(S) of one tree (n,): players in S follow the row, the others split by training cover."""
    rows = np.asarray(rows, dtype="float32")

    def walk(node, row, group):
        left, right = tree.children_left[node], tree.children_right[node]
        if left == -1:
            return tree.value[node][0]
        column = tree.feature[node]
        if owner[column] in group:
            value = row[column]
            goes = (
                bool(tree.missing_go_to_left[node])
                if np.isnan(value)
                else value <= tree.threshold[node]
            )
            return walk(left if goes else right, row, group)
        cover = tree.weighted_n_node_samples
        share = cover[left] / cover[node]
        return share * walk(left, row, group) + (1 - share) * walk(right, row, group)

    return lambda group: np.array([walk(0, row, group) for row in rows])
