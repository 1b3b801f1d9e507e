"""Load a verified bundle and answer rows."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from o16n.errors import O16nError, RowsRefused
from o16n.scoring.validate import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from o16n.bundle.read import Bundle
    from o16n.bundle.schema import Schema
    from o16n.recipe.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One line per row (`lines`), every problem by cell, and warnings that refuse nothing."""

    lines: pd.DataFrame
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


CODE = "model/code/notebook_code.py"
RECIPE_CODE = "model/code/recipe_code.py"
LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Scorer:
    """A model with its recipe and schema, ready to answer; `golden_rows` agreed when it was loaded."""

    identity: str
    name: str
    model: Any
    recipe: Recipe
    schema: Schema
    golden_rows: int = 0

    def score(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Answer raw rows: one line per row, in order, with the caller's index.

        Columns: `prediction`, `p_<class>` where there are probabilities, and `problem`, empty where
        there is an answer. A row with a problem has no answer and stops no other. Where the recipe
        takes levels that training never had, `note` says so, by row.

        Raises:
            RowsRefused: the bundle has no recipe for raw rows, or a column is missing.
        """
        return self.scored(frame).lines

    def score_inputs(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Answer rows that are already model inputs (n, d), in the form of `score`."""
        return self.scored(frame, inputs=True).lines

    def scored(self, frame: pd.DataFrame, *, inputs: bool = False) -> Scored:
        """Answer raw rows, or model inputs, with the problems cell by cell and the warnings.

        Raises:
            RowsRefused: the bundle has no recipe for raw rows, or a column is missing.
        """
        from o16n.scoring import answers
        from o16n.scoring.validate import check_rows, texts

        if not inputs and self.schema.level != "raw rows":
            raise self._no_recipe()
        checked = check_rows(frame, self.schema)
        good, problems = checked.good.copy(), list(checked.problems)
        usable, places = checked.usable(), good.nonzero()[0]
        given, refused = self._given_inputs(usable) if inputs else self._given_raw(usable)
        for place, reason in sorted(refused.items()):
            good[places[place]] = False
            problems.append(Problem(row=int(places[place]), column=None, value="", reason=reason))
        if given is None:
            lines = answers.nothing(self.schema.outputs, frame.index)
        else:
            lines = answers.spread(given, good, frame.index)
        lines["problem"] = texts(tuple(problems), frame.index)
        if self.recipe.unseen and not inputs:
            lines["note"] = self._notes(usable, checked.good)
        return Scored(lines=lines, problems=tuple(problems), warnings=checked.warnings)

    def _notes(self, usable: pd.DataFrame, good: Any) -> list[str]:
        """Return by row what was made of levels that training never had."""
        from o16n.recipe.unseen import notes

        told = iter(notes(self.recipe, usable))
        return [next(told) if one else "" for one in good.tolist()]

    def _given_raw(self, rows: pd.DataFrame) -> tuple[pd.DataFrame | None, dict[int, str]]:
        """Return the answers to raw rows, and why a row has none where recipe or model refuses it."""
        from o16n.recipe.replay import apply

        if not len(rows):
            return None, {}
        played = apply(self.recipe, rows)
        refused = {place: str(why) for place, why in played.verdicts.items()}
        if played.value is None:
            return None, refused
        given, by_model = self._given(played.value)
        return given, refused | {int(played.rows[place]): why for place, why in by_model.items()}

    def _given_inputs(self, rows: pd.DataFrame) -> tuple[pd.DataFrame | None, dict[int, str]]:
        return self._given(self._inputs(rows)) if len(rows) else (None, {})

    def _given(self, inputs: Any) -> tuple[pd.DataFrame | None, dict[int, str]]:
        """Return the answers to model inputs, and why a row has none where the model refuses it."""
        import numpy as np
        import pandas as pd

        from o16n.recipe.aligned import length, take
        from o16n.scoring.answers import answers

        count = length(inputs) or 0
        try:
            return answers(self.model, inputs, self.schema.outputs), {}
        except O16nError:
            raise
        except Exception as error:  # noqa: BLE001 - foreign code; recorded as the row's problem
            if count == 1:
                return None, {0: f"the model cannot answer: {type(error).__name__}: {_line(error)}"}
        alone = [self._given(take(inputs, np.array([place]))) for place in range(count)]
        tables = [one for one, _ in alone if one is not None]
        refused = {place: why[0] for place, (_, why) in enumerate(alone) if why}
        return (pd.concat(tables, ignore_index=True) if tables else None), refused

    def _inputs(self, rows: pd.DataFrame) -> Any:
        if self.schema.named:
            return rows
        texts = len(self.schema.columns) == 1 and self.schema.columns[0].kind == "text"
        if texts and not hasattr(self.model, "n_features_in_"):  # it takes texts, not a table
            return rows.iloc[:, 0].to_numpy()
        return rows.to_numpy()

    def _no_recipe(self) -> RowsRefused:
        return RowsRefused(
            f"this bundle cannot score raw rows: {self.recipe.reason}",
            where=", ".join(
                f"cell {one.cell} line {one.line}" for one in self.recipe.preparation[:6]
            ),
            hint="give the model inputs that these cells make, supply the preparation in a cell "
            "marked %%o16n recipe, or move it into a Pipeline",
        )

    def golden(self, document: Any) -> int:
        """Answer the golden rows of `document`; return how many agreed.

        Raises:
            BundleError: it holds no golden rows.
            IntegrityError: one does not agree.
        """
        from o16n.scoring import golden

        return golden.replay(golden.golden_from_json(document), self.answer)

    @property
    def answer(self) -> Callable[[pd.DataFrame], pd.DataFrame]:
        """`score` or `score_inputs`, whichever takes the rows of the schema."""
        return self.score if self.schema.level == "raw rows" else self.score_inputs


def load_scorer(
    path: Path | Bundle, *, trust_code: str | None = None, self_test: bool = True
) -> Scorer:
    """Verify the bundle at `path`, load it and let it answer its golden rows.

    Args:
        path: a bundle's directory or zip, or one that is already open.
        trust_code: identity whose code the person accepts (`--trust-code SHA`).
        self_test: answer the golden rows first.

    Raises:
        IntegrityError: files and manifest disagree, or a golden row answers differently.
        UnsafeModel: the model file holds what o16n does not load.
        TrustRequired: the bundle holds code that nobody accepted.
    """
    from o16n.bundle import model_file, schema_of, trust
    from o16n.bundle.read import Bundle, open_bundle
    from o16n.recipe import recipe_file

    bundle = path if isinstance(path, Bundle) else open_bundle(path)
    code = ""
    model = bundle.read(trust.MODEL)
    native = model_file.holds_native(model)
    if native or bundle.has(CODE) or bundle.has(RECIPE_CODE):
        trust.require(bundle, trust_code)
    if bundle.has(CODE):
        code = bundle.read(CODE).decode(errors="replace")
    scorer = Scorer(
        identity=bundle.identity,
        name=bundle.manifest.name,
        model=model_file.load_model(model, code=code, native=native),
        recipe=recipe_file.from_files(bundle.has, bundle.read, code=code),
        schema=schema_of.schema_from_json(bundle.json("schema.json")),
    )
    if self_test:
        scorer = replace(scorer, golden_rows=scorer.golden(bundle.json("golden.json")))
    return scorer


def as_csv(lines: pd.DataFrame) -> bytes:
    """Return scored lines as CSV bytes, the index first, called `row` where it has no name."""
    text = io.StringIO()
    lines.to_csv(text, index_label=None if lines.index.name is not None else "row")
    return text.getvalue().encode()


def _line(error: Exception) -> str:
    words = str(error).split("\n")[0]
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
