"""Explain a candidate: the exact explainer of its family, checked against the model's own output."""

from __future__ import annotations

import random
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.explain.explainers import linear, permutation, tree
from o16n.explain.explanation import Additivity, Case, Contribution, Driver, Explanation
from o16n.explain.importance import permutation_importance
from o16n.explain.resolve import peeled, resolve
from o16n.statistics import mean_interval

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd

    from o16n.candidate.candidate import Candidate

    Array = np.ndarray[Any, Any]

ROWS = 200
SLOW_ROWS = 40
TOLERANCE = 1e-6
CORRELATED = "Columns that move together share their contribution; this says nothing about causes."


@dataclass(frozen=True, kw_only=True)
class Attributed:
    """Contributions (n, d) or (n, d, k) per input column with what they should add up to."""

    values: Array
    base: Array
    output: Array
    unit: str
    method: str
    reason: str
    background: str


def explain(
    candidate: Candidate, *, seed: int = 0, say: Callable[[str], None] | None = None
) -> Explanation:
    """Return why the candidate's model answers as it does, on a seeded sample of held-out rows.

    shap's own explainers are used where they are right; where they refuse or do not add up to the
    model's own output, the explanation is permutation importance and says why.
    """
    import numpy as np

    clock, state, legacy = time.monotonic(), random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = _explained(candidate, seed, say or (lambda _: None), clock)
    finally:
        random.setstate(state)
        np.random.set_state(legacy)  # noqa: NPY002 - the person's state
    return found


def _explained(
    candidate: Candidate, seed: int, say: Callable[[str], None], clock: float
) -> Explanation:
    frame = as_frame(candidate.held_out.X)
    training = as_frame(candidate.train.X)
    try:
        rows, attributed = _attribute(candidate, frame, training, seed, say)
    except Exception as error:  # noqa: BLE001 - the reason stands in the explanation
        return permutation_importance(
            candidate, frame, seed, f"shap refused: {type(error).__name__}: {error}"
        )
    additivity = check_additivity(attributed)
    if not additivity.holds:
        reason = f"the contributions miss the model's own output by {additivity.largest_error:.2g}"
        return permutation_importance(candidate, frame, seed, reason)
    return _written(
        candidate, frame.iloc[rows], rows, attributed, additivity, seed=seed, clock=clock
    )


def as_frame(inputs: Any) -> pd.DataFrame:
    """Return model inputs (n, d) as a frame; a matrix's columns are `column 1` …"""
    import pandas as pd

    if isinstance(inputs, pd.DataFrame):
        return inputs
    dense = inputs.toarray() if hasattr(inputs, "toarray") else inputs
    table = pd.DataFrame(dense)
    return table.set_axis([f"column {place + 1}" for place in range(table.shape[1])], axis=1)


def check_additivity(attributed: Attributed) -> Additivity:
    """Hold base + sum against the model's own output on every row, relative to the output's spread."""
    import numpy as np

    error = np.abs(attributed.base + attributed.values.sum(axis=1) - attributed.output)
    spread = max(float(np.std(attributed.output)), 1e-12)
    worst = float(error.max() / spread)
    return Additivity(
        rows=len(error), largest_error=worst, tolerance=TOLERANCE, holds=worst <= TOLERANCE
    )


def _attribute(
    candidate: Candidate,
    frame: pd.DataFrame,
    training: pd.DataFrame,
    seed: int,
    say: Callable[[str], None],
) -> tuple[Array, Attributed]:
    import numpy as np

    model, rng = candidate.model, np.random.default_rng(seed)
    classes = len(candidate.classes)
    outputs = classes if classes > 2 else 1  # noqa: PLR2004 - two classes have one output
    resolved = resolve(model, frame.shape[1], list(map(str, frame.columns)))
    _, core = peeled(model)
    for family in (linear, tree):
        if resolved is None or not family.takes(core, outputs):
            continue
        rows = np.sort(rng.permutation(len(frame))[:ROWS])
        say(f"explaining {len(rows)} rows: {family.METHOD}")
        taken = (
            candidate.held_out.X[rows]
            if not hasattr(candidate.held_out.X, "iloc")
            else frame.iloc[rows]
        )
        encoded, background = resolved.encode(taken), resolved.encode(candidate.train.X)
        values, base = family.contributions(core, encoded, background)
        return rows, Attributed(
            values=_by_owner(values, resolved.owner, frame.shape[1]),
            base=np.asarray(base),
            output=family.own_output(model, taken),
            unit=family.unit(core),
            method=family.METHOD,
            reason=family.REASON,
            background=f"mean of {len(training)} training rows"
            if family is linear
            else "covers stored in the trees",
        )
    rows = np.sort(rng.permutation(len(frame))[:SLOW_ROWS])
    say(f"explaining {len(rows)} rows: {permutation.METHOD}")
    answer, unit = _answer_of(candidate)
    sample = training.iloc[np.sort(rng.permutation(len(training))[: permutation.BACKGROUND])]
    values, base = permutation.contributions(answer, frame.iloc[rows], sample, seed=seed)
    return rows, Attributed(
        values=values,
        base=base,
        output=answer(frame.iloc[rows]),
        unit=unit,
        method=permutation.METHOD,
        reason="no exact explainer is right for this model",
        background=f"{len(sample)} training rows, seed {seed}",
    )


