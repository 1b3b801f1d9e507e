"""Reason codes: for each row the columns that moved its answer most, with sign and amount.

The background is the bundle's own synthetic sample, so that a row has the same reasons in whatever
file it stands.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from o16n.errors import UsageError
from o16n.explain.cases import told
from o16n.explain.explain import check_additivity, explainers
from o16n.explain.from_bundle import candidate_of, rows_given
from o16n.explain.question import Attributed, PassedOverError, Question
from o16n.explain.scores import answers_of
from o16n.explain.view import views_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    import numpy as np
    import pandas as pd

    from o16n.candidate.candidate import Candidate
    from o16n.explain.from_bundle import Given
    from o16n.explain.view import View
    from o16n.scoring.scorer import Scorer

    Array = np.ndarray[Any, Any]

MOST = 3
SECONDS = 600.0
BATCH = 2000
SAMPLE = "the bundle's sample"


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """For each explained row (n,) its `texts` (MOST each), and what they are in.

    `unit` is that of the amounts; `method` says how they were found.
    """

    texts: tuple[tuple[str, ...], ...]
    unit: str
    method: str


def reasons_for(
    scorer: Scorer,
    rows: pd.DataFrame,
    sample: pd.DataFrame,
    about: Mapping[str, Any],
    *,
    say: Callable[[str], None],
) -> Reasons:
    """Return the reasons of rows that the scorer answers (n, d), against `sample`.

    Raises:
        UsageError: no explainer adds up to the scorer's own answers.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    given = rows_given(scorer, rows, target=None, name="the rows")
    background = rows_given(scorer, sample, target=None, name=SAMPLE)
    candidate = _candidate(scorer, given, background, about)
    passed: list[str] = []
    with warnings.catch_warnings(), threadpool_limits(1):  # threads cost more on small batches
        warnings.simplefilter("ignore")
        for view in views_of(candidate, np.random.default_rng(0), passed):
            for module in explainers():
                found = _by(candidate, view, module, passed, say)
                if found is not None:
                    return found
    raise UsageError(
        f"no explainer is right for this model: {passed[-1] if passed else 'there is none'}",
        where="--explain",
    )


def _candidate(
    scorer: Scorer, given: Given, background: Given, about: Mapping[str, Any]
) -> Candidate:
    rows = candidate_of(scorer, given, about)
    return replace(rows, train=candidate_of(scorer, background, about).train, test=rows.train)


def _by(
    candidate: Candidate,
    view: View,
    module: ModuleType,
    passed: list[str],
    say: Callable[[str], None],
) -> Reasons | None:
    """Return the reasons that one explainer gives, None and why where it is not right."""
    try:
        question = _question(candidate, view, say)
        ready = module.prepare(question)
        say(f"reasons of {len(view.rows)} rows in about {ready.seconds(len(view.rows)):.2g} s")
        attributed = _attributed(ready, view)
    except PassedOverError as reason:
        passed.append(str(reason))
        return None
    except Exception as error:  # noqa: BLE001 - foreign code; the reason is told where none is right
        passed.append(f"{module.METHOD} refused: {type(error).__name__}: {error}")
        return None
    held = check_additivity(attributed)
    if not held.holds:
        passed.append(f"the {module.METHOD} misses the answers by {held.largest_error:.2g}")
        return None
    return Reasons(texts=_texts(view, attributed), unit=attributed.unit, method=module.METHOD)


def _question(candidate: Candidate, view: View, say: Callable[[str], None]) -> Question:
    classes = tuple(candidate.classes)
    known = candidate.positive in classes
    place = classes.index(candidate.positive) if known else max(len(classes) - 1, 0)
    answers, unit = answers_of(candidate, place)
    through = (lambda rows: answers(view.served.transform(rows))) if answers is not None else None
    return Question(
        served=view.served,
        resolved=view.resolved,
        rows=view.rows,
        background=view.background,
        classes=classes,
        place=place,
        seed=0,
        seconds=SECONDS,
        answers=through,
        unit=unit,
        say=say,
    )


def _attributed(ready: Any, view: View) -> Attributed:
    """Return contributions of all rows, some at a time."""
    import numpy as np

    amounts, output = [], []
    for first in range(0, len(view.rows), BATCH):
        places = np.arange(first, min(first + BATCH, len(view.rows)))
        part = view.rows.take(places)
        # A sampled contribution is seeded by its place: 0 for all, so that the file does not matter.
        amounts.append(ready.amounts(part, np.zeros(len(places), np.int64)).amounts)
        output.append(ready.output(part))
    return Attributed(
        amounts=np.concatenate(amounts),
        base=ready.base,
        output=np.concatenate(output),
        unit=ready.unit,
        background=ready.background,
    )


def _texts(view: View, attributed: Attributed) -> tuple[tuple[str, ...], ...]:
    """Return the strongest columns of each row, of several outputs for the one that is largest."""
    import numpy as np

    frame = view.rows.frame
    which = attributed.output.argmax(axis=1)
    amounts = attributed.amounts[np.arange(len(which)), :, which]
    order = np.argsort(-np.abs(amounts), axis=1, kind="stable")[:, :MOST]
    found = []
    for row, places in enumerate(order.tolist()):
        texts = [
            f"{frame.columns[at]}={told(frame.iloc[row, at])} ({amounts[row, at]:+.3g})"
            for at in places
            if amounts[row, at]
        ]
        found.append(tuple(texts + [""] * (MOST - len(texts))))
    return tuple(found)
