"""How good the answers are: calibration, thresholds and their cost, groups, and where the errors are."""

from __future__ import annotations

from o16n.reports import explanation_figures as figures
from o16n.reports.explanation_view import Fold, Section, Table, Told, number, percent, span

WITH_DATA = "Give the rows to see it: o16n explain BUNDLE DATA."


def missing(effects: Told, *words: str) -> str:
    """Return why a part is not there."""
    for name, why in effects.get("left_out", ()):
        if any(word in name for word in words):
            return f"Not measured: {why}."
    return f"Not measured for this bundle. {WITH_DATA}"


def calibration(effects: Told) -> Section:
    """Return whether probabilities mean what they say."""
    found = effects.get("calibration")
    title = "Whether a probability means what it says"
    if found is None:
        words = missing(effects, "calibration")
        return Section(anchor="calibration", title=title, words=(words,))
    table = Table(
        caption=f"{found['of']}: bins of equally many rows, with the 95 % Wilson interval",
        header=("said", "came true", "from", "to", "rows"),
        rows=tuple(
            (*(number(one[key]) for key in ("said", "came_true", "low", "high")), str(one["n"]))
            for one in found["bins"]
        ),
    )
    off = sum(not one["low"] <= one["said"] <= one["high"] for one in found["bins"])
    words = f"On average a probability of {found['of']} is {percent(found['error'])} off ({found['n']} {effects['part']}); in {off} of {len(found['bins'])} bins surely."
    return Section(
        anchor="calibration",
        title=title,
        words=(words,),
        figures=(figures.calibration(found),),
        folds=(Fold(title="The numbers of the bins", tables=(table,)),),
    )


def thresholds(effects: Told) -> Section:
    """Return what each threshold finds and costs."""
    found = effects.get("thresholds")
    title = "What another threshold would do"
    if found is None:
        return Section(anchor="thresholds", title=title, words=(missing(effects, "thresholds"),))
    prices = (
        f"a wrong yes costs {number(found['false_yes'])}, a wrong no {number(found['false_no'])}"
    )
    said = "from o16n.toml" if found["stated"] else "assumed, since o16n.toml names no costs"
    words = [
        f"{found['yes']} is answered from {number(found['served'])} on, at {number(found['cost_served'])} a row; the cheapest is {number(found['best'])}, at {number(found['cost_best'])} ({prices}, {said}; {found['n']} rows, {found['positives']} of them true). It is chosen on the rows it is told of, so a little flattered."
    ]
    band = found["band"]
    words.append(
        "No band is set: every row is decided."
        if band is None
        else f"Between {number(band[0])} and {number(band[1])} the answer is refer."
    )
    shown = found["points"][4::5]
    table = Table(
        caption="Shares of rows, and the cost of a row, at each threshold",
        header=("threshold", "yes", "found", "right of yes", "cost"),
        rows=tuple(
            (
                number(one["at"]),
                percent(one["alarms"]),
                percent(one["found"]),
                percent(one["right"]),
                number(one["cost"]),
            )
            for one in shown
        ),
    )
    return Section(
        anchor="thresholds",
        title=title,
        words=tuple(words),
        figures=(figures.thresholds(found),),
        folds=(Fold(title="The numbers of the thresholds", tables=(table,)),),
    )


def groups(told: Told, effects: Told) -> Section:
    """Return errors and strongest columns by group."""
    found = effects.get("goodness")
    title = "For whom it is better and worse"
    drive = {(one["column"], one["level"]): one for one in told.get("groups", ())}
    if found is None:
        return Section(
            anchor="groups", title=title, words=(missing(effects, "errors"),), folds=_driven(told)
        )
    rows = []
    for one in found["groups"]:
        same = drive.get((one["column"], one["level"]), {"drivers": ()})
        strong = one["drivers"] or same["drivers"]
        named = ", ".join(f"{name} {number(value)}" for name, value in strong[:2])
        rows.append(
            (
                f"{one['column']}: {one['level']}",
                str(one["n"]),
                number(one["error"]),
                number(one["low"]),
                number(one["high"]),
                named or "–",
            )
        )
    table = Table(
        caption=f"{found['measure']} with its 95 % interval, and what drives these rows; groups of fewer than {found['smallest']} rows are not shown",
        header=("group", "rows", "error", "from", "to", f"driven by ({told['unit']})"),
        rows=tuple(rows),
    )
    worst = max(found["groups"], key=lambda one: one["error"], default=None)
    words = [
        f"Of {found['n']} {effects['part']} the {found['measure']} is {number(found['overall'])} (95 % {span(found['low'], found['high'])})."
    ]
    if worst is not None:
        words.append(
            f"It is largest for {worst['column']}: {worst['level']}, {number(worst['error'])} (95 % {span(worst['low'], worst['high'])}, {worst['n']} rows)."
        )
    return Section(
        anchor="groups",
        title=title,
        words=tuple(words),
        folds=(Fold(title="Every group", tables=(table,)), *_driven(told)),
    )


def _driven(told: Told) -> tuple[Fold, ...]:
    """Return what drives each level, where the explanation tells it."""
    rows = tuple(
        (
            f"{one['column']}: {one['level']}",
            str(one["n"]),
            number(one["answer"]),
            ", ".join(f"{name} {number(value)}" for name, value in one["drivers"]),
        )
        for one in told.get("groups", ())
    )
    if not rows:
        return ()
    table = Table(
        caption=f"Mean answer and strongest columns, in {told['unit']}",
        header=("group", "rows", "mean answer", "strongest columns"),
        rows=rows,
    )
    return (Fold(title="What drives each level", tables=(table,)),)


def errors(effects: Told) -> Section:
    """Return where a shallow tree finds errors."""
    found = effects.get("goodness")
    title = "Where the errors are"
    if found is None:
        return Section(anchor="errors", title=title, words=(missing(effects, "errors"),))
    if not found["slices"]:
        words = f"No slice was looked for: {found['n']} rows are too few, or nothing is answered wrongly."
        return Section(anchor="errors", title=title, words=(words,))
    surely = [one for one in found["slices"] if one["worse"]]
    verdict = (
        f"Surely worse than the whole: {'; '.join(one['rule'] for one in surely)}."
        if surely
        else "None of the slices that it finds is surely worse than the whole on rows it was not found on."
    )
    table = Table(
        caption=f"{found['measure']}: looked for in {found['looked']} rows by a tree of depth 3 on raw columns, told of the other {found['measured']}, seed {found['seed']}",
        header=("slice", "rows", "error", "from", "to", ""),
        rows=tuple(
            (
                one["rule"],
                str(one["n"]),
                number(one["error"]),
                number(one["low"]),
                number(one["high"]),
                "worse" if one["worse"] else "not surely",
            )
            for one in found["slices"]
        ),
    )
    return Section(
        anchor="errors",
        title=title,
        words=(verdict,),
        folds=(Fold(title="The slices with their intervals", tables=(table,)),),
    )
