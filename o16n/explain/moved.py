"""Which raw column each model input is of, by what the recipe does and not by what it is called.

Raw rows are mixed of two: some columns of the row, the others of a partner. An input is a column's
own where it is always exactly what the row gives that the column was taken from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.explain.question import PassedOverError
from o16n.explain.resolve import cells, same

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.explain.inputs import Inputs
    from o16n.explain.served import Served

    Array = np.ndarray[Any, Any]

TRIED = 2000
ROWS = 200
RARE = 2  # rows more for each input, where it is not what it mostly is
SUBSETS = 6  # mixes of many columns, which confirm
MOST_INPUTS = 2000


def owners_by_moving(served: Served, raw: Inputs, seed: int) -> list[int] | None:
    """Return for each model input which raw column it is of, None where one is of several.

    An input that is the same for all rows is given to the first column: it adds nothing.

    Raises:
        PassedOverError: the recipe has no answer to a mixed row, or there are too many inputs to try.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    frame = raw.sample(TRIED, rng).frame
    given = served.transform(frame)
    if given.shape[1] > MOST_INPUTS:
        raise PassedOverError(f"{given.shape[1]} model inputs are too many to find the columns of")
    still = cells(given)
    chosen = _places(still, rng)
    partner = rng.permutation(chosen)
    width = frame.shape[1]
    masks = [np.arange(width) == column for column in range(width)]
    masks += [rng.random(width) < 0.5 for _ in range(SUBSETS)]  # noqa: PLR2004 - half of them
    after = cells(served.transform(_mixed(frame, (chosen, partner), masks)))
    stays = _agreement(after, still.iloc[chosen], len(masks))
    goes = _agreement(after, still.iloc[partner], len(masks))
    owner: list[int] = []
    for place in range(still.shape[1]):
        fits = (one for one in range(width) if _told(masks, stays[:, place], goes[:, place], one))
        first = next(fits, None)
        if first is None:
            return None
        owner.append(first)
    return owner


def _told(masks: list[Array], stays: Array, goes: Array, column: int) -> bool:
    """Tell whether `column` alone tells an input, of which it is known where it stays and goes."""
    each = enumerate(masks)
    return all(bool(goes[at] if mask[column] else stays[at]) for at, mask in each)


def _agreement(after: pd.DataFrame, expected: pd.DataFrame, mixes: int) -> Array:
    """Return of each mix and input (mixes, e) whether all rows are as `expected` (n, e)."""
    import numpy as np

    whole = expected.reset_index(drop=True)
    count, found = len(whole), []
    for at in range(mixes):
        part = after.iloc[at * count : (at + 1) * count].reset_index(drop=True)
        found.append(same(part, whole).all(axis=0))
    return np.array(found)


def _places(cells: pd.DataFrame, rng: np.random.Generator) -> Array:
    """Return row places: some by chance, and for each input some where it is unusual."""
    import numpy as np

    chosen = rng.permutation(len(cells))[:ROWS].tolist()
    for place in range(cells.shape[1]):
        column = cells.iloc[:, place]
        usual = column.mode(dropna=False)
        if len(usual):
            rare = np.flatnonzero((column != usual.iloc[0]).to_numpy())
            chosen += rng.permutation(rare)[:RARE].astype(int).tolist()
    return np.unique(chosen)


def _mixed(frame: pd.DataFrame, pair: tuple[Array, Array], masks: list[Array]) -> pd.DataFrame:
    """Return for each mask the rows of pair[0] with the masked columns of pair[1], one below another."""
    import numpy as np
    import pandas as pd

    chosen, partner = pair
    columns = {
        place: frame.iloc[
            np.concatenate([partner if mask[place] else chosen for mask in masks]), place
        ].reset_index(drop=True)
        for place in range(frame.shape[1])
    }
    return pd.DataFrame(columns).set_axis(frame.columns, axis=1)
