"""Single rows worth looking at, each broken down by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.explain.explanation import Case, Contribution

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.explain.question import Attributed

    Array = np.ndarray[Any, Any]

MOST_COLUMNS = 30
MOST_CLASSES = 4
LONGEST = 80


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Of n explained rows: their names, what the model says, and the truth where it is known."""

    names: tuple[str, ...]
    labels: Array
    truth: Array | None
    classes: tuple[Any, ...]

    def take(self, places: Array) -> Answers:
        """Return the rows at `places`."""
        return Answers(
            names=tuple(self.names[place] for place in places.tolist()),
            labels=self.labels[places],
            truth=self.truth[places] if self.truth is not None else None,
            classes=self.classes,
        )


def picks_of(output: Array, unit: str, answers: Answers) -> dict[int, list[str]]:
    """Return the places of the rows that show most, each with why; a row may show several things.

    `output` (n, k) is what the model says of the n rows of `answers`.
    """
    if len(answers.classes) == 2:  # noqa: PLR2004 - two classes
        picked = _binary(output[:, 0], unit == "probability", answers)
    elif answers.classes:
        picked = _multiclass(output, answers)
    else:
        picked = _number(output[:, 0], answers)
    kinds: dict[int, list[str]] = {}
    for kind, place in picked.items():
        kinds.setdefault(place, []).append(kind)
    return kinds


def cases_of(
    frame: pd.DataFrame,
    attributed: Attributed,
    kinds: tuple[str, ...],
    answers: Answers,
    outputs: tuple[str, ...],
) -> tuple[Case, ...]:
    """Return the rows of `frame` (n, d), each with its kind, broken down by column."""
    import numpy as np

    output, base = attributed.output, np.broadcast_to(attributed.base, attributed.output.shape)
    found = []
    for place, kind in enumerate(kinds):
        which = int(output[place].argmax()) if output.shape[1] > 1 else 0
        amounts = attributed.amounts[place, :, which]
        found.append(
            Case(
                row=answers.names[place],
                kind=kind,
                answer=float(output[place, which]),
                base=float(base[place, which]),
                contributions=_contributions(frame.iloc[place], amounts),
                output=outputs[which],
                said=told(answers.labels[place]),
                actual=told(answers.truth[place]) if answers.truth is not None else "",
            )
        )
    return tuple(found)


def _binary(output: Array, probability: bool, answers: Answers) -> dict[str, int]:  # noqa: FBT001 - what the output is
    import numpy as np

    sureness = np.abs(output - (0.5 if probability else 0.0))
    return {
        "strongest yes": int(output.argmax()),
        "strongest no": int(output.argmin()),
        "borderline": int(sureness.argmin()),
        "typical": int(np.abs(output - np.median(output)).argmin()),
        **_wrong(sureness, answers),
    }


def _multiclass(output: Array, answers: Answers) -> dict[str, int]:
    import numpy as np

    ordered = np.sort(output, axis=1)
    sureness, said = ordered[:, -1] - ordered[:, -2], output.argmax(axis=1)
    common = np.argsort(-np.bincount(said, minlength=output.shape[1]), kind="stable")
    picked = {}
    for which in common[:MOST_CLASSES]:
        rows = np.flatnonzero(said == which)
        if len(rows):
            surest = int(rows[output[rows, which].argmax()])
            picked[f"surest {answers.classes[which]}"] = surest
    return {**picked, "borderline": int(sureness.argmin()), **_wrong(sureness, answers)}


def _wrong(sureness: Array, answers: Answers) -> dict[str, int]:
    """Return the row that is surest of a wrong answer, where there is one."""
    import numpy as np

    if answers.truth is None:
        return {}
    wrong = np.flatnonzero(answers.labels != answers.truth)
    return {"wrong": int(wrong[sureness[wrong].argmax()])} if len(wrong) else {}


def _number(output: Array, answers: Answers) -> dict[str, int]:
    import numpy as np

    picked = {
        "highest": int(output.argmax()),
        "lowest": int(output.argmin()),
        "typical": int(np.abs(output - np.median(output)).argmin()),
    }
    if answers.truth is not None:
        gap = np.abs(answers.labels.astype("float64") - answers.truth.astype("float64"))
        picked["worst error"] = int(gap.argmax())
    return picked


def _contributions(row: pd.Series[Any], amounts: Array) -> tuple[Contribution, ...]:
    import numpy as np

    order = np.argsort(-np.abs(amounts), kind="stable")
    shown = [
        Contribution(
            column=str(row.index[place]), value=told(row.iloc[place]), amount=float(amounts[place])
        )
        for place in order[:MOST_COLUMNS]
    ]
    if len(order) > MOST_COLUMNS:
        rest = order[MOST_COLUMNS:]
        shown.append(
            Contribution(
                column=f"{len(rest)} other columns", value="", amount=float(amounts[rest].sum())
            )
        )
    return tuple(shown)


def told(value: Any) -> str:
    """Return a cell as a person reads it: six digits, `missing`, long texts cut."""
    import numpy as np
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "missing"
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
