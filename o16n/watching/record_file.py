"""record.json: what happened, without data; loops are folded."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from o16n.watching.record import Event, Record

FORMAT = 1
SCORED = ("metric", "score", "evaluate")  # the single answer of another call is data
ROUNDS = 20  # events of one statement that are written out; the rest is counted


def to_json(record: Record) -> dict[str, Any]:
    """Return the document: cells, events with their places, shapes and columns of values, estimators.

    Of the events that one line of one cell made in a loop, the first 20 are written and the rest
    counted in `folded`.
    """
    shown, folded = _folded(record.events)
    used = {token for event in shown for token in (*event.data, *event.output)}
    return {
        "format": FORMAT,
        "mechanism": record.mechanism,
        "cells": [
            {**asdict(replace(cell, text="")), "seconds": round(max(cell.end - cell.start, 0.0), 3)}
            for cell in record.cells
        ],
        "events": [_event(event) for event in shown],
        "folded": [
            {"kind": kind, "name": name, "cell": cell, "line": line, "events": count}
            for (kind, name, cell, line), count in sorted(folded.items())
        ],
        "values": [
            {**asdict(value), "names": list(record.names.get(token, ()))}
            for token, value in sorted(record.values.items())
            if token in used
        ],
        "estimators": [asdict(one) for _, one in sorted(record.estimators.items())],
        "errors": list(record.errors),
        "gaps": list(record.gaps),
    }


def _event(event: Event) -> dict[str, Any]:
    told = asdict(event)
    result = event.result
    if event.kind not in SCORED:
        told["result"] = None
    elif result is not None and not math.isfinite(result):
        told["result"] = str(result)
    return told


def _folded(
    events: tuple[Event, ...],
) -> tuple[list[Event], Counter[tuple[str, str, int, int]]]:
    seen: Counter[tuple[str, str, int, int]] = Counter()
    folded: Counter[tuple[str, str, int, int]] = Counter()
    shown = []
    for event in events:
        key = (event.kind, event.name, event.where.in_cell, event.where.line)
        seen[key] += 1
        if seen[key] <= ROUNDS:
            shown.append(event)
        else:
            folded[key] += 1
    return shown, folded
