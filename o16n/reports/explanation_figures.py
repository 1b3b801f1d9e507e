"""Figures of an explanation: strengths with direction, curves, a pair, thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.reports.explanation_view import number
from o16n.reports.figures import Figure, short, svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from o16n.reports.explanation_view import Told

MOST = 15
LABEL, WIDTH, ROW = 190, 620, 26
ARROWS = {1: "▲", -1: "▼", 0: ""}
CLEAR = 0.5
WIDE, HIGH = 430, 190
LEFT, TOP = 56, 12
CELL = 74


def strengths(told: Told) -> Figure:
    """Return bars of mean strength with 95 % intervals, and an arrow where the direction is clear."""
    shown = told["drivers"][:MOST]
    largest = max([one["high"] for one in shown] + [one["strength"] for one in shown] + [1e-12])
    scale = (WIDTH - LABEL - 90) / largest
    bars = [_bar(place, one, scale) for place, one in enumerate(shown)]
    source = svg(
        "strengths",
        bars=bars,
        left=LABEL,
        width=WIDTH,
        height=40 + len(bars) * ROW,
        unit=told["unit"],
    )
    rows = f"{told['explained']} of {told['population']} {told['part']}"
    wide = any(one["high"] > one["low"] for one in shown)
    said = ", ".join(f"{one['column']} {number(one['strength'])}" for one in shown[:5])
    return Figure(
        title="What drives the model",
        source=source,
        alt=f"Bars: {said}; the numbers stand in the table below",
        caption=f"Mean strength in {told['unit']}{', with 95 % intervals' if wide else ''}; ▲ higher values raise the answer, ▼ lower it; {rows}",
    )


def _bar(place: int, one: Told, scale: float) -> dict[str, Any]:
    way = one.get("direction")
    clear = 0 if way is None or abs(way) < CLEAR else 1 if way > 0 else -1
    return {
        "label": short(one["column"]),
        "y": 8 + place * ROW,
        "width": max(one["strength"], 0) * scale,
        "low": max(one["low"], 0) * scale,
        "high": max(one["high"], 0) * scale,
        "value": f"{number(one['strength'])} {ARROWS[clear]}".strip(),
    }


def curve(one: Told, effects: Told) -> Figure:
    """Return the mean answer over a column's values: a line with its band, or marks for levels."""
    points = one["points"]
    numeric = [point for point in points if point["at"] is not None]
    placed = numeric if one["kind"] == "number" else points
    low = min([point["least"] for point in placed], default=0.0)
    high = max([point["most"] for point in placed], default=1.0)
    across = [point["at"] for point in numeric] if one["kind"] == "number" else range(len(points))
    left, right = (min(across), max(across)) if placed else (0, 1)
    marks = [
        _mark(point, at, ((left, right), (low, high)))
        for point, at in zip(placed, across, strict=True)
    ]
    name = "curve" if one["kind"] == "number" else "levels"
    outside = f"; {one['left_out']} rows outside the drawn values" if one["left_out"] else ""
    percentiles = "; drawn from the 1st to the 99th percentile" if name == "curve" else ""
    return Figure(
        title=f"{one['column']}",
        source=svg(
            name,
            marks=marks,
            width=WIDE,
            height=HIGH,
            left=LEFT,
            top=TOP,
            ends=(number(low), number(high)),
            x=(number(left), number(right)),
            column=short(one["column"]),
        ),
        alt=f"Mean answer by {one['column']}: {_told(points)}",
        caption=f"Mean {effects['output']} ({effects['unit']}) if {one['column']} alone were set so in {one['n']} of {one['population']} rows; the line with its 95 % interval, the pale band holds 80 % of the rows{percentiles}{outside}",
    )


def _told(points: Sequence[Told]) -> str:
    shown = [points[0], points[-1]] if len(points) > 10 else points  # noqa: PLR2004 - a long curve
    return ", ".join(f"{number(one['mean'])} at {one['value']}" for one in shown)


