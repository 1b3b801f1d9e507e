"""What a recipe costs: replay over the notebook's own preparation, one row, lifting and proving.

Lifts a preparation as people write it (fills, encoders, dummies, a scaler) from 20,000 rows, then
times in one run the notebook's own statements and the replay on 100,000 rows, and one row alone, on
columns of its own and by pandas; and by the sketch that recipes began with, where it is at hand.

    python benchmarks/recipes.py [--rounds N] [--sketch FILE]

Exits with 1 where a limit is missed: replay 1.3 times the notebook's own code; one row half the time
of pandas' road, and of the sketch's; lifting and proving 5 times the preparation's own time plus a
constant of 20 s, which is printed.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
import time
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from o16n.recipe import recipe_file
from o16n.recipe.lifting.lift import lift, recipe_of
from o16n.recipe.proof import Use
from o16n.recipe.prove import prove
from o16n.recipe.replay import play
from o16n.recipe.tracing.trace import CellText, trace

if TYPE_CHECKING:
    from o16n.recipe.recipe import Recipe

SEED, GAPS = 0, 0.1
TRAINED, REPLAYED = 20_000, 100_000
REPLAY, ALONE, LIFTING, CONSTANT = 1.3, 0.5, 5.0, 20.0
IMPORTS = """
import numpy as np, pandas as pd
from sklearn.preprocessing import LabelEncoder, StandardScaler
from sklearn.linear_model import LogisticRegression
"""
PREPARE = """
for c in ["age", "fare"]:
    df[c] = df[c].fillna(medians[c])
df["town"] = df["town"].fillna("S")
df["ratio"] = df["fare"] / (df["rooms"] + 1)
df["title"] = df["name"].str.extract(r", (\\\\w+)\\\\.", expand=False)
df["title"] = df["title"].map({"Mr": 0, "Mrs": 1, "Miss": 2}).fillna(3)
df["sex"] = le.transform(df["sex"])
df = pd.get_dummies(df, columns=["town"])
X = df.drop(columns=["y", "name"])
Z = sc.transform(X)
"""
TRAIN = PREPARE.replace("medians[c]", "df[c].median()").replace(
    "le.transform(", "LabelEncoder().fit_transform("
).replace("sc.transform(X)", "StandardScaler().fit_transform(X)")  # fmt: skip
FIT = "y = df['y']\nm = LogisticRegression(max_iter=200).fit(Z, y)\np = m.predict(Z)"


def rows(count: int) -> pd.DataFrame:
    """Return `count` rows of mixed types with gaps."""
    rng = np.random.default_rng(SEED)
    frame = pd.DataFrame(
        {
            "age": rng.normal(40, 12, count).round(1),
            "fare": rng.lognormal(2, 1, count).round(2),
            "rooms": rng.integers(1, 9, count),
            "sex": rng.choice(["male", "female"], count),
            "town": rng.choice(["S", "C", "Q"], count),
            "name": rng.choice(["Braund, Mr. A", "Moran, Mrs. B", "Sage, Miss. C"], count),
            "y": rng.integers(0, 2, count),
        }
    )
    frame.loc[rng.random(count) < GAPS, "age"] = np.nan
    frame.loc[rng.random(count) < GAPS, "town"] = np.nan
    return frame


def least(function: object, rounds: int) -> float:
    """Return the least seconds of several calls."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        function()  # type: ignore[operator]
        found.append(time.perf_counter() - began)
    return min(found)


def lifted(folder: Path) -> tuple[Recipe, float, float]:
    """Return the proven recipe, the seconds of lifting and proving, and those of the preparation."""
    rows(TRAINED).to_csv(folder / "rows.csv", index=False)
    read = f"df = pd.read_csv({str(folder / 'rows.csv')!r})"
    names: dict[str, object] = {}
    exec(IMPORTS + read, names)
    began = time.perf_counter()
    exec(TRAIN, names)
    own = time.perf_counter() - began
    began = time.perf_counter()
    texts = [IMPORTS + read, TRAIN, FIT]
    run = trace([CellText(order=k, number=k, source=one) for k, one in enumerate(texts, 1)])
    fit = next(one for one in run.recorder.uses if one.method == "fit")
    found = lift(run.recorder, fit)
    recipe = recipe_of(found)
    files = recipe_file.to_files(recipe)
    held = recipe_file.from_files(files.__contains__, files.__getitem__)
    use = Use(matrix=fit.snapshot, places=found.rows, method="fit")
    proven, _ = prove(held, found.raw, [use], fit.model)
    return proven, time.perf_counter() - began, own


