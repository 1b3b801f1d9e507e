"""Explain a candidate: the exact explainer of its family, checked against the whole served scorer."""

from __future__ import annotations

import random
import time
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from o16n import plugins
from o16n.explain.cases import picks_of, told
from o16n.explain.explanation import Additivity, Explanation
from o16n.explain.importance import permutation_importance
from o16n.explain.inputs import read_inputs
from o16n.explain.question import Attributed, PassedOverError, Question
from o16n.explain.sampling import MOST, explain_until_known, order_of
from o16n.explain.scores import answers_of, scores_of
from o16n.explain.truth import Explained, truth_of
from o16n.explain.view import views_of
from o16n.explain.written import Findings, written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    import numpy as np

    from o16n.candidate.candidate import Candidate
    from o16n.explain.question import Ready
    from o16n.explain.sampling import Sample
    from o16n.explain.scores import Scores
    from o16n.explain.view import View

    Array = np.ndarray[Any, Any]

PACKAGE = "o16n.explain.explainers"
SECONDS = 12.0
TOLERANCE = 1e-6
MOST_CELLS = 10_000_000  # of contributions to one output
LEAST = 200  # rows, however wide
EVIDENCE = 8  # what speaks for the numbers may take an eighth of the time


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a call of `explain` asked for."""

    candidate: Candidate
    seed: int
    seconds: float
    say: Callable[[str], None]
    rows: Sequence[Any]
    began: float

    @property
    def left(self) -> float:
        """The seconds left, a quarter of all at least: what was passed over took its time too."""
        return max(self.seconds - (time.monotonic() - self.began), self.seconds / 4)


def explain(
    candidate: Candidate,
    *,
    seed: int = 0,
    seconds: float = SECONDS,
    say: Callable[[str], None] | None = None,
    rows: Sequence[Any] = (),
) -> Explanation:
    """Return why the candidate's model answers as it does, on a stratified sample of held-out rows.

    Explainers are asked in the order of their RANK; each may pass, and whose contributions miss the
    scorer's own output is passed over. Where none is left, the explanation is permutation importance
    and says why. Rows are explained until the ranking is known; `seconds` bounds how many, which
    widens the intervals. `rows` names rows (by their index) that are to be among the cases.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    state, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the person's state
    asked = Asked(
        candidate=candidate,
        seed=seed,
        seconds=seconds,
        say=say or (lambda _: None),
        rows=rows,
        began=time.monotonic(),
    )
    try:
        with warnings.catch_warnings(), threadpool_limits(1):  # threads cost more on small batches
            warnings.simplefilter("ignore")
            found = _explained(asked)
    finally:
        random.setstate(state)
        np.random.set_state(legacy)  # noqa: NPY002 - the person's state
    return replace(found, seconds=round(time.monotonic() - asked.began, 3))


def _explained(asked: Asked) -> Explanation:
    import numpy as np

    candidate, rng = asked.candidate, np.random.default_rng(asked.seed)
    classes = tuple(candidate.classes)
    place = classes.index(candidate.positive) if candidate.positive in classes else len(classes) - 1
    place = max(place, 0)
    inputs = read_inputs(candidate.held_out.X, candidate.recipe.inputs)
    scores = scores_of(candidate, inputs, answers_of(candidate, place), asked.rows, rng)
    passed: list[str] = []
    for view in views_of(candidate, rng, passed):
        for module in explainers():
            try:
                question = _question(asked, view, place)
                found = _by(asked, (view, module, question), module.prepare(question), scores)
            except PassedOverError as reason:
                passed.append(str(reason))
                continue
            except Exception as error:  # noqa: BLE001 - the reason stands in the explanation
                refused = f"{module.METHOD} refused: {type(error).__name__}: {error}"
                passed.append(told(" ".join(refused.split())))
                continue
            if found.additivity.holds:
                return replace(written(found), passed_over=tuple(dict.fromkeys(passed)))
            passed.append(
                f"the contributions of the {module.METHOD} miss the model's own output by {found.additivity.largest_error:.2g} of its spread"
            )
    return permutation_importance(
        candidate, inputs, seed=asked.seed, passed_over=tuple(passed), seconds=asked.left
    )