def _mark(
    point: Told, at: float, ends: tuple[tuple[float, float], tuple[float, float]]
) -> dict[str, Any]:
    (left, right), (low, high) = ends

    def up(value: float) -> float:
        inside = min(max((value - low) / max(high - low, 1e-12), 0.0), 1.0)
        return TOP + HIGH * (1 - inside)

    share = (at - left) / (right - left) if right > left else 0.5
    return {
        "x": LEFT + 12 + (WIDE - 24) * share,
        "y": up(point["mean"]),
        "low": up(point["low"]),
        "high": up(point["high"]),
        "least": up(point["least"]),
        "most": up(point["most"]),
        "label": short(point["value"], longest=12),
    }


def pair(one: Told, effects: Told) -> Figure:
    """Return the mean answer over both columns of a pair as a grid of numbers."""
    down, across = one["pair"]["columns"]
    known = [value for row in one["cells"] for value in row if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    cells = [
        {
            "x": place * CELL,
            "y": line * 32,
            "told": number(value),
            "share": 0.0 if value is None else (value - low) / max(high - low, 1e-12),
        }
        for line, row in enumerate(one["cells"])
        for place, value in enumerate(row)
    ]
    return Figure(
        title=f"{down} and {across} together",
        source=svg(
            "pair",
            cells=cells,
            down=[short(name, longest=14) for name in one["down"]],
            across=[short(name, longest=9) for name in one["across"]],
            names=(short(down), short(across)),
            cell=CELL,
            left=130,
        ),
        alt=f"Grid of the mean answer over {down} (down) and {across} (across), from {number(low)} to {number(high)}",
        caption=f"Mean {effects['output']} ({effects['unit']}) if both were set so in {one['n']} of {one['population']} rows; a stronger colour is more",
    )


def thresholds(one: Told) -> Figure:
    """Return shares found and alarmed, and the cost of a row, over the threshold, with the band."""
    highest = max([point["cost"] for point in one["points"]] + [1e-12])
    lines = {
        name: [(point["at"], point[key] / scale) for point in one["points"]]
        for name, key, scale in (
            ("found", "found", 1.0),
            ("alarms", "alarms", 1.0),
            ("cost", "cost", highest),
        )
    }
    placed = {
        name: [(LEFT + at * WIDE, TOP + HIGH * (1 - value)) for at, value in line]
        for name, line in lines.items()
    }
    band = one["band"]
    return Figure(
        title="Thresholds and cost",
        source=svg(
            "thresholds",
            lines=placed,
            width=WIDE,
            height=HIGH,
            left=LEFT,
            top=TOP,
            served=LEFT + one["served"] * WIDE,
            best=LEFT + one["best"] * WIDE,
            band=None if band is None else [LEFT + end * WIDE for end in band],
            highest=number(highest),
        ),
        alt=f"Share found, share of yes, and cost of a row by threshold; served {number(one['served'])}, cheapest {number(one['best'])}",
        caption=f"Solid: share of the true ones found; dotted: share that gets a yes; dashed: cost of a row, up to {number(highest)}; {one['n']} rows, {one['positives']} of them true",
    )


def calibration(one: Told) -> Figure:
    """Return bins of probability against what came true, with their intervals."""
    side = 260

    def at(across: float, up: float) -> tuple[float, float]:
        return 44 + across * side, 10 + (1 - up) * side

    points = [
        {
            "x": at(part["said"], 0)[0],
            "y": at(0, part["came_true"])[1],
            "low": at(0, part["low"])[1],
            "high": at(0, part["high"])[1],
        }
        for part in one["bins"]
    ]
    return Figure(
        title="Calibration",
        source=svg("calibrated", points=points, side=side),
        alt=f"Mean probability against the share that came true in {len(points)} bins; calibration error {number(one['error'])}",
        caption=f"On the dashed line a probability means what it says; bars are 95 % intervals; {one['n']} rows",
    )
