"""Bad input is refused by name or answered, never a crash.

Asked: what happens to rows that are not as training rows were?

Why: callers send missing values, text in numbers, levels nobody has seen, values from another world.
An error of the library then stops every row of the call; an answer of NaN is acted upon.

How: three held-out rows are scored through the bundle with one column at a time spoiled in six ways
(missing, text, unseen level, 10¹², infinite, empty text), and once with each column absent, with a
column too many, and without any row. Each must give finite answers, or a problem or error that names
the column. Up to 40 columns are tried, fewer where scoring is slow; the evidence says how many. A
crash is a blocker.

To mend: see which corruption crashed; refuse it in the schema, or let the model take it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from o16n.errors import O16nError, RowsRefused
from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity, Table
from o16n.readiness.subject import chosen

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from o16n.readiness.subject import Subject

CODE = "MOD-06"
SECTION: Section = "Model"
SEVERITY: Severity = "blocker"
BAD: dict[str, Any] = {
    "missing": None,
    "text": "abc",
    "unseen level": "never seen before",
    "far value": 1e12,
    "infinite": float("inf"),
    "empty text": "",
}
RESULTS = ("answered", "refused", "crashed")
ROWS = 3
COLUMNS, FEWEST_COLUMNS, SECONDS = 40, 3, 6.0


def check(subject: Subject) -> Outcome:
    """Spoil one column at a time and score."""
    rows = subject.sample(subject.candidate.held_out, ROWS).frame
    places = _places(subject, rows)
    kinds = (*BAD, "column absent", "column too many", "no rows")
    counts = {kind: dict.fromkeys(RESULTS, 0) for kind in kinds}
    crashes = []
    for kind, name, spoiled in _trials(rows, places):
        result, why = _tried(subject, spoiled)
        counts[kind][result] += 1
        if result == "crashed":
            crashes.append(f"{kind} in {name}: {why}" if name else f"{kind}: {why}")
    tried = sum(sum(one.values()) for one in counts.values())
    table: tuple[tuple[str | int, ...], ...] = tuple(
        (kind, *(one[result] for result in RESULTS)) for kind, one in counts.items()
    )
    spoiled_told = f"{len(places)} of {rows.shape[1]} columns spoiled"
    if len(places) < rows.shape[1]:
        spoiled_told += f" (seed {subject.seed})"
    evidence = Evidence(
        statement=f"{tried} corruptions, {len(crashes)} ended in a crash; {spoiled_told}",
        value=float(len(crashes)),
        threshold=0.0,
        n=tried,
        seed=subject.seed,
        method=f"{len(rows)} held-out rows, one column spoiled at a time, through the bundle",
        tables=(
            Table(header=("corruption", "answered", "refused by name", "crashed"), rows=table),
        ),
    )
    if not crashes:
        return Passed(evidence=evidence)
    return Failed(
        severity="blocker",
        evidence=evidence,
        reason=f"scoring crashes: {crashes[0][:160]}",
        remedy="refuse such values in the schema, or let the model take them",
    )


def _places(subject: Subject, rows: pd.DataFrame) -> list[int]:
    """Return the columns to spoil: all, or as many by seed as fit the time a call takes."""
    start = time.monotonic()
    _tried(subject, rows)
    start, _ = time.monotonic(), _tried(subject, rows)  # the first call also loads the bundle
    each = (time.monotonic() - start) * (len(BAD) + 1)
    most = max(FEWEST_COLUMNS, min(COLUMNS, int(SECONDS / max(each, 1e-9))))
    return [int(place) for place in chosen(rows.shape[1], most, subject.seed)]


def _trials(rows: pd.DataFrame, places: list[int]) -> Iterator[tuple[str, str, pd.DataFrame]]:
    for place in places:
        name = str(rows.columns[place])
        for kind, value in BAD.items():
            spoiled = rows.copy()
            spoiled.isetitem(place, [value] * len(rows))
            yield kind, name, spoiled
        others = [other for other in range(rows.shape[1]) if other != place]
        yield "column absent", name, rows.iloc[:, others]
    yield "column too many", "", rows.assign(**{"a column nobody asked for": 1})
    yield "no rows", "", rows.head(0)


def _tried(subject: Subject, rows: pd.DataFrame) -> tuple[str, str]:
    """Return what became of the rows, and why where scoring crashed."""
    try:
        return _result(subject.answer(rows))
    except RowsRefused:
        return "refused", ""
    except O16nError as error:
        return "crashed", str(error)
    except Exception as error:  # noqa: BLE001 - a crash is what is looked for, and is told
        return "crashed", f"{type(error).__name__}: {error}"


def _result(lines: pd.DataFrame) -> tuple[str, str]:
    """Return whether every row is answered with finite numbers, or refused by name."""
    import numpy as np
    import pandas as pd

    given = lines[lines["problem"] == ""]
    for name in given.columns.drop("problem"):
        values = given[name]
        numeric = pd.api.types.is_numeric_dtype(values.dtype)
        if values.isna().any() or (numeric and not np.isfinite(values.astype(float)).all()):
            return "crashed", f"{name} is not finite, without a problem being told"
    return ("answered" if len(given) == len(lines) else "refused"), ""
