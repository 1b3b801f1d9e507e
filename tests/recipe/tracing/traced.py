"""Trace a few lines of a notebook in this process, on rows whose `id` says which they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from o16n.recipe.tracing.trace import CellText, Trace, trace

if TYPE_CHECKING:
    from pathlib import Path

    from o16n.recipe.program import Operation
    from o16n.recipe.tracing.replies import Replies

HEAD = """import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler, LabelEncoder
from sklearn.linear_model import LogisticRegression
df = pd.read_csv({path!r})
"""


def frame(rows: int = 40) -> pd.DataFrame:
    """Return rows with gaps, equal values and texts; `id` counts them."""
    rng = np.random.default_rng(0)
    made = pd.DataFrame(
        {
            "id": np.arange(rows),
            "a": rng.normal(size=rows).round(1),
            "k": rng.integers(0, 4, rows),
            "g": rng.choice(["x", "y", "z"], rows),
            "y": np.arange(rows) % 2,
        }
    )
    made.loc[::7, "a"] = np.nan
    return made


def traced(folder: Path, *cells: str, replies: Replies | None = None) -> Trace:
    """Return the trace of cells that follow one which reads `df`."""
    path = folder / "rows.csv"
    if not path.exists():
        frame().to_csv(path, index=False)
    texts = [HEAD.format(path=str(path)), *cells]
    return trace(
        [CellText(order=k, number=k, source=text) for k, text in enumerate(texts, 1)], replies
    )


def wrong_rows(run: Trace) -> list[str]:
    """Return the operations whose result has an `id` column that tells other rows than were followed."""
    found = []
    for number, (value, rows) in run.recorder.snapshots.items():
        if isinstance(value, pd.DataFrame) and "id" in value.columns:
            told = rows % 10**9
            if len(told) != len(value) or (value["id"].to_numpy() != told).any():
                found.append(str(run.recorder.program[number].site.text))
    return found


def last(run: Trace) -> Operation:
    """Return the last operation."""
    return run.recorder.program[-1]


def functions(run: Trace) -> list[str]:
    """Return what each operation calls, methods by their names."""
    return [
        str(one.arguments[1]) if one.function == "method" else one.function
        for one in run.recorder.program
    ]


def value_of(run: Trace, number: int = -1) -> Any:
    """Return the result of an operation, as it was then."""
    return run.recorder.snapshots[run.recorder.program[number].number][0]
