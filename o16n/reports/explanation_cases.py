"""Single rows: what each column added, reason codes, and what would have to change."""

from __future__ import annotations

from o16n.reports import figures
from o16n.reports.explanation_view import Fold, Section, Table, Told, number

REASONS = 3


def cases(told: Told, effects: Told) -> Section:
    """Return each case behind one click, named ones first."""
    every = sorted(told.get("cases", ()), key=lambda one: "named" not in one["kind"])
    title = "Single rows"
    if not every:
        why = told.get("refusal") or "no row was broken down"
        return Section(anchor="cases", title=title, words=(f"None: {why}.",))
    changes = {one["row"]: one for one in effects.get("changes", ())}
    words = [f"Each row's answer is the base and what each column added, in {told['unit']}."]
    border = borderline(told)
    if border is not None:
        words.append(
            f"Row {border['row']} ({border['kind']}): {change_words(changes.get(border['row']))}."
        )
    if changes:
        words.append(
            f"The nearest change is the smallest of one raw column, else of two, to values seen, asked of the served scorer; distance is {effects['distance']}."
        )
    folds = tuple(_case(one, told, changes.get(one["row"])) for one in every)
    return Section(anchor="cases", title=title, words=tuple(words), folds=folds)


def borderline(told: Told) -> Told | None:
    """Return the named case where there is one, else the one nearest to another answer."""
    every = told.get("cases", ())
    for kind in ("named", "borderline"):
        for one in every:
            if kind in one["kind"]:
                found: Told = one
                return found
    return every[0] if every else None


def change_words(change: Told | None) -> str:
    """Return what would have to change for another decision."""
    if change is None:
        return "what would have to change was not looked for"
    if not change["moves"]:
        return f"no change of one of {change['columns']} columns, or of two of the strongest, to values seen in {change['population']} rows decides otherwise ({change['tried']} tried)"
    moves = " and ".join(
        f"{one['column']} {one['instead']} instead of {one['value']}" for one in change["moves"]
    )
    far = f"distance {number(change['distance'])}, {change['tried']} tried"
    return f"with {moves} the model would say {change['would_say']} instead of {change['said']} ({number(change['before'])} becomes {number(change['after'])}; {far})"


def reasons(case: Told, most: int = REASONS) -> list[str]:
    """Return the reason codes of a case: its strongest columns with sign and amount."""
    return [
        f"{one['column']} = {one['value']} ({number(one['amount'], '+')})"
        for one in case["contributions"][:most]
    ]


def _case(case: Told, told: Told, change: Told | None) -> Fold:
    output = case.get("output") or told["output"]
    said = f"; the model says {case['said']}" if case.get("said") else ""
    truth = f", the truth is {case['actual']}" if case.get("actual") else ""
    table = Table(
        caption=f"From the base {number(case['base'])} each column adds, in {told['unit']}",
        header=("column", "value", "added"),
        rows=tuple(
            (one["column"], one["value"], f"{one['amount']:+.4g}") for one in case["contributions"]
        ),
    )
    figure = figures.Figure(
        title=f"Row {case['row']}",
        source=figures.waterfall(case),
        alt=f"What each column added for row {case['row']}: {', '.join(reasons(case))}",
        caption=f"From the base {number(case['base'])} to {number(case['answer'])}, in {told['unit']}",
    )
    words = [f"Reason codes: {'; '.join(reasons(case))}."]
    if change is not None:
        words.append(f"Nearest change: {change_words(change)}.")
    return Fold(
        title=f"Row {case['row']}, {case['kind']}: {output} at {number(case['answer'])} ({told['unit']}){said}{truth}",
        words=tuple(words),
        figures=(figure,),
        tables=(table,),
    )
