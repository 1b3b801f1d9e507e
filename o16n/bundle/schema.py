"""The raw columns a bundle takes and the answers it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FORMAT = 1
ColumnKind = Literal["number", "integer", "text", "boolean", "datetime"]
Name = str | int
Plain = str | int | float | bool


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column as training saw it.

    `name` keeps its type: 0 and "0" are one name in a CSV header, not in a frame. `dtype` is the
    storage that the model was fitted on ("" where a fitting one is chosen), `missing` what stood
    for a missing value among objects. `minimum` and `maximum` are rounded outward (privacy);
    `levels` are the values seen, for a category its categories in their order, None where the
    column looks like an identifier (more than half of its values are unique) or is numeric.
    `nullable` is True where training held a missing value. `unseen` says what becomes of a level
    that training never had.
    """

    name: Name
    kind: ColumnKind
    nullable: bool
    minimum: float | None = None
    maximum: float | None = None
    levels: tuple[Plain, ...] | None = None
    dtype: str = ""
    ordered: bool = False
    missing: Literal["nan", "none"] = "nan"
    unseen: Literal["refuse", "missing", "as trained"] = "refuse"


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """What one scored line holds besides index and `problem`.

    `score` adds what `decision_function` says: of an anomaly model, negative for outliers.
    """

    task: str
    classes: tuple[Plain, ...] = ()
    positive: Plain | None = None
    probabilities: bool = False
    score: bool = False


@dataclass(frozen=True, kw_only=True)
class Schema:
    """`level` says whether rows are raw rows or, without a recipe, model inputs."""

    level: Literal["raw rows", "model inputs"]
    columns: tuple[Column, ...]
    outputs: Outputs
    named: bool = True
