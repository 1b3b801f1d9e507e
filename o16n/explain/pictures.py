"""What the explained rows show beyond the ranking: dependence, the strongest pair, groups, reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.explain.explanation import Bin, Dependence, Group, Interaction, Reference

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from o16n.explain.explanation import Driver
    from o16n.explain.question import Attributed

    Array = np.ndarray[Any, Any]

SHOWN = 6  # drivers with their dependence
BINS = 12
CELLS = 4  # bins of each column of a pair
LEVELS = 10
FEWEST = 5  # rows that a bin shows: fewer would show persons
GROUPED = 20  # rows of a group
TRIED = 30  # columns whose levels are groups
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MISSING, OTHER = "missing", "other levels"


def dependence_of(
    frame: pd.DataFrame, amounts: Array, outputs: tuple[str, ...]
) -> tuple[Dependence, ...]:
    """Return how the strongest columns' contributions (n, d, k) go with their values.

    Numbers in bins of equally many rows, so that a few far values take no room; with several outputs
    a column's is told for the one that it moves most.
    """
    import numpy as np

    mean = np.abs(amounts).mean(axis=0)  # (d, k)
    found = []
    for place in np.argsort(-mean.mean(axis=1), kind="stable")[:SHOWN]:
        which = int(mean[place].argmax())
        if mean[place, which] == 0:
            continue
        column = frame.iloc[:, place]
        names, edges = _bins(column, BINS)
        told = tuple(
            _bin(name, edges[name], amounts[rows, place, which])
            for name in edges
            if len(rows := np.flatnonzero(names == name)) >= FEWEST
        )
        found.append(
            Dependence(
                column=str(frame.columns[place]),
                output=outputs[which],
                kind="number" if _is_number(column) else "level",
                bins=told,
            )
        )
    return tuple(found)


def _bin(name: str, edges: tuple[float | None, float | None], amounts: Array) -> Bin:
    import numpy as np

    least, most = np.quantile(amounts, [0.1, 0.9])
    return Bin(
        name=name,
        low=edges[0],
        high=edges[1],
        n=len(amounts),
        mean=float(amounts.mean()),
        least=float(least),
        most=float(most),
    )


def _is_number(column: pd.Series[Any]) -> bool:
    import pandas as pd

    numbers = pd.api.types.is_numeric_dtype(column.dtype)
    return numbers and not pd.api.types.is_bool_dtype(column.dtype) and column.nunique() > LEVELS


def _bins(
    column: pd.Series[Any], bins: int
) -> tuple[Array, dict[str, tuple[float | None, float | None]]]:
    """Return each row's bin (n,) by name, and what each name holds, in order."""
    import numpy as np
    import pandas as pd

    gaps = column.isna().to_numpy()
    names = np.full(len(column), MISSING, dtype=object)
    edges: dict[str, tuple[float | None, float | None]] = {}
    if _is_number(column):
        values = column.to_numpy(dtype="float64", na_value=np.nan)
        cuts = np.unique(np.quantile(values[~gaps], np.linspace(0, 1, bins + 1)))
        at = np.clip(np.searchsorted(cuts, values, side="left") - 1, 0, max(len(cuts) - 2, 0))
        for one in range(max(len(cuts) - 1, 1)):
            low, high = float(cuts[one]), float(cuts[min(one + 1, len(cuts) - 1)])
            name = f"{low:.6g} to {high:.6g}"
            names[~gaps & (at == one)] = name
            edges[name] = (low, high)
    else:
        texts = column.astype("str").to_numpy(dtype=object)
        common = pd.Series(texts[~gaps]).value_counts().index[:LEVELS]
        for text in sorted(str(one) for one in common):
            names[~gaps & (texts == text)] = text
            edges[text] = (None, None)
        rest = ~gaps & ~np.isin(texts, list(edges))
        if rest.any():
            names[rest] = OTHER
            edges[OTHER] = (None, None)
    if gaps.any():
        edges[MISSING] = (None, None)
    return names, edges


