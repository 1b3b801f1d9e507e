"""Hold rows against the schema, cell by cell, and give the readable ones back as the model knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.errors import RowsRefused, UnknownName
from o16n.scoring.cells import Cells, read_cells, typed

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.bundle.schema import Column, Name, Schema


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a cell, or a whole row where `column` is None, has no answer; `row` counts from 0.

    `value` is the cell as text, shortened, and "" where nothing stands in it.
    """

    row: int
    column: Name | None
    value: str
    reason: str

    def __str__(self) -> str:
        shown = f"{self.value}: " if self.value else ""
        return self.reason if self.column is None else f"{self.column}: {shown}{self.reason}"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A table held against a schema: which rows are `good` (n,), the problems, and warnings."""

    good: np.ndarray[Any, Any]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]
    cells: tuple[tuple[Column, Cells], ...]
    index: pd.Index[Any]

    def usable(self) -> pd.DataFrame:
        """Return the good rows with the schema's columns, in the storage the model was fitted on."""
        import pandas as pd

        columns = [
            typed(cells.read[self.good], one, self.index[self.good]) for one, cells in self.cells
        ]
        frame = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=self.index[self.good])
        return frame.set_axis([one.name for one, _ in self.cells], axis=1)


def check_rows(frame: pd.DataFrame, schema: Schema) -> Checked:
    """Hold every cell of `frame` (n rows) against `schema`; columns it does not know are ignored.

    Raises:
        RowsRefused: a column of the schema is missing from the table, or stands there twice.
    """
    import numpy as np

    cells = [
        (column, read_cells(frame.iloc[:, place], column))
        for column, place in zip(schema.columns, _places(frame, schema), strict=True)
    ]
    good = np.ones(len(frame), dtype=bool)
    problems, warned = [], []
    for (column, held), place in zip(cells, _places(frame, schema), strict=True):
        wrong = held.faults != ""
        good &= ~wrong
        given = frame.iloc[:, place]
        problems += [
            Problem(
                row=int(row),
                column=column.name,
                value=_shown(given.iloc[row]),
                reason=held.faults[row],
            )
            for row in wrong.nonzero()[0]
        ]
        if held.outside:
            warned.append(
                f"{column.name}: {held.outside} of {len(frame)} values lie outside the range of "
                f"training, {column.minimum:g} to {column.maximum:g}"
            )
    problems.sort(key=lambda one: one.row)
    return Checked(
        good=good,
        problems=tuple(problems),
        warnings=tuple(warned),
        cells=tuple(cells),
        index=frame.index,
    )


def problems(frame: pd.DataFrame, schema: Schema) -> pd.Series[str]:
    """Return one text per row of `frame`: "" where every cell meets the schema.

    A problem reads `column: value: reason`; several are joined by `; `.

    Raises:
        RowsRefused: a column of the schema is missing from the table.
    """
    return texts(check_rows(frame, schema).problems, frame.index)


def texts(found: tuple[Problem, ...], index: pd.Index[Any]) -> pd.Series[str]:
    """Return the problems as one text per row."""
    import pandas as pd

    lines: list[list[str]] = [[] for _ in range(len(index))]
    for one in found:
        lines[one.row].append(str(one))
    return pd.Series(["; ".join(one) for one in lines], index=index, dtype="object")


def _places(frame: pd.DataFrame, schema: Schema) -> list[int]:
    """Return where each column of the schema stands; 0 and "0" are one name where only one is there."""
    places: dict[Any, list[int]] = {}
    for place, name in enumerate(frame.columns):
        places.setdefault(name, []).append(place)
        if str(name) != name:
            places.setdefault(str(name), []).append(place)
    found = [
        places.get(column.name) or places.get(str(column.name), []) for column in schema.columns
    ]
    missing = [str(c.name) for c, here in zip(schema.columns, found, strict=True) if not here]
    if missing:
        near = str(UnknownName("column", missing[0], [str(name) for name in frame.columns]))
        raise RowsRefused(
            f"missing column{'s' * (len(missing) > 1)} {', '.join(map(repr, missing))}",
            where="rows",
            hint=near.partition("; ")[2] or "give every column of schema.json",
        )
    for column, here in zip(schema.columns, found, strict=True):
        if len(here) > 1:
            raise RowsRefused(
                f"{len(here)} columns are called {column.name!r}",
                where="rows",
                hint="keep one of them",
            )
    return [here[0] for here in found]


def _shown(value: Any, *, longest: int = 40) -> str:
    """Return a cell as text, "" where nothing stands in it."""
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    text = " ".join(str(value).split()) or repr(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"
