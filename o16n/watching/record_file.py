"""record.json: what happened, without data; loops are folded."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from o16n.watching.record import Event, Record, Value

FORMAT = 1
SCORED = ("metric", "score", "evaluate")  # the single answer of another call is data
MASKED = "*"
DIGITS = 3  # of a number that is a place in a list
FEW = 16  # numbers below which a digest could be turned back into them
ROUNDS = 20  # events of one statement that are written out; the rest is counted


def to_json(record: Record) -> dict[str, Any]:
    """Return the document: cells, events with their places, shapes and columns of values, estimators.

    Of the events that one line of one cell made in a loop, the first 20 are written and the rest
    counted in `folded`. A column or key that neither a file that was read nor a cell's text names is
    a level of the data, as `get_dummies` makes columns of them, and is written as `*`.
    """
    shown, folded = _folded(record.events)
    words = _Words(record)
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
            _value(value, record.names.get(token, ()), words)
            for token, value in sorted(record.values.items())
            if token in used
        ],
        "estimators": [
            {**asdict(one), "names": [words.key(name) for name in one.names]}
            for _, one in sorted(record.estimators.items())
        ],
        "errors": list(record.errors),
        "gaps": list(record.gaps),
    }


class _Words:
    """What may be written because it stands in a cell or heads a column that was read."""

    def __init__(self, record: Record) -> None:
        read = (token for event in record.events if event.kind == "read" for token in event.output)
        self._headers = {one for token in read for one in record.values[token].columns or ()}
        self._text = "\n".join(cell.source for cell in record.cells)

    def column(self, label: str) -> str:
        """Return a column's label, `*` for one that the data made."""
        return label if label in self._headers or label in self._text else MASKED

    def key(self, name: str) -> str:
        """Return a name with its key, such as `models['rf']`; the key masked where the data made it."""
        head, bracket, key = name.partition("[")
        key = key.rstrip("]").strip("'\"")
        place = key.isdigit() and len(key) <= DIGITS
        return name if not bracket or place or key in self._text else f"{head}[{MASKED}]"


def _value(value: Value, names: Iterable[str], words: _Words) -> dict[str, Any]:
    columns = value.columns and tuple(map(words.column, value.columns))
    digest = value.digest if math.prod(value.shape) >= FEW else None
    told = asdict(replace(value, columns=columns, digest=digest))
    return {**told, "names": [words.key(name) for name in names]}


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
