"""How often a check cries wolf: candidates that are clean by construction, many times."""

from __future__ import annotations

import collections
import importlib.util
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression, LogisticRegression

from o16n.readiness import checklist
from o16n.readiness.check import Failed
from o16n.statistics import wilson

TIMES = int(os.environ.get("O16N_STRESS_TIMES", "200"))


def builder(folder):
    place = Path(__file__).parents[1] / "readiness" / "conftest.py"
    spec = importlib.util.spec_from_file_location("readiness_builder", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Builder(folder)


def clean_subject(build, seed):
    """Rows whose law the model family holds, of a size, width and kind drawn by `seed`."""
    rng = np.random.default_rng(seed)
    n, width = int(rng.integers(600, 3000)), int(rng.integers(3, 12))
    frame = build.frame(n, width, seed=seed)
    for name in frame.columns[3:]:
        if rng.random() < 0.4:
            frame[name] = rng.integers(0, int(rng.integers(2, 9)), n)
    weights = rng.normal(size=width) * 0.7
    score = frame.to_numpy() @ weights + 1.2 * frame["c0"]
    if rng.random() < 0.3:
        return build.split(LinearRegression(), frame, score + rng.normal(size=n), 2 * n // 3)
    share = 1 / (1 + np.exp(-(score - score.mean())))
    target = pd.Series((rng.random(n) < share).astype(int))
    return build.split(LogisticRegression(C=1e3, max_iter=500), frame, target, 2 * n // 3)


def alarms(folder, times):
    """Return, by check, how many clean candidates failed at major or above, and at all."""
    build, grave, any_at_all = builder(folder), collections.Counter(), collections.Counter()
    for seed in range(times):
        for one in checklist.assess(clean_subject(build, seed)).outcomes:
            failed = isinstance(one.outcome, Failed)
            any_at_all[one.code] += failed
            grave[one.code] += failed and one.outcome.severity != "minor"
    return grave, any_at_all


def test_clean_candidates_are_seldom_alarmed_at(tmp_path, capsys):
    grave, any_at_all = alarms(tmp_path, TIMES)
    told = []
    for code in sorted(any_at_all):
        low, high = wilson(grave[code], TIMES)
        told.append(
            f"{code}: {grave[code]} of {TIMES} major or above "
            f"(95 % {low:.3f} to {high:.3f}), {any_at_all[code]} at all\n"
        )
    with capsys.disabled():
        sys.stdout.write("\n" + "".join(told))
    for code, count in grave.items():
        assert wilson(count, TIMES)[0] <= 0.05, code