def explainers() -> list[ModuleType]:
    """Return the explainers in the order they are asked."""
    found = [plugins.load(PACKAGE, name) for name in plugins.names(PACKAGE)]
    return sorted(found, key=lambda module: int(module.RANK))


def _question(asked: Asked, view: View, place: int) -> Question:
    answers, unit = answers_of(asked.candidate, place)
    through = (lambda rows: answers(view.served.transform(rows))) if answers is not None else None
    return Question(
        served=view.served,
        resolved=view.resolved,
        rows=view.rows,
        background=view.background,
        classes=tuple(asked.candidate.classes),
        place=place,
        seed=asked.seed,
        seconds=asked.left,
        answers=through,
        unit=unit,
        say=asked.say,
    )


def _by(
    asked: Asked, way: tuple[View, ModuleType, Question], ready: Ready, scores: Scores
) -> Findings:
    """Explain rows until their ranking is known, and the cases; hold all against the scorer."""
    import numpy as np

    view, module, question = way
    most = max(min(MOST, MOST_CELLS // question.width), LEAST)
    order = scores.places[order_of(scores.level, asked.seed)][:most]
    first = ready.seconds(min(len(order), 250))
    asked.say(
        f"explaining up to {len(order)} rows, the first in about {first:.2g} s: {module.METHOD}"
    )
    sample = explain_until_known(ready, view.rows, order, seconds=question.seconds, say=asked.say)
    attributed = _attributed(ready, view, sample.places, sample)
    kinds = _cases(asked, scores, sample)
    places = np.array(list(kinds), dtype=np.int64)
    at_hand = {int(place): at for at, place in enumerate(scores.places)}
    answers = scores.answers.take(np.array([at_hand[one] for one in places.tolist()], np.int64))
    extra = _attributed(ready, view, places, None)
    additivity = check_additivity(_joined(attributed, extra))
    explained = Explained(
        rows=view.rows.take(sample.places),
        attributed=attributed,
        background=view.background,
        ready=ready,
        seed=asked.seed,
    )
    return Findings(
        candidate=asked.candidate,
        view=view,
        question=question,
        module=module,
        ready=ready,
        sample=sample,
        attributed=attributed,
        chosen=(
            answers,
            tuple(", ".join(one) for one in kinds.values()),
            extra,
            view.rows.take(places).frame,
        ),
        additivity=additivity,
        truth=truth_of(explained, additivity, seconds=asked.seconds / EVIDENCE),
        scored=len(scores.places),
        budget=asked.seconds,
    )


def _cases(asked: Asked, scores: Scores, sample: Sample) -> dict[int, list[str]]:
    """Return places among all rows to break down, with why; of the explained ones where rows are dear."""
    import numpy as np

    among = np.arange(len(scores.places))
    if sample.stopped == "budget" and len(sample.places) < len(scores.places):
        among = np.flatnonzero(np.isin(scores.places, sample.places))
    picked = picks_of(scores.output[among], scores.unit, scores.answers.take(among))
    kinds = {int(scores.places[among[at]]): list(why) for at, why in picked.items()}
    for row in asked.rows:
        place = int(scores.places[scores.answers.names.index(str(row))])
        kinds[place] = ["named", *kinds.get(place, [])]
    return kinds


def _attributed(ready: Ready, view: View, places: Array, sample: Sample | None) -> Attributed:
    """Return the contributions of rows, as they were sampled or else made now, beside the outputs."""
    rows = view.rows.take(places)
    if sample is not None:
        amounts, error = sample.amounts, sample.errors
    else:
        found = ready.amounts(rows, places)
        amounts, error = found.amounts, found.error
    return Attributed(
        amounts=amounts,
        base=ready.base,
        output=ready.output(rows),
        unit=ready.unit,
        background=ready.background,
        limits=ready.limits,
        error=error,
    )


def _joined(one: Attributed, other: Attributed) -> Attributed:
    import numpy as np

    return replace(
        one,
        amounts=np.concatenate([one.amounts, other.amounts]),
        output=np.concatenate([one.output, other.output]),
    )


def check_additivity(attributed: Attributed) -> Additivity:
    """Hold base + sum against the scorer's own output on every row, relative to the output's spread.

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
