"""Which model the notebook is about: decided, proposed or ambiguous, by evidence in a fixed order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from o16n.candidate.evaluations import Evaluation, evaluations
from o16n.candidate.forms import flat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from o16n.candidate.reading import Reading
    from o16n.watching.record import State

BEST = re.compile(r"(^|[_\W])(best|final|tuned|opt|optimal|optimized)($|[_\W\d])", re.IGNORECASE)
LOWER = frozenset(
    {"brier", "hamming_loss", "log_loss", "mae", "max_error", "mean_absolute_percentage_error",
     "mean_squared_log_error", "median_absolute_error", "mse", "rmse", "zero_one_loss"}
)  # fmt: skip
FIRST = ("accuracy", "r2", "roc_auc", "f1", "rmse", "mse", "mae")
EQUAL = 1e-12
Status = Literal["decided", "proposed", "ambiguous"]


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One contender with the number it is compared by, None where it has none."""

    model: State
    label: str
    metric: str = ""
    value: float | None = None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The answer with its reason; `ranking` holds the contenders, the proposed one first."""

    status: Status
    model: State | None
    because: str
    ranking: tuple[Ranked, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()


def rank(reading: Reading) -> Choice:
    """Apply the evidence in order.

    Saved by the author; named best or final, or a search's best; the only one left; best on held-out
    rows by the notebook's own evaluation, which is a proposal. Equal values are ambiguous.
    """
    found = evaluations(reading)
    pool = _distinct(reading)
    if not pool:
        return Choice(status="ambiguous", model=None, because="no fit was seen")
    reasons: list[str] = []
    if len(pool) == 1:
        return _decided(reading, pool[0], "it is the only model that was fitted", found)
    for statement, marked in (
        ("the notebook saves it", _saved(reading)),
        ("it is named best or final, or is the best of a search", _named(reading)),
    ):
        kept = [one for one in pool if one in marked]
        if kept:
            pool, reasons = kept, [*reasons, statement]
        if len(pool) == 1:
            return _decided(reading, pool[0], " and ".join(reasons), found)
    return _by_evaluation(reading, pool, found, reasons)


def label(reading: Reading, model: State) -> str:
    """Return a state as a person names it: `rf (RandomForestClassifier, fit 2 of 3)`."""
    known = reading.record.estimators[model[0]]
    names = sorted(
        known.names, key=lambda one: (one in reading.loops, not one.isidentifier(), len(one), one)
    )
    kind = known.type.rpartition(".")[2]
    if not names:
        return f"the {kind} fitted in {reading.place(reading.models[model].where)}"
    count = f", fit {model[1]} of {known.fits}" if known.fits > 1 else ""
    return f"{names[0]} ({kind}{count})"


def _decided(reading: Reading, model: State, because: str, found: tuple[Evaluation, ...]) -> Choice:
    ranked = Ranked(model=model, label=label(reading, model))
    return Choice(
        status="decided", model=model, because=because, ranking=(ranked,), evaluations=found
    )


def _distinct(reading: Reading) -> list[State]:
    """Return the states; of refits with equal class, parameters and data only the last."""
    last: dict[Any, State] = {}
    for model, fit in reading.models.items():
        state = reading.record.states[model]
        data = tuple(reading.content(token) or token for token in fit.data)
        last[type(state), repr(_parameters(state)), data] = model
    return sorted(last.values(), key=lambda model: reading.models[model].number)


def _parameters(state: Any) -> dict[str, str]:
    given = getattr(state, "__dict__", {})
    return {
        name: repr(value)
        for name, value in sorted(given.items())
        if not name.startswith("_") and not name.endswith("_")
    }


def _saved(reading: Reading) -> set[State]:
    inner = reading.record.best
    found: set[State] = set()
    for event in reading.events:
        for thing, fit in event.detail.get("states", ()) if event.kind == "save" else ():
            found |= {(thing, fit)} | ({inner[thing]} if thing in inner else set())
    return _with_equals(reading, found)


def _named(reading: Reading) -> set[State]:
    """Return the last states of objects whose name, or whose best estimator's name, is telling."""
    record = reading.record
    telling = {
        thing for thing, one in record.estimators.items() if any(map(BEST.search, one.names))
    }
    found = {state for thing, state in record.best.items() if thing in telling}
    found |= {model for model in reading.models if model[0] in telling}
    searches = {
        model for model in reading.models if hasattr(record.states[model], "best_estimator_")
    }
    found = {
        reading.refitted(model) or model for model in found | searches if model in reading.models
    }
    found = {model for model in found if model[1] == record.estimators[model[0]].fits}
    return _with_equals(reading, found)


def _with_equals(reading: Reading, found: set[State]) -> set[State]:
    """Add, for each state, the equal refits that stand for it in the pool."""
    return found | {
        model
        for model in reading.models
        if any(equal_fits(reading, model, one) for one in found if one in reading.models)
    }


