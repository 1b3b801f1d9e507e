"""What a model says about its inputs, as columns of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from o16n.bundle.schema import Outputs


def answers(model: Any, inputs: Any, outputs: Outputs) -> pd.DataFrame:
    """Return `prediction` and, where the model has them, one `p_<class>` per class.

    `inputs` are n model inputs (frame or matrix); the result has n rows and a fresh index.
    """
    import numpy as np
    import pandas as pd

    table = pd.DataFrame({"prediction": np.asarray(model.predict(inputs)).reshape(len(inputs))})
    if outputs.probabilities:
        shares = model.predict_proba(inputs)
        for place, label in enumerate(outputs.classes):
            table[f"p_{label}"] = shares[:, place]
    return table
