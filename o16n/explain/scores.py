"""One scoring pass over the held-out rows: what cases and tenths are chosen by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.errors import UnknownName
from o16n.explain.cases import Answers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    from o16n.candidate.candidate import Candidate
    from o16n.explain.explanation import Unit
    from o16n.explain.inputs import Inputs

    Array = np.ndarray[Any, Any]

MOST_SCORED = 50_000


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Of the rows at `places` among all: what the model says (n, k), and the answers in words."""

    places: Array
    output: Array
    unit: Unit
    answers: Answers

    @property
    def level(self) -> Array:
        """One number a row (n,) by which rows are dealt into tenths."""
        import numpy as np

        return np.asarray(self.output.max(axis=1))


def scores_of(
    candidate: Candidate,
    inputs: Inputs,
    asked: tuple[Callable[[Any], Array] | None, Unit],
    named: Sequence[Any],
    rng: np.random.Generator,
) -> Scores:
    """Answer the model's own held-out `inputs`, MOST_SCORED and the `named` ones of very many.

    Raises:
        UnknownName: a named row is not among them.
    """
    import numpy as np

    answers, unit = asked
    places = np.arange(len(inputs))
    if len(inputs) > MOST_SCORED:
        few = rng.permutation(len(inputs))[:MOST_SCORED]
        places = np.union1d(few, _places_of(candidate, named, len(inputs)))
    rows = inputs.take(places).rows if len(places) < len(inputs) else inputs.rows
    labels = np.asarray(candidate.model.predict(rows)).reshape(-1)
    output = answers(rows) if answers is not None else np.zeros((len(places), 1))
    truth = candidate.held_out.y
    names = _names(candidate, len(inputs))[places]
    _refuse_unknown(named, names)
    return Scores(
        places=places,
        output=np.nan_to_num(output),
        unit=unit,
        answers=Answers(
            names=tuple(str(one) for one in names),
            labels=labels,
            truth=np.asarray(truth).reshape(-1)[places] if truth is not None else None,
            classes=tuple(candidate.classes),
        ),
    )


def _names(candidate: Candidate, count: int) -> Array:
    """Return what the held-out rows are called (n,): their index, or their place."""
    import numpy as np

    part = candidate.held_out.X
    return np.asarray(part.index if hasattr(part, "iloc") else np.arange(count))


def _places_of(candidate: Candidate, named: Sequence[Any], count: int) -> Array:
    import numpy as np

    if not named:
        return np.arange(0)
    told = _names(candidate, count).astype(str)
    return np.flatnonzero(np.isin(told, [str(one) for one in named]))


def _refuse_unknown(named: Sequence[Any], names: Array) -> None:
    known = [str(one) for one in names] if named else []
    for row in named:
        if str(row) not in known:
            raise UnknownName("row", str(row), known, where="the held-out rows")


def answers_of(candidate: Candidate, place: int) -> tuple[Callable[[Any], Array] | None, Unit]:
    """Return (model inputs → (n, k), unit) of the model: probabilities where there are any.

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
            return lambda rows: sign * matrix(model.decision_function(rows)), "decision value"
    if candidate.task != "regression":
        return None, "probability"
    return lambda rows: matrix(model.predict(rows)), "target unit"


def matrix(answers: Any) -> Array:
    """Return answers as (n, k) numbers."""
    import numpy as np

    found = np.asarray(answers, dtype="float64")
    return found.reshape(len(found), -1)