def equal_fits(reading: Reading, one: State, other: State) -> bool:
    """Tell whether two fits have equal class, parameters and data."""
    if one == other:
        return True
    first, second = reading.record.states[one], reading.record.states[other]
    if type(first) is not type(second) or _parameters(first) != _parameters(second):
        return False
    data = reading.models[one].data, reading.models[other].data
    pairs = zip(*data, strict=False)
    return len(data[0]) == len(data[1]) and all(reading.same(a, b) for a, b in pairs)


def _by_evaluation(
    reading: Reading, pool: list[State], found: tuple[Evaluation, ...], reasons: list[str]
) -> Choice:
    """Return the best on the same held-out rows by the metric that most contenders share."""
    held = [one for one in found if one.model in pool and not one.training]
    evaluated = list(dict.fromkeys(one.model for one in held))
    why = " and ".join(reasons) + ", and " if reasons else ""
    alone = len(evaluated) == 1 and all(u is None for u in _predicting(reading, pool, evaluated))
    other = alone and _another_matter(reading, pool, evaluated[0])
    if alone and not other:
        because = f"{why}it is the only one that predicts held-out rows"
        return _decided(reading, evaluated[0], because, found)
    table = None if other else _table(reading, held)
    if not table:
        ranking = tuple(Ranked(model=one, label=label(reading, one)) for one in pool)
        because = f"{why}nothing measured them on the same rows"
        return Choice(
            status="ambiguous", model=None, because=because, ranking=ranking, evaluations=found
        )
    metric, values = table
    sign = -1 if metric in LOWER else 1
    order = sorted(values, key=lambda model: -sign * (values[model].value or 0.0))
    ranking = tuple(
        Ranked(model=one, label=label(reading, one), metric=metric, value=values[one].value)
        for one in order
    )
    top = values[order[0]]
    because = (
        f"{why}its {metric} of {top.value:.4g} is the best of {len(order)} ({len(pool)} fitted)"
    )
    rest = order[1:]
    if rest and abs((values[rest[0]].value or 0.0) - (top.value or 0.0)) <= EQUAL:
        because = f"{why}{ranking[0].label} and {ranking[1].label} have the same {metric}, {top.value:.4g}"
        return Choice(
            status="ambiguous", model=None, because=because, ranking=ranking, evaluations=found
        )
    if rest and _near(reading, top, values[rest[0]]):
        because += f", within one standard error of {ranking[1].label}"
    return Choice(
        status="proposed", model=order[0], because=because, ranking=ranking, evaluations=found
    )


def _predicting(reading: Reading, pool: list[State], but: list[State]) -> Iterable[object]:
    others = [one for one in pool if one not in but]
    return [next((u for u in reading.uses if reading.model_of(u) == one), None) for one in others]


def _another_matter(reading: Reading, pool: list[State], model: State) -> bool:
    """Tell whether a later model was fitted on other columns: the notebook went on with something else."""
    fit = reading.models[model]

    def columns(one: State) -> tuple[object, ...]:
        x = reading.record.values[reading.models[one].data[0]]
        return x.shape[1:], x.columns

    later = [one for one in pool if reading.models[one].number > fit.number]
    return any(columns(one)[0] != columns(model)[0] for one in later)


def _table(reading: Reading, held: list[Evaluation]) -> tuple[str, dict[State, Evaluation]] | None:
    """Return (metric, last evaluation by model) of the rows and metric that most models share.

    Of metrics that as many share, one that the notebook printed counts first.
    """
    groups: dict[tuple[str, Any], dict[State, Evaluation]] = {}
    for one in held:
        if one.value is not None and one.value == one.value and one.y is not None:
            rows = reading.content(one.y) or one.y
            groups.setdefault((one.metric, rows), {})[one.model] = one
    if not groups:
        return None

    def worth(key: tuple[str, Any]) -> tuple[int, bool, int, int]:
        group = groups[key]
        shown = all(one.printed for one in group.values())
        known = -FIRST.index(key[0]) if key[0] in FIRST else -len(FIRST)
        return len(group), shown, known, max(one.where.in_cell for one in group.values())

    best = max(groups, key=worth)
    measured = {model for group in groups.values() for model in group}
    if len(groups[best]) == 1 and len(measured) > 1:
        return None  # each on rows, or for a target, of its own: no two can be compared
    return best[0], groups[best]


def _near(reading: Reading, one: Evaluation, other: Evaluation) -> bool:
    """Tell whether two contenders differ by less than a standard error, paired on the same rows."""
    import numpy as np

    kept = reading.record.kept
    tokens = (one.y, one.prediction, other.prediction)
    arrays = [flat(kept[t]) if t is not None and t in kept else None for t in tokens]
    truth, first, second = arrays
    if truth is None or first is None or second is None:
        return False
    if not truth.shape == first.shape == second.shape or truth.ndim != 1:
        return False
    if one.metric == "accuracy":
        gap = (first == truth).astype("float64") - (second == truth)
    elif truth.dtype.kind == "f" and first.dtype.kind == "f" and second.dtype.kind == "f":
        gap = (second - truth) ** 2 - (first - truth) ** 2
    else:
        return False
    return bool(abs(gap.mean()) < gap.std(ddof=1) / np.sqrt(len(gap)))
