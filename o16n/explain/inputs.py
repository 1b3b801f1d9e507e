"""Model inputs in the form the notebook gave them, and as the columns a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Rows (n, d) as the model takes them: a frame, a series or list of texts, a matrix.

    `frame` holds the same rows as columns with names; `form` turns such a frame back.
    """

    rows: Any
    columns: pd.Index[Any]
    form: Callable[[pd.DataFrame], Any]

    def __len__(self) -> int:
        return int(self.rows.shape[0]) if hasattr(self.rows, "shape") else len(self.rows)

    @property
    def frame(self) -> pd.DataFrame:
        """The rows as a frame (n, d); dense, so ask for a sample only."""
        import pandas as pd

        if isinstance(self.rows, pd.DataFrame):
            return self.rows
        if isinstance(self.rows, pd.Series):
            return self.rows.to_frame().set_axis(self.columns, axis=1)
        dense = self.rows.toarray() if hasattr(self.rows, "toarray") else self.rows
        return pd.DataFrame(dense).set_axis(self.columns, axis=1)

    def take(self, places: np.ndarray[Any, Any]) -> Inputs:
        """Return the rows at `places`."""
        if hasattr(self.rows, "iloc"):
            rows = self.rows.iloc[places]
        elif isinstance(self.rows, list | tuple):
            rows = [self.rows[place] for place in places]
        else:
            rows = self.rows[places]
        return Inputs(rows=rows, columns=self.columns, form=self.form)

    def sample(self, most: int, rng: np.random.Generator) -> Inputs:
        """Return `most` rows chosen by `rng`, in their order; all where there are no more."""
        import numpy as np

        if len(self) <= most:
            return self
        return self.take(np.sort(rng.permutation(len(self))[:most]))


def read_inputs(inputs: Any, names: Sequence[str | int] | None = None) -> Inputs:
    """Return model inputs of any form.

    The columns of a matrix are called `names` where these are as many and differ, else they are
    numbered from `column 1`.
    """
    import numpy as np
    import pandas as pd

    if isinstance(inputs, pd.DataFrame):
        return Inputs(rows=inputs, columns=inputs.columns, form=lambda frame: frame)
    if isinstance(inputs, pd.Series):
        name = inputs.name
        column = pd.Index([str(name) if name is not None else "text"])
        return Inputs(
            rows=inputs, columns=column, form=lambda frame: frame.iloc[:, 0].set_axis(frame.index)
        )
    if hasattr(inputs, "tocsr"):
        rows = inputs.tocsr()
        return Inputs(rows=rows, columns=_named(rows.shape[1], names), form=_sparse)
    if isinstance(inputs, list | tuple) and inputs and isinstance(inputs[0], str):
        text = pd.Index(["text"])
        return Inputs(rows=list(inputs), columns=text, form=lambda frame: frame.iloc[:, 0].tolist())
    matrix = np.asarray(inputs)
    if matrix.ndim == 1:
        return Inputs(
            rows=matrix, columns=pd.Index(["text"]), form=lambda frame: frame.iloc[:, 0].to_numpy()
        )
    return Inputs(
        rows=matrix, columns=_named(matrix.shape[1], names), form=lambda frame: frame.to_numpy()
    )


def _named(width: int, names: Sequence[str | int] | None) -> pd.Index[Any]:
    import pandas as pd

    told = [str(one) for one in names or ()]
    if len(told) == width == len(set(told)):
        return pd.Index(told)
    return pd.Index([f"column {place + 1}" for place in range(width)])


def _sparse(frame: pd.DataFrame) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix(frame.to_numpy(dtype="float64"))
