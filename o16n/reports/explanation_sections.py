"""The parts below the first screen: each says its rows, its unit and its interval, or why it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.reports import explanation_figures as figures
from o16n.reports.explanation_cases import cases
from o16n.reports.explanation_outcomes import calibration, errors, groups, missing, thresholds
from o16n.reports.explanation_view import Fold, Section, Table, Told, number, percent, span
from o16n.reports.explanation_words import evidence, pair_words, population

if TYPE_CHECKING:
    from o16n.reports.content import BundleContent

TOGETHER = 6
STRONG = 0.5


def sections(content: BundleContent) -> tuple[Section, ...]:
    """Return all parts in reading order."""
    told, effects = content.explanation, content.effects
    if not told:
        return (reproduce(content),)
    return (
        drivers(told),
        ranking(told),
        dependence(told, effects),
        interaction(effects),
        cases(told, effects),
        calibration(effects),
        thresholds(effects),
        groups(told, effects),
        errors(effects),
        limits(told, effects),
        reproduce(content),
    )


def drivers(told: Told) -> Section:
    """Return the numbers of every driver."""
    several = told.get("outputs", ()) if len(told.get("outputs", ())) > 1 else ()
    wide = any(one["high"] > one["low"] for one in told["drivers"])
    rows = tuple(
        (
            one["column"],
            number(one["strength"]),
            number(one["low"]),
            number(one["high"]),
            *(number(value) for value in one.get("by_output", ()) if several),
            number(one["direction"], "+"),
        )
        for one in told["drivers"]
    )
    table = Table(
        caption=f"Mean strength in {told['unit']}{', with its 95 % interval' if wide else ''}; direction is the rank correlation of value and contribution; {population(told)}",
        header=("column", "strength", "from", "to", *several, "direction"),
        rows=rows,
    )
    fold = Fold(title="The numbers of every column", tables=(table,))
    return Section(anchor="drivers", title="Every column", words=(_measured(told),), folds=(fold,))


def _measured(told: Told) -> str:
    """Return what a strength is."""
    if told["kind"] != "shap":
        return f"Permutation importance, because {told['refusal'] or 'nothing else is right'}: a strength is the {told['unit']} when a column is shuffled. Columns are {told['columns']}."
    many = len(told.get("outputs", ()))
    of = f"each class, the mean over {many} classes" if many > 1 else told["output"]
    return f"Columns are {told['columns']}. A strength is the mean absolute contribution of a column to {of}, in {told['unit']}."


def ranking(told: Told) -> Section:
    """Return how sure each neighbour is of its place, and what else speaks for the numbers."""
    pairs = told.get("ranking", ())
    rows = tuple(
        (
            f"{one['first']} over {one['second']}",
            number(one["difference"]),
            number(one["low"]),
            number(one["high"]),
            one["state"],
        )
        for one in pairs
    )
    table = Table(
        caption=f"By how much the first is stronger, in {told['unit']}, with the 95 % interval of the paired difference",
        header=("neighbours", "by", "from", "to", "state"),
        rows=rows,
    )
    folds = (Fold(title="Every neighbour", tables=(table,)),) if rows else ()
    words = (f"Second and third place: {pair_words(told)}.", *evidence(told))
    return Section(anchor="ranking", title="How sure the ranking is", words=words, folds=folds)


def dependence(told: Told, effects: Told) -> Section:
    """Return the curves of the strongest columns."""
    curves = [one for one in effects.get("curves", ()) if one["points"]]
    if not curves:
        return Section(
            anchor="dependence",
            title="How the answer goes with a column",
            words=(missing(effects, "single columns"),),
        )
    unit = effects["unit"]
    note = "" if unit == told["unit"] else f" The unit here is {unit}, above it is {told['unit']}."
    turning = [one["column"] for one in curves if one["shape"] == "turns"]
    words = [
        f"Each picture sets one column to a seen value in {curves[0]['n']} of {curves[0]['population']} {effects['part']} and asks the served scorer.{note}"
    ]
    if turning:
        words.append(f"Not monotone: {', '.join(turning)}.")
    tables = tuple(_curve(one, effects) for one in curves)
    return Section(
        anchor="dependence",
        title="How the answer goes with a column",
        words=tuple(words),
        figures=tuple(figures.curve(one, effects) for one in curves),
        folds=(Fold(title="The numbers of the pictures", tables=tables),),
    )


def _curve(one: Told, effects: Told) -> Table:
    keys = ("mean", "low", "high", "least", "most")
    return Table(
        caption=f"Mean {effects['output']} ({effects['unit']}) with its 95 % interval, and what holds 80 % of {one['n']} rows",
        header=(one["column"], "mean", "from", "to", "80 % from", "80 % to"),
        rows=tuple(
            (point["value"], *(number(point[key]) for key in keys)) for point in one["points"]
        ),
    )


def interaction(effects: Told) -> Section:
    """Return the strongest pair."""
    found = effects.get("interaction")
    if found is None:
        return Section(
            anchor="interaction",
            title="Which two columns work together",
            words=(missing(effects, "pairs"),),
        )
    best = found["pair"]
    down, across = best["columns"]
    little = best["high"] < 0.1  # noqa: PLR2004 - a tenth of the pair's effect
    what = "hardly depend on each other" if little else "depend on each other most"
    words = f"{down} and {across} {what}: H is {number(best['h'])} (95 % {span(best['low'], best['high'])}), where 0 is none and 1 is all of their joint effect; the strongest of {found['tried']} pairs of the strongest columns, {found['n']} of {found['population']} rows, seed {found['seed']}, {found['resamples']} resamples."
    others = Table(
        caption="Friedman's H with its 95 % bootstrap interval",
        header=("pair", "H", "from", "to"),
        rows=tuple(
            (
                " and ".join(one["columns"]),
                number(one["h"]),
                number(one["low"]),
                number(one["high"]),
            )
            for one in (best, *found["others"])
        ),
    )
    grid = Table(
        caption=f"Mean {effects['output']} ({effects['unit']}) by {down} (rows) and {across} (columns)",
        header=(down, *found["across"]),
        rows=tuple(
            (name, *(number(value) for value in row))
            for name, row in zip(found["down"], found["cells"], strict=True)
        ),
    )
    return Section(
        anchor="interaction",
        title="Which two columns work together",
        words=(words,),
        figures=(figures.pair(found, effects),),
        folds=(Fold(title="The numbers of the pairs", tables=(others, grid)),),
    )


def limits(told: Told, effects: Told) -> Section:
    """Return what the explanation does not say."""
    words = list(told.get("limits", ()))
    pairs = effects.get("together", ())
    strong = [one for one in pairs if abs(one["strength"]) >= STRONG]
    words += [
        f"{one['first']} and {one['second']} move together ({one['measure']} {number(one['strength'])}): {percent(one['unseen'])} of the rows that mix them look like none of {one['n']} seen."
        for one in strong[:3]
    ]
    if pairs and not strong:
        words.append(
            f"No two of the strongest columns move together by {STRONG} or more ({pairs[0]['n']} rows)."
        )
    words += [f"Not measured: {name}, because {why}." for name, why in effects.get("left_out", ())]
    table = Table(
        caption="How far columns move together, and the share of mixed rows (tenths and levels) that were never seen",
        header=("columns", "measure", "strength", "mixed rows unseen", "rows"),
        rows=tuple(
            (
                f"{one['first']} and {one['second']}",
                one["measure"],
                number(one["strength"]),
                percent(one["unseen"]),
                str(one["n"]),
            )
            for one in pairs[:TOGETHER]
        ),
    )
    folds = (Fold(title="Columns that move together", tables=(table,)),) if pairs else ()
    return Section(anchor="limits", title="What this does not say", words=tuple(words), folds=folds)


def reproduce(content: BundleContent) -> Section:
    """Return hashes, seed and versions."""
    told, effects = content.explanation, content.effects
    rows = [("identity of the bundle", content.identity), ("evidence dated", content.date or "–")]
    rows += [(f"sha256 of {name}", digest) for name, digest in sorted(content.digests.items())]
    if effects.get("digest"):
        rows.append((f"sha256 of {effects['part']}", effects["digest"]))
    elif (read := content.candidate.get("read")) is not None:
        rows.append(("sha256 of the rows read", read["digest"]))
    if told:
        rows += [("seed", str(told["seed"])), ("background", told["background"])]
        rows += [("explainer", f"{told['method']}, because {told['reason']}")]
        rows += [("not right here", one) for one in told.get("passed_over", ())]
    rows += [(f"version of {name}", version) for name, version in effects.get("versions", ())]
    table = Table(caption="What a second run needs", header=("what", "value"), rows=tuple(rows))
    words = (
        f"The same bundle, rows and seed give the same numbers. Identity {content.identity[:12]}…"
    )
    return Section(
        anchor="reproduce",
        title="How to reproduce it",
        words=(words,),
        folds=(Fold(title="Hashes, seed and versions", tables=(table,)),),
    )
