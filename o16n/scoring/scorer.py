"""Load a verified bundle and answer rows."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from o16n.errors import RowsRefused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from o16n.bundle.read import Bundle
    from o16n.bundle.schema import Schema
    from o16n.recipe.recipe import Recipe

CODE = "model/code/notebook_code.py"


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
        there is an answer. A row with a problem has no answer and stops no other.

        Raises:
            RowsRefused: the bundle has no recipe for raw rows, or a column is missing.
        """
        if self.schema.level != "raw rows":
            raise RowsRefused(
                f"this bundle cannot score raw rows: {self.recipe.reason}",
                where=", ".join(
                    f"cell {one.cell} line {one.line}" for one in self.recipe.preparation[:6]
                ),
                hint="give the model inputs that these cells make, or move the preparation into a "
                "Pipeline",
            )
        from o16n.recipe.replay import apply

        return self._answer(frame, lambda rows: apply(self.recipe, rows))

    def score_inputs(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Answer rows that are already model inputs (n, d), in the form of `score`."""
        if self.schema.named:
            return self._answer(frame, lambda rows: rows)
        texts = len(self.schema.columns) == 1 and self.schema.columns[0].kind == "text"
        if texts and not hasattr(
            self.model, "n_features_in_"
        ):  # it takes texts, not a table of them
            return self._answer(frame, lambda rows: rows.iloc[:, 0].to_numpy())
        return self._answer(frame, lambda rows: rows.to_numpy())

    def _answer(self, frame: pd.DataFrame, prepare: Any) -> pd.DataFrame:
        import pandas as pd

        from o16n.scoring.answers import answers
        from o16n.scoring.validate import problems, usable

        problem = problems(frame, self.schema)
        good = (problem == "").to_numpy()
        lines = pd.DataFrame(index=frame.index)
        if good.any():
            rows = usable(frame.loc[good], self.schema)
            given = answers(self.model, prepare(rows), self.schema.outputs)
            given.index = pd.RangeIndex(len(frame))[good]
            given = given.reindex(range(len(frame))) if not good.all() else given
            given.index = frame.index
            lines = given
        else:
            lines["prediction"] = pd.Series([None] * len(frame), index=frame.index, dtype="object")
        lines["problem"] = problem
        return lines

    def golden(self, document: dict[str, Any]) -> int:
        """Answer the golden rows of `document`; return how many agreed.

        Raises:
            IntegrityError: one does not agree.
        """
        from o16n.scoring import golden

        return golden.replay(document, golden.rows_of(document), self.answer)

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
    if bundle.has(CODE):
        trust.require(bundle, trust_code)
        code = bundle.read(CODE).decode()
    scorer = Scorer(
        identity=bundle.identity,
        name=bundle.manifest.name,
        model=model_file.load_model(bundle.read("model/model.skops"), code=code),
        recipe=recipe_file.from_json(bundle.json("recipe/recipe.json")),
        schema=schema_of.schema_from_json(bundle.json("schema.json")),
    )
    if self_test:
        scorer = replace(scorer, golden_rows=scorer.golden(bundle.json("golden.json")))
    return scorer


def as_csv(lines: pd.DataFrame) -> bytes:
    """Return scored lines as CSV bytes, the index first."""
    text = io.StringIO()
    lines.to_csv(text)
    return text.getvalue().encode()
