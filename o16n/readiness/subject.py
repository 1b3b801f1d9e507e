"""What the checks look at, with the work that several of them share done once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from o16n import metrics, statistics

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
    from o16n.settings import Settings


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
    def outputs(self) -> Outputs:
        """What the model says of the held-out part."""
        return metrics.outputs_of(
            self.candidate.model, self.candidate.held_out.X, self.candidate.task
        )

    @cached_property
    def truth(self) -> np.ndarray[Any, Any]:
        """The target of the held-out part (n,)."""
        import numpy as np

        return np.asarray(self.candidate.held_out.y)

    @cached_property
    def metric(self) -> Metric:
        """The metric that is reported first."""
        return metrics.default_metric(self.candidate.task, self.outputs)

    @cached_property
    def resamples(self) -> np.ndarray[Any, Any]:
        """Bootstrap rows of the held-out part (1000, n), within classes for a classification."""
        strata = self.truth if self.candidate.classes else None
        return statistics.resamples(len(self.truth), strata=strata, seed=self.seed)

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

    def answer(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Score `rows` in the form of `rows(part)` through the bundle."""
        return self.scorer.answer(rows)

    def threshold(self, code: str, default: float) -> float:
        """Return the team's threshold for a check, else its default."""
        return self.settings.threshold.get(code, default)
