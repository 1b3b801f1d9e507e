"""The first screen in plain words: are the numbers right, what drives the model, which way, how surely."""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.reports.explanation_view import Badge, Told, number, percent, span

if TYPE_CHECKING:
    from o16n.reports.content import BundleContent

TOP = 5
CLEAR = 0.5  # rank correlation from which on a direction is told


def badge(told: Told) -> Badge:
    """Return whether base and contributions are the served model's own answer."""
    if not told:
        return Badge(state="NotAssessed", word="no explanation", sentence="None is attached.")
    held = told.get("additivity")
    if told["kind"] != "shap" or held is None:
        why = told.get("refusal") or "no contribution could be computed"
        return Badge(
            state="NotAssessed",
            word="importance only",
            sentence=f"Nothing is exact here: {why}. Columns were shuffled instead.",
        )
    error = f"within {held['largest_error']:.1g} of its spread on {held['rows']} rows"
    if not held["holds"]:
        return Badge(
            state="Failed",
            word="does not add up",
            sentence=f"Base and contributions miss the served model's own answer ({error} at best, {held['tolerance']:.0e} is allowed): do not rely on these numbers.",
        )
    truth = told.get("truth") or {}
    if truth.get("error") is not None:
        return Badge(
            state="Passed",
            word="adds up, estimated",
            sentence=f"Base and contributions give the served model's own answer {error}; single contributions are sampled, with a standard error up to {number(truth['error'])} {told['unit']}.",
        )
    return Badge(
        state="Passed",
        word="exact",
        sentence=f"Base and contributions give the served model's own answer {error}.",
    )


def evidence(told: Told) -> list[str]:
    """Return what else speaks for the numbers, a sentence each; nothing from an older document."""
    truth = told.get("truth") or {}
    found = []
    if truth.get("agreement") is not None:
        found.append(
            f"Shuffling a column of {truth['agreement_rows']} rows moves the answers in the same order: rank correlation {number(truth['agreement'])}."
        )
    if truth.get("halves") is not None:
        found.append(
            f"Two halves of the explained rows rank the columns alike: rank correlation {number(truth['halves'])}."
        )
    if truth.get("signs") is not None:
        found.append(f"{percent(truth['signs'])} of the directions are the same in both halves.")
    deletion = truth.get("deletion")
    if deletion is not None:
        better = "further than" if deletion["better"] else "NO further than"
        found.append(
            f"Putting out each row's strongest columns first moves the answer {better} a random order does ({number(deletion['strongest'][0])} against {number(deletion['chance'][0])} {told['unit']} after one column, {deletion['rows']} rows)."
        )
    return found


def population(told: Told) -> str:
    """Return which rows were explained, of how many, and how they were chosen."""
    words = f"{told['explained']} of {told['population']} {told['part']}, seed {told['seed']}"
    sampling = told.get("sampling")
    if sampling is None:
        return words
    why = {
        "resolved": "until the ranking was known",
        "all rows": "all of them",
        "budget": f"until {number(sampling['budget'])} s were spent, which widens the intervals",
        "most rows": "the most that are explained",
    }
    return f"{words}; {why[sampling['stopped']]}, of each tenth of the answers alike"


def drivers(told: Told, effects: Told) -> tuple[str, ...]:
    """Return the strongest columns, a sentence each."""
    every = told.get("drivers", ())
    whole = sum(max(one["strength"], 0.0) for one in every)
    found = []
    for one in every[:TOP]:
        share = f", {percent(one['strength'] / whole)} of all movement" if whole > 0 else ""
        wide = one["high"] > one["low"]
        interval = f" (95 % {span(one['low'], one['high'])})" if wide else ""
        found.append(
            f"{one['column']} moves the answer by {number(one['strength'])} {told['unit']} on average{interval}{share}{_way(one, effects)}."
        )
    return tuple(found)


def _way(driver: Told, effects: Told) -> str:
    way = driver.get("direction")
    answer = effects["output"] if effects and driver.get("by_output") else "the answer"
    if way is not None and abs(way) >= CLEAR:
        return f"; the higher it is, the {'higher' if way > 0 else 'lower'} {answer}"
    curve = next((c for c in effects.get("curves", ()) if c["column"] == driver["column"]), None)
    if curve is None or not curve["points"]:
        return "" if way is None else "; in no one direction"
    if curve["kind"] == "number":
        turn = {"rises": f"{answer} rises with it", "falls": f"{answer} falls with it"}
        return f"; {turn.get(curve['shape'], 'in no one direction')}"
    ordered = sorted(curve["points"], key=lambda point: float(point["mean"]))
    low, high = ordered[0], ordered[-1]
    which = f"{answer} is " if driver.get("by_output") else ""
    return f"; {which}lowest for {low['value']}, highest for {high['value']}"


def pair_words(told: Told, place: int = 1) -> str:
    """Return how sure the ranking of the column at `place` (0 first) over the next one is."""
    every = told.get("drivers", ())
    if len(every) < place + 2:
        return "there are not so many columns"
    one, other = every[place], every[place + 1]
    for pair in told.get("ranking", ()):
        if (pair["first"], pair["second"]) == (one["column"], other["column"]):
            wide = pair["high"] > pair["low"]
            sure = f"95 % {span(pair['low'], pair['high'])}" if wide else "known of all rows"
            gap = f"stronger by {number(pair['difference'])} {told['unit']} ({sure})"
            told_state = {
                "resolved": "surely: the interval leaves zero out" if wide else "surely",
                "tie": "a tie: they differ by no more than 5 % of the strongest",
                "open": "not sure: the interval holds zero",
            }
            return f"{one['column']} over {other['column']}: {gap}; {told_state[pair['state']]}"
    apart = one["low"] > other["high"]
    how = "their 95 % intervals do not meet" if apart else "their 95 % intervals overlap"
    return f"{one['column']} over {other['column']}: {'sure' if apart else 'not sure'}, {how}"


def lead(content: BundleContent) -> str:
    """Return what is explained and by what, in one sentence."""
    told = content.explanation
    if not told:
        return content.sentence
    strong = [one["column"] for one in told["drivers"][:3]]
    listed = " and ".join([", ".join(strong[:-1]), strong[-1]] if len(strong) > 1 else strong)
    many = len(told.get("outputs", ())) > 1
    what = "Which class is said depends" if many else f"What {told['output']} depends on"
    return f"{what} most {'on' if many else 'is'} {listed}. {content.sentence}."
