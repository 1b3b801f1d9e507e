"""Which columns move together, and how often rows made of two rows look like none that was seen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from o16n.explain.effects.scene import is_number

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.explain.effects.scene import Scene

    Array = np.ndarray[Any, Any]

COLUMNS = 8
STRONG = 0.5
PARTS = 10
ROWS = 5000


@dataclass(frozen=True, kw_only=True)
class Together:
    """Two columns: Spearman's `strength` for two numbers, else Cramér's V over tenths and levels.

    `unseen` is the share of rows, one of the two values being another row's, that fall where no row
    was seen (tenths and levels of `n` rows).
    """

    first: str
    second: str
    measure: str
    strength: float
    unseen: float
    n: int


def together(scene: Scene) -> tuple[Together, ...]:
    """Return the pairs of the strongest columns, those that move together most first."""
    import numpy as np

    rows = scene.rows.iloc[scene.sample(ROWS)]
    rng = np.random.default_rng(scene.seed)
    order = rng.permutation(len(rows))
    found = []
    for one, other in combinations(scene.drivers[:COLUMNS], 2):
        left, right = rows.iloc[:, one], rows.iloc[:, other]
        codes = _codes(left), _codes(right)
        numbers = is_number(left) and is_number(right)
        strength = _spearman(left, right) if numbers else _cramer(*codes)
        found.append(
            Together(
                first=scene.name(one),
                second=scene.name(other),
                measure="Spearman's ρ" if numbers else "Cramér's V",
                strength=strength,
                unseen=_unseen(codes, order),
                n=len(rows),
            )
        )
    return tuple(sorted(found, key=lambda one: -abs(one.strength)))


def _codes(column: pd.Series[Any]) -> Array:
    """Return tenths of a number, else its levels, as whole numbers (n,); missing is one more."""
    import numpy as np
    import pandas as pd

    if not is_number(column):
        return np.asarray(pd.factorize(column, use_na_sentinel=False)[0])
    values = pd.to_numeric(column).to_numpy("float64", na_value=np.nan)
    cuts = np.nanquantile(values, np.arange(1, PARTS) / PARTS)
    return np.where(np.isnan(values), PARTS, np.searchsorted(cuts, values, side="left"))


def _spearman(one: pd.Series[Any], other: pd.Series[Any]) -> float:
    import numpy as np
    import pandas as pd

    left = pd.Series(pd.to_numeric(one).to_numpy("float64", na_value=np.nan))
    right = pd.Series(pd.to_numeric(other).to_numpy("float64", na_value=np.nan))
    return float(np.nan_to_num(left.corr(right, method="spearman")))


def _cramer(one: Array, other: Array) -> float:
    """Return Cramér's V, corrected for its bias (Bergsma, J. Korean Stat. Soc. 2013)."""
    import numpy as np

    _, left = np.unique(one, return_inverse=True)
    _, right = np.unique(other, return_inverse=True)
    table = np.zeros((left.max() + 1, right.max() + 1))
    np.add.at(table, (left, right), 1)
    n, (r, k) = table.sum(), table.shape
    if min(r, k) < 2 or n < 2:  # noqa: PLR2004 - a constant moves with nothing
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi = float(((table - expected) ** 2 / expected).sum() / n)
    phi = max(0.0, phi - (r - 1) * (k - 1) / (n - 1))
    r, k = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    return float(min(1.0, (phi / max(min(r, k) - 1, 1e-12)) ** 0.5))


def _unseen(codes: tuple[Array, Array], order: Array) -> float:
    import numpy as np

    one, other = codes
    width = int(other.max(initial=0)) + 1
    seen = np.unique(one * width + other)
    return float(1 - np.isin(one * width + other[order], seen).mean())
