"""A bundle and rows of a file, as the candidate that explainers take: what the bundle answers is explained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from o16n.errors import RowsRefused, UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import pandas as pd

    from o16n.candidate.candidate import Candidate
    from o16n.explain.explanation import Explanation
    from o16n.scoring.scorer import Scorer

    Array = np.ndarray[Any, Any]


SEEN = "Whether the model was trained on some of these rows is not known here; where it was, errors look smaller than they are."


@dataclass(frozen=True, kw_only=True)
class Given:
    """Rows of a file that the scorer takes: `rows` (n, d), under their index, and their truth (n,).

    `refused` of the file's rows are left out; `untold` says why the truth is not known.
    """

    rows: pd.DataFrame
    inputs: Any
    truth: Array | None
    untold: str
    refused: int
    name: str


def rows_given(scorer: Scorer, frame: pd.DataFrame, *, target: str | None, name: str) -> Given:
    """Return what of `frame` can be explained, with the column `target` as its truth.

    Raises:
        RowsRefused: a column is missing, or no row can be answered.
    """
    import numpy as np

    from o16n.recipe.replay import apply
    from o16n.scoring.validate import check_rows

    checked = check_rows(frame, scorer.schema)
    rows, places = checked.usable(), np.flatnonzero(checked.good)
    if scorer.schema.level == "raw rows" and len(rows):
        played = apply(scorer.recipe, rows)
        rows, places, inputs = rows.iloc[played.rows], places[played.rows], played.value
    else:
        inputs = rows if scorer.schema.named else rows.to_numpy()
    if not len(rows):
        why = str(checked.problems[0]) if checked.problems else "the recipe has no answer to any"
        raise RowsRefused(f"no row can be explained: {why}", where=name)
    truth, untold = _truth(scorer, frame, target, places)
    return Given(
        rows=rows,
        inputs=inputs,
        truth=truth,
        untold=untold,
        refused=len(frame) - len(rows),
        name=name,
    )


def _truth(
    scorer: Scorer, frame: pd.DataFrame, target: str | None, places: Array
) -> tuple[Array | None, str]:
    """Return the truth in the model's own labels, else None and why."""
    import numpy as np
    import pandas as pd

    if target is None or target not in frame.columns:
        return None, f"there is no column {target!r}" if target else "the target has no name"
    told = frame[target].iloc[places]
    classes = scorer.schema.outputs.classes
    if not classes:
        numbers = pd.to_numeric(told, errors="coerce").to_numpy("float64", na_value=np.nan)
        known = bool(np.isfinite(numbers).all())
        return (numbers, "") if known else (None, f"{target} is not a number in every row")
    by_text = {str(one): one for one in classes}
    labels = np.array([by_text.get(_text(one)) for one in told], dtype="object")
    strange = [str(one) for one, label in zip(told, labels, strict=True) if label is None]
    if strange:
        listed = ", ".join(map(str, classes))
        return None, f"{target} holds {strange[0]!r}, the model says {listed}"
    return labels, ""


def _text(value: Any) -> str:
    """Return a label as text; a whole number that a file made a float is whole again."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def candidate_of(scorer: Scorer, given: Given, about: Mapping[str, Any]) -> Candidate:
    """Return the bundle's model and recipe around the given rows; `about` is candidate.json."""
    from o16n.candidate.candidate import Candidate, Part

    outputs = scorer.schema.outputs
    raw = given.rows if scorer.schema.level == "raw rows" else None
    part = Part(X=given.inputs, y=given.truth, name=given.name, raw=raw)
    return Candidate(
        model=scorer.model,
        name=about.get("name", scorer.name),
        task=outputs.task,  # type: ignore[arg-type] # the schema's text is one of the tasks
        classes=outputs.classes,
        positive=outputs.positive,
        target=about.get("target"),
        train=part,
        test=None,
        raw=None,
        recipe=scorer.recipe,
        proof=None,
        metrics=(),
        reasons=(),
    )


def explain_given(
    scorer: Scorer,
    given: Given,
    about: Mapping[str, Any],
    *,
    seconds: float,
    say: Callable[[str], None],
    rows: Sequence[str] = (),
) -> Explanation:
    """Return why the bundle answers the given rows as it does; `rows` are named single ones.

    Raises:
        UnknownName: a named row is not among the given ones.
        UsageError: a named row stands there more than once.
    """
    from o16n.explain.explain import explain

    names = [str(one) for one in given.rows.index]
    for one in rows:
        if one not in names:
            raise UnknownName("row", one, names[:1000], where=given.name)
        if names.count(one) > 1:
            raise UsageError(f"{names.count(one)} rows are called {one}", where=given.name)
    candidate = candidate_of(scorer, _indexed(given), about)
    found = explain(candidate, seconds=seconds, say=say, rows=rows)
    own = f"rows of {given.name}"
    return replace(
        found,
        part=own,
        background=found.background.replace("training rows", "rows"),
        limits=(*found.limits, SEEN),
    )


def _indexed(given: Given) -> Given:
    """Return the given rows with their names on the model's inputs too, where these are a frame."""
    if not hasattr(given.inputs, "set_axis"):
        return given
    return replace(given, inputs=given.inputs.set_axis(given.rows.index, axis=0))
