"""Bad input is refused by name or answered, never a crash.

Callers send missing values, text in numbers, levels nobody has seen, values from another world. Each
column of real rows is spoiled in turn and scored through the bundle: every row must get a finite
answer or a problem that names the column. To mend: see which corruption crashed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity, Table

if TYPE_CHECKING:
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
ROWS = 3
COLUMNS = 40


def check(subject: Subject) -> Outcome:
    """Spoil one column at a time and score."""
    rows = subject.rows(subject.candidate.held_out).head(ROWS)
    counts = {kind: {"answered": 0, "refused": 0, "crashed": 0} for kind in (*BAD, "no rows")}
    crashes = []
    trials = [
        (kind, name, _spoiled(rows, name, value))
        for kind, value in BAD.items()
        for name in rows.columns[:COLUMNS]
    ]
    for kind, name, spoiled in [*trials, ("no rows", "", rows.head(0))]:
        try:
            result = _outcome(subject.answer(spoiled))
        except Exception as error:  # noqa: BLE001 - a crash is what is looked for, and is told
            result = "crashed"
            crashes.append(f"{kind} in {name}: {type(error).__name__}: {error}")
        counts[kind][result] += 1
    table = tuple((kind, *one.values()) for kind, one in counts.items())
    evidence = Evidence(
        statement=f"{len(trials) + 1} corruptions, {len(crashes)} ended in a crash",
        value=float(len(crashes)),
        threshold=0.0,
        n=len(trials) + 1,
        method=f"{ROWS} real rows, each column spoiled alone, through the bundle",
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


def _spoiled(rows: pd.DataFrame, name: str, value: Any) -> pd.DataFrame:
    spoiled = rows.copy()
    spoiled[name] = [value] * len(rows)
    return spoiled


def _outcome(lines: pd.DataFrame) -> str:
    """Return whether every row is answered with finite numbers, or refused by name."""
    import numpy as np
    import pandas as pd

    given = lines[lines["problem"] == ""]
    for name in given.columns:
        if (
            pd.api.types.is_numeric_dtype(given[name].dtype)
            and not np.isfinite(given[name].astype(float)).all()
        ):
            return "crashed"
    if given["prediction"].isna().any():
        return "crashed"
    return "answered" if len(given) == len(lines) else "refused"
