"""The raw columns a bundle takes and the answers it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

FORMAT = 1
ColumnKind = Literal["number", "integer", "text", "boolean", "datetime"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column as training saw it.

    `minimum` and `maximum` are rounded outward (privacy); `levels` are the texts (or integers) seen,
    None where the column looks like an identifier (more than half of its values are unique) or is
    numeric. `nullable` is True where training held a missing value.
    """

    name: str
    kind: ColumnKind
    nullable: bool
    minimum: float | None = None
    maximum: float | None = None
    levels: tuple[Any, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """What one scored line holds besides index and `problem`."""

    task: str
    classes: tuple[Any, ...] = ()
    positive: Any | None = None
    probabilities: bool = False


@dataclass(frozen=True, kw_only=True)
class Schema:
    """`level` says whether rows are raw rows or, without a recipe, model inputs."""

    level: Literal["raw rows", "model inputs"]
    columns: tuple[Column, ...]
    outputs: Outputs
    named: bool = True
