"""What was found, written down as an Explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.explain.cases import cases_of
from o16n.explain.drivers import MOST, drivers_of
from o16n.explain.explanation import Explanation, Sampling
from o16n.explain.groups import groups_of, reference_of
from o16n.explain.sampling import BATCH, ranking_of

if TYPE_CHECKING:
    from types import ModuleType

    import numpy as np

    from o16n.candidate.candidate import Candidate
    from o16n.explain.cases import Answers
    from o16n.explain.explanation import Additivity, Case, Truth
    from o16n.explain.question import Attributed, Question, Ready
    from o16n.explain.sampling import Sample
    from o16n.explain.view import View

    Array = np.ndarray[Any, Any]

CORRELATED = "Columns that move together share their contribution; this says nothing about causes."
OFF = "Rows made of two need not be rows that can occur."


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Everything that an explainer found for a candidate, and what speaks for it."""

    candidate: Candidate
    view: View
    question: Question
    module: ModuleType
    ready: Ready
    sample: Sample
    attributed: Attributed
    chosen: tuple[Answers, tuple[str, ...], Attributed, Any]
    additivity: Additivity
    truth: Truth
    scored: int
    budget: float


def written(one: Findings) -> Explanation:
    """Return the explanation that `one` gives."""
    import numpy as np

    count, population = len(one.sample.places), len(one.view.rows)
    frame = one.view.rows.take(one.sample.places).frame
    outputs, attributed = outputs_of(one.candidate, one.question), one.attributed
    strengths = np.abs(attributed.amounts).mean(axis=2)
    names = [str(name) for name in frame.columns]
    drivers = drivers_of(frame, attributed.amounts, population)
    return Explanation(
        kind="shap",
        method=one.module.METHOD,
        reason=one.module.REASON,
        output=outputs[0] if len(outputs) == 1 else "mean over the classes",
        unit=attributed.unit,
        columns=one.view.columns,
        explained=count,
        population=population,
        part="held-out rows" if one.candidate.test is not None else "training rows",
        background=f"{attributed.background}; rows of {one.candidate.held_out.name}",
        seed=one.question.seed,
        base=float(attributed.base[0]),
        bases=tuple(float(each) for each in attributed.base),
        outputs=outputs,
        drivers=drivers,
        cases=_cases(one, outputs),
        additivity=one.additivity,
        limits=_limits(one),
        game=one.ready.game,
        background_rows=one.ready.background_rows,
        ranking=ranking_of(strengths, population, names),
        sampling=Sampling(
            batch=BATCH,
            batches=one.sample.batches,
            scored=one.scored,
            stopped=one.sample.stopped,
            budget=one.budget,
        ),
        truth=one.truth,
        groups=groups_of(frame, attributed),
        reference=reference_of(frame, attributed.amounts, drivers),
        forecast=round(one.sample.forecast, 3),
    )


def _cases(one: Findings, outputs: tuple[str, ...]) -> tuple[Case, ...]:
    answers, kinds, attributed, frame = one.chosen
    return cases_of(frame, attributed, kinds, answers, outputs)


def _limits(one: Findings) -> tuple[str, ...]:
    limits = [CORRELATED, *one.attributed.limits, *one.view.limits]
    if one.ready.background_rows:
        limits.append(OFF)
    width = len(one.view.rows.columns)
    if width > MOST:
        limits.append(f"The {MOST} strongest of {width} columns are listed.")
    if one.attributed.error is not None:
        worst = float(one.attributed.error.mean())
        limits.append(
            f"Contributions are sampled: the standard error of a single one is up to {worst:.2g} {one.attributed.unit}."
        )
    return tuple(limits)


def outputs_of(candidate: Candidate, question: Question) -> tuple[str, ...]:
    """Return the name of each explained output."""
    target, classes = candidate.target or "class", candidate.classes
    if len(classes) == 2:  # noqa: PLR2004 - two classes
        return (f"{target} = {classes[question.place]}",)
    return tuple(f"{target} = {one}" for one in classes) or (candidate.target or "prediction",)
