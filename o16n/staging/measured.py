"""What the packaged scorer does around its explanation, on the candidate's held-out rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.candidate.data import height

if TYPE_CHECKING:
    import pandas as pd

    from o16n.bundle.schema import Schema
    from o16n.candidate.candidate import Candidate
    from o16n.explain.effects.effects import Effects
    from o16n.explain.explanation import Explanation
    from o16n.settings import Settings

SECONDS = 3.0
MOST = 2000
CURVE_ROWS = 80  # `o16n explain` with the rows themselves takes more


def effects_for(
    candidate: Candidate, schema: Schema, explanation: Explanation, settings: Settings
) -> Effects:
    """Return the effects on held-out rows, MOST of them at most, within SECONDS.

    No value of a sensitive column is told; rows are grouped by it.
    """
    from o16n.explain.effects.effects import Wanted, effects_of
    from o16n.explain.effects.scene import scene_of
    from o16n.scoring.scorer import Scorer

    scorer = Scorer(
        identity="", name="", model=candidate.model, recipe=candidate.recipe, schema=schema
    )
    part = candidate.held_out
    frame = _rows(candidate, schema)
    cases = [one.row for one in explanation.cases]
    names = [str(one) for one in part.X.index] if hasattr(part.X, "index") else None
    names = names if names is not None else [str(one) for one in range(len(frame))]
    places = _places(names, cases)
    truth = None if part.y is None else _flat(part.y)[places]
    scene = scene_of(
        scorer,
        frame.iloc[places],
        names=[names[one] for one in places],
        truth=truth,
        drivers=[one.column for one in explanation.drivers],
        about={
            "output": explanation.output,
            "outputs": explanation.outputs,
            "seed": explanation.seed,
            "sensitive": settings.sensitive,
        },
    )
    wanted = Wanted(part=explanation.part, cases=tuple(cases), most=CURVE_ROWS)
    return effects_of(scene, wanted, seconds=SECONDS)


def _rows(candidate: Candidate, schema: Schema) -> pd.DataFrame:
    """Return held-out rows (n, d) in the columns of the schema."""
    import pandas as pd

    part = candidate.held_out
    if schema.level == "raw rows" and part.raw is not None and len(part.raw) == height(part.X):
        return part.raw[list(candidate.recipe.raw_columns)]
    if schema.level == "raw rows":
        raise ValueError("the raw rows of the held-out part are not known")
    if isinstance(part.X, pd.DataFrame):
        return part.X
    dense = part.X.toarray() if hasattr(part.X, "toarray") else part.X
    return pd.DataFrame(dense)


def _places(names: list[str], cases: list[str]) -> Any:
    """Return places of all rows, of MOST by chance where there are more, the cases among them."""
    import numpy as np

    if len(names) <= MOST:
        return np.arange(len(names))
    chosen = np.random.default_rng(0).permutation(len(names))[:MOST]
    own = [names.index(one) for one in cases if one in names]
    return np.unique([*chosen.tolist(), *own])


def _flat(truth: Any) -> Any:
    import numpy as np

    return np.asarray(truth).reshape(-1)
