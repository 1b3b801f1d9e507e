"""Trees of every kind, and their Shapley values by the definition."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)

from o16n.explain.trees.read import read
from o16n.explain.trees.tree import goes_left
from tests.explain.conftest import shapley

OWNER = [0, 1, 2, 3, 3]  # the last two columns are one player


def rows_of(count, seed=0):
    """Return rows with two columns of codes (0 and 4) and gaps, and what they say."""
    rng = np.random.default_rng(seed)
    rows = np.column_stack(
        [rng.integers(0, 12, count), rng.normal(size=(count, 3)), rng.integers(0, 5, count)]
    ).astype("float64")
    told = np.isin(rows[:, 0], [1, 4, 7]) + rows[:, 1] + rows[:, 2] * rows[:, 3]
    score = told + rng.normal(size=count)
    rows[rng.random(count) < 0.1, 1] = np.nan
    return rows, score


def brute_force(forest, row, owner):
    """Return the Shapley values (players, k) of one encoded row (f,) by every coalition."""

    def worth(tree, node, known):
        left, right = tree.left[node], tree.right[node]
        if left < 0:
            return tree.value[node]
        column = tree.feature[node]
        if owner[column] in known:
            taken = goes_left(tree, node, row[column : column + 1])[0]
            return worth(tree, left if taken else right, known)
        return tree.share[left] * worth(tree, left, known) + tree.share[right] * worth(
            tree, right, known
        )

    def value(group):
        total = np.zeros((1, len(forest.base)))
        for tree in forest.trees:
            total[0, tree.at : tree.at + tree.value.shape[1]] += worth(tree, 0, group)
        return total

    return shapley(value, max(owner) + 1)[0]


@pytest.fixture(scope="session")
def grown():
    """(name, model, forest, rows as the model takes them, what it answers) of four kinds of trees."""
    rows, score = rows_of(300)
    yes, whole = (score > 0.5).astype(int), np.nan_to_num(rows)
    levels = np.digitize(score, [0.0, 1.5])
    binned = HistGradientBoostingClassifier(max_iter=12, categorical_features=[0, 4])
    made = [
        ("binned", binned.fit(rows, yes), rows, "decision_function"),
        ("forest", RandomForestClassifier(7, random_state=0).fit(rows, yes), rows, "predict_proba"),
        (
            "boosted",
            GradientBoostingClassifier(n_estimators=8).fit(whole, yes),
            whole,
            "decision_function",
        ),
        (
            "several",
            GradientBoostingClassifier(n_estimators=5).fit(whole, levels),
            whole,
            "decision_function",
        ),
    ]
    return [
        (name, model, read(model), given, getattr(model, asked)(given).reshape(len(given), -1))
        for name, model, given, asked in made
    ]


def owner_of(forest):
    """Return the players of the tree's own columns."""
    return np.array(OWNER)[list(forest.columns)]
