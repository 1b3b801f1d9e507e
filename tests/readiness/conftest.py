"""A small builder: from a fitted model and its rows to the Subject that `package` would check."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from o16n.bundle import write
from o16n.candidate.candidate import Candidate, Part, RawData
from o16n.candidate.task import task_of
from o16n.explain.explain import explain
from o16n.explain.explanation import Additivity, Explanation
from o16n.notebook.notebook import Cell, Notebook
from o16n.readiness.subject import Subject
from o16n.recipe.match import selection
from o16n.recipe.program import Site
from o16n.recipe.proof import Use
from o16n.recipe.prove import prove
from o16n.recipe.recipe import Recipe
from o16n.settings import Settings
from o16n.staging import documents

EXPLANATION = Explanation(
    kind="shap",
    method="not looked at here",
    reason="",
    output="y",
    unit="probability",
    columns="raw columns",
    explained=1,
    population=1,
    part="held-out rows",
    background="",
    seed=0,
    base=0.0,
    drivers=(),
    cases=(),
    additivity=Additivity(rows=1, largest_error=0.0, tolerance=1e-6, holds=True),
)


def notebook_of(*sources, path=None):
    cells = [Cell(number=n, id=None, kind="code", source=s) for n, s in enumerate(sources, start=1)]
    return Notebook(path=path, cells=tuple(cells))


class Builder:
    """Makes subjects in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.made = 0

    def candidate(self, model, train, test=None, *, raw=None):
        """`train` and `test` are (X, y); `raw` is the frame that both were cut from, by label."""
        parts = [
            Part(X=pair[0], y=pair[1], name=name, target_name="y")
            for name, pair in (("X_train", train), ("X_test", test))
            if pair is not None
        ]
        recipe, proof, source = self._recipe(model, parts, raw)
        if proof is not None:
            parts = [replace(part, raw=part.X) for part in parts]
        task = task_of(model)
        classes = tuple(getattr(model, "classes_", ())) if task in ("binary", "multiclass") else ()
        return Candidate(
            model=model,
            name="model",
            task=task,
            classes=classes,
            positive=classes[1] if task == "binary" else None,
            target="y",
            train=parts[0],
            test=parts[1] if len(parts) > 1 else None,
            raw=source,
            recipe=recipe,
            proof=proof,
            metrics=(),
            reasons=(),
        )

    def _recipe(self, model, parts, raw):
        first = parts[0].X
        if not hasattr(first, "columns") or any(
            not isinstance(name, str) for name in first.columns
        ):
            return Recipe(state="no raw data", reason="a matrix without raw rows"), None, None
        names = tuple(map(str, first.columns))
        frame = raw if raw is not None else first
        recipe = selection(
            frame, names, matrix=False, site=Site(cell=1, line=1), reason="the columns as read"
        )
        rows = pd.concat([one.X for one in parts])
        ends = np.cumsum([0, *(len(one.X) for one in parts)])
        uses = [
            Use(matrix=one.X, places=np.arange(ends[at], ends[at + 1]))
            for at, one in enumerate(parts)
        ]
        # what a proof costs is not what these tests are about: in bulk alone, as `seconds` leaves no time
        recipe, proof = prove(replace(recipe, inputs=names), rows, uses, model, seconds=0.0)
        return recipe, proof, RawData(frame=frame, call="read_csv", location="a.csv", digest="")

    def subject(self, model, train, test=None, *, raw=None, **known):
        """Return the subject; `settings`, `notebook`, `explanation`, `seed` may be given."""
        candidate = known.pop("candidate", None) or self.candidate(model, train, test, raw=raw)
        if known.get("explanation") == "real":
            known["explanation"] = explain(candidate)
        notebook = known.pop("notebook", notebook_of("model.fit(X_train, y_train)"))
        schema, frame = documents.describe(candidate)
        self.made += 1
        files = documents.answering_files(candidate, schema, frame, notebook)
        staged = write.stage(
            files, name="model", version="1", beside=self.folder / f"bundle-{self.made}"
        )
        told = {"explanation": EXPLANATION, "settings": Settings(), **known}
        return Subject(candidate=candidate, schema=schema, notebook=notebook, bundle=staged, **told)

    @staticmethod
    def frame(n, columns=4, *, seed=0):
        """Return n rows of independent normal columns c0, c1 …"""
        rng = np.random.default_rng(seed)
        names = [f"c{place}" for place in range(columns)]
        return pd.DataFrame(rng.normal(size=(n, columns)), columns=names)

    @staticmethod
    def classes(frame, *, seed=1):
        """Return 0/1 targets of a logistic law in c0 and c1, which a logistic regression can learn."""
        rng = np.random.default_rng(seed)
        share = 1 / (1 + np.exp(-1.2 * (frame["c0"] + frame["c1"])))
        return pd.Series((rng.random(len(frame)) < share).astype(int), name="y")

    @staticmethod
    def cut(rows, target, at):
        """Return ((X, y) before, (X, y) from) row `at`."""
        return (rows[:at], target[:at]), (rows[at:], target[at:])

    def split(self, model, rows, target, at, **known):
        """Fit `model` on the rows before `at` and return the subject that holds the others back."""
        train, test = self.cut(rows, target, at)
        return self.subject(model.fit(*train), train, test, **known)


@pytest.fixture
def build(tmp_path):
    return Builder(tmp_path)


@pytest.fixture
def clean(build):
    """A logistic regression on what it can learn, 1,200 rows, 400 of them held back."""
    frame = build.frame(1200)
    return build.split(LogisticRegression(), frame, build.classes(frame), 800)