def interaction_of(frame: pd.DataFrame, amounts: Array) -> Interaction | None:
    """Return the pair among the strongest columns that depends most on each other, for one output.

    By analysis of variance over bins: what a column's own bins leave open of its contribution, and how
    much of that the other's bins tell; adjusted, since bins of chance tell something too.
    """
    import numpy as np

    count = len(frame)
    if amounts.shape[2] > 1 or count < CELLS**2 * FEWEST:
        return None
    mean = np.abs(amounts[:, :, 0]).mean(axis=0)
    top = [int(one) for one in np.argsort(-mean, kind="stable")[:SHOWN] if mean[one] > 0]
    binned = {one: _bins(frame.iloc[:, one], CELLS)[0] for one in top}
    best: tuple[float, float, int, int] | None = None
    for one in top:
        fine = _bins(frame.iloc[:, one], BINS)[0]
        values = amounts[:, one, 0]
        left = values - _means(fine, values)
        for other in top:
            if other == one or left.std() <= 1e-9 * values.std():
                continue
            crossed = np.array(
                [f"{a}\\n{b}" for a, b in zip(binned[one], binned[other], strict=True)]
            )
            told = _means(crossed, left)
            share = _adjusted(left, told, len(set(crossed.tolist())))
            size = share * float(left.std())
            if best is None or size > best[0]:
                best = (size, share, one, other)
    if best is None or best[1] <= 0:
        return None
    _, share, one, other = best
    cells = _crossed(binned[one], binned[other], amounts[:, one, 0])
    columns = (str(frame.columns[one]), str(frame.columns[other]))
    return Interaction(columns=columns, share=float(share), cells=cells)


def _means(names: Array, values: Array) -> Array:
    """Return for each row the mean of its bin (n,)."""
    import pandas as pd

    return pd.Series(values).groupby(names).transform("mean").to_numpy()


def _adjusted(values: Array, told: Array, cells: int) -> float:
    """Return the adjusted share of variance (R²) that `cells` bins tell."""
    count = len(values)
    if count <= cells or values.var() == 0:
        return 0.0
    left = float(((values - told) ** 2).sum() / ((values - values.mean()) ** 2).sum())
    return max(0.0, 1 - left * (count - 1) / (count - cells))


def _crossed(one: Array, other: Array, values: Array) -> tuple[tuple[str, str, int, float], ...]:
    import numpy as np

    found = []
    for first in dict.fromkeys(sorted(map(str, one))):
        for second in dict.fromkeys(sorted(map(str, other))):
            rows = np.flatnonzero((one == first) & (other == second))
            if len(rows) >= FEWEST:
                found.append((first, second, len(rows), float(values[rows].mean())))
    return tuple(found)


def groups_of(frame: pd.DataFrame, attributed: Attributed) -> tuple[Group, ...]:
    """Return the strongest columns within each level of columns of few levels, with n."""
    import numpy as np

    found = []
    strengths = np.abs(attributed.amounts).mean(axis=2)
    for place in np.sort(np.argsort(-strengths.mean(axis=0), kind="stable")[:TRIED]):
        column = frame.iloc[:, place]
        if _is_number(column) or column.nunique() > LEVELS or column.nunique() < 2:  # noqa: PLR2004
            continue
        names, edges = _bins(column, BINS)
        for level in edges:
            rows = np.flatnonzero(names == level)
            if len(rows) < GROUPED:
                continue
            mean = strengths[rows].mean(axis=0)
            top = np.argsort(-mean, kind="stable")[:3]
            found.append(
                Group(
                    column=str(frame.columns[place]),
                    level=level,
                    n=len(rows),
                    answer=float(attributed.output[rows, 0].mean()),
                    drivers=tuple((str(frame.columns[at]), float(mean[at])) for at in top),
                )
            )
    return tuple(found[: LEVELS * SHOWN])


def reference_of(
    frame: pd.DataFrame, amounts: Array, drivers: tuple[Driver, ...]
) -> tuple[Reference, ...]:
    """Return where each driver's contributions to the first output lie, for later drift."""
    import numpy as np

    place = {str(name): at for at, name in enumerate(frame.columns)}
    found = []
    for driver in drivers:
        values = amounts[:, place[driver.column], 0]
        told = np.quantile(values, QUANTILES)
        found.append(
            Reference(
                column=driver.column,
                mean=float(values.mean()),
                quantiles=tuple(float(one) for one in told),
            )
        )
    return tuple(found)
