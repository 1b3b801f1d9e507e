"""What is proposed for packaging, with the evidence for each part of the choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

    from o16n.notebook.notebook import Finding, Place
    from o16n.recipe.proof import Proof, Verdict
    from o16n.recipe.recipe import Recipe

Task = Literal["binary", "multiclass", "regression", "anomaly", "clustering"]


@dataclass(frozen=True, kw_only=True)
class Part:
    """Rows that play one role. `X` (n, d) is what the model takes, `y` (n,) its target or None.

    `raw` holds the same n rows as read from outside, in the same order, where they are known.
    """

    X: Any
    y: Any | None
    name: str
    target_name: str | None = None
    raw: pd.DataFrame | None = None


@dataclass(frozen=True, kw_only=True)
class RawData:
    """The rows as read from outside: `frame`, the text of the call that read them, and where."""

    frame: pd.DataFrame
    call: str
    location: str
    digest: str
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class NotebookMetric:
    """A number the notebook printed or bound that says how good predictions are."""

    name: str
    value: float
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One fact that the choice rests on."""

    statement: str
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Model, recipe, data and metrics that belong together.

    `classes` are the model's own labels in its order (empty for regression); `positive` is the
    label whose probability is reported first for a binary task. `test` is None where the notebook
    held nothing back. `reasons` are printed to the person; `code` is the source of the notebook's
    own functions and classes that the model needs, empty where it needs none. `watched` names the
    mechanism that watched the cells, "" where the choice is inferred; `ranking` are the contenders.
    `proposed` where they were only ranked, `answered` where a person said which; `typed` is what to
    type after --model for the model, `instead` for each other. `odd` is what the record finds odd
    about what the notebook did, with cell and line; `verdicts` which of its fits and predictions
    could be scored from raw rows.
    """

    model: Any
    name: str
    task: Task
    classes: tuple[Any, ...]
    positive: Any | None
    target: str | None
    train: Part
    test: Part | None
    raw: RawData | None
    recipe: Recipe
    proof: Proof | None
    metrics: tuple[NotebookMetric, ...]
    reasons: tuple[Reason, ...]
    code: str = ""
    watched: str = ""
    ranking: tuple[str, ...] = ()
    proposed: bool = False
    instead: tuple[str, ...] = ()
    answered: bool = False
    typed: str = ""
    odd: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def columns(self) -> Literal["raw columns", "model inputs"]:
        """Whether the columns that the model takes are the raw ones, as they were read."""
        from o16n.recipe.shown import is_as_read

        as_read = self.recipe.state == "proven" and is_as_read(self.recipe)
        return "raw columns" if as_read else "model inputs"

    @property
    def held_out(self) -> Part:
        """The part that metrics are computed on: test where there is one, train otherwise."""
        return self.test if self.test is not None else self.train
