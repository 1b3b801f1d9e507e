"""Figures as SVG from templates, ready for an `<img>` under a strict Content-Security-Policy."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.reports import flow
from o16n.templating import render, three_digits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST = 12
LABEL, WIDTH, ROW, SIDE = 205, 545, 26, 260
SPAN, STEP = 400, 44  # of a figure of intervals
CLASSES = 8
FLOW = 640  # width of the picture of columns


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A picture: `source` is its data address, `alt` says what it shows, `caption` stands below."""

    title: str
    source: str
    alt: str
    caption: str = ""


def of_evidence(evidence: dict[str, Any]) -> list[Figure]:
    """Return the figures that a check names; a name that is not known here is passed over."""
    return [
        DRAWN[name](evidence)
        for name in evidence.get("figures", ())
        if name in DRAWN  # a foreign or a newer check may name others
    ]


def drivers(explanation: dict[str, Any]) -> str:
    """Return bars of mean strength, with their intervals where they have a width."""
    shown = explanation.get("drivers", [])[:MOST]
    largest = max([abs(one["high"]) for one in shown] + [1e-12])
    scale = (WIDTH - LABEL - 70) / largest
    bars = [
        {
            "label": short(one["column"]),
            "y": 8 + place * ROW,
            "width": max(one["strength"], 0) * scale,
            "low": max(one["low"], 0) * scale,
            "high": max(one["high"], 0) * scale,
            "value": three_digits(one["strength"]),
        }
        for place, one in enumerate(shown)
    ]
    return svg("drivers", bars=bars, left=LABEL, width=WIDTH, height=16 + len(bars) * ROW)


