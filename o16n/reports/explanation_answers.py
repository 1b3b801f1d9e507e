"""What a validator asks first, with short answers and the place of the long ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.reports.explanation_cases import borderline, change_words
from o16n.reports.explanation_view import Question, Told, number, percent, span
from o16n.reports.explanation_words import badge, drivers, pair_words, population

if TYPE_CHECKING:
    from o16n.reports.content import BundleContent

NOT_MEASURED = "not measured here; see why below"


def questions(content: BundleContent) -> tuple[Question, ...]:
    """Return twelve questions in the order in which they are asked."""
    told, effects = content.explanation, content.effects
    if not told:
        return ()
    asked = (
        ("Which population was this computed on?", population(told), "drivers"),
        ("Is this probability or log-odds?", _unit(told, effects), "drivers"),
        ("Are the numbers right?", badge(told).sentence, "ranking"),
        ("Which column matters most, and which way?", _first(told, effects), "dependence"),
        ("How sure is the ranking of 2 over 3?", pair_words(told), "ranking"),
        ("What would have to change for one row?", _change(told, effects), "cases"),
        ("Do two columns work together?", _pair(effects), "interaction"),
        ("Can a probability be taken at its word?", _calibrated(effects), "calibration"),
        ("Is the threshold the right one?", _threshold(effects), "thresholds"),
        ("For whom is it worst?", _worst(effects), "errors"),
        ("What is it compared with?", _background(told), "limits"),
        ("Can I reproduce it?", _again(content), "reproduce"),
    )
    return tuple(Question(text=text, answer=answer, place=place) for text, answer, place in asked)


def _unit(told: Told, effects: Told) -> str:
    other = effects.get("unit", told["unit"])
    more = f"; pictures of single columns in {other}" if other != told["unit"] else ""
    return f"contributions in {told['unit']}{more}"


def _first(told: Told, effects: Told) -> str:
    found = drivers(told, effects)
    return found[0] if found else "no column moves the answer"


def _change(told: Told, effects: Told) -> str:
    case = borderline(told)
    if case is None:
        return NOT_MEASURED
    change = next((one for one in effects.get("changes", ()) if one["row"] == case["row"]), None)
    if change is None:
        return next(
            (why for name, why in effects.get("left_out", ()) if "change" in name), NOT_MEASURED
        )
    return f"row {case['row']}: {change_words(change)}"


def _pair(effects: Told) -> str:
    found = effects.get("interaction")
    if found is None:
        return NOT_MEASURED
    best = found["pair"]
    return f"{' and '.join(best['columns'])} most: H {number(best['h'])} (95 % {span(best['low'], best['high'])}) on a scale from 0 to 1"


def _calibrated(effects: Told) -> str:
    found = effects.get("calibration")
    if found is None:
        return NOT_MEASURED
    return f"{percent(found['error'])} off on average, {found['n']} rows"


def _threshold(effects: Told) -> str:
    found = effects.get("thresholds")
    if found is None:
        return NOT_MEASURED
    costs = "costs of o16n.toml" if found["stated"] else "costs 1 to 1, since none are named"
    return f"served {number(found['served'])}, cheapest {number(found['best'])} ({costs})"


def _worst(effects: Told) -> str:
    found = effects.get("goodness")
    if found is None:
        return NOT_MEASURED
    surely = [one for one in found["slices"] if one["worse"]]
    if surely:
        one = surely[0]
        return f"{one['rule']}: {number(one['error'])} against {number(found['overall'])} ({found['measure']}, {one['n']} rows)"
    if not found["groups"]:
        return f"no group has {found['smallest']} rows"
    one = max(found["groups"], key=lambda group: group["error"])
    sure = "surely" if one["low"] > found["overall"] else "not surely"
    return f"{one['column']}: {one['level']}, {number(one['error'])} against {number(found['overall'])} ({found['measure']}, {one['n']} rows, {sure} worse)"


def _background(told: Told) -> str:
    game = f"; {told['game']}" if told.get("game") else ""
    return f"{told['background']}{game}"


def _again(content: BundleContent) -> str:
    return f"with identity {content.identity[:12]}…, seed {content.explanation['seed']}, hashes and versions below"
