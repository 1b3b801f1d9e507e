"""The served scorer, the rows it is asked about, and rows made of two or three of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import numpy as np
    import pandas as pd

    from o16n.scoring.scorer import Scorer

    Array = np.ndarray[Any, Any]

MANY = 12  # distinct values from which on a number is no list of levels
TIMED = (200, 2000)  # rows
QUICK = 0.2  # seconds: a shorter call is timed again on more rows, as it will be made


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Of n rows: `numbers` (n, k), NaN where there is no answer, and `labels` (n,), None there."""

    numbers: Array
    labels: Array


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`rows` (n, d) as the served scorer takes them, under `names`, and what is known of them.

    `numbers` of what is asked are probabilities in the order of `classes`, `place` being the
    explained one; the prediction where there are no classes. `drivers` are places of columns,
    strongest first; those in `fixed` are never changed for a single row, nor is a value of theirs told;
    rows are always grouped by those in `grouped`.
    """

    ask: Callable[[pd.DataFrame], Asked]
    rows: pd.DataFrame
    names: tuple[str, ...]
    truth: Array | None
    classes: tuple[Any, ...]
    place: int
    unit: str
    output: str
    drivers: tuple[int, ...]
    seed: int
    fixed: tuple[int, ...] = ()
    grouped: tuple[int, ...] = ()

    def name(self, column: int) -> str:
        """Return what the column at a place is called."""
        return str(self.rows.columns[column])

    def answers(self, frame: pd.DataFrame) -> Array:
        """Return the explained number of each row (n,)."""
        return self.ask(frame).numbers[:, self.place]

    def sample(self, most: int) -> Array:
        """Return the places of `most` rows, seeded and in their order."""
        import numpy as np

        count = len(self.rows)
        order = np.random.default_rng(self.seed).permutation(count)
        return np.sort(order[:most])

    def mixed(self, base: Array, changes: Mapping[int, Array]) -> pd.DataFrame:
        """Return the rows at `base` (m,), each changed column being that of other rows (m,).

        Every cell is one that was seen, in its own type.
        """
        import pandas as pd

        columns = {
            at: self.rows.iloc[changes.get(at, base), at].reset_index(drop=True)
            for at in range(self.rows.shape[1])
        }
        return pd.DataFrame(columns).set_axis(self.rows.columns, axis=1)

    def pace(self) -> float:
        """Return how many seconds the scorer takes for a row of many."""
        import numpy as np

        per_row = 0.0
        for count in TIMED:
            rows = self.rows.iloc[np.resize(np.arange(len(self.rows)), count)]
            clock = time.monotonic()
            self.ask(rows)
            per_row = (time.monotonic() - clock) / count
            if per_row * count > QUICK:
                break
        return per_row


def scene_of(
    scorer: Scorer,
    rows: pd.DataFrame,
    *,
    names: Iterable[str],
    truth: Any = None,
    drivers: Iterable[str] = (),
    about: Mapping[str, Any],
) -> Scene:
    """Return the scene of a loaded scorer: `about` has `output`, `outputs`, `seed`, `sensitive`.

    A driver that is no column of `rows`, such as a model input behind a recipe, is left out; so are
    sensitive columns and those that look like identifiers, of which no value is told.
    """
    import numpy as np

    outputs = scorer.schema.outputs
    classes = tuple(outputs.classes)
    positive = classes.index(outputs.positive) if outputs.positive in classes else len(classes) - 1
    wanted = [f"p_{one}" for one in classes]

    def ask(frame: pd.DataFrame) -> Asked:
        lines = scorer.answer(frame.reset_index(drop=True))
        labels = np.array(lines["prediction"].astype("object"), dtype="object")
        labels[(lines["problem"] != "").to_numpy()] = None
        return Asked(numbers=_numbers(lines, labels, classes, wanted), labels=labels)

    place_of = {str(one): at for at, one in enumerate(rows.columns)}
    place_of |= {f"column {at + 1}": at for at in range(rows.shape[1]) if not scorer.schema.named}
    sensitive = tuple(place_of[one] for one in about.get("sensitive", ()) if one in place_of)
    fixed = (*sensitive, *_identifiers(scorer))
    unit = "target unit" if not classes else "probability" if outputs.probabilities else "share"
    return Scene(
        ask=ask,
        rows=rows,
        names=tuple(names),
        truth=None
        if truth is None
        else np.asarray(truth, dtype="object" if classes else "float64"),
        classes=classes,
        place=max(positive, 0),
        unit=unit,
        output=_output(about, max(positive, 0), classes),
        drivers=tuple(
            dict.fromkeys(
                place_of[one] for one in drivers if one in place_of and place_of[one] not in fixed
            )
        ),
        seed=about["seed"],
        fixed=fixed,
        grouped=sensitive,
    )


def _identifiers(scorer: Scorer) -> tuple[int, ...]:
    """Return the places of texts whose values are mostly unique, as the schema says."""
    every = enumerate(scorer.schema.columns)
    return tuple(at for at, one in every if one.kind == "text" and one.levels is None)


def _output(about: Mapping[str, Any], place: int, classes: tuple[Any, ...]) -> str:
    """Return the name of the number that is looked at: of several classes the one at `place`."""
    outputs = about.get("outputs") or ()
    return str(outputs[place] if len(outputs) == len(classes) > 1 else about["output"])


def _numbers(
    lines: pd.DataFrame, labels: Array, classes: tuple[Any, ...], wanted: list[str]
) -> Array:
    """Return probabilities (n, k); of a model without, 1 for the class it says; else the prediction."""
    import numpy as np
    import pandas as pd

    if classes and all(one in lines for one in wanted):
        return lines[wanted].astype("float64").to_numpy()
    if classes:
        told = np.array([[one == label for one in classes] for label in labels], dtype="float64")
        told[[one is None for one in labels]] = np.nan
        return told.reshape(len(labels), len(classes))
    return pd.to_numeric(lines["prediction"]).to_numpy("float64", na_value=np.nan)[:, None]


def is_number(column: pd.Series[Any]) -> bool:
    """Tell whether a column is a scale rather than a list of levels."""
    import pandas as pd

    kind = column.dtype
    plain = pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)
    return bool(plain or pd.api.types.is_datetime64_any_dtype(kind)) and column.nunique() > MANY


def cell(value: Any) -> str:
    """Return a cell as a person reads it: six digits, `missing`, long texts cut."""
    from o16n.explain.cases import told

    return told(value)
