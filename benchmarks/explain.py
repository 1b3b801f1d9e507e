"""CPU time of explaining, against shap's best explainer on the same models and rows.

    python benchmarks/explain.py [--quick]

One thread, one run, CPU seconds; ratios are shap's over ours, compiling counted. Models: 20 numbers
and 10 categoricals, one-hot encoded to 100 columns, 20,000 training rows; ours explains the 30 raw
columns. shap's time is measured on as many rows as fit in a minute and extrapolated, which is said.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import warnings

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from threadpoolctl import threadpool_limits

from o16n.explain.inputs import read_inputs
from o16n.explain.question import Found, Ready
from o16n.explain.sampling import explain_until_known, order_of
from o16n.explain.trees.forest import Work
from o16n.explain.trees.read import read

MINUTE = 60.0
QUICK = "--quick" in sys.argv
WIDTH, LEVELS = 20, 8


def table(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return encoded rows (n, 100) and what they say (n,)."""
    effects = np.random.default_rng(7).normal(size=(10, LEVELS))
    rng = np.random.default_rng(seed)
    numbers, levels = rng.normal(size=(rows, WIDTH)), rng.integers(0, LEVELS, (rows, 10))
    score = numbers[:, 0] + numbers[:, 1] * numbers[:, 2] + 0.3 * numbers[:, 3:12].sum(axis=1)
    score += 0.4 * effects[np.arange(10), levels].sum(axis=1) + rng.normal(size=rows)
    hot = [levels[:, [at]] == np.arange(LEVELS) for at in range(10)]
    return np.column_stack([numbers, *hot]).astype("float64"), (score > 0).astype(int)


OWNER = np.array([*range(WIDTH), *(WIDTH + at for at in range(10) for _ in range(LEVELS))])


def ours(model: object, rows: np.ndarray) -> tuple[float, np.ndarray, float]:
    """Return CPU seconds, contributions and the largest miss of the model's own output."""
    clock = time.process_time()
    forest = read(model)
    assert forest is not None
    work = Work(forest, OWNER, WIDTH + 10)
    amounts = work.amounts(rows)
    spent = time.process_time() - clock
    told = model.predict_proba(rows) if len(forest.base) > 1 else model.decision_function(rows)
    gap = amounts.sum(axis=1) + forest.expected() - np.asarray(told).reshape(len(rows), -1)
    return spent, amounts, float(np.abs(gap).max())


def shaps(model: object, rows: np.ndarray) -> tuple[float, int]:
    """Return CPU seconds that shap needs for as many of `rows` as fit in a minute, and how many."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap
    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    spent, done, size = 0.0, 0, 20
    while done < len(rows) and spent < MINUTE:
        clock = time.process_time()
        explainer.shap_values(rows[done : done + size], check_additivity=False)
        spent += time.process_time() - clock
        done += min(size, len(rows) - done)
        size = max(int((MINUTE - spent) / (spent / done) / 2), 20)
    return spent, done


def compare(name: str, model: object, rows: np.ndarray) -> None:
    """Print both sides for equal rows."""
    spent, _, miss = ours(model, rows)
    other, done = shaps(model, rows)
    whole = other * len(rows) / done
    told = "" if done == len(rows) else f", extrapolated from {done} rows"
    print(
        f"{name}, {len(rows)} rows: ours {spent:.1f} s (misses {miss:.1e}), "
        f"shap {whole:.0f} s{told}: {whole / spent:.1f} x",
        flush=True,
    )


def until_known(model: object, rows: np.ndarray) -> tuple[float, int, str]:
    """Return CPU seconds until the ranking is known, on how many rows, and why it stopped."""
    scores = model.predict_proba(rows)[:, 1]  # the one scoring pass, not counted
    clock = time.process_time()
    forest = read(model)
    assert forest is not None
    work = Work(forest, OWNER, WIDTH + 10)
    ready = Ready(
        amounts=lambda some, _: Found(amounts=work.amounts(some.rows)[:, :, -1:]),
        output=lambda _: np.zeros((1, 1)),
        base=forest.expected(),
        unit="probability",
        game="",
        background="",
        background_rows=0,
        seconds=work.seconds,
    )
    order = order_of(scores, 0)[:20_000]
    found = explain_until_known(ready, read_inputs(rows), order, seconds=3600, say=print)
    return time.process_time() - clock, len(found.places), found.stopped


def main() -> None:
    """Print the ratios."""
    train, truth = table(20_000, 0)
    many, _ = table(20_000 if QUICK else 100_000, 1)
    boosted = HistGradientBoostingClassifier(max_iter=300, early_stopping=False).fit(train, truth)
    compare("HistGradientBoosting, 300 trees of 31 leaves", boosted, many[:10_000])
    regular = RandomForestClassifier(200, min_samples_leaf=20, random_state=0).fit(train, truth)
    compare("forest, 200 regularised trees", regular, many[:1_000])
    deep = RandomForestClassifier(40 if QUICK else 200, random_state=0).fit(train, truth)
    spent, count, why = until_known(deep, many)
    other, done = shaps(deep, many)
    whole = other * len(many) / done
    print(
        f"default forest over {len(many)} rows: {spent:.0f} s for {count} rows ({why}); shap for all "
        f"{whole:.0f} s, extrapolated from {done} rows: {whole / spent:.0f} x",
        flush=True,
    )
    large, _ = table(200_000 if QUICK else 1_000_000, 2)
    few, all_of = until_known(boosted, large[:10_000]), until_known(boosted, large)
    print(
        f"beyond the scoring pass, {len(large)} rows against 10000: {all_of[0]:.1f} s ({all_of[1]} rows)"
        f" against {few[0]:.1f} s ({few[1]} rows): {all_of[0] / few[0]:.2f} x"
    )


if __name__ == "__main__":
    os.environ["NUMBA_CACHE_DIR"] = tempfile.mkdtemp()  # compiled anew: compiling is counted
    with threadpool_limits(1):
        main()