def _answer_of(candidate: Candidate) -> tuple[Callable[[Any], Array], str]:
    """Return (rows → one number each, unit) of the whole model: a probability where there is one."""
    import numpy as np

    model = candidate.model
    named = hasattr(candidate.train.X, "columns")

    def inputs(rows: Any) -> Any:
        return rows if named else rows.to_numpy()

    if hasattr(model, "predict_proba") and candidate.classes:
        place = 1 if len(candidate.classes) == 2 else _commonest(candidate)  # noqa: PLR2004 - two classes
        return lambda rows: np.asarray(model.predict_proba(inputs(rows)))[:, place], "probability"
    if hasattr(model, "decision_function"):
        scored = np.asarray(model.decision_function(candidate.train.X[:2]))
        if scored.ndim == 1:
            return lambda rows: np.asarray(model.decision_function(inputs(rows))), "decision value"
    return lambda rows: np.asarray(model.predict(inputs(rows)), dtype="float64"), "target unit"


def _commonest(candidate: Candidate) -> int:
    import numpy as np

    labels = np.asarray(candidate.model.predict(candidate.train.X))
    return int(np.argmax([(labels == label).sum() for label in candidate.classes]))


def _by_owner(values: Array, owner: tuple[int, ...], width: int) -> Array:
    """Sum signed contributions of encoded columns per input column, before any absolute value."""
    import numpy as np

    summed = np.zeros((values.shape[0], width, *values.shape[2:]))
    for place, column in enumerate(owner):
        summed[:, column] += values[:, place]
    return summed


def _written(
    candidate: Candidate,
    frame: pd.DataFrame,
    rows: Array,
    attributed: Attributed,
    additivity: Additivity,
    *,
    seed: int,
    clock: float,
) -> Explanation:
    part, population = candidate.held_out, len(candidate.held_out.X)
    many = attributed.values.ndim == 3  # noqa: PLR2004 - rows, columns, classes
    limits = [CORRELATED]
    if attributed.method == permutation.METHOD:
        limits.append(
            "Contributions are sampled: single ones carry a Monte-Carlo error of some per cent."
        )
    if candidate.recipe.state != "proven":
        limits.append("Columns are the model's own inputs: " + candidate.recipe.reason + ".")
    return Explanation(
        kind="shap",
        method=attributed.method,
        reason=attributed.reason,
        output=_output_name(candidate, attributed),
        unit=attributed.unit,
        columns="raw columns" if candidate.recipe.state == "proven" else "model inputs",
        explained=len(rows),
        population=population,
        part="held-out rows" if candidate.test is not None else "training rows",
        background=f"{attributed.background}; rows of {part.name}",
        seed=seed,
        base=float(attributed.base.reshape(-1)[0]),
        drivers=_drivers(frame, attributed.values, population),
        cases=() if many else _cases(frame, attributed, candidate, rows),
        additivity=additivity,
        limits=tuple(limits),
        seconds=round(time.monotonic() - clock, 3),
    )


def _output_name(candidate: Candidate, attributed: Attributed) -> str:
    if attributed.values.ndim == 3:  # noqa: PLR2004 - rows, columns, classes
        return "mean over the classes"
    if len(candidate.classes) == 2:  # noqa: PLR2004 - two classes
        return f"{candidate.target or 'class'} = {candidate.classes[1]}"
    if candidate.classes:
        return f"class {candidate.classes[_commonest(candidate)]}"
    return candidate.target or "prediction"


def _drivers(frame: pd.DataFrame, values: Array, population: int) -> tuple[Driver, ...]:
    import numpy as np
    import pandas as pd

    strengths = np.abs(values) if values.ndim == 2 else np.abs(values).mean(axis=2)  # noqa: PLR2004
    found = []
    for place, name in enumerate(frame.columns):
        low, high = mean_interval(strengths[:, place], population)
        direction = None
        if values.ndim == 2 and pd.api.types.is_numeric_dtype(frame[name].dtype):  # noqa: PLR2004
            ranks = pd.Series(values[:, place]).corr(
                frame[name].reset_index(drop=True).astype(float), method="spearman"
            )
            direction = None if np.isnan(ranks) else float(ranks)
        found.append(
            Driver(
                column=str(name),
                strength=float(strengths[:, place].mean()),
                low=max(low, 0.0),
                high=high,
                direction=direction,
            )
        )
    return tuple(sorted(found, key=lambda one: -one.strength))


def _cases(
    frame: pd.DataFrame, attributed: Attributed, candidate: Candidate, rows: Array
) -> tuple[Case, ...]:
    import numpy as np

    output = attributed.output
    picked = {
        "highest": int(output.argmax()),
        "lowest": int(output.argmin()),
        "typical": int(np.abs(output - np.median(output)).argmin()),
    }
    truth = candidate.held_out.y
    if truth is not None and (len(candidate.classes) == 2 or not candidate.classes):  # noqa: PLR2004
        actual = np.asarray(truth)[rows]
        wanted = (
            (actual == candidate.classes[1]) * 1.0 if candidate.classes else actual.astype(float)
        )
        gap = (
            np.where(wanted > 0, -output, output) if candidate.classes else np.abs(output - wanted)
        )
        picked["worst error"] = int(gap.argmax())
    base = np.broadcast_to(attributed.base.reshape(-1), (len(frame),))
    return tuple(
        Case(
            row=str(frame.index[place]),
            kind=kind,
            answer=float(output[place]),
            base=float(base[place]),
            contributions=tuple(
                Contribution(
                    column=str(name),
                    value=str(frame.iloc[place, at]),
                    amount=float(attributed.values[place, at]),
                )
                for at, name in sorted(
                    enumerate(frame.columns), key=lambda one: -abs(attributed.values[place, one[0]])
                )
            ),
        )
        for kind, place in picked.items()
    )
