"""Which number belongs to which model on which rows: by data flow, else by what was printed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from o16n.candidate.forms import flat, mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.candidate.forms import Array
    from o16n.candidate.reading import Reading
    from o16n.watching.record import Event, State, Where

Strength = Literal["identity", "derived", "score", "cross-validated", "printed"]
NAMES = {
    "accuracy_score": "accuracy",
    "balanced_accuracy_score": "balanced_accuracy",
    "brier_score_loss": "brier",
    "f1_score": "f1",
    "mean_absolute_error": "mae",
    "mean_squared_error": "mse",
    "r2_score": "r2",
    "roc_auc_score": "roc_auc",
    "root_mean_squared_error": "rmse",
}
RESCALED = ("exp", "10 to the power", "absolute", "square")
LEVELS = 50  # more different answers than this are numbers, not classes


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """One number, or one report without a number, of one state on (x, y), both tokens.

    `strength` is how the number was tied to the prediction; `training` where x is what the state was
    fitted on; `printed` where the number stands in an output; `how` what was made of the prediction
    before it was measured.
    """

    model: State
    metric: str
    value: float | None
    x: int | None
    y: int | None
    prediction: int | None
    where: Where
    strength: Strength
    training: bool
    printed: bool
    how: str = ""

    @property
    def in_models_units(self) -> bool:
        """Whether y is what the model predicts, and not its exponential or the like."""
        return not any(one in self.how for one in RESCALED)


def evaluations(reading: Reading) -> tuple[Evaluation, ...]:
    """Return every evaluation, in the order of the record."""
    found: list[Evaluation] = []
    measured: set[int] = set()
    for event in reading.events:
        if event.kind == "metric":
            one, use = _by_metric(reading, event)
            found += [one] if one is not None else []
            measured |= {use.number} if use is not None else set()
        elif event.kind == "score" and (model := reading.model_of(event)) and event.data:
            found.append(_by_score(reading, event, model))
        elif event.kind == "evaluate" and (model := reading.model_of(event)):
            found.append(_by_folds(reading, event, model))
    for use in reading.uses:
        if use.number not in measured:
            found += _by_print(reading, use)
    return tuple(found)


def measures(truth: Array, answer: Array) -> dict[str, float]:
    """Return accuracy for classes, and for numbers R², RMSE, MAE and MSE; arrays (n,)."""
    import numpy as np

    few = len(np.unique(truth)) < LEVELS
    found = {"accuracy": float((truth == answer).mean())} if few else {}
    if truth.dtype.kind != "f" or not truth.var() or len(np.unique(truth)) <= 2:  # noqa: PLR2004
        return found
    error = truth - answer
    around = float(((truth - truth.mean()) ** 2).sum())
    mse = float((error**2).mean())
    return {
        **found,
        "r2": 1 - float((error**2).sum()) / around,
        "rmse": mse**0.5,
        "mae": float(np.abs(error).mean()),
        "mse": mse,
    }


def _by_metric(reading: Reading, event: Event) -> tuple[Evaluation | None, Event | None]:
    pair = event.data[:2]
    hits = [(origin, token) for token in reversed(pair) if (origin := reading.origin(token))]
    if not hits:
        return None, None
    (use, how), token = hits[0]  # the answer is the second, unless the author swapped them
    model = reading.model_of(use)
    if model is None:
        return None, use
    truth = next((one for one in pair if one != token), None)
    metric, value = NAMES.get(event.name, event.name), event.result
    if value is None:
        metric, value = _plain(reading, truth, token)
    strength: Strength = "identity" if how == "identity" else "derived"
    if use.kind == "evaluate":
        strength = "cross-validated"
    made = _evaluation(reading, model, metric, value, (use.data[0], truth, token), event.where)
    return replace(_with(made, strength), how=how), use


def _by_score(reading: Reading, event: Event, model: State) -> Evaluation:
    state = reading.record.states[model]
    metric = "accuracy" if hasattr(state, "classes_") else "r2"
    x, y = (*event.data, None)[:2]
    made = _evaluation(reading, model, metric, event.result, (x, y, None), event.where)
    return _with(made, "score")


def _by_folds(reading: Reading, event: Event, model: State) -> Evaluation:
    kept = reading.record.kept
    answer = event.output[0] if event.output else -1
    folds = flat(kept[answer]) if answer in kept else None
    value = float(folds.mean()) if event.name == "cross_val_score" and folds is not None else None
    data = (event.inputs.get("X"), event.inputs.get("y"), None)
    made = _evaluation(reading, model, event.name, value, data, event.where)
    return _with(made, "cross-validated")


def _by_print(reading: Reading, use: Event) -> Iterator[Evaluation]:
    """Recompute the usual metrics against every y of the prediction's length; believe what was printed."""
    kept, model = reading.record.kept, reading.model_of(use)
    if model is None or not use.output or use.output[0] not in kept or not use.data:
        return
    answer = flat(kept[use.output[0]])
    if answer is not None and answer.ndim == 2 and answer.shape[1] == 2:  # noqa: PLR2004
        answer = (answer[:, 1] > 0.5).astype("float64")  # noqa: PLR2004 - the usual threshold
    seen: set[int | None] = set()
    for token in _targets(reading):
        truth = flat(kept[token])
        fits = truth is not None and answer is not None and truth.shape == answer.shape
        if truth is None or answer is None or not fits or truth.dtype.kind != answer.dtype.kind:
            continue
        if truth.ndim != 1 or not truth.size or mark(truth) in seen:
            continue
        seen.add(mark(truth))
        for metric, value in measures(truth, answer).items():
            if reading.printed(value, use.where.in_cell):
                triple = (use.data[0], token, use.output[0])
                yield _with(
                    _evaluation(reading, model, metric, value, triple, use.where), "printed"
                )


def _targets(reading: Reading) -> list[int]:
    tokens = {
        token
        for event in reading.events
        if event.kind in ("split", "fit")
        for token in (*event.data, *event.output)
    }
    tokens |= {token for token in reading.record.names if token in reading.record.values}
    return sorted(token for token in tokens if _is_column(reading, token))


def _is_column(reading: Reading, token: int) -> bool:
    shape = reading.record.values[token].shape
    return token in reading.record.kept and (len(shape) == 1 or shape[1:] == (1,))


def _plain(reading: Reading, truth: int | None, answer: int) -> tuple[str, float | None]:
    """Return accuracy or R² behind a metric that gave a table or a text, to make models comparable."""
    import numpy as np

    kept = reading.record.kept
    one, two = (flat(kept[t]) if t is not None and t in kept else None for t in (truth, answer))
    if one is None or two is None or one.shape != two.shape or one.dtype.kind != two.dtype.kind:
        return "report", None
    if not one.size or one.ndim != 1:
        return "report", None
    found = measures(one, two)
    labels = bool(np.isin(two, one).all())  # probabilities have no accuracy
    name = "accuracy" if labels and "accuracy" in found else "r2" if "r2" in found else "report"
    return name, found.get(name)


def _evaluation(
    reading: Reading,
    model: State,
    metric: str,
    value: float | None,
    data: tuple[int | None, int | None, int | None],
    where: Where,
) -> Evaluation:
    x, y, prediction = data
    return Evaluation(
        model=model,
        metric=metric,
        value=value,
        x=x,
        y=y,
        prediction=prediction,
        where=where,
        strength="identity",
        training=reading.same(x, reading.models[model].data[0]),
        printed=reading.printed(value, where.in_cell),
    )


def _with(made: Evaluation, strength: Strength) -> Evaluation:
    training = made.training and strength != "cross-validated"
    return replace(made, strength=strength, training=training)
