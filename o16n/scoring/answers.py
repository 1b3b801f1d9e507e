"""What a model says about its inputs, as columns of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.errors import UnsupportedModel

if TYPE_CHECKING:
    import pandas as pd

    from o16n.bundle.schema import Outputs


WHOLE = {"i": "Int64", "u": "UInt64", "b": "boolean"}  # types that have a missing value


def answers(model: Any, inputs: Any, outputs: Outputs) -> pd.DataFrame:
    """Return `prediction` and, where the model has them, `score` and one `p_<class>` per class.

    `inputs` are n model inputs (frame or matrix); the result has n rows and a fresh index.

    Raises:
        UnsupportedModel: the model answers several numbers for one row.
    """
    import numpy as np
    import pandas as pd

    given, rows = np.asarray(model.predict(inputs)), len(inputs)
    if given.size != rows:
        raise UnsupportedModel(
            f"the {type(model).__name__} answers {given.size // max(rows, 1)} values for one row",
            hint="package one model for each target",
        )
    table = pd.DataFrame({"prediction": given.reshape(rows)})
    if outputs.score:
        table["score"] = np.asarray(model.decision_function(inputs)).reshape(rows)
    if outputs.probabilities:
        shares = model.predict_proba(inputs)
        for place, label in enumerate(outputs.classes):
            table[f"p_{label}"] = shares[:, place]
    return table


def nothing(outputs: Outputs, index: pd.Index[Any]) -> pd.DataFrame:
    """Return a table with the columns of `answers` and no answer in any row."""
    import pandas as pd

    names = ["prediction", *(["score"] if outputs.score else [])]
    names += [f"p_{label}" for label in outputs.classes] if outputs.probabilities else []
    return pd.DataFrame({name: pd.Series(None, index=index, dtype="object") for name in names})


def spread(given: pd.DataFrame, good: Any, index: pd.Index[Any]) -> pd.DataFrame:
    """Return answers to the `good` rows as a table over all rows; whole numbers stay whole."""
    import pandas as pd

    if good.all():
        return given.set_axis(index, axis=0)
    whole = {name: WHOLE[one.kind] for name, one in given.dtypes.items() if one.kind in WHOLE}
    wide = given.astype(whole).set_axis(good.nonzero()[0], axis=0)
    return wide.reindex(pd.RangeIndex(len(index))).set_axis(index, axis=0)
