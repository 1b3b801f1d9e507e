"""Whether what adds up is what the served probabilities are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from o16n.explain.explanation import Unit
    from o16n.explain.served import Served

    Array = np.ndarray[Any, Any]

NEAR = 1e-6  # of a probability: single precision gives no more


def link_of(served: Served, rows: Any, output: Array) -> Unit:
    """Return log-odds (log-score) only where the probabilities are the logistic (softmax) of `output`.

    `output` (n, k) is the model's own, for the second of two classes where k is 1.
    """
    import numpy as np

    if not served.offers("predict_proba"):
        return "decision value"
    shares = served.ask("predict_proba", rows)
    if output.shape[1] == 1:
        told = 1 / (1 + np.exp(-output[:, 0]))
        return "log-odds" if np.allclose(shares[:, 1], told, atol=NEAR) else "decision value"
    powers = np.exp(output - output.max(axis=1, keepdims=True))
    told = powers / powers.sum(axis=1, keepdims=True)
    return "log-score" if np.allclose(shares, told, atol=NEAR) else "decision value"
