"""Replay `pandas.cut` and `pandas.qcut` with the edges of training."""

from __future__ import annotations

from typing import Any


def replay(values: Any, edges: Any, *, retbins: bool = False, **options: Any) -> Any:
    """Return the bin of each value (n,), missing beyond the edges; with the edges where `retbins`."""
    import pandas as pd

    made = pd.cut(values, bins=edges, **options)
    return (made, edges) if retbins else made