def strongest(explanation: dict[str, Any]) -> Figure:
    """Return the drivers with what stands below them: unit, intervals where they are, rows."""
    wide = any(one["high"] > one["low"] for one in explanation["drivers"])
    intervals = ", with 95 % intervals" if wide else ""
    rows = f"{explanation['explained']} of {explanation['population']} {explanation['part']}"
    return Figure(
        title="What drives the model",
        source=drivers(explanation),
        alt="Bars of the strongest columns",
        caption=f"Mean strength in {explanation['unit']}{intervals}; {rows}",
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
    scale = (WIDTH - LABEL - 70) / max(high - low, 1e-12)
    bars = [
        {
            "label": short(label),
            "y": 8 + place * ROW,
            "x": (min(one, two) - low) * scale,
            "width": max(abs(two - one) * scale, 1),
            "up": two >= one,
            "value": three_digits(two - one, "+"),
        }
        for place, (label, one, two) in enumerate(spans)
    ]
    return svg("waterfall", bars=bars, left=LABEL, width=WIDTH, height=16 + len(bars) * ROW)


def beside_baseline(measured: dict[str, Any], against: Sequence[Sequence[Any]]) -> Figure:
    """Return the metric with its interval, and below it what it has to beat.

    `measured` is the evidence of the metric; the rows of `against` begin with a name and a value.
    """
    low, high = measured["interval"]
    rows = [("this model", measured["value"], low, high)]
    rows += [(name, value, value, value) for name, value, *_ in against]
    marks = _intervals(rows)
    return Figure(
        title=f"{measured['data']['metric']} beside its baselines",
        source=svg("intervals", marks=marks, width=SPAN, height=16 + STEP * len(marks)),
        alt="The metric with its 95 % interval above its baselines, on one scale",
    )


def slices(evidence: dict[str, Any]) -> Figure:
    """Return by how much the rest is better than each slice, with its interval."""
    shown = [row for row in evidence["tables"][0]["rows"] if len(row) > 6][:MOST]  # noqa: PLR2004 - up to `to`
    marks = _intervals([(f"{row[0]} ({row[1]} rows)", *row[4:7]) for row in shown], anchor=0.0)
    return Figure(
        title="Slices against the rest",
        source=svg("intervals", marks=marks, width=SPAN, height=16 + STEP * len(marks)),
        alt="By how much the other rows are answered better than each slice, 95 % intervals",
        caption="How much better the other rows are; right of the line the slice is weaker",
    )


def calibration(evidence: dict[str, Any]) -> Figure:
    """Return the mean probability of ten equal bins against the share that came true."""
    points = [_at(one[1], one[2]) for one in evidence["data"].get("bins", ())]
    source = svg("square", points=points, dots=True, side=SIDE, x="mean probability", y="came true")
    return Figure(
        title="Calibration",
        source=source,
        alt="Mean probability against the share that came true, by bins",
        caption="On the dashed line a probability means what it says",
    )


def roc(evidence: dict[str, Any]) -> Figure:
    """Return the curve of false against true positives."""
    points = [_at(*one) for one in evidence["data"].get("roc", ())]
    return Figure(
        title="ROC curve",
        source=svg("square", points=points, dots=False, side=SIDE, x="false alarms", y="found"),
        alt="ROC curve: share of false alarms against share found, at every threshold",
        caption="The dashed line is a coin",
    )


def confusion(evidence: dict[str, Any]) -> Figure:
    """Return what the model said (columns) of each true class (rows), as counts."""
    told = evidence["data"].get("confusion", {"labels": [], "counts": []})
    size = min(64, SIDE // max(len(told["labels"]), 1))
    cells = [
        {"x": column * size, "y": row * size, "n": n, "share": n / max(sum(counts), 1)}
        for row, counts in enumerate(told["counts"])
        for column, n in enumerate(counts)
    ]
    labels = [short(str(one), longest=12) for one in told["labels"]]
    return Figure(
        title="Confusion matrix",
        source=svg("confusion", cells=cells, labels=labels, size=size, left=120),
        alt="Counts of what the model said of each true class",
        caption="Rows are the truth, columns what the model says",
    )


def residuals(evidence: dict[str, Any]) -> Figure:
    """Return the middle and the central 80 % of the error, by tenths of the prediction."""
    told = evidence["data"].get("residuals", ())
    rows = [(f"predicted {one[0]:.4g}", one[2], one[1], one[3]) for one in told]
    marks = _intervals(rows, anchor=0.0)
    return Figure(
        title="Errors by prediction",
        source=svg("intervals", marks=marks, width=SPAN, height=16 + STEP * len(marks)),
        alt="Actual minus predicted by tenths of the prediction: the middle, and 80 % of the rows",
        caption="Actual minus predicted, by tenths of the prediction: middle and central 80 %",
    )


def columns(evidence: dict[str, Any]) -> Figure:
    """Return which raw columns feed which model inputs."""
    told = evidence["data"].get("flow", {"raw": [], "inputs": [], "feeds": []})
    left, right, feeds = flow.folded(told)
    height = flow.TOP + flow.ROW * max(len(left.names), len(right.names))
    source = svg(
        "flow",
        raw=flow.marks(left, {one for one, _ in feeds}, short),
        inputs=flow.marks(right, {one for _, one in feeds}, short),
        lines=[{"y1": flow.TOP + flow.ROW * a, "y2": flow.TOP + flow.ROW * b} for a, b in feeds],
        left=LABEL,
        middle=(LABEL + FLOW - LABEL) // 2,
        right=FLOW - LABEL,
        width=FLOW,
        height=height,
    )
    return Figure(
        title="From raw column to model input",
        source=source,
        alt=flow.alt(told),
        caption="A line: the input changes where the column does; grey: nothing changed in the rows tried",
    )


DRAWN: dict[str, Callable[[dict[str, Any]], Figure]] = {
    "calibration": calibration,
    "columns": columns,
    "confusion": confusion,
    "residuals": residuals,
    "roc": roc,
    "slices": slices,
}


def short(text: object, *, longest: int = 26) -> str:
    """Return `text`, cut to what a label can hold, without what XML cannot hold."""
    told = "".join(sign if sign.isprintable() else "\ufffd" for sign in str(text))
    return told if len(told) <= longest else told[: longest - 1] + "…"


def _intervals(
    rows: Sequence[tuple[str, float, float, float]], *, anchor: float | None = None
) -> list[dict[str, Any]]:
    """Return marks for (name, value, low, high), all on one scale that holds `anchor`."""
    ends = [end for _, *values in rows for end in values] + ([] if anchor is None else [anchor])
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    scale = (SPAN - 80) / max(high - low, 1e-12)

    def at(value: float) -> float:
        return 10 + (value - low) * scale

    return [
        {
            "label": short(name, longest=54),
            "y": 8 + STEP * place,
            "at": at(value),
            "low": at(least),
            "high": at(most),
            "zero": None if anchor is None else at(anchor),
            "value": three_digits(value),
            "first": place == 0 and anchor is None,
        }
        for place, (name, value, least, most) in enumerate(rows)
    ]


def _at(across: float, up: float) -> dict[str, float]:
    """Return the place of a point of the unit square."""
    return {"x": 44 + across * SIDE, "y": 10 + (1 - up) * SIDE}


def svg(name: str, **values: Any) -> str:
    """Return a data address of the rendered SVG."""
    data = render(f"figures/{name}.svg.j2", **values).encode()
    return "data:image/svg+xml;base64," + base64.b64encode(data).decode()
