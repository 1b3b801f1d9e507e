"""Figures as SVG from templates, ready for an `<img>` under a strict Content-Security-Policy."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from o16n.templating import render

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 15
LABEL, WIDTH, ROW = 190, 700, 26


def drivers(explanation: dict[str, Any]) -> str:
    """Return bars of mean strength with 95 % intervals, the strongest fifteen first."""
    shown = explanation.get("drivers", [])[:MOST]
    largest = max([abs(one["high"]) for one in shown] + [1e-12])
    scale = (WIDTH - LABEL - 90) / largest
    bars = [
        {
            "label": short(one["column"]),
            "y": 8 + place * ROW,
            "width": max(one["strength"], 0) * scale,
            "low": max(one["low"], 0) * scale,
            "high": max(one["high"], 0) * scale,
            "value": f"{one['strength']:.3g}",
        }
        for place, one in enumerate(shown)
    ]
    return _svg(
        "figures/drivers.svg.j2", bars=bars, left=LABEL, width=WIDTH, height=16 + len(bars) * ROW
    )


def waterfall(case: dict[str, Any]) -> str:
    """Return what each column added from the base to the answer, the largest ten."""
    parts = case["contributions"][:10]
    rest = sum(one["amount"] for one in case["contributions"][10:])
    steps = [(f"{one['column']} = {one['value']}", one["amount"]) for one in parts]
    steps += [("all others", rest)] if len(case["contributions"]) > len(parts) else []
    at, spans = case["base"], []
    for label, amount in steps:
        spans.append((label, at, at + amount))
        at += amount
    ends = [value for _, one, two in spans for value in (one, two)] + [case["base"]]
    low, high = min(ends), max(ends)
    scale = (WIDTH - LABEL - 100) / max(high - low, 1e-12)
    bars = [
        {
            "label": short(label),
            "y": 8 + place * ROW,
            "x": (min(one, two) - low) * scale,
            "width": max(abs(two - one) * scale, 1),
            "up": two >= one,
            "value": f"{two - one:+.3g}",
        }
        for place, (label, one, two) in enumerate(spans)
    ]
    return _svg(
        "figures/waterfall.svg.j2", bars=bars, left=LABEL, width=WIDTH, height=16 + len(bars) * ROW
    )


def calibration(bins: Sequence[Sequence[float]]) -> str:
    """Return the mean probability of ten equal bins against the share that came true."""
    side = 260
    points = [{"x": 34 + one[1] * side, "y": 10 + (1 - one[2]) * side} for one in bins]
    return _svg("figures/calibration.svg.j2", points=points, side=side)


def short(text: str, *, longest: int = 30) -> str:
    """Return `text`, cut to what a label can hold."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _svg(template: str, **values: Any) -> str:
    """Return a data address of the rendered SVG."""
    data = render(template, **values).encode()
    return "data:image/svg+xml;base64," + base64.b64encode(data).decode()
