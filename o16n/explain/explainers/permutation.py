"""Any model, by shap's permutation explainer on the input columns themselves.

shap only sees integer codes: each column's distinct values are numbered, and the model gets the
values back, so texts and missing values keep their meaning. Additive by construction; the sampling
error is that of `max_evals` (stated among the limits).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd

METHOD = "shap permutation explainer over the input columns"
BACKGROUND = 20


def contributions(
    answer: Callable[[Any], np.ndarray[Any, Any]],
    frame: pd.DataFrame,
    background: pd.DataFrame,
    *,
    seed: int,
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return contributions (n, d) and base values (n,) of `answer` (rows in, (n,) out)."""
    import numpy as np
    import pandas as pd
    import shap

    both = pd.concat([frame, background])
    levels = {name: pd.unique(both[name]) for name in frame.columns}

    def codes(rows: pd.DataFrame) -> np.ndarray[Any, Any]:
        columns = [pd.Index(levels[name]).get_indexer_for(rows[name]) for name in rows.columns]
        return np.column_stack(columns).astype("float64")

    def decoded(matrix: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        columns = {}
        for place, name in enumerate(frame.columns):
            values = pd.Series(levels[name], dtype=frame[name].dtype)
            columns[name] = values.iloc[matrix[:, place].astype(int)].array
        return answer(pd.DataFrame(columns))

    masker = shap.maskers.Independent(codes(background), max_samples=len(background))
    explainer = shap.PermutationExplainer(decoded, masker, seed=seed)
    found = explainer(codes(frame), max_evals=4 * frame.shape[1] + 1, silent=True)
    return np.asarray(found.values), np.asarray(found.base_values).reshape(-1)