def sketched(folder: Path, file: str, one: pd.DataFrame, rounds: int) -> float:
    """Return the seconds of one row by the sketch in `file`, of the same notebook."""
    spec = importlib.util.spec_from_file_location("sketch", file)
    assert spec is not None
    assert spec.loader is not None
    sketch: Any = importlib.util.module_from_spec(spec)
    sys.modules["sketch"] = sketch
    spec.loader.exec_module(sketch)
    recorder, notebook = sketch.Recorder(), types.ModuleType("sketched")
    sys.modules["sketched"] = notebook
    world = vars(notebook)
    world.update(__lift__=recorder, __slice__=slice)
    read = f"df = pd.read_csv({str(folder / 'rows.csv')!r})"
    for cell, text in enumerate((IMPORTS + read, TRAIN, FIT), 1):
        exec(sketch.instrumented(recorder, cell, text), world)
    use = next(one for one in recorder.uses if one.method == "fit")
    recipe = sketch.lift(recorder, use)
    return least(lambda: recipe.play(sketch.enforce(one, recipe.raw)), rounds)


def alone(
    recipe: Recipe, one: pd.DataFrame, folder: Path, told: argparse.Namespace
) -> tuple[str, bool]:
    """Return what one row costs, in words, and whether that is too much."""
    many = told.rounds * 20
    here = least(lambda: play(recipe, one), many)
    pandas = least(lambda: play(recipe, one, observe=lambda *_: None), many)
    text = f"one row: {1000 * here:.2f} ms, {here / pandas:.2f} times pandas' road ({1000 * pandas:.2f} ms"
    missed = here > ALONE * pandas
    if told.sketch:
        other = sketched(folder, told.sketch, one, many)
        text += f"), {here / other:.2f} times the sketch's ({1000 * other:.2f} ms"
        missed = missed or here > ALONE * other
    return f"{text}; limit {ALONE})", missed


def main() -> int:
    """Print the ratios; return 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sketch")
    told = parser.parse_args()
    rounds = told.rounds
    with tempfile.TemporaryDirectory() as name:
        recipe, lifting, own = lifted(Path(name))
        one_row, slow = alone(recipe, rows(TRAINED).iloc[[0]], Path(name), told)
    many = rows(REPLAYED)
    names: dict[str, object] = {}
    exec(IMPORTS, names)
    known = rows(TRAINED)
    names["medians"] = known[["age", "fare"]].median()
    exec("le = LabelEncoder().fit(['female', 'male'])", names)
    names["df"] = many.copy()
    exec(PREPARE.replace("Z = sc.transform(X)", "sc = StandardScaler().fit(X)"), names)
    code = compile(PREPARE, "<preparation>", "exec")
    notebook = least(lambda: exec(code, {**names, "df": many.copy()}), rounds)
    replay = least(lambda: play(recipe, many), rounds)
    limit = LIFTING * own + CONSTANT
    sys.stdout.write(
        f"seed {SEED}, {len(recipe.operations)} operations, state {recipe.state}\n"
        f"replay of {REPLAYED:,} rows: {replay / notebook:.2f} times the notebook's own code"
        f" ({replay:.3f} s, {notebook:.3f} s; limit {REPLAY})\n"
        f"{one_row}\n"
        f"lifting and proving: {lifting:.1f} s, preparation {own:.2f} s"
        f" (limit {LIFTING:g} times that + {CONSTANT:g} s = {limit:.1f} s)\n"
    )
    missed = replay > REPLAY * notebook or lifting > limit or slow
    return int(recipe.state != "proven" or missed)


if __name__ == "__main__":
    sys.exit(main())
