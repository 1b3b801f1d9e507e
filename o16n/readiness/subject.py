"""What the checks look at, with the work that several of them share done once."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from o16n import metrics
from o16n.readiness.check import NotApplicable, NotAssessed

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import pandas as pd

    from o16n.bundle.schema import Schema
    from o16n.candidate.candidate import Candidate, Part
    from o16n.explain.explanation import Explanation
    from o16n.metrics import Metric, Outputs
    from o16n.notebook.notebook import Notebook
    from o16n.scoring.scorer import Scorer
    from o16n.settings import Settings, Severity

CELLS = 5_000_000  # rows times columns that one check looks at
SECONDS = 5.0  # what answering the held-out part may take before it is sampled
PROBE = 200  # rows that tell how long that will be


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Rows that a check looks at: `frame` (n, columns) are those at `places` of `population`."""

    frame: pd.DataFrame
    places: np.ndarray[Any, Any]
    population: int
    seed: int

    def __str__(self) -> str:
        return of(len(self.places), self.population, self.seed)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A candidate with everything known about it; `bundle` is the staged directory on disk."""

    candidate: Candidate
    schema: Schema
    explanation: Explanation
    notebook: Notebook
    settings: Settings
    bundle: Path
    seed: int = 0

    @cached_property
    def unmeasurable(self) -> str:
        """Why nothing can be measured against a target; empty where it can."""
        part = self.candidate.held_out
        if self.candidate.task == "anomaly":
            return "an outlier detector has no target to be measured against"
        if part.y is None:
            return "there is no target to measure against"
        return "" if len(labelled(part)) else f"no row of {part.name} has a target"

    def without_target(self, severity: Severity) -> NotApplicable | NotAssessed:
        """Answer a question that needs a target where there is none: an open one of a predictor."""
        if self.candidate.task == "anomaly":
            return NotApplicable(reason=self.unmeasurable)
        return NotAssessed(reason=self.unmeasurable, severity=severity)

    @cached_property
    def tested(self) -> Part:
        """The held-out rows that have a target, sampled where answering all would take too long."""
        part = self.candidate.held_out
        places = labelled(part)
        start = time.monotonic()
        metrics.outputs_of(self.candidate.model, taken(part.X, places[:PROBE]), self.candidate.task)
        each = (time.monotonic() - start) / max(len(places[:PROBE]), 1)
        most = max(PROBE, int(SECONDS / max(each, 1e-9)))
        return part_of(part, places[chosen(len(places), most, self.seed)])

    @cached_property
    def tested_told(self) -> str:
        """How many rows `tested` holds, of how many, and why not all."""
        part = self.candidate.held_out
        with_target, every = len(labelled(part)), size(part.X)
        told = of(size(self.tested.X), with_target, self.seed)
        gone = every - with_target
        return told + (f", {gone} more have no target" if gone else "")

    @cached_property
    def outputs(self) -> Outputs:
        """What the model says of the tested rows."""
        return metrics.outputs_of(self.candidate.model, self.tested.X, self.candidate.task)

    @cached_property
    def truth(self) -> np.ndarray[Any, Any]:
        """The target of the tested rows (n,)."""
        return flat(self.tested.y)

    @cached_property
    def metric(self) -> Metric:
        """The metric that is reported first."""
        return metrics.default_metric(self.candidate.task, self.outputs)

    @cached_property
    def scorer(self) -> Scorer:
        """The staged bundle, loaded as operations would load it."""
        from o16n.scoring.scorer import load_scorer

        return load_scorer(self.bundle)

    def rows(self, part: Part) -> pd.DataFrame:
        """Return the raw rows of `part` where they are known, else its model inputs, as a frame."""
        import pandas as pd

        if part.raw is not None:
            return part.raw
        inputs = part.X.toarray() if hasattr(part.X, "toarray") else part.X
        frame = inputs if isinstance(inputs, pd.DataFrame) else pd.DataFrame(inputs)
        return frame.set_axis([str(name) for name in frame.columns], axis=1)

    def sample(self, part: Part, most: int | None = None, *, known: bool = False) -> Sample:
        """Return at most `most` rows of `part`, in order; `known` takes only those with a target.

        No more than 5 million cells are taken, so that a check stays quick on wide tables.
        """
        import numpy as np

        places = labelled(part) if known else np.arange(size(part.X))
        width = part.raw.shape[1] if part.raw is not None else _width(part.X)
        limit = min(most or len(places), max(CELLS // max(width, 1), 1))
        kept = places[chosen(len(places), limit, self.seed)]
        frame = self.rows(part_of(part, kept))
        return Sample(frame=frame, places=kept, population=len(places), seed=self.seed)

    def answer(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Score `rows` in the form of `rows(part)` through the bundle."""
        return self.scorer.answer(rows)

    def threshold(self, code: str, default: float) -> float:
        """Return the team's threshold for a check, else its default."""
        return self.settings.threshold.get(code, default)


def of(n: int, population: int, seed: int) -> str:
    """Return how many rows were looked at, in words."""
    return f"{n:,} rows" if n == population else f"{n:,} of {population:,} rows (seed {seed})"


def size(values: Any) -> int:
    """Return the number of rows of a frame, matrix, sparse matrix or list."""
    return int(values.shape[0]) if hasattr(values, "shape") else len(values)


def taken(values: Any, places: np.ndarray[Any, Any]) -> Any:
    """Return the rows of `values` at `places`, as the kind it is."""
    if hasattr(values, "iloc"):
        return values.iloc[places]
    if isinstance(values, list | tuple):
        return [values[place] for place in places]
    return (values.tocsr() if hasattr(values, "tocsr") else values)[places]


def flat(target: Any) -> np.ndarray[Any, Any]:
    """Return a target (n,) or (n, 1) as an array (n,)."""
    import numpy as np

    values = np.asarray(target)
    return values.reshape(-1) if values.ndim == 2 and values.shape[1] == 1 else values  # noqa: PLR2004


def labelled(part: Part) -> np.ndarray[Any, Any]:
    """Return the places of the rows of `part` that have a target."""
    import numpy as np
    import pandas as pd

    if part.y is None:
        return np.arange(0)
    return np.flatnonzero(~np.asarray(pd.isna(flat(part.y))))


def part_of(part: Part, places: np.ndarray[Any, Any]) -> Part:
    """Return the rows of `part` at `places`."""
    return replace(
        part,
        X=taken(part.X, places),
        y=None if part.y is None else flat(part.y)[places],
        raw=None if part.raw is None else part.raw.iloc[places],
    )


def chosen(n: int, most: int, seed: int) -> np.ndarray[Any, Any]:
    """Return all n places, or `most` of them by `seed`, in order."""
    import numpy as np

    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False))


def _width(values: Any) -> int:
    return int(values.shape[1]) if len(getattr(values, "shape", ())) > 1 else 1
