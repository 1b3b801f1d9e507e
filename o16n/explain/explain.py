"""Explain a candidate: the exact explainer of its family, checked against the model's own output."""

from __future__ import annotations

import random
import time
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from o16n import plugins
from o16n.explain.cases import Answers, cases_of, told
from o16n.explain.drivers import MOST, drivers_of
from o16n.explain.explanation import Additivity, Explanation
from o16n.explain.importance import permutation_importance
from o16n.explain.inputs import read_inputs
from o16n.explain.question import LADDER, PassedOverError, Question
from o16n.explain.resolve import peeled, resolve

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    import numpy as np

    from o16n.candidate.candidate import Candidate
    from o16n.explain.explanation import Unit
    from o16n.explain.inputs import Inputs
    from o16n.explain.question import Attributed

    Array = np.ndarray[Any, Any]

PACKAGE = "o16n.explain.explainers"
SECONDS = 12.0
TRAINING_ROWS = 20_000
TOLERANCE = 1e-6
CORRELATED = "Columns that move together share their contribution; this says nothing about causes."


def explain(
    candidate: Candidate,
    *,
    seed: int = 0,
    seconds: float = SECONDS,
    say: Callable[[str], None] | None = None,
) -> Explanation:
    """Return why the candidate's model answers as it does, on a seeded sample of held-out rows.

    Explainers are asked in the order of their RANK; each may pass, and whose contributions miss the
    model's own output is passed over. Where none is left, the explanation is permutation importance
    and says why. `seconds` bounds the sample, which is stated, not the exactness.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    state, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the person's state
    try:
        with warnings.catch_warnings(), threadpool_limits(1):  # threads cost more on small batches
            warnings.simplefilter("ignore")
            return _explained(candidate, seed, seconds, say or (lambda _: None))
    finally:
        random.setstate(state)
        np.random.set_state(legacy)  # noqa: NPY002 - the person's state


def _explained(
    candidate: Candidate, seed: int, seconds: float, say: Callable[[str], None]
) -> Explanation:
    import numpy as np

    clock = time.monotonic()
    every = read_inputs(candidate.held_out.X, candidate.recipe.inputs)
    places = np.random.default_rng(seed).permutation(len(every))[: LADDER[-1]]
    question = _question(candidate, every.take(places), seed, seconds, say)
    passed_over: list[str] = []
    for module in explainers():
        try:
            left = max(seconds - (time.monotonic() - clock), seconds / 4)
            attributed = module.attribute(replace(question, seconds=left))
        except PassedOverError as reason:
            passed_over.append(str(reason))
            continue
        except Exception as error:  # noqa: BLE001 - the reason stands in the explanation
            refused = f"{module.METHOD} refused: {type(error).__name__}: {error}"
            passed_over.append(told(" ".join(refused.split())))
            continue
        additivity = check_additivity(attributed)
        if additivity.holds:
            written = _written(candidate, question, places, attributed, additivity)
            return replace(
                written,
                method=module.METHOD,
                reason=module.REASON,
                passed_over=tuple(passed_over),
                seconds=round(time.monotonic() - clock, 3),
            )
        passed_over.append(
            f"the contributions of the {module.METHOD} miss the model's own output by {additivity.largest_error:.2g} of its spread"
        )
    left = max(seconds - (time.monotonic() - clock), seconds / 4)
    return permutation_importance(
        candidate, every, seed=seed, passed_over=tuple(passed_over), seconds=left
    )


def explainers() -> list[ModuleType]:
    """Return the explainers in the order they are asked."""
    found = [plugins.load(PACKAGE, name) for name in plugins.names(PACKAGE)]
    return sorted(found, key=lambda module: int(module.RANK))


def check_additivity(attributed: Attributed) -> Additivity:
    """Hold base + sum against the model's own output on every row, relative to the output's spread.

    The spread of outputs that hardly vary is taken as a millionth of their size.
    """
    import numpy as np

    output = attributed.output
    error = np.abs(attributed.base + attributed.amounts.sum(axis=1) - output)
    spread = max(float(output.std(axis=0).max()), 1e-6 * float(np.abs(output).max()), 1e-12)
    worst = float(error.max() / spread)
    return Additivity(
        rows=len(error), largest_error=worst, tolerance=TOLERANCE, holds=worst <= TOLERANCE
    )


def _question(
    candidate: Candidate, rows: Inputs, seed: int, seconds: float, say: Callable[[str], None]
) -> Question:
    import numpy as np

    model, classes = candidate.model, tuple(candidate.classes)
    background = read_inputs(candidate.train.X, candidate.recipe.inputs).sample(
        TRAINING_ROWS, np.random.default_rng(seed)
    )
    place = classes.index(candidate.positive) if candidate.positive in classes else len(classes) - 1
    answers, unit = answers_of(candidate, place)
    return Question(
        model=model,
        core=peeled(model)[1],
        resolved=_resolved(model, background),
        rows=rows,
        background=background,
        classes=classes,
        place=max(place, 0),
        seed=seed,
        seconds=seconds,
        answers=answers,
        unit=unit,
        say=say,
    )


def _resolved(model: Any, background: Inputs) -> Any:
    try:
        return resolve(model, background)
    except Exception:  # noqa: BLE001 - a structure that cannot be read is one that is not known
        return None


def answers_of(candidate: Candidate, place: int) -> tuple[Callable[[Any], Array] | None, Unit]:
    """Return (rows → (n, k), unit) of the whole model: probabilities where there are any.

    None where the model gives labels only; of two classes, the one at `place` is answered.
    """
    import numpy as np

    model, many = candidate.model, len(candidate.classes)
    if hasattr(model, "predict_proba") and many:
        chosen = [place] if many == 2 else list(range(many))  # noqa: PLR2004 - two classes
        return lambda rows: np.asarray(model.predict_proba(rows))[:, chosen], "probability"
    if hasattr(model, "decision_function"):
        sign = -1.0 if many == 2 and place == 0 else 1.0  # noqa: PLR2004 - two classes
        first = np.asarray(model.decision_function(candidate.train.X[:2])).reshape(2, -1)
        if first.shape[1] in (1, many):
            return lambda rows: sign * _matrix(model.decision_function(rows)), "decision value"
    if candidate.task != "regression":
        return None, "probability"
    return lambda rows: _matrix(model.predict(rows)), "target unit"


def _matrix(answers: Any) -> Array:
    import numpy as np

    found = np.asarray(answers, dtype="float64")
    return found.reshape(len(found), -1)


def _written(
    candidate: Candidate,
    question: Question,
    places: Array,
    attributed: Attributed,
    additivity: Additivity,
) -> Explanation:
    import numpy as np

    count, population = len(attributed.amounts), len(read_inputs(candidate.held_out.X))
    rows = question.rows.take(np.arange(count))
    frame, outputs = rows.frame, _outputs(candidate, question)
    limits = [CORRELATED, *attributed.limits]
    if candidate.recipe.state != "proven":
        limits.append("Columns are the model's own inputs: " + candidate.recipe.reason + ".")
    elif candidate.columns == "model inputs":
        limits.append("Columns are the model's own inputs, which the recipe makes of raw rows.")
    if frame.shape[1] > MOST:
        limits.append(f"The {MOST} strongest of {frame.shape[1]} columns are listed.")
    bases = np.broadcast_to(attributed.base, attributed.output.shape).mean(axis=0)
    return Explanation(
        kind="shap",
        method="",
        reason="",
        output=outputs[0] if len(outputs) == 1 else "mean over the classes",
        unit=attributed.unit,
        columns=candidate.columns,
        explained=count,
        population=population,
        part="held-out rows" if candidate.test is not None else "training rows",
        background=f"{attributed.background}; rows of {candidate.held_out.name}",
        seed=question.seed,
        base=float(bases[0]),
        bases=tuple(float(one) for one in bases),
        outputs=outputs,
        drivers=drivers_of(frame, attributed.amounts, population),
        cases=cases_of(frame, attributed, _answers(candidate, rows, places[:count]), outputs),
        additivity=additivity,
        limits=tuple(limits),
    )


def _outputs(candidate: Candidate, question: Question) -> tuple[str, ...]:
    """Return the name of each explained output."""
    target, classes = candidate.target or "class", candidate.classes
    if len(classes) == 2:  # noqa: PLR2004 - two classes
        return (f"{target} = {classes[question.place]}",)
    return tuple(f"{target} = {one}" for one in classes) or (candidate.target or "prediction",)


def _answers(candidate: Candidate, rows: Inputs, places: Array) -> Answers:
    import numpy as np

    truth, part = candidate.held_out.y, candidate.held_out.X
    labels = part.index[places] if hasattr(part, "iloc") else places
    return Answers(
        names=tuple(str(one) for one in labels),
        labels=np.asarray(candidate.model.predict(rows.rows)).reshape(-1),
        truth=np.asarray(truth).reshape(-1)[places] if truth is not None else None,
        classes=tuple(candidate.classes),
    )
