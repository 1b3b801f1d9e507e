"""A recipe as data: operations, what they froze, and which columns they need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from o16n.recipe.program import Operation, Shape
    from o16n.recipe.refusal import Unseen

FORMAT = 2


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """A statement of the notebook that prepares data outside the model."""

    cell: int
    line: int
    text: str


@dataclass(frozen=True, kw_only=True)
class FrozenSize:
    """Something frozen that is larger than levels and statistics: what, where it is used, its rows."""

    name: str
    cell: int
    line: int
    rows: int


@dataclass(frozen=True, kw_only=True)
class Levels:
    """What becomes of a level of a raw column that is none of the `known` ones."""

    policy: Unseen
    known: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The way from raw row to model input.

    `state` is `proven` when replay on the raw rows gave the notebook's own model inputs, `refused`
    when it was lifted and replay did not, `missing` when the preparation stands outside the model
    and was not lifted (`preparation` then names it), and `no raw data` when no rows as read from
    outside could be found. `reason` says why in one sentence. `inputs` are the model's own input
    columns, `None` where the model takes a matrix without names.

    `operations` run in order; register `target` then holds the model input. `raw` gives columns and
    dtypes of the rows as read; `raw_columns` are those that the caller gives. `optional` columns may
    be absent: a valid value of training, given with each, then stands in, and the filters numbered
    in `loose`, which depend on such columns, let every row through. `frozen_sizes` names what is
    larger than levels and statistics. `supplied` is the cell in which a person supplied the way as
    `prepare(rows)`, None where it is that of the notebook's own lines. `unseen` says by raw column what
    becomes of a level that training never had; a column that is not there has it refused.
    """

    state: Literal["proven", "refused", "missing", "no raw data"]
    reason: str
    raw_columns: tuple[str | int, ...] = ()
    operations: tuple[Operation, ...] = ()
    preparation: tuple[Preparation, ...] = ()
    inputs: tuple[str | int, ...] | None = None
    target: int | None = None
    raw: Shape | None = None
    optional: Mapping[Any, Any] = field(default_factory=dict)
    loose: tuple[int, ...] = ()
    frozen_sizes: tuple[FrozenSize, ...] = ()
    supplied: int | None = None
    unseen: Mapping[Any, Levels] = field(default_factory=dict)
