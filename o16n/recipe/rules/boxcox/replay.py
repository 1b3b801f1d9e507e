"""Replay a power transform with the exponent of training."""

from __future__ import annotations

from typing import Any


def replay(values: Any, *, kind: str, lmbda: float) -> tuple[Any, float]:
    """Return the transformed values (n,) and the exponent."""
    from scipy import stats

    return getattr(stats, {"boxcox": "boxcox", "yeojohnson": "yeojohnson"}[kind])(
        values, lmbda=lmbda
    ), lmbda
