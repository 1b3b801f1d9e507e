"""Who decides where the evidence does not: what was typed, the answer to a question, else the ranking."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from o16n.candidate.evaluations import evaluations
from o16n.candidate.models import spelled
from o16n.candidate.named import named_values
from o16n.candidate.ranking import Choice
from o16n.errors import AmbiguousCandidate
from o16n.grammar import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from o16n.candidate.ranking import Ranked
    from o16n.candidate.recorded import Seen
    from o16n.notebook.notebook import Place
    from o16n.watching.record import State

SHOWN = 5  # contenders in a refusal
AT = re.compile(r"\D*\bcell (\d+)(?: line (\d+))?(?: fit (\d+))?")


def by_name(seen: Seen, named: str, unaided: Choice) -> Choice | None:
    """Return the choice that --model makes, None where the record knows nothing of it.

    A name stands for the last fit of what it holds, or held; `cell 7 line 3` for what was fitted
    there, and `cell 7 line 3 fit 2` for the second of several.

    Raises:
        AmbiguousCandidate: several models were fitted at the place.
    """
    record, spoken = seen.record, spelled(named)
    model: State | None = None
    if (at := AT.fullmatch(named)) is not None:
        model = _fitted_at(seen, at)
    else:
        bound = dict(named_values(seen.namespace)).get(spoken)
        thing = record.living.get(id(bound)) if bound is not None else None
        things = [] if thing is None else [thing]
        things += [one.thing for one in record.estimators.values() if spoken in one.names]
        model = next((found for one in things if (found := _last_fit(seen, one))), None)
    if model is None:
        return None
    return Choice(
        status="decided",
        model=model,
        because="--model says so",
        ranking=unaided.ranking,
        evaluations=evaluations(seen.reading),
    )


def _last_fit(seen: Seen, thing: int) -> State | None:
    """Return the last fit of an object that can predict, or of the search that it is the best of."""
    states = [model for model in seen.reading.models if model[0] == thing]
    inner = seen.record.best.get(thing)
    return states[-1] if states else inner if inner in seen.reading.models else None


def _fitted_at(seen: Seen, at: re.Match[str]) -> State | None:
    cell, line, fit = at.groups()
    found = [
        model
        for model, one in seen.reading.models.items()
        if (place := seen.place(one.where)).cell == int(cell)
        and (line is None or place.line == int(line))
    ]
    if fit is not None:
        return found[int(fit) - 1] if 0 < int(fit) <= len(found) else None
    if len(found) > 1:
        first, last = (quoted(typed(seen, one)) for one in (found[0], found[-1]))
        raise AmbiguousCandidate(
            f"{len(found)} models were fitted there",
            where=str(seen.place(seen.reading.models[found[0]].where)),
            hint=f"say which: --model {first} to --model {last}",
        )
    return found[0] if found else None


def settled(seen: Seen, choice: Choice, ask: Callable[[str, Sequence[str]], int] | None) -> Choice:
    """Ask where the evidence does not decide; without a person take a proposal and say so.

    Raises:
        AmbiguousCandidate: there is no proposal, and nobody can be asked.
    """
    if choice.status == "decided":
        return choice
    if ask is not None and choice.ranking:
        contenders = [told(one) for one in choice.ranking]
        picked = choice.ranking[ask("Which model is this notebook about?", contenders)].model
        return replace(choice, status="decided", model=picked, because="you said so")
    if choice.status == "proposed":
        return replace(choice, because=f"{choice.because} (proposed; --model NAME says otherwise)")
    words = _folded(seen, choice.ranking)
    shown = ", ".join(words[:SHOWN]) + (", …" if len(words) > SHOWN else "")
    options = [f"--model {quoted(typed(seen, one.model))}" for one in choice.ranking]
    raise AmbiguousCandidate(
        f"{len(choice.ranking)} fitted models could be meant, because {choice.because}: {shown}",
        hint=f"say which: {' or '.join(dict.fromkeys([*options[:1], *options[-1:]]))}"
        if options
        else "fit a model under a name of its own",
    )


def told(one: Ranked) -> str:
    """Return a contender with its number: `rf (RandomForestClassifier), accuracy 0.91`."""
    number = f", {one.metric} {one.value:.4g}" if one.value is not None else ""
    return one.label + number


def typed(seen: Seen, model: State) -> str:
    """Return what to type after --model for a fit: its name where that leads to it, else its place."""
    known = seen.record.estimators[model[0]]
    alive = seen.living().get(model[0])
    last = _last_fit(seen, model[0])
    if alive is not None and last == model:
        return alive[0]
    named = [one for one in known.names if one.isidentifier()]
    lone = [one for one in named if _things_called(seen, one) == {model[0]}]
    if lone and last == model:
        return lone[0]
    place = seen.place(seen.reading.models[model].where)
    there = [one for one, fit in seen.reading.models.items() if seen.place(fit.where) == place]
    return f"{place} fit {there.index(model) + 1}" if len(there) > 1 else str(place)


def _things_called(seen: Seen, name: str) -> set[int]:
    return {
        one.thing
        for one in seen.record.estimators.values()
        if name in one.names and _last_fit(seen, one.thing) is not None
    }


def _folded(seen: Seen, ranking: Sequence[Ranked]) -> list[str]:
    """Return the contenders, those of one statement in a loop as one: `9 KMeans fitted in cell 5 line 3`."""
    places: list[tuple[str, Place]] = []
    for one in ranking:
        kind = seen.record.estimators[one.model[0]].type.rpartition(".")[2]
        places.append((kind, seen.place(seen.reading.models[one.model].where)))
    counts = Counter(places)
    found = {
        key: told(one) if counts[key] == 1 else f"{counts[key]} {key[0]} fitted in {key[1]}"
        for key, one in zip(places, ranking, strict=True)
    }
    return list(found.values())
